// What every call goes through, whatever server API drives it:
//
//   trace context -> principal (peer certificate, JWT verified again) -> authorisation -> deadline -> generic
//   validation -> the handler -> error details -> metrics -> one JSON log line
//
// Admission is decided before by the worker pool; the request_id look-up is made by FindReplay and Mutate
// (common/rpc/mutation.h), which have the service's database.
#ifndef MILLWRIGHT_COMMON_RPC_HANDLE_H_
#define MILLWRIGHT_COMMON_RPC_HANDLE_H_

#include <grpcpp/server_context.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/auth/policy.h"
#include "common/auth/token_verifier.h"
#include "common/rpc/call.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace prometheus {
class Histogram;
class Counter;
}  // namespace prometheus

namespace millwright {

// What all methods of a server share.
struct HandleOptions {
  std::string service;                      // "orders"
  std::shared_ptr<TokenVerifier> verifier;  // null: no users can call
  // Plaintext bench listener: there are no certificates, tokens count from anybody.
  bool insecure = false;
};

// What is known of a method before any call.
class MethodSpec {
 public:
  // Aborts the process if the method has no access policy: a release can't contain one.
  explicit MethodSpec(const google::protobuf::MethodDescriptor& method);

  const std::string& path() const { return path_; }  // "/millwright.orders.v1.OrdersService/GetOrder"
  const std::string& name() const { return name_; }
  const common::v1::AccessPolicy& policy() const { return policy_; }
  bool streaming() const { return streaming_; }
  void Count(absl::StatusCode code, absl::Duration latency) const;

 private:
  std::string path_, name_;
  common::v1::AccessPolicy policy_;
  bool streaming_;
  prometheus::Histogram* latency_;
  mutable std::atomic<prometheus::Counter*> counters_[17] = {};
};

// Everything around one handler.
class CallScope {
 public:
  CallScope(const HandleOptions& options, const MethodSpec& spec, grpc::ServerContextBase& context);

  // Runs all steps before the handler. `request` may be null (client streams); it loses its output-only fields.
  absl::Status Begin(google::protobuf::Message* request);
  // Runs all steps after it.
  grpc::Status End(const absl::Status& status);

  const CallInfo& call() const { return call_; }
  CallInfo& call() { return call_; }

 private:
  absl::Status Identify();
  void ReadRequestFields(const google::protobuf::Message& request);

  const HandleOptions& options_;
  const MethodSpec& spec_;
  grpc::ServerContextBase& context_;
  const absl::Time start_;
  CallInfo call_;
};

// Deterministic SHA-256 of a request without its request_id and etag fields, hex.
std::string RequestHash(const google::protobuf::Message& request);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_HANDLE_H_
