// The neighbours over gRPC (common/rpc/client.h: deadline, identity, trace, retry).
#ifndef MILLWRIGHT_SERVICES_CATALOG_CLIENTS_GRPC_NEIGHBOURS_H_
#define MILLWRIGHT_SERVICES_CATALOG_CLIENTS_GRPC_NEIGHBOURS_H_

#include <memory>

#include "common/rpc/client.h"
#include "services/catalog/clients/neighbours.h"

namespace millwright::catalog {

std::unique_ptr<AccountsClient> MakeAccountsClient(std::shared_ptr<Channel> channel);
std::unique_ptr<FilesClient> MakeFilesClient(std::shared_ptr<Channel> channel);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_CLIENTS_GRPC_NEIGHBOURS_H_
