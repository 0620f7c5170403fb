// Wires the accounts service: database, keys, handlers, clean-up, gRPC server.
//
//   MW_ASSIGN_OR_RETURN(auto server, AccountsServer::BuildAndStart({.config = config}));
//   server->WaitForTermination();
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVER_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::accounts {

class AccountsServer {
 public:
  struct Options {
    internal::config::v1::AccountsConfig config;
    const Clock* clock = &Clock::System();
  };
  // FAILED_PRECONDITION says which part of the configuration is missing or wrong.
  static absl::StatusOr<std::unique_ptr<AccountsServer>> BuildAndStart(const Options& options);
  ~AccountsServer();

  // The port that was bound.
  int port() const;
  // Blocks until SIGTERM or SIGINT, then stops.
  void WaitForTermination();
  void Stop();

 private:
  struct Parts;
  explicit AccountsServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Makes the platform operator named by the configuration: its company and its first owner. FAILED_PRECONDITION
// (OPERATOR_EXISTS) if there is one. The service must not be running.
absl::Status BootstrapOperator(const internal::config::v1::AccountsConfig& config, const Clock& clock);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVER_H_
