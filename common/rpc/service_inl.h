// Templates of service.h. Include that instead.
#ifndef MILLWRIGHT_COMMON_RPC_SERVICE_INL_H_
#define MILLWRIGHT_COMMON_RPC_SERVICE_INL_H_

namespace millwright {
namespace rpc_internal {

using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// The request of a call was parsed for this call alone, so its output-only fields may be cleared in place.
template <typename Request>
Request* Owned(const Request* request) {
  return const_cast<Request*>(request);
}

template <typename Request, typename Response, typename Fn>
grpc::Status RunUnary(const ServerRuntime& runtime, const MethodSpec& spec, grpc::ServerContextBase& context,
                      const Request* request, Response* response, const Fn& fn) {
  CallScope scope(runtime.options, spec, context);
  absl::Status status = scope.Begin(Owned(request));
  if (status.ok()) {
    absl::StatusOr<Response> result = fn(scope.call(), *request);
    status = result.status();
    if (result.ok()) response->Swap(&*result);
  }
  return scope.End(status);
}

template <typename Request>
class GrpcReader final : public StreamReader<Request> {
 public:
  explicit GrpcReader(grpc::ServerReader<Request>& reader) : reader_(reader) {}
  bool Read(Request* request) override { return reader_.Read(request); }

 private:
  grpc::ServerReader<Request>& reader_;
};

template <typename Response>
class GrpcWriter final : public StreamWriter<Response> {
 public:
  explicit GrpcWriter(grpc::ServerWriter<Response>& writer) : writer_(writer) {}
  bool Write(const Response& response) override { return writer_.Write(response); }

 private:
  grpc::ServerWriter<Response>& writer_;
};

}  // namespace rpc_internal

template <typename Handlers, typename Request, typename Response>
void RpcService::Unary(absl::string_view method, Handlers* handlers,
                       absl::StatusOr<Response> (Handlers::*fn)(const CallInfo&, const Request&)) {
  using namespace rpc_internal;  // NOLINT: local to this function
  auto call = [handlers, fn](const CallInfo& info, const Request& request) { return (handlers->*fn)(info, request); };
  auto spec_slot = std::make_shared<std::shared_ptr<MethodSpec>>();
  *spec_slot = Bind(method, Request::descriptor(), Response::descriptor(),
                    [spec_slot, call](BoundService& service, int index, const std::shared_ptr<ServerRuntime>& runtime) {
    const MethodSpec& spec = **spec_slot;
    auto* sync = new grpc::internal::RpcMethodHandler<BoundService, Request, Response>(
        [runtime, &spec, call](BoundService*, grpc::ServerContext* context, const Request* request, Response* response) {
          return RunUnary(*runtime, spec, *context, request, response, call);
        },
        &service);
    service.Add(new RpcServiceMethod(spec.path().c_str(), RpcMethod::NORMAL_RPC, sync));
    if (runtime->api == ServerApi::kSync) return;
    service.MarkCallback(index, new grpc::internal::CallbackUnaryHandler<Request, Response>(
        [runtime, &spec, call, spec_slot](grpc::CallbackServerContext* context, const Request* request,
                                          Response* response) {
          grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
          bool queued = runtime->pool->TryPost([=, &spec] {
            reactor->Finish(RunUnary(*runtime, spec, *context, request, response, call));
          });
          if (!queued) reactor->Finish(Overloaded(spec));
          return reactor;
        }));
  });
}

template <typename Handlers, typename Request, typename Response>
void RpcService::ClientStream(absl::string_view method, Handlers* handlers,
                              absl::StatusOr<Response> (Handlers::*fn)(const CallInfo&, StreamReader<Request>&)) {
  using namespace rpc_internal;  // NOLINT
  auto spec_slot = std::make_shared<std::shared_ptr<MethodSpec>>();
  *spec_slot = Bind(method, Request::descriptor(), Response::descriptor(),
                    [=](BoundService& service, int, const std::shared_ptr<ServerRuntime>& runtime) {
    const MethodSpec& spec = **spec_slot;
    auto* sync = new grpc::internal::ClientStreamingHandler<BoundService, Request, Response>(
        [=, &spec](BoundService*, grpc::ServerContext* context, grpc::ServerReader<Request>* reader,
                   Response* response) {
          CallScope scope(runtime->options, spec, *context);
          absl::Status status = scope.Begin(nullptr);
          if (status.ok()) {
            GrpcReader<Request> stream(*reader);
            absl::StatusOr<Response> result = (handlers->*fn)(scope.call(), stream);
            status = result.status();
            if (result.ok()) response->Swap(&*result);
          }
          return scope.End(status);
        },
        &service);
    service.Add(new RpcServiceMethod(spec.path().c_str(), RpcMethod::CLIENT_STREAMING, sync));
  });
}

template <typename Handlers, typename Request, typename Response>
void RpcService::ServerStream(absl::string_view method, Handlers* handlers,
                              absl::Status (Handlers::*fn)(const CallInfo&, const Request&, StreamWriter<Response>&)) {
  using namespace rpc_internal;  // NOLINT
  auto spec_slot = std::make_shared<std::shared_ptr<MethodSpec>>();
  *spec_slot = Bind(method, Request::descriptor(), Response::descriptor(),
                    [=](BoundService& service, int, const std::shared_ptr<ServerRuntime>& runtime) {
    const MethodSpec& spec = **spec_slot;
    auto* sync = new grpc::internal::ServerStreamingHandler<BoundService, Request, Response>(
        [=, &spec](BoundService*, grpc::ServerContext* context, const Request* request,
                   grpc::ServerWriter<Response>* writer) {
          CallScope scope(runtime->options, spec, *context);
          absl::Status status = scope.Begin(Owned(request));
          if (status.ok()) {
            GrpcWriter<Response> stream(*writer);
            status = (handlers->*fn)(scope.call(), *request, stream);
          }
          return scope.End(status);
        },
        &service);
    service.Add(new RpcServiceMethod(spec.path().c_str(), RpcMethod::SERVER_STREAMING, sync));
  });
}

template <typename Handlers, typename Request, typename Response>
void RpcService::Watch(absl::string_view method, Handlers* handlers,
                       absl::StatusOr<std::unique_ptr<WatchSource<Response>>> (Handlers::*fn)(const CallInfo&,
                                                                                              const Request&)) {
  using namespace rpc_internal;  // NOLINT
  auto spec_slot = std::make_shared<std::shared_ptr<MethodSpec>>();
  *spec_slot = Bind(method, Request::descriptor(), Response::descriptor(),
                    [=](BoundService& service, int index, const std::shared_ptr<ServerRuntime>& runtime) {
    const MethodSpec& spec = **spec_slot;
    service.Add(new RpcServiceMethod(spec.path().c_str(), RpcMethod::SERVER_STREAMING, nullptr));
    service.MarkCallback(index, new grpc::internal::CallbackServerStreamingHandler<Request, Response>(
        [=, &spec](grpc::CallbackServerContext* context, const Request* request) {
          auto open = [=](const CallInfo& info) { return (handlers->*fn)(info, *request); };
          auto* reactor = new WatchReactor<Response>(runtime->options, spec, *context, *runtime->pool, *runtime->timer);
          reactor->Start(Owned(request), open);
          return reactor;
        }));
  });
}

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_SERVICE_INL_H_
