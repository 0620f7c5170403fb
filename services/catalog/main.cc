#include "common/rpc/server.h"
#include "services/catalog/catalog_server.h"

int main(int argc, char** argv) {
  millwright::internal::config::v1::CatalogConfig config;
  return millwright::ServiceMain(argc, argv, "catalog", config, config.mutable_server(),
                                 [&] { return millwright::catalog::RunCatalog(config); });
}
