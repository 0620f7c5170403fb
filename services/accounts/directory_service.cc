#include "services/accounts/directory_service.h"

#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "services/accounts/account_book.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {
namespace {

using internal::accounts::v1::GetRelationRequest;
using internal::accounts::v1::GetRelationResponse;
using internal::accounts::v1::ResolveMailboxesRequest;
using internal::accounts::v1::ResolveMailboxesResponse;

common::v1::Party PartyOf(const v1::Company& company) {
  common::v1::Party party;
  party.set_company(company.name());
  party.set_display_name(company.display_name());
  if (company.has_address()) *party.mutable_address() = company.address();
  party.set_vat_id(company.vat_id());
  party.set_email(company.order_email());
  party.set_language_code(company.language_code());
  party.set_time_zone(company.time_zone());
  party.set_bank_account(company.bank_account());
  return party;
}

}  // namespace

absl::StatusOr<GetRelationResponse> DirectoryHandlers::GetRelation(const CallInfo& call,
                                                                   const GetRelationRequest& request) {
  const Principal& caller = call.principal;
  if (caller.is_user() && !caller.ActsFor(request.buyer()) && !caller.ActsFor(request.seller())) {
    return NoCompany(request.seller());
  }
  return db_.Read(
      [&](Reader& reader) -> absl::StatusOr<GetRelationResponse> {
        const absl::string_view buyer = LastSegment(request.buyer()), seller = LastSegment(request.seller());
        MW_ASSIGN_OR_RETURN(auto buying, GetCompany(reader, buyer));
        MW_ASSIGN_OR_RETURN(auto selling, GetCompany(reader, seller));
        MW_ASSIGN_OR_RETURN(auto contact, FindContact(reader, buyer, seller));
        GetRelationResponse response;
        response.set_contacts(contact && contact->state == v1::Contact::ACTIVE);
        *response.mutable_buyer() = PartyOf(buying.value);
        *response.mutable_seller() = PartyOf(selling.value);
        response.set_buyer_kind(v1::Company::Kind_Name(buying.value.kind()));
        response.set_seller_kind(v1::Company::Kind_Name(selling.value.kind()));
        const int days = contact ? contact->SideOf(seller).payment_term_days : 0;
        response.set_payment_term_days(days > 0 ? days : kDefaultPaymentTermDays);
        return response;
      },
      call.deadline);
}

absl::StatusOr<ResolveMailboxesResponse> DirectoryHandlers::ResolveMailboxes(const CallInfo& call,
                                                                             const ResolveMailboxesRequest& request) {
  return db_.Read(
      [&](Reader& reader) -> absl::StatusOr<ResolveMailboxesResponse> {
        MW_ASSIGN_OR_RETURN(auto company, GetCompany(reader, LastSegment(request.company())));
        ResolveMailboxesResponse response;
        *response.mutable_company() = PartyOf(company.value);
        response.set_billing_email(company.value.billing_email());
        // A member of another company is as good as none: mails of this one don't go there.
        if (CompanyName(CompanyIdOf(request.member())) != company.value.name()) return response;
        auto member = GetMember(reader, CompanyIdOf(request.member()), LastSegment(request.member()));
        if (absl::IsNotFound(member.status())) return response;
        MW_RETURN_IF_ERROR(member.status());
        response.set_member_display_name(member->value.display_name());
        if (member->value.state() == v1::Member::ACTIVE) response.set_member_email(member->value.email());
        return response;
      },
      call.deadline);
}

}  // namespace millwright::accounts
