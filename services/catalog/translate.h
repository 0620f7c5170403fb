// Between the API's messages and the domain's structs.
#ifndef MILLWRIGHT_SERVICES_CATALOG_TRANSLATE_H_
#define MILLWRIGHT_SERVICES_CATALOG_TRANSLATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "millwright/catalog/v1/quote.pb.h"
#include "services/catalog/domain/availability.h"
#include "services/catalog/domain/quote.h"

namespace millwright::catalog {

// The id is the last segment of `name`. INVALID_ARGUMENT (INVALID_PRICE_RULE) names an unknown process, a parameter
// that nothing reads, or a number that is none.
absl::StatusOr<Material> MaterialFrom(const v1::Material& proto);
// Parameters: allowance_mm, min_wall_mm, min_feature_mm, max_mass_g, minimum_charge, fixed_orientation (0 or 1).
absl::StatusOr<Machine> MachineFrom(const v1::Machine& proto);

// What the files service measured.
PartMeasures MeasuresFrom(const files::v1::Measurement& proto);
// What a design states of one part. A part of a model info has a model kind instead of units.
DentalPart DentalPartFrom(const files::v1::PartFact& fact);
// "AnatomicCrown 36, Zirconia, A2": a line's words for people and papers.
std::string TitleOf(const files::v1::PartFact& fact);

v1::CostNode CostNodeTo(const CostNode& node, Currency currency);
// Prices, totals and tax of `quote` into `out`, whose lines already stand there in the order of the request.
void FillPrice(const Quote& quote, Currency currency, v1::Quote& out);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_TRANSLATE_H_
