// New prices of lines, and what follows from them.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_REPRICE_H_
#define MILLWRIGHT_SERVICES_ORDERS_REPRICE_H_

#include "absl/status/status.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::orders {

// Sets the new line prices and makes net, tax by rate and gross follow. What the quote added beside the lines (shipping,
// discounts) stays. INVALID_ARGUMENT LINE_UNKNOWN or LINE_PRICE_INVALID names the element of `line_prices`.
absl::Status Reprice(const google::protobuf::RepeatedPtrField<v1::LinePrice>& prices, v1::Order& order);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_REPRICE_H_
