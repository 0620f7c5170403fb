// The access policy of each RPC, read from its annotation (protos/millwright/common/v1/options.proto).
//
// A method without an annotation has no policy: registering it aborts the process, and scripts/lib/check_protos.py fails
// the build before that.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_AUTH_POLICY_H_
#define MILLWRIGHT_COMMON_AUTH_POLICY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/auth/principal.h"
#include "google/protobuf/descriptor.h"
#include "millwright/common/v1/options.pb.h"

namespace millwright {

// FAILED_PRECONDITION if the method has no annotation or one without an audience.
absl::StatusOr<common::v1::AccessPolicy> PolicyOf(const google::protobuf::MethodDescriptor& method);

// OK if `principal` may call the method at all. UNAUTHENTICATED (TOKEN_MISSING) if a user is needed and there is none;
// PERMISSION_DENIED (ROLE_MISSING, CALLER_NOT_ALLOWED) otherwise. Decided before any resource is looked at, so that it
// never tells whether one exists.
absl::Status Authorize(const common::v1::AccessPolicy& policy, const Principal& principal,
                       absl::string_view method_name);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_AUTH_POLICY_H_
