#include "services/accounts/domain/member_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::accounts {
namespace {

using v1::Company;
using v1::Member;

constexpr absl::string_view kRoles[] = {"owner", "member", "watcher", "billing", "operator"};

}  // namespace

std::string EmailKey(absl::string_view email) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(email));
}

absl::Status NormalizeMember(Member& member, Company::Kind company_kind, absl::string_view path) {
  absl::StripAsciiWhitespace(member.mutable_display_name());
  absl::StripAsciiWhitespace(member.mutable_email());
  std::set<std::string> roles(member.roles().begin(), member.roles().end());
  if (roles.empty()) roles.insert(kMemberRole);
  for (const std::string& role : roles) {
    const bool known = std::find(std::begin(kRoles), std::end(kRoles), role) != std::end(kRoles);
    if (known && (role != kOperatorRole || company_kind == Company::OPERATOR)) continue;
    return Error::InvalidArgument("ROLE_INVALID", absl::StrCat("there is no role `", role, "` in this company"))
        .Field(absl::StrCat(path, ".roles"),
               "use owner, member, watcher or billing; operator is for the operator of the installation");
  }
  if (member.display_name().empty()) {
    return Error::InvalidArgument("MEMBER_INVALID", "the member has no name")
        .Field(absl::StrCat(path, ".display_name"), "give the name as histories show it");
  }
  member.mutable_roles()->Assign(roles.begin(), roles.end());
  return absl::OkStatus();
}

bool IsActiveOwner(const Member& member) {
  return member.state() == Member::ACTIVE &&
         std::find(member.roles().begin(), member.roles().end(), kOwnerRole) != member.roles().end();
}

absl::Status CheckOwnerStays(const Member& before, const Member& after, int64_t other_owners) {
  if (!IsActiveOwner(before) || IsActiveOwner(after) || other_owners > 0) return absl::OkStatus();
  return Error::FailedPrecondition("LAST_OWNER", "the company would have no owner left")
      .Precondition("OWNER", before.name(), "make another member owner first");
}

}  // namespace millwright::accounts
