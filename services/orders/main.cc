// mw_orders --config=FILE --server.port=7004 ... ; --help lists the flags.
#include "common/rpc/server.h"
#include "services/orders/orders_server.h"

int main(int argc, char** argv) {
  millwright::BlockTerminationSignals();
  millwright::internal::config::v1::OrdersConfig config;
  return millwright::ServiceMain(argc, argv, "orders", config, config.mutable_server(),
                                 [&] { return millwright::orders::RunOrders(config); });
}
