// Contacts and invitations of AccountsService.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "google/protobuf/util/time_util.h"
#include "services/accounts/accounts_service.h"
#include "services/accounts/domain/member_rules.h"

namespace millwright::accounts {
namespace {

using v1::Contact;
using v1::Invitation;

// The id of the company that an invitation is meant for.
absl::StatusOr<std::string> InvitedCompany(Reader& reader, const v1::CreateInvitationRequest& request) {
  if (request.email().empty() == request.company().empty()) {
    return Error::InvalidArgument("INVITATION_INVALID", "an invitation names one company")
        .Field("email", "set exactly one of `email` and `company`");
  }
  std::string company(LastSegment(request.company()));
  if (company.empty()) {
    MW_ASSIGN_OR_RETURN(auto member, FindSignIn(reader, EmailKey(request.email())));
    if (!member) return Error::NotFound("millwright.example/Member", request.email());
    company = member->company;
  }
  if (company == LastSegment(request.parent())) {
    return Error::InvalidArgument("INVITATION_INVALID", "a company can't invite itself")
        .Field(request.email().empty() ? "company" : "email", "name another company");
  }
  return company;
}

// The invitation if the caller's company made or got it, else NOT_FOUND.
absl::StatusOr<Invitation> VisibleInvitation(Reader& reader, const CallInfo& call, const std::string& name) {
  MW_ASSIGN_OR_RETURN(auto invitation, FindInvitation(reader, CompanyIdOf(name), LastSegment(name)));
  if (!invitation || (!call.principal.ActsFor(invitation->from_company()) &&
                      !call.principal.ActsFor(invitation->to_company()))) {
    return NoInvitation(name);
  }
  return *std::move(invitation);
}

}  // namespace

absl::StatusOr<Invitation> AccountsHandlers::CreateInvitation(const CallInfo& call,
                                                              const v1::CreateInvitationRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return NoCompany(request.parent());
  return Mutate<Invitation>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<Invitation> {
    MW_ASSIGN_OR_RETURN(std::string to, InvitedCompany(tx, request));
    return parts_.book.Invite(tx, Actor::Of(call), to, request.message());
  });
}

absl::StatusOr<Invitation> AccountsHandlers::GetInvitation(const CallInfo& call,
                                                           const v1::GetInvitationRequest& request) {
  return parts_.db.Read([&](Reader& reader) { return VisibleInvitation(reader, call, request.name()); }, call.deadline);
}

absl::StatusOr<v1::ListInvitationsResponse> AccountsHandlers::ListInvitations(
    const CallInfo& call, const v1::ListInvitationsRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return NoCompany(request.parent());
  MW_ASSIGN_OR_RETURN(Page page, parts_.pager.Begin(request.page_size(), request.page_token(),
                                                    absl::StrCat("invitations ", request.parent())));
  int64_t micros = 0;
  if (!page.first() && !absl::SimpleAtoi(page.keys[0], &micros)) return absl::InternalError("a page token lies");
  MW_ASSIGN_OR_RETURN(auto invitations, parts_.db.Read(
                                            [&](Reader& reader) {
                                              return accounts::ListInvitations(
                                                  reader, LastSegment(request.parent()), micros,
                                                  page.first() ? "" : page.keys[1], page.size + 1);
                                            },
                                            call.deadline));
  v1::ListInvitationsResponse response;
  for (Invitation& invitation : invitations) {
    if (response.invitations_size() == page.size) {
      const Invitation& last = response.invitations(page.size - 1);
      const int64_t time = google::protobuf::util::TimeUtil::TimestampToMicroseconds(last.create_time());
      response.set_next_page_token(
          parts_.pager.Token(page, {absl::StrCat(time), std::string(LastSegment(last.name()))}));
      break;
    }
    *response.add_invitations() = std::move(invitation);
  }
  return response;
}

