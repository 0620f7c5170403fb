// Contacts and invitations. Thread-safety: pure functions and value types.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_CONTACT_RULES_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_CONTACT_RULES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "millwright/accounts/v1/company.pb.h"

namespace millwright::accounts {

// An invoice is due after this many days where the seller set nothing.
inline constexpr int kDefaultPaymentTermDays = 14;

// What one side keeps about the other; the other side never sees it.
struct ContactSide {
  std::string note;
  int32_t payment_term_days = 0;
  int64_t version = 1;
};

// Two companies that do business: one row, whichever side looks. `low` < `high` are the ids of the companies.
struct ContactRow {
  std::string low, high;
  v1::Contact::State state = v1::Contact::ACTIVE;
  ContactSide low_side, high_side;
  absl::Time create_time;

  static ContactRow Between(absl::string_view a, absl::string_view b, absl::Time now);
  const std::string& OtherOf(absl::string_view company) const { return company == low ? high : low; }
  ContactSide& SideOf(absl::string_view company) { return company == low ? low_side : high_side; }
  const ContactSide& SideOf(absl::string_view company) const { return company == low ? low_side : high_side; }
};

// The contact as `company` (an id) sees it, without the etag; `other` is the other company.
v1::Contact ViewOf(const ContactRow& row, absl::string_view company, const v1::Company& other);

// A new state concerns both sides: both etags change.
void SetState(ContactRow& row, v1::Contact::State state);

// Which side may move an invitation where.
enum class InvitationMove { kAccept, kDecline, kWithdraw };

// FAILED_PRECONDITION (INVITATION_NOT_PENDING) unless it is pending; PERMISSION_DENIED (INVITATION_SIDE) if `company`
// (a resource name) is on the wrong side of it; else the new state is set.
absl::Status Move(v1::Invitation& invitation, InvitationMove move, absl::string_view company);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_CONTACT_RULES_H_
