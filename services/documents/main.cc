// mw_documents --config=FILE --server.port=7006 ... ; --help lists the flags.
#include "common/errors/error.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "services/documents/documents_server.h"

namespace millwright::documents {

absl::Status Run(const internal::config::v1::DocumentsConfig& config) {
  const OffsetClock clock = RuleClock(config.server());
  MW_ASSIGN_OR_RETURN(auto server, DocumentsServer::BuildAndStart({.config = config, .clock = &clock}));
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::documents

int main(int argc, char** argv) {
  millwright::BlockTerminationSignals();
  millwright::internal::config::v1::DocumentsConfig config;
  return millwright::ServiceMain(argc, argv, "documents", config, config.mutable_server(),
                                 [&] { return millwright::documents::Run(config); });
}
