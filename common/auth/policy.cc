#include "common/auth/policy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

using common::v1::AccessPolicy;

bool ServiceListed(const AccessPolicy& policy, const Principal& principal) {
  return principal.is_service() && std::find(policy.services().begin(), policy.services().end(), principal.service) !=
                                       policy.services().end();
}

absl::Status AuthorizeMember(const AccessPolicy& policy, const Principal& principal, absl::string_view method_name) {
  if (!principal.is_user()) {
    return Error::Unauthenticated("TOKEN_MISSING",
                                  absl::StrCat(method_name, " needs a signed-in member: send the header "
                                                            "`authorization: Bearer TOKEN` with a token from SignIn"));
  }
  if (policy.roles().empty()) return absl::OkStatus();
  for (const std::string& role : policy.roles()) {
    if (principal.HasRole(role)) return absl::OkStatus();
  }
  return Error::PermissionDenied("ROLE_MISSING",
                                 absl::StrCat(method_name, " needs one of the roles: ", absl::StrJoin(policy.roles(), ", "),
                                              "; an owner of your company can give it with UpdateMember"))
      .Meta("roles", absl::StrJoin(policy.roles(), ","));
}

}  // namespace

absl::StatusOr<AccessPolicy> PolicyOf(const google::protobuf::MethodDescriptor& method) {
  const auto& options = method.options();
  if (!options.HasExtension(common::v1::access) ||
      options.GetExtension(common::v1::access).audience() == AccessPolicy::AUDIENCE_UNSPECIFIED) {
    return absl::FailedPreconditionError(absl::StrCat(method.full_name(), " has no (millwright.common.v1.access)"));
  }
  return options.GetExtension(common::v1::access);
}

absl::Status Authorize(const AccessPolicy& policy, const Principal& principal, absl::string_view method_name) {
  switch (policy.audience()) {
    case AccessPolicy::PUBLIC:
      return absl::OkStatus();
    case AccessPolicy::MEMBER:
      return AuthorizeMember(policy, principal, method_name);
    case AccessPolicy::MEMBER_OR_SERVICE:
      if (ServiceListed(policy, principal)) return absl::OkStatus();
      return AuthorizeMember(policy, principal, method_name);
    case AccessPolicy::SERVICE:
      if (ServiceListed(policy, principal)) return absl::OkStatus();
      break;
    default:
      break;
  }
  return Error::PermissionDenied("CALLER_NOT_ALLOWED", absl::StrCat(method_name, " is not for this caller"));
}

}  // namespace millwright
