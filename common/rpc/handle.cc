#include "common/rpc/handle.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/rpc/status.h"
#include "common/rpc/validator.h"
#include "common/tls/credentials.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace millwright {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Peers whose word for a user is taken: the gateway, and the services that forward a user's token.
bool MayForwardUsers(const std::string& service) {
  static const std::set<std::string>* const peers =
      new std::set<std::string>{"gateway", "accounts", "catalog", "files", "orders", "notifications", "documents"};
  return peers->count(service) > 0;
}

absl::string_view Metadata(grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  auto it = metadata.find(key);
  return it == metadata.end() ? absl::string_view() : absl::string_view(it->second.data(), it->second.size());
}

std::string PeerService(grpc::ServerContextBase& context) {
  auto auth = context.auth_context();
  if (auth == nullptr) return "";
  for (const auto& identity : auth->GetPeerIdentity()) {
    std::string service = ServiceOfSan(absl::string_view(identity.data(), identity.size()));
    if (!service.empty()) return service;
  }
  for (const auto& uri : auth->FindPropertyValues("peer_spiffe_id")) {
    std::string service = ServiceOfSan(absl::string_view(uri.data(), uri.size()));
    if (!service.empty()) return service;
  }
  return "";
}

std::string TopLevelString(const Message& request, const char* name) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || field->is_repeated()) return "";
  return request.GetReflection()->GetString(request, field);
}

absl::Time DeadlineOf(grpc::ServerContextBase& context, bool streaming) {
  auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return streaming ? absl::InfiniteFuture() : absl::Now() + kDefaultDeadline;
  }
  return absl::FromChrono(deadline);
}

}  // namespace

std::string RequestHash(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  for (const char* name : {"request_id", "etag"}) {
    const FieldDescriptor* field = copy->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    copy->SerializeToCodedStream(&coded);
  }
  return Sha256Hex(bytes);
}

MethodSpec::MethodSpec(const google::protobuf::MethodDescriptor& method)
    : path_(absl::StrCat("/", method.service()->full_name(), "/", method.name())),
      name_(method.name()),
      streaming_(method.client_streaming() || method.server_streaming()),
      latency_(&LatencyMetric("millwright_rpc_latency_seconds", "Time from the handler's start to its answer",
                              {{"method", method.full_name()}})) {
  auto policy = PolicyOf(method);
  if (!policy.ok()) {
    std::fprintf(stderr, "fatal: %s\n", policy.status().ToString().c_str());
    std::abort();
  }
  policy_ = *std::move(policy);
}

void MethodSpec::Count(absl::StatusCode code, absl::Duration latency) const {
  int index = std::clamp(static_cast<int>(code), 0, 16);
  prometheus::Counter* counter = counters_[index].load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &CounterMetric("millwright_rpc_total", "Calls by method and code",
                             {{"method", path_}, {"code", CodeName(code)}});
    counters_[index].store(counter, std::memory_order_release);
  }
  Increment(*counter);
  Observe(*latency_, latency);
}

CallScope::CallScope(const HandleOptions& options, const MethodSpec& spec, grpc::ServerContextBase& context)
    : options_(options), spec_(spec), context_(context), start_(absl::Now()) {
  call_.method = spec.path();
  call_.trace = TraceContext::FromHeader(Metadata(context, "traceparent"));
  call_.deadline = DeadlineOf(context, spec.streaming());
  call_.cancelled = [&context, deadline = call_.deadline] {
    return context.IsCancelled() || absl::Now() >= deadline;
  };
  call_.add_header = [&context](absl::string_view key, absl::string_view value) {
    context.AddInitialMetadata(std::string(key), std::string(value));
  };
}

absl::Status CallScope::Identify() {
  Principal& who = call_.principal;
  who.service = PeerService(context_);
  absl::string_view header = Metadata(context_, "authorization");
  if (header.empty()) return absl::OkStatus();
  if (!absl::StartsWithIgnoreCase(header, "bearer ")) {
    return Error::Unauthenticated("TOKEN_INVALID", "the authorization header must be `Bearer TOKEN`");
  }
  header.remove_prefix(7);
  if (!options_.insecure && !MayForwardUsers(who.service)) {
    return Error::PermissionDenied("CALLER_NOT_ALLOWED", "this peer may not call for users");
  }
  if (options_.verifier == nullptr) return Error::Unauthenticated("TOKEN_INVALID", "this service takes no users");
  MW_ASSIGN_OR_RETURN(auto claims, options_.verifier->Verify(header));
  who.member = claims->member;
  who.company = claims->company;
  who.roles = claims->roles;
  who.expire_time = claims->expire_time;
  call_.token = std::string(header);
  return absl::OkStatus();
}

void CallScope::ReadRequestFields(const Message& request) {
  if (const auto* field = request.GetDescriptor()->FindFieldByName("validate_only");
      field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    call_.validate_only = request.GetReflection()->GetBool(request, field);
  }
  if (spec_.policy().read_only()) return;
  call_.request_id = TopLevelString(request, "request_id");
  // Without one, the gateway's own id of the call is the key, so that a retry by the gateway can't double an effect.
  if (call_.request_id.empty() && call_.principal.service == "gateway") {
    call_.request_id = std::string(Metadata(context_, "x-request-id"));
  }
  if (!call_.request_id.empty()) call_.request_hash = RequestHash(request);
}

absl::Status CallScope::Begin(Message* request) {
  // A public method needs no user, but a bad token is still an error: silence would look like being signed in.
  if (absl::Status identified = Identify();
      !identified.ok() && spec_.policy().audience() != common::v1::AccessPolicy::PUBLIC) {
    return identified;
  }
  MW_RETURN_IF_ERROR(Authorize(spec_.policy(), call_.principal, spec_.name()));
  if (absl::Now() >= call_.deadline) return absl::DeadlineExceededError("the deadline passed before the call began");
  if (request == nullptr) return absl::OkStatus();
  MW_RETURN_IF_ERROR(ValidateRequest(*request));
  ReadRequestFields(*request);
  return absl::OkStatus();
}

grpc::Status CallScope::End(const absl::Status& status) {
  const absl::Duration took = absl::Now() - start_;
  spec_.Count(status.code(), took);
  context_.AddTrailingMetadata("x-trace-id", call_.trace.trace_id);
  const bool internal = absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
  Log(internal ? LogLevel::kError : LogLevel::kInfo, "call",
      {{"method", call_.method},
       {"code", CodeName(status.code())},
       {"reason", internal ? std::string(status.message()) : ReasonOf(status)},
       {"ms", absl::ToDoubleMilliseconds(took)},
       {"actor", call_.principal.Actor()},
       {"peer", call_.principal.service},
       {"trace", call_.trace.trace_id},
       {"request_id", call_.request_id}});
  return ToGrpcStatus(status);
}

}  // namespace millwright
