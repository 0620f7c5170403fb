// What a member may be. Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_MEMBER_RULES_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_MEMBER_RULES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "millwright/accounts/v1/company.pb.h"

namespace millwright::accounts {

inline constexpr char kOwnerRole[] = "owner";
inline constexpr char kMemberRole[] = "member";
inline constexpr char kOperatorRole[] = "operator";

// Under which an address is unique in the installation: ASCII letters small. (Letters beyond ASCII count as written:
// whether mailboxes differ by their case is up to the mail server, RFC 5321 section 2.4.)
std::string EmailKey(absl::string_view email);

// Trims texts, sorts roles, drops repeated ones; no role means `member`. INVALID_ARGUMENT names an unknown role, and
// `operator` in a company that is not the operator.
absl::Status NormalizeMember(v1::Member& member, v1::Company::Kind company_kind, absl::string_view path);

bool IsActiveOwner(const v1::Member& member);

// FAILED_PRECONDITION (LAST_OWNER) if the change `before` -> `after` leaves the company without an active owner;
// `other_owners` counts the active owners besides this member.
absl::Status CheckOwnerStays(const v1::Member& before, const v1::Member& after, int64_t other_owners);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_MEMBER_RULES_H_