absl::StatusOr<Invitation> AccountsHandlers::MoveInvitation(const CallInfo& call, const std::string& name,
                                                            InvitationMove move) {
  return Mutate<Invitation>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<Invitation> {
    MW_ASSIGN_OR_RETURN(Invitation invitation, VisibleInvitation(tx, call, name));
    return parts_.book.MoveInvitation(tx, Actor::Of(call), std::move(invitation), move);
  });
}

absl::StatusOr<Contact> AccountsHandlers::AcceptInvitation(const CallInfo& call,
                                                           const v1::AcceptInvitationRequest& request) {
  return Mutate<Contact>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<Contact> {
    MW_ASSIGN_OR_RETURN(Invitation invitation, VisibleInvitation(tx, call, request.name()));
    MW_RETURN_IF_ERROR(
        parts_.book.MoveInvitation(tx, Actor::Of(call), invitation, InvitationMove::kAccept).status());
    return AccountBook::ReadContact(tx, LastSegment(call.principal.company), LastSegment(invitation.from_company()));
  });
}

absl::StatusOr<Invitation> AccountsHandlers::DeclineInvitation(const CallInfo& call,
                                                               const v1::DeclineInvitationRequest& request) {
  return MoveInvitation(call, request.name(), InvitationMove::kDecline);
}

absl::StatusOr<Invitation> AccountsHandlers::WithdrawInvitation(const CallInfo& call,
                                                                const v1::WithdrawInvitationRequest& request) {
  return MoveInvitation(call, request.name(), InvitationMove::kWithdraw);
}

absl::StatusOr<Contact> AccountsHandlers::GetContact(const CallInfo& call, const v1::GetContactRequest& request) {
  const std::string company = CompanyIdOf(request.name());
  if (!call.principal.ActsFor(CompanyName(company))) return NoContact(request.name());
  return parts_.db.Read(
      [&](Reader& reader) { return AccountBook::ReadContact(reader, company, LastSegment(request.name())); },
      call.deadline);
}

absl::StatusOr<v1::ListContactsResponse> AccountsHandlers::ListContacts(const CallInfo& call,
                                                                        const v1::ListContactsRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return NoCompany(request.parent());
  MW_ASSIGN_OR_RETURN(Page page, parts_.pager.Begin(request.page_size(), request.page_token(),
                                                    absl::StrCat("contacts ", request.parent())));
  const std::string company(LastSegment(request.parent()));
  const std::string name = page.first() ? "" : page.keys[0], id = page.first() ? "" : page.keys[1];
  MW_ASSIGN_OR_RETURN(auto contacts, parts_.db.Read(
                                         [&](Reader& reader) {
                                           return accounts::ListContacts(reader, company, name, id, page.size + 1);
                                         },
                                         call.deadline));
  v1::ListContactsResponse response;
  for (const ContactListing& listing : contacts) {
    if (response.contacts_size() == page.size) {
      const Contact& last = response.contacts(page.size - 1);
      response.set_next_page_token(
          parts_.pager.Token(page, {last.display_name(), std::string(LastSegment(last.name()))}));
      break;
    }
    Contact& contact = *response.add_contacts();
    contact = ViewOf(listing.row, company, listing.other);
    contact.set_etag(EtagOf(listing.row.SideOf(company).version));
  }
  return response;
}

absl::StatusOr<Contact> AccountsHandlers::UpdateContact(const CallInfo& call, const v1::UpdateContactRequest& request) {
  const std::string& name = request.contact().name();
  if (!call.principal.ActsFor(CompanyName(CompanyIdOf(name)))) return NoContact(name);
  return Mutate<Contact>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.UpdateContact(tx, Actor::Of(call), request.contact(), request.update_mask());
  });
}

absl::StatusOr<Contact> AccountsHandlers::RevokeContact(const CallInfo& call, const v1::RevokeContactRequest& request) {
  if (!call.principal.ActsFor(CompanyName(CompanyIdOf(request.name())))) return NoContact(request.name());
  return Mutate<Contact>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.RevokeContact(tx, Actor::Of(call), LastSegment(request.name()), request.etag());
  });
}

}  // namespace millwright::accounts
