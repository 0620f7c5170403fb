// The neighbours over gRPC.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_GRPC_NEIGHBOURS_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_GRPC_NEIGHBOURS_H_

#include <memory>

#include "common/rpc/client.h"
#include "services/orders/clients/neighbours.h"

namespace millwright::orders {

Neighbours GrpcNeighbours(std::shared_ptr<Channel> accounts, std::shared_ptr<Channel> catalog,
                          std::shared_ptr<Channel> files);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_GRPC_NEIGHBOURS_H_
