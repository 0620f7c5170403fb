// Part of load_support.h.
#ifndef MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_CALL_H_
#define MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_CALL_H_

#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_method.h>

#include "absl/strings/str_cat.h"

namespace millwright::bench {

// Lets the call carry a JWT ("" for none).
inline void Authorize(grpc::ClientContext& context, const std::string& token) {
  if (!token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
}

template <typename Response, typename Request>
absl::Status Call(grpc::Channel& channel, const std::string& method, const std::string& token, const Request& request,
                  Response& response) {
  using Lite = google::protobuf::MessageLite;
  using Answer = std::conditional_t<std::is_base_of_v<Lite, Response>, Lite, Response>;
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  Authorize(context, token);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<Lite, Answer, Lite, Answer>(
      &channel, rpc, &context, static_cast<const Lite&>(request), static_cast<Answer*>(&response));
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.ok() ? "" : absl::StrCat(method, ": ", status.error_message()));
}

}  // namespace millwright::bench

#endif  // MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_CALL_H_
