// accounts --config=FILE --server.port=7001 ... ; --help lists the flags.
// accounts --bootstrap_operator=MAIL --bootstrap_password_file=FILE makes the platform operator, once, and ends.
#include "common/errors/error.h"
#include "common/rpc/server.h"
#include "services/accounts/accounts_server.h"

namespace millwright::accounts {

absl::Status Run(const internal::config::v1::AccountsConfig& config) {
  if (!config.bootstrap_operator().empty()) return BootstrapOperator(config, Clock::System());
  MW_ASSIGN_OR_RETURN(auto server, AccountsServer::BuildAndStart({.config = config}));
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::accounts

int main(int argc, char** argv) {
  millwright::BlockTerminationSignals();
  millwright::internal::config::v1::AccountsConfig config;
  return millwright::ServiceMain(argc, argv, "accounts", config, config.mutable_server(),
                                 [&] { return millwright::accounts::Run(config); });
}
