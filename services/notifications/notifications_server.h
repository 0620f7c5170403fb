// Wires the notifications service: database, consumers of orders and accounts, the worker that sends, gRPC server.
//
//   MW_ASSIGN_OR_RETURN(auto server, NotificationsServer::BuildAndStart({.config = config}));
//   server->WaitForTermination();
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVER_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::notifications {

class NotificationsServer {
 public:
  struct Options {
    internal::config::v1::NotificationsConfig config;
    const Clock* clock = &Clock::System();
  };
  // FAILED_PRECONDITION or INVALID_ARGUMENT says which part of the configuration is missing or wrong.
  static absl::StatusOr<std::unique_ptr<NotificationsServer>> BuildAndStart(const Options& options);
  ~NotificationsServer();

  int port() const;
  // Blocks until SIGTERM or SIGINT, then stops.
  void WaitForTermination();
  void Stop();

 private:
  struct Parts;
  explicit NotificationsServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVER_H_
