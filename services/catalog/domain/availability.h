// Does a production center make what a dental design asks for? Work type x material x shade x implant line, per tooth.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/catalog/domain/compiled_book.h"

namespace millwright::catalog {

struct UnavailableProduct {
  std::string part;     // as the caller named it, such as the file name
  int64_t tooth = 0;    // 0 for a model part
  std::string product;  // "AnatomicCrown in ZI, shade A2"
  std::string rule;     // TOOTH, WORK_TYPE, MATERIAL, PRODUCT, SHADE, IMPLANT_LINE, ABUTMENT, BRIDGE_MATERIAL,
                        // BRIDGE_SPAN, MODEL
  std::string remedy;
};

struct NamedDentalPart {
  std::string name;
  DentalPart part;
};

// Every product that is not available, in the order of the design; empty if the center makes all of it. `partner` is
// the lab whose material mapping applies. `process` names a dental rule of the book.
absl::StatusOr<std::vector<UnavailableProduct>> FindUnavailable(const CompiledBook& book, absl::string_view process,
                                                                absl::string_view partner,
                                                                const std::vector<NamedDentalPart>& parts);

// FAILED_PRECONDITION, PRODUCT_NOT_AVAILABLE, with tooth and product of each; OK if `unavailable` is empty.
absl::Status AvailabilityError(const std::vector<UnavailableProduct>& unavailable);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_AVAILABILITY_H_
