#include "services/accounts/account_book.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "google/protobuf/util/time_util.h"
#include "services/accounts/domain/company_rules.h"
#include "services/accounts/domain/member_rules.h"

namespace millwright::accounts {
namespace {

using google::protobuf::FieldMask;
using v1::Company;
using v1::Contact;
using v1::Invitation;
using v1::Member;

google::protobuf::Timestamp Stamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(MicrosOf(time));
}

absl::StatusOr<ContactRow> RequireContact(Reader& reader, absl::string_view self, absl::string_view other) {
  MW_ASSIGN_OR_RETURN(auto row, FindContact(reader, self, other));
  if (!row) return NoContact(absl::StrCat(CompanyName(self), "/contacts/", other));
  return *std::move(row);
}

absl::Status CheckTakesCustomer(const Company& shop, const Company& customer) {
  if (TakesCustomers(shop.kind(), customer.kind())) return absl::OkStatus();
  return NoCompany(shop.name());  // whoever is no shop is none of a stranger's business
}

}  // namespace

Actor Actor::Of(const CallInfo& call) {
  return {call.principal.Actor(), std::string(LastSegment(call.principal.company)), call.trace.trace_id};
}

template <typename T>
T WithEtag(Versioned<T> row) {
  row.value.set_etag(EtagOf(row.version));
  return std::move(row.value);
}
template Company WithEtag(Versioned<Company>);
template Member WithEtag(Versioned<Member>);

absl::Status AccountBook::Emit(Transaction& tx, const Actor& actor, const Change& change) {
  Event event;
  event.tenant = CompanyIdOf(change.aggregate);
  event.aggregate = std::string(change.aggregate);
  event.type = std::string(change.type);
  event.time = clock_.Now();
  event.actor = actor.name;
  event.trace = actor.trace;
  if (change.before != nullptr) event.before = change.before->SerializeAsString();
  if (change.after != nullptr) event.after = change.after->SerializeAsString();
  return outbox_.Append(tx, std::move(event)).status();
}

absl::StatusOr<v1::SignUpResponse> AccountBook::SignUp(Transaction& tx, Company company, Member owner,
                                                       absl::string_view password_hash, absl::string_view shop,
                                                       absl::string_view trace) {
  v1::SignUpResponse response;
  const std::string id = ids_.CompanyId();
  company.set_name(CompanyName(id));
  company.clear_etag();
  if (company.order_email().empty()) company.set_order_email(owner.email());
  *company.mutable_create_time() = *company.mutable_update_time() = Stamp(clock_.Now());
  MW_RETURN_IF_ERROR(InsertCompany(tx, company));

  owner.set_name(absl::StrCat(company.name(), "/members/", ids_.Owned(id)));
  const Actor actor{owner.name(), id, std::string(trace)};
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.company_created", company.name(), nullptr, &company}));
  MW_RETURN_IF_ERROR(InsertNewMember(tx, actor, owner, password_hash));
  *response.mutable_company() = WithEtag(Versioned<Company>{company});
  *response.mutable_owner() = WithEtag(Versioned<Member>{owner});
  if (shop.empty()) return response;

  MW_ASSIGN_OR_RETURN(auto named, GetCompany(tx, LastSegment(shop)));
  MW_RETURN_IF_ERROR(CheckTakesCustomer(named.value, company));
  if (named.value.contact_policy() == Company::OPEN) {
    MW_RETURN_IF_ERROR(Connect(tx, actor, LastSegment(shop)));
    MW_ASSIGN_OR_RETURN(*response.mutable_contact(), ReadContact(tx, id, LastSegment(shop)));
  } else {
    MW_ASSIGN_OR_RETURN(*response.mutable_invitation(), Invite(tx, actor, LastSegment(shop), ""));
  }
  return response;
}

absl::StatusOr<Company> AccountBook::UpdateCompany(Transaction& tx, const Actor& actor, const Company& change,
                                                   const FieldMask& mask) {
  MW_ASSIGN_OR_RETURN(auto row, GetCompany(tx, LastSegment(change.name())));
  MW_RETURN_IF_ERROR(CheckEtag(change.etag(), row.version, row.value.name()));
  const Company before = row.value;
  MW_RETURN_IF_ERROR(ApplyUpdateMask(change, mask, row.value));
  MW_RETURN_IF_ERROR(NormalizeCompany(row.value, "company"));
  *row.value.mutable_update_time() = Stamp(clock_.Now());
  MW_RETURN_IF_ERROR(accounts::UpdateCompany(tx, row));
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.company_updated", before.name(), &before, &row.value}));
  ++row.version;
  return WithEtag(std::move(row));
}

