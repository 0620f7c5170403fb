// What several lines of an order share: common set-ups, and amounts spread over the lines.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_SHARING_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_SHARING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/line_pricer.h"

namespace millwright::catalog {

// Splits `total` over `weights` by largest remainder; equally if all weights are 0.
absl::StatusOr<std::vector<int64_t>> ShareOut(int64_t total, std::vector<int64_t> weights);

// The share of each line in every set-up that is not its own: set-ups of scope part, material, machine and order, once
// per group (or as often as they recur), in proportion to what the lines cost before.
absl::StatusOr<std::vector<std::vector<SharedAmount>>> ShareSetups(const Rounder& rounder,
                                                                   const std::vector<PreparedLine>& lines,
                                                                   const std::vector<int64_t>& quantities);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_SHARING_H_
