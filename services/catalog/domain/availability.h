// Does a seller offer what is asked for? Of a dental design: work type x material x shade x implant line, per tooth. Of
// an order as it was quoted: every line, asked again before the order moves on.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/catalog/domain/compiled_book.h"
#include "services/catalog/domain/pricing_request.h"

namespace millwright::catalog {

struct UnavailableProduct {
  std::string part;     // as the caller named it, such as the file name
  int64_t tooth = 0;    // 0 for a model part
  std::string product;  // "AnatomicCrown in ZI, shade A2"
  std::string rule;     // TOOTH, WORK_TYPE, MATERIAL, PRODUCT, SHADE, IMPLANT_LINE, ABUTMENT, BRIDGE_MATERIAL,
                        // BRIDGE_SPAN, MODEL; PROCESS, FINISH, ARTICLE of lines that are not dental
  std::string remedy;
};

struct NamedDentalPart {
  std::string name;
  DentalPart part;
};

// Ids of materials that stand in the book and are not sold at present.
using Withdrawn = std::set<std::string, std::less<>>;

// Every product that is not available, in the order of the design; empty if the center makes all of it. `partner` is
// the lab whose material mapping applies. `process` names a dental rule of the book.
absl::StatusOr<std::vector<UnavailableProduct>> FindUnavailable(const CompiledBook& book, const Withdrawn& withdrawn,
                                                                absl::string_view process, absl::string_view partner,
                                                                const std::vector<NamedDentalPart>& parts);

// The same of all lines of an order that was quoted with another book. A process that is gone is an answer here.
std::vector<UnavailableProduct> FindUnavailable(const CompiledBook& book, const Withdrawn& withdrawn,
                                                const OrderRequest& order);

// FAILED_PRECONDITION, PRODUCT_NOT_AVAILABLE, with tooth and product of each; OK if `unavailable` is empty.
absl::Status AvailabilityError(const std::vector<UnavailableProduct>& unavailable);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_