absl::Status AccountBook::InsertNewMember(Transaction& tx, const Actor& actor, Member& member,
                                          absl::string_view password_hash) {
  member.clear_etag();
  member.set_state(Member::ACTIVE);
  *member.mutable_create_time() = Stamp(clock_.Now());
  MW_RETURN_IF_ERROR(InsertMember(tx, member, password_hash));
  return Emit(tx, actor, {"accounts.member_created", member.name(), nullptr, &member});
}

absl::StatusOr<Member> AccountBook::CreateMember(Transaction& tx, const Actor& actor, Member member,
                                                 absl::string_view password_hash) {
  MW_ASSIGN_OR_RETURN(auto company, GetCompany(tx, actor.company));
  MW_RETURN_IF_ERROR(NormalizeMember(member, company.value.kind(), "member"));
  member.set_name(absl::StrCat(CompanyName(actor.company), "/members/", ids_.Owned(actor.company)));
  MW_RETURN_IF_ERROR(InsertNewMember(tx, actor, member, password_hash));
  return WithEtag(Versioned<Member>{std::move(member)});
}

absl::StatusOr<Member> AccountBook::UpdateMember(Transaction& tx, const Actor& actor, const Member& change,
                                                 const FieldMask& mask) {
  MW_ASSIGN_OR_RETURN(auto row, GetMember(tx, actor.company, LastSegment(change.name())));
  MW_ASSIGN_OR_RETURN(auto company, GetCompany(tx, actor.company));
  MW_RETURN_IF_ERROR(CheckEtag(change.etag(), row.version, row.value.name()));
  const Member before = row.value;
  MW_RETURN_IF_ERROR(ApplyUpdateMask(change, mask, row.value));
  MW_RETURN_IF_ERROR(NormalizeMember(row.value, company.value.kind(), "member"));
  MW_ASSIGN_OR_RETURN(int64_t others, CountOtherOwners(tx, actor.company, LastSegment(change.name())));
  MW_RETURN_IF_ERROR(CheckOwnerStays(before, row.value, others));
  MW_RETURN_IF_ERROR(accounts::UpdateMember(tx, row));
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.member_updated", before.name(), &before, &row.value}));
  ++row.version;
  return WithEtag(std::move(row));
}

absl::StatusOr<Member> AccountBook::DisableMember(Transaction& tx, const Actor& actor, absl::string_view member,
                                                  absl::string_view etag) {
  MW_ASSIGN_OR_RETURN(auto row, GetMember(tx, actor.company, member));
  MW_RETURN_IF_ERROR(CheckEtag(etag, row.version, row.value.name()));
  if (row.value.state() == Member::DISABLED) return WithEtag(std::move(row));
  const Member before = row.value;
  row.value.set_state(Member::DISABLED);
  MW_ASSIGN_OR_RETURN(int64_t others, CountOtherOwners(tx, actor.company, member));
  MW_RETURN_IF_ERROR(CheckOwnerStays(before, row.value, others));
  MW_RETURN_IF_ERROR(accounts::UpdateMember(tx, row));
  MW_RETURN_IF_ERROR(DeleteSessionsOf(tx, actor.company, member));
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.member_disabled", before.name(), &before, &row.value}));
  ++row.version;
  return WithEtag(std::move(row));
}

absl::StatusOr<Invitation> AccountBook::Invite(Transaction& tx, const Actor& actor, absl::string_view to,
                                               absl::string_view message) {
  MW_ASSIGN_OR_RETURN(auto from_company, GetCompany(tx, actor.company));
  MW_ASSIGN_OR_RETURN(auto to_company, GetCompany(tx, to));
  MW_ASSIGN_OR_RETURN(auto contact, FindContact(tx, actor.company, to));
  if (contact && contact->state == Contact::ACTIVE) {
    return Error::AlreadyExists("millwright.example/Contact", to_company.value.name(),
                                "the two companies are contacts");
  }
  MW_ASSIGN_OR_RETURN(auto theirs, FindOpenInvitation(tx, to, actor.company));
  if (theirs) return MoveInvitation(tx, actor, *std::move(theirs), InvitationMove::kAccept);

  Invitation invitation;
  invitation.set_name(absl::StrCat(CompanyName(actor.company), "/invitations/", ids_.Owned(actor.company)));
  invitation.set_from_company(from_company.value.name());
  invitation.set_from_display_name(from_company.value.display_name());
  invitation.set_to_company(to_company.value.name());
  invitation.set_to_display_name(to_company.value.display_name());
  invitation.set_state(Invitation::PENDING);
  invitation.set_message(std::string(message));
  *invitation.mutable_create_time() = Stamp(clock_.Now());
  MW_RETURN_IF_ERROR(InsertInvitation(tx, invitation));
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.invitation_created", invitation.name(), nullptr, &invitation}));
  return invitation;
}

