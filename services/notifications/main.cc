// mw_notifications --config=FILE --server.port=7005 ... ; --help lists the flags.
#include "common/errors/error.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "services/notifications/notifications_server.h"

namespace millwright::notifications {

absl::Status Run(const internal::config::v1::NotificationsConfig& config) {
  const OffsetClock clock = RuleClock(config.server());
  MW_ASSIGN_OR_RETURN(auto server, NotificationsServer::BuildAndStart({.config = config, .clock = &clock}));
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::notifications

int main(int argc, char** argv) {
  millwright::BlockTerminationSignals();
  millwright::internal::config::v1::NotificationsConfig config;
  return millwright::ServiceMain(argc, argv, "notifications", config, config.mutable_server(),
                                 [&] { return millwright::notifications::Run(config); });
}
