#include "services/accounts/domain/contact_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "google/protobuf/util/time_util.h"

namespace millwright::accounts {
namespace {

using v1::Contact;
using v1::Invitation;

struct Rule {
  InvitationMove move;
  const char* verb;
  Invitation::State to;
  bool by_inviter;
};
constexpr Rule kRules[] = {{InvitationMove::kAccept, "accepted", Invitation::ACCEPTED, false},
                           {InvitationMove::kDecline, "declined", Invitation::DECLINED, false},
                           {InvitationMove::kWithdraw, "withdrawn", Invitation::WITHDRAWN, true}};

}  // namespace

ContactRow ContactRow::Between(absl::string_view a, absl::string_view b, absl::Time now) {
  ContactRow row;
  row.low = std::string(std::min(a, b));
  row.high = std::string(std::max(a, b));
  row.create_time = now;
  return row;
}

Contact ViewOf(const ContactRow& row, absl::string_view company, const v1::Company& other) {
  const ContactSide& side = row.SideOf(company);
  Contact contact;
  contact.set_name(absl::StrCat("companies/", company, "/contacts/", row.OtherOf(company)));
  contact.set_contact_company(other.name());
  contact.set_display_name(other.display_name());
  contact.set_kind(other.kind());
  contact.set_state(row.state);
  contact.set_note(side.note);
  contact.set_payment_term_days(side.payment_term_days);
  *contact.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(row.create_time));
  return contact;
}

void SetState(ContactRow& row, Contact::State state) {
  row.state = state;
  ++row.low_side.version;
  ++row.high_side.version;
}

absl::Status Move(Invitation& invitation, InvitationMove move, absl::string_view company) {
  const Rule& rule = *std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& r) { return r.move == move; });
  if (company != (rule.by_inviter ? invitation.from_company() : invitation.to_company())) {
    return Error::PermissionDenied("INVITATION_SIDE",
                                   absl::StrCat("only the ", rule.by_inviter ? "inviting" : "invited",
                                                " company can have this invitation ", rule.verb))
        .Resource("millwright.example/Invitation", invitation.name());
  }
  if (invitation.state() != Invitation::PENDING) {
    const std::string& state = Invitation::State_Name(invitation.state());
    return Error::FailedPrecondition("INVITATION_NOT_PENDING",
                                     absl::StrCat("the invitation is ", state, ", not PENDING"))
        .Precondition("STATE", invitation.name(), absl::StrCat("a new invitation is needed to be ", rule.verb))
        .Meta("state", state);
  }
  invitation.set_state(rule.to);
  return absl::OkStatus();
}

}  // namespace millwright::accounts
