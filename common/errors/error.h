// Errors that tell a client which field, which rule and what to do, without knowing gRPC.
//
// Domain and storage code answers absl::Status. A status made here carries the standard google.rpc details
// (google/rpc/error_details.proto) as payloads, keyed by type URL; common/rpc packs them into
// grpc-status-details-bin at the edge. Every error has a *reason*: a value name of the area's ErrorReason enum
// (protos/millwright/<area>/v1/error_reason.proto), which is the part that programs test.
//
//   return Error::FailedPrecondition("ORDER_TRANSITION_NOT_ALLOWED", "a delivered order can't be shipped")
//       .Precondition("STATE", order.name, "Delivered has no transition `ship`; allowed: reopen")
//       .Meta("from", "Delivered")
//       .Build();
//
// Thread-safety: a value type; build it in one thread.
#ifndef MILLWRIGHT_COMMON_ERRORS_ERROR_H_
#define MILLWRIGHT_COMMON_ERRORS_ERROR_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright {

// Details above this many bytes are cut (fewest first: violations from the back) because a client whose metadata
// limit is the default 8 KiB would lose the error itself.
inline constexpr size_t kMaxErrorDetailBytes = 6 * 1024;
// More violations than this are summed up in a last one that says how many were left out.
inline constexpr size_t kMaxViolations = 20;

class Error {
 public:
  // The canonical codes that services use. `reason` is UPPER_SNAKE, at most 63 characters.
  static Error InvalidArgument(absl::string_view reason, absl::string_view message);
  static Error FailedPrecondition(absl::string_view reason, absl::string_view message);
  static Error NotFound(absl::string_view resource_type, absl::string_view name);
  static Error AlreadyExists(absl::string_view resource_type, absl::string_view name, absl::string_view message);
  static Error PermissionDenied(absl::string_view reason, absl::string_view message);
  static Error Unauthenticated(absl::string_view reason, absl::string_view message);
  static Error Aborted(absl::string_view reason, absl::string_view message);
  static Error OutOfRange(absl::string_view reason, absl::string_view message);
  static Error ResourceExhausted(absl::string_view reason, absl::string_view message);
  static Error Unavailable(absl::string_view reason, absl::string_view message,
                           absl::Duration retry_after = absl::Seconds(1));

  // BadRequest.field_violations: `field` is the path in the request ("order.lines[2].quantity"); the description
  // says the rule and the remedy.
  Error& Field(absl::string_view field, absl::string_view description);
  // PreconditionFailure.violations: `type` is a rule name ("STATE", a guard id), `subject` the resource.
  Error& Precondition(absl::string_view type, absl::string_view subject, absl::string_view description);
  // ResourceInfo: which resource is meant.
  Error& Resource(absl::string_view type, absl::string_view name, absl::string_view description = "");
  // QuotaFailure.violations.
  Error& Quota(absl::string_view subject, absl::string_view description);
  // ErrorInfo.metadata: every dynamic part of the message, so that programs need not parse it.
  Error& Meta(absl::string_view key, absl::string_view value);
  // RetryInfo.
  Error& RetryAfter(absl::Duration delay);

  absl::Status Build() const;
  operator absl::Status() const { return Build(); }  // NOLINT: so that `return Error::NotFound(...)` works

 private:
  Error(absl::StatusCode code, absl::string_view reason, absl::string_view message);

  struct Violation {
    std::string type, subject, description;
  };
  absl::StatusCode code_;
  std::string reason_;
  std::string message_;
  std::vector<Violation> fields_, preconditions_, quotas_;
  Violation resource_;
  std::map<std::string, std::string> metadata_;
  absl::Duration retry_after_ = absl::ZeroDuration();
};

// The ErrorInfo reason of a status, or "" if it carries none.
std::string ReasonOf(const absl::Status& status);
// The value of one ErrorInfo metadata key, or "".
std::string MetaOf(const absl::Status& status, absl::string_view key);
// "field: description" of each BadRequest violation.
std::vector<std::string> FieldViolationsOf(const absl::Status& status);
// "type subject: description" of each PreconditionFailure violation.
std::vector<std::string> PreconditionsOf(const absl::Status& status);

// The domain of every ErrorInfo.
inline constexpr char kErrorDomain[] = "millwright";

// Returns from the calling function if `expr` (an absl::Status) is not OK.
#define MW_RETURN_IF_ERROR(expr)                            \
  do {                                                      \
    if (absl::Status mw_status = (expr); !mw_status.ok()) { \
      return mw_status;                                     \
    }                                                       \
  } while (false)

#define MW_CONCAT_INNER_(a, b) a##b
#define MW_CONCAT_(a, b) MW_CONCAT_INNER_(a, b)
// `lhs` gets the value of `expr` (an absl::StatusOr<T>), or the function returns its status.
#define MW_ASSIGN_OR_RETURN(lhs, expr) MW_ASSIGN_OR_RETURN_(MW_CONCAT_(mw_or_, __LINE__), lhs, expr)
#define MW_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                         \
  if (!tmp.ok()) return tmp.status();        \
  lhs = *std::move(tmp)

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_ERRORS_ERROR_H_
