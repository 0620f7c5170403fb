// Calls to other services of the suite.
//
//   MW_ASSIGN_OR_RETURN(auto channel, Channel::Open({.target = "127.0.0.1:7003", .peer = "files", .self = "orders",
//                                                    .certs_dir = dir}));
//   auto facts = channel->Call<ProjectFacts>(call, "/millwright.internal.files.v1.PinningService/GetProjectFacts", request);
//
// Each call carries the caller's deadline (less what the way back takes), the user's token and the trace. UNAVAILABLE
// is retried by the channel up to kMaxAttempts times with back-off: safe, because every mutation carries a request_id.
// A call with less than kMinRemaining left is not sent: DEADLINE_EXCEEDED.
//
// What a service needs of a neighbour is a small interface of its own (AccountsClient in orders), implemented over this,
// so that tests fake the neighbour and not the wire.
//
// Thread-safety: all methods may be called from any thread. One channel per neighbour per process.
#ifndef MILLWRIGHT_COMMON_RPC_CLIENT_H_
#define MILLWRIGHT_COMMON_RPC_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/status.h"

namespace millwright {

inline constexpr int kMaxAttempts = 4;
inline constexpr absl::Duration kMinRemaining = absl::Milliseconds(5);

class Channel {
 public:
  struct Options {
    std::string target;     // "host:port"
    std::string peer;       // name of the service there
    std::string self;       // name of the calling service
    std::string certs_dir;
    bool insecure = false;  // bench listeners on loopback only
  };

  // Connects at the first call. FAILED_PRECONDITION if certificates are missing or the target is empty.
  static absl::StatusOr<std::shared_ptr<Channel>> Open(const Options& options);

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const CallInfo& call, const char* method, const Request& request) {
    grpc::ClientContext context;
    if (absl::Status status = Prepare(call, context); !status.ok()) return status;
    Response response;
    grpc::internal::RpcMethod rpc(method, grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::Status status = grpc::internal::BlockingUnaryCall(channel_.get(), rpc, &context, request, &response);
    if (!status.ok()) return FromPeer(status);
    return response;
  }

  // A server stream; cancel `context` to end it. `method` must outlive the stream.
  template <typename Response, typename Request>
  std::unique_ptr<grpc::ClientReader<Response>> OpenStream(grpc::ClientContext& context, const char* method,
                                                           const Request& request) {
    return std::unique_ptr<grpc::ClientReader<Response>>(grpc::internal::ClientReaderFactory<Response>::Create(
        channel_.get(), grpc::internal::RpcMethod(method, grpc::internal::RpcMethod::SERVER_STREAMING), &context,
        request));
  }

  // Deadline, token and trace of `call` for an outgoing call.
  absl::Status Prepare(const CallInfo& call, grpc::ClientContext& context) const;

  const std::shared_ptr<grpc::Channel>& grpc_channel() const { return channel_; }
  const std::string& peer() const { return peer_; }

 private:
  Channel(std::shared_ptr<grpc::Channel> channel, std::string peer)
      : channel_(std::move(channel)), peer_(std::move(peer)) {}
  // Errors of the wire itself name the neighbour and carry a reason: PEER_UNAVAILABLE.
  absl::Status FromPeer(const grpc::Status& status) const;

  std::shared_ptr<grpc::Channel> channel_;
  std::string peer_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_CLIENT_H_
