// Binds a service's RPCs to handlers that do not know gRPC.
//
//   RpcService service(*millwright::orders::v1::OrdersService::descriptor());  // or by full name
//   service.Unary("GetOrder", &handlers, &OrdersHandlers::GetOrder);
//
//   absl::StatusOr<Order>  OrdersHandlers::GetOrder(const CallInfo&, const GetOrderRequest&);
//   absl::StatusOr<File>   Upload(const CallInfo&, StreamReader<UploadFileRequest>&);
//   absl::Status           Download(const CallInfo&, const DownloadFileRequest&, StreamWriter<DownloadFileResponse>&);
//   absl::StatusOr<std::unique_ptr<WatchSource<WatchOrdersResponse>>>  Watch(const CallInfo&, const WatchOrdersRequest&);
//
// The table is checked when the server starts: every RPC of the descriptor is bound exactly once, with the types that
// the descriptor names, and has an access policy; else the process aborts with the name of the RPC.
//
// Why no generated service classes: they tie a handler to one server API and to grpcpp. Here the same handler runs under
// the callback API (unary calls on the worker pool) or the sync API, by configuration, so that the choice can be measured
// (docs/decisions/0002-server-api.md), and the 8 s a file that generated gRPC code costs the compiler are saved. What
// generated code calls to register itself lives in grpc::internal; it is called here and nowhere else, for the gRPC that
// Debian 12 pins.
//
// Thread-safety: bind everything before Server::BuildAndStart; handlers are called from many threads at once.
#ifndef MILLWRIGHT_COMMON_RPC_SERVICE_H_
#define MILLWRIGHT_COMMON_RPC_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/method_handler.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/rpc/handle.h"
#include "common/rpc/status.h"
#include "common/rpc/stream.h"
#include "common/rpc/watch.h"
#include "common/rpc/worker_pool.h"

namespace millwright {

enum class ServerApi { kCallback, kSync };

// What a bound method needs at run time; filled by the server before it starts.
struct ServerRuntime {
  HandleOptions options;
  ServerApi api = ServerApi::kCallback;
  WorkerPool* pool = nullptr;
  WatchTimer* timer = nullptr;
};

// The grpc::Service behind an RpcService.
class BoundService final : public grpc::Service {
 public:
  void Add(grpc::internal::RpcServiceMethod* method) { AddMethod(method); }
  void MarkCallback(int index, grpc::internal::MethodHandler* handler) { MarkMethodCallback(index, handler); }
};

// UNAVAILABLE with RetryInfo: the worker queue is full.
grpc::Status Overloaded(const MethodSpec& spec);

class RpcService {
 public:
  // `full_name`: "millwright.orders.v1.OrdersService". Aborts if no such service is linked in.
  explicit RpcService(absl::string_view full_name);

  template <typename Handlers, typename Request, typename Response>
  void Unary(absl::string_view method, Handlers* handlers,
             absl::StatusOr<Response> (Handlers::*fn)(const CallInfo&, const Request&));
  template <typename Handlers, typename Request, typename Response>
  void ClientStream(absl::string_view method, Handlers* handlers,
                    absl::StatusOr<Response> (Handlers::*fn)(const CallInfo&, StreamReader<Request>&));
  template <typename Handlers, typename Request, typename Response>
  void ServerStream(absl::string_view method, Handlers* handlers,
                    absl::Status (Handlers::*fn)(const CallInfo&, const Request&, StreamWriter<Response>&));
  template <typename Handlers, typename Request, typename Response>
  void Watch(absl::string_view method, Handlers* handlers,
             absl::StatusOr<std::unique_ptr<WatchSource<Response>>> (Handlers::*fn)(const CallInfo&, const Request&));

  const std::string& full_name() const { return full_name_; }

 private:
  friend class Server;
  // Registers all methods for `runtime.api`; aborts if an RPC is unbound.
  grpc::Service* Build(std::shared_ptr<ServerRuntime> runtime);

  using Binder = std::function<void(BoundService&, int index, const std::shared_ptr<ServerRuntime>&)>;
  // Checks the name and the types, and keeps the binder.
  std::shared_ptr<MethodSpec> Bind(absl::string_view method, const google::protobuf::Descriptor* request,
                                   const google::protobuf::Descriptor* response, Binder binder);

  std::string full_name_;
  const google::protobuf::ServiceDescriptor* descriptor_;
  std::vector<std::pair<std::shared_ptr<MethodSpec>, Binder>> methods_;
  BoundService bound_;
};

}  // namespace millwright

#include "common/rpc/service_inl.h"  // IWYU pragma: export

#endif  // MILLWRIGHT_COMMON_RPC_SERVICE_H_
