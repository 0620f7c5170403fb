#include "common/rpc/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/errors/error.h"
#include "common/rpc/server.h"
#include "common/tls/credentials.h"

namespace millwright {
namespace {

// No `timeout` in here: on 1.51 it fires early and the server never sees it. Deadlines are set per call.
constexpr char kServiceConfig[] = R"({"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":4,
  "initialBackoff":"0.05s","maxBackoff":"0.5s","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]}}],
  "retryThrottling":{"maxTokens":100,"tokenRatio":0.5}})";

}  // namespace

absl::StatusOr<std::shared_ptr<Channel>> Channel::Open(const Options& options) {
  if (options.target.empty()) {
    return Error::FailedPrecondition("CONFIG_INVALID", absl::StrCat("server.", options.peer, "_address is not set"));
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  grpc::ChannelArguments arguments;
  if (options.insecure) {
    credentials = grpc::InsecureChannelCredentials();
  } else {
    MW_ASSIGN_OR_RETURN(credentials, MutualTlsClient(options.certs_dir, options.self));
    // The certificate must be the named service's, not just one of our CA.
    arguments.SetSslTargetNameOverride(PeerHostName(options.peer));
  }
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes * 4);  // answers with many lines; our own services
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30 * 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10 * 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);  // a restarted neighbour is back within a second
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // A refused connection asks the resolver before the next attempt, and that waits 30 s by default, literal address or not.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 500);
  return std::shared_ptr<Channel>(
      new Channel(grpc::CreateCustomChannel(options.target, credentials, arguments), options.peer));
}

absl::Status Channel::Prepare(const CallInfo& call, grpc::ClientContext& context) const {
  absl::Duration remaining = std::min(call.deadline - absl::Now(), kDefaultDeadline);
  if (remaining < kMinRemaining) {
    return absl::DeadlineExceededError(absl::StrCat("no time is left to ask ", peer_));
  }
  context.set_deadline(absl::ToChronoTime(absl::Now() + remaining));
  if (!call.token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", call.token));
  context.AddMetadata("traceparent", call.trace.ChildHeader());
  return absl::OkStatus();
}

absl::Status Channel::FromPeer(const grpc::Status& status) const {
  absl::Status out = FromGrpcStatus(status);
  if (absl::IsUnavailable(out) && ReasonOf(out).empty()) {
    return Error::Unavailable("PEER_UNAVAILABLE", absl::StrCat("the ", peer_, " service does not answer; try again"))
        .Meta("peer", peer_);
  }
  if (absl::IsInternal(out) || absl::IsUnknown(out) || absl::IsUnimplemented(out)) {
    return absl::InternalError(absl::StrCat(peer_, ": ", out.ToString()));
  }
  return out;
}

}  // namespace millwright
