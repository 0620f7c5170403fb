// An echo server for benchmark P12, on a plaintext loopback listener:
//   mw_echo --mode=bare|handle --api=callback|sync
// `bare` answers in gRPC's own hands; `handle` goes through everything that Handle() does to a call: trace, JWT,
// policy, validation, metrics, log. Both are the same RPC with the same messages. Prints PORT and, for `handle`, a TOKEN.
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/method_handler.h>

#include <csignal>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/rpc/server.h"
#include "millwright/notifications/v1/notifications_service.pb.h"

namespace {

using millwright::notifications::v1::Delivery;
using millwright::notifications::v1::ListDeliveriesRequest;
using millwright::notifications::v1::ListDeliveriesResponse;
using millwright::notifications::v1::ResendDeliveryRequest;

constexpr char kService[] = "millwright.notifications.v1.NotificationsService";
constexpr char kPath[] = "/millwright.notifications.v1.NotificationsService/ListDeliveries";

class EchoHandlers {
 public:
  absl::StatusOr<ListDeliveriesResponse> List(const millwright::CallInfo&, const ListDeliveriesRequest& request) {
    ListDeliveriesResponse response;
    response.set_next_page_token(request.parent());
    return response;
  }
  absl::StatusOr<Delivery> Resend(const millwright::CallInfo&, const ResendDeliveryRequest&) { return Delivery(); }
};

std::unique_ptr<grpc::Server> StartBare(bool sync, millwright::BoundService& service, int& port) {
  auto echo = [](const ListDeliveriesRequest* request, ListDeliveriesResponse* response) {
    response->set_next_page_token(request->parent());
    return grpc::Status::OK;
  };
  service.Add(new grpc::internal::RpcServiceMethod(
      kPath, grpc::internal::RpcMethod::NORMAL_RPC,
      new grpc::internal::RpcMethodHandler<millwright::BoundService, ListDeliveriesRequest, ListDeliveriesResponse>(
          [echo](millwright::BoundService*, grpc::ServerContext*, const ListDeliveriesRequest* request,
                 ListDeliveriesResponse* response) { return echo(request, response); },
          &service)));
  if (!sync) {
    service.MarkCallback(0, new grpc::internal::CallbackUnaryHandler<ListDeliveriesRequest, ListDeliveriesResponse>(
                                [echo](grpc::CallbackServerContext* context, const ListDeliveriesRequest* request,
                                       ListDeliveriesResponse* response) {
                                  auto* reactor = context->DefaultReactor();
                                  reactor->Finish(echo(request, response));
                                  return reactor;
                                }));
  }
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  return builder.BuildAndStart();
}

}  // namespace

int main(int argc, char** argv) {
  millwright::BlockTerminationSignals();
  bool handle = false, sync = false;
  for (int i = 1; i < argc; ++i) {
    if (absl::string_view(argv[i]) == "--mode=handle") handle = true;
    if (absl::string_view(argv[i]) == "--api=sync") sync = true;
  }
  millwright::BoundService bare_service;
  std::unique_ptr<grpc::Server> bare;
  EchoHandlers handlers;
  millwright::RpcService service(kService);
  std::unique_ptr<millwright::Server> server;
  if (handle) {
    millwright::StartLog({"echo", "/dev/null", millwright::LogLevel::kInfo});
    auto key = *millwright::Es256PrivateKey::Generate();
    service.Unary("ListDeliveries", &handlers, &EchoHandlers::List);
    service.Unary("ResendDelivery", &handlers, &EchoHandlers::Resend);
    millwright::Server::Options options;
    options.service = "notifications";
    options.config.set_insecure(true);
    options.config.set_server_api(sync ? "sync" : "callback");
    options.verifier = std::make_shared<millwright::TokenVerifier>(
        [key]() -> absl::StatusOr<millwright::KeySet> {
          return millwright::KeySet{{key.Thumbprint(), key.PublicKey()}};
        },
        millwright::TokenExpectations{}, millwright::Clock::System());
    auto started = millwright::Server::BuildAndStart(options, {&service});
    if (!started.ok()) {
      std::cerr << started.status() << "\n";
      return 1;
    }
    server = *std::move(started);
    absl::Time now = absl::Now();
    std::cout << "PORT " << server->port() << "\nTOKEN "
              << *millwright::SignToken({"millwright", "millwright", "companies/c/members/m", "companies/c", "j",
                                         {"owner"}, now, now + absl::Hours(1)},
                                        key)
              << std::endl;
  } else {
    int port = 0;
    bare = StartBare(sync, bare_service, port);
    std::cout << "PORT " << port << "\nTOKEN none" << std::endl;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  if (bare != nullptr) bare->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return 0;
}
