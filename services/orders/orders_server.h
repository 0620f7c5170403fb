// Wires orders: database, outbox, neighbours, handlers, workers, server.
#ifndef MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVER_H_
#define MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVER_H_

#include "absl/status/status.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::orders {

// Serves until SIGTERM or SIGINT.
absl::Status RunOrders(const internal::config::v1::OrdersConfig& config);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVER_H_