absl::StatusOr<Invitation> AccountBook::MoveInvitation(Transaction& tx, const Actor& actor, Invitation invitation,
                                                       InvitationMove move) {
  const Invitation before = invitation;
  MW_RETURN_IF_ERROR(Move(invitation, move, CompanyName(actor.company)));
  MW_RETURN_IF_ERROR(SetInvitationState(tx, invitation));
  const char* type = move == InvitationMove::kAccept    ? "accounts.invitation_accepted"
                     : move == InvitationMove::kDecline ? "accounts.invitation_declined"
                                                        : "accounts.invitation_withdrawn";
  MW_RETURN_IF_ERROR(Emit(tx, actor, {type, invitation.name(), &before, &invitation}));
  if (move != InvitationMove::kAccept) return invitation;
  MW_RETURN_IF_ERROR(Connect(tx, actor, LastSegment(invitation.from_company())));
  return invitation;
}

absl::Status AccountBook::Connect(Transaction& tx, const Actor& actor, absl::string_view other) {
  MW_ASSIGN_OR_RETURN(auto earlier, FindContact(tx, actor.company, other));
  ContactRow row = earlier ? *std::move(earlier) : ContactRow::Between(actor.company, other, clock_.Now());
  SetState(row, Contact::ACTIVE);
  MW_RETURN_IF_ERROR(PutContact(tx, row));
  // Whatever was open between the two is settled by this.
  MW_ASSIGN_OR_RETURN(auto mine, FindOpenInvitation(tx, actor.company, other));
  if (mine) {
    mine->set_state(Invitation::ACCEPTED);
    MW_RETURN_IF_ERROR(SetInvitationState(tx, *mine));
  }
  MW_ASSIGN_OR_RETURN(Contact contact, ReadContact(tx, actor.company, other));
  contact.clear_note();  // nobody else's business, not even in an event
  contact.clear_etag();
  return Emit(tx, actor, {"accounts.contact_created", contact.name(), nullptr, &contact});
}

absl::StatusOr<Contact> AccountBook::ReadContact(Reader& reader, absl::string_view self, absl::string_view other) {
  MW_ASSIGN_OR_RETURN(ContactRow row, RequireContact(reader, self, other));
  MW_ASSIGN_OR_RETURN(auto company, GetCompany(reader, other));
  Contact contact = ViewOf(row, self, company.value);
  contact.set_etag(EtagOf(row.SideOf(self).version));
  return contact;
}

absl::StatusOr<Contact> AccountBook::UpdateContact(Transaction& tx, const Actor& actor, const Contact& change,
                                                   const FieldMask& mask) {
  const absl::string_view other = LastSegment(change.name());
  MW_ASSIGN_OR_RETURN(Contact contact, ReadContact(tx, actor.company, other));
  MW_ASSIGN_OR_RETURN(ContactRow row, RequireContact(tx, actor.company, other));
  ContactSide& side = row.SideOf(actor.company);
  MW_RETURN_IF_ERROR(CheckEtag(change.etag(), side.version, change.name()));
  MW_RETURN_IF_ERROR(ApplyUpdateMask(change, mask, contact));
  side = {contact.note(), contact.payment_term_days(), side.version + 1};
  MW_RETURN_IF_ERROR(PutContact(tx, row));
  contact.set_etag(EtagOf(side.version));
  return contact;
}

absl::StatusOr<Contact> AccountBook::RevokeContact(Transaction& tx, const Actor& actor, absl::string_view other,
                                                   absl::string_view etag) {
  MW_ASSIGN_OR_RETURN(Contact before, ReadContact(tx, actor.company, other));
  MW_ASSIGN_OR_RETURN(ContactRow row, RequireContact(tx, actor.company, other));
  MW_RETURN_IF_ERROR(CheckEtag(etag, row.SideOf(actor.company).version, before.name()));
  if (row.state == Contact::REVOKED) return before;
  SetState(row, Contact::REVOKED);
  MW_RETURN_IF_ERROR(PutContact(tx, row));
  MW_ASSIGN_OR_RETURN(Contact after, ReadContact(tx, actor.company, other));
  Contact seen_before = before, seen_after = after;
  for (Contact* seen : {&seen_before, &seen_after}) {
    seen->clear_note();
    seen->clear_etag();
  }
  MW_RETURN_IF_ERROR(Emit(tx, actor, {"accounts.contact_revoked", after.name(), &seen_before, &seen_after}));
  return after;
}

}  // namespace millwright::accounts
