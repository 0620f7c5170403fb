// What a handler knows of the call it serves. Free of gRPC, so that handlers can be called from a plain test.
#ifndef MILLWRIGHT_COMMON_RPC_CALL_H_
#define MILLWRIGHT_COMMON_RPC_CALL_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/principal.h"

namespace millwright {

// A call that comes without a deadline gets this one.
inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(10);

// W3C trace context (www.w3.org/TR/trace-context): 32 and 16 lower-case hexadecimal digits.
struct TraceContext {
  std::string trace_id;
  std::string span_id;

  // From a `traceparent` header; a broken or missing one begins a new trace.
  static TraceContext FromHeader(absl::string_view traceparent);
  // A new span of the same trace, as a `traceparent` header.
  std::string ChildHeader() const;
};

struct CallInfo {
  Principal principal;
  // "/millwright.orders.v1.OrdersService/CreateOrder"
  std::string method;
  // The user's access token, forwarded to other services; empty without a user.
  std::string token;
  TraceContext trace;
  // What makes a retry answer the same: the request's field, else the gateway's x-request-id; empty for reads.
  std::string request_id;
  // SHA-256 of the request without request_id and etag; empty for reads.
  std::string request_hash;
  // The request's field of that name.
  bool validate_only = false;
  absl::Time deadline = absl::InfiniteFuture();
  // True once the caller is gone or the deadline has passed. Loops over rows or chunks ask it.
  std::function<bool()> cancelled = [] { return false; };
  // Adds a response header; only before the first message of a stream.
  std::function<void(absl::string_view key, absl::string_view value)> add_header = [](absl::string_view,
                                                                                      absl::string_view) {};

  // The call of a background worker: no user, a new trace.
  static CallInfo Background(absl::string_view service, absl::Duration timeout);
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_CALL_H_
