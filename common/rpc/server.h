// The gRPC server of a service: mTLS, health, reflection, admission, drain and shutdown by deadline.
//
//   auto server = Server::BuildAndStart(std::move(options), {&orders_service, &events_service});
//   server->WaitForTermination();                  // until SIGTERM or SIGINT
//
// main calls BlockTerminationSignals() before any thread starts, else a thread may take the signal.
//
// A stop goes: health NOT_SERVING, `drain` (time for the gateway to notice), the `on_drain` hooks (background workers),
// Shutdown with `grace` for open calls (whoever is cut off sees UNAVAILABLE and may retry with its request_id), end.
//
// Thread-safety: Stop may be called from any thread; the rest from main.
#ifndef MILLWRIGHT_COMMON_RPC_SERVER_H_
#define MILLWRIGHT_COMMON_RPC_SERVER_H_

#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/auth/token_verifier.h"
#include "common/metrics/metrics.h"
#include "common/rpc/reflection.h"
#include "common/rpc/service.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright {

// A message above this size is refused with RESOURCE_EXHAUSTED. Chunks of files are at most 1 MiB.
inline constexpr int kMaxMessageBytes = 4 * 1024 * 1024;

class Server {
 public:
  struct Options {
    std::string service;  // "orders"
    internal::config::v1::ServerConfig config;
    std::shared_ptr<TokenVerifier> verifier;  // null: no users can call
  };

  // FAILED_PRECONDITION if certificates are missing or the port is taken. The services must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> BuildAndStart(Options options, const std::vector<RpcService*>& services);
  ~Server();

  // The port that was bound; differs from the configuration if that is 0.
  int port() const { return port_; }

  // Runs at a stop, after NOT_SERVING and before calls are cut off; last added first.
  void OnDrain(std::function<void()> fn) { on_drain_.push_back(std::move(fn)); }

  // Prints the ready line, blocks until SIGTERM or SIGINT, then stops.
  void WaitForTermination();
  // The stop described above. Idempotent.
  void Stop();

 private:
  explicit Server(Options options);
  absl::Status Start(const std::vector<RpcService*>& services);
  absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials() const;
  absl::Status MakeReflection(const std::vector<RpcService*>& services);

  Options options_;
  std::shared_ptr<ServerRuntime> runtime_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<WatchTimer> timer_;
  std::unique_ptr<Reflection> reflection_;
  std::unique_ptr<MetricsServer> metrics_;
  std::vector<std::string> names_;
  std::vector<std::function<void()>> on_drain_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  bool stopped_ = false;
};

// Blocks SIGTERM and SIGINT in this and all later threads, ignores SIGPIPE. First line of main.
void BlockTerminationSignals();

// What every main does around its server: flags, log, `run`, exit code 1 with one line on standard error if it fails.
//   return ServiceMain(argc, argv, "orders", config, config.mutable_server(), [&] { return RunOrders(config); });
int ServiceMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
                internal::config::v1::ServerConfig* server_config, const std::function<absl::Status()>& run);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_SERVER_H_
