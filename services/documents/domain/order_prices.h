// The prices of an order as a paper prints them.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PRICES_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PRICES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "millwright/orders/v1/order.pb.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

// Lines that are not cancelled, tax rows and totals. Where the lines of a rate do not sum to its tax row (surcharges,
// minimum orders and discounts of the whole order), the difference is a line of its own. Lines without a price yet are
// left out, and the sums then show in Validate() that something is missing.
absl::StatusOr<Prices> PricesOf(const millwright::orders::v1::Order& order, Language language);

// What was paid so far, in minor units: gross less balance, never negative.
absl::StatusOr<int64_t> PaidOf(const millwright::orders::v1::Order& order);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PRICES_H_
