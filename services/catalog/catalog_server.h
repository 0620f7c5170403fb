// Wires catalog: database, neighbours, handlers, server.
#ifndef MILLWRIGHT_SERVICES_CATALOG_CATALOG_SERVER_H_
#define MILLWRIGHT_SERVICES_CATALOG_CATALOG_SERVER_H_

#include "absl/status/status.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::catalog {

// Serves until SIGTERM or SIGINT.
absl::Status RunCatalog(const internal::config::v1::CatalogConfig& config);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_CATALOG_SERVER_H_
