// Handlers of millwright.accounts.v1.AccountsService: who may see what, and translation. The rules are in domain/, the
// changes in account_book.h and session_book.h.
//
// A company sees itself, its contacts (without their private fields) and its own members, invitations and contacts;
// everything else is NOT_FOUND, as if it did not exist.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVICE_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "google/api/httpbody.pb.h"
#include "google/protobuf/empty.pb.h"
#include "millwright/accounts/v1/accounts_service.pb.h"
#include "services/accounts/account_book.h"
#include "services/accounts/session_book.h"
#include "services/accounts/signing_keys.h"

namespace millwright::accounts {

class AccountsHandlers {
 public:
  struct Parts {
    Database& db;
    AccountBook& book;
    SessionBook& sessions;
    const SigningKeys& keys;
    const Clock& clock;
    Pager pager;
  };
  explicit AccountsHandlers(Parts parts) : parts_(std::move(parts)) {}

  absl::StatusOr<v1::SignUpResponse> SignUp(const CallInfo& call, const v1::SignUpRequest& request);
  absl::StatusOr<v1::TokenPair> SignIn(const CallInfo& call, const v1::SignInRequest& request);
  absl::StatusOr<v1::TokenPair> RefreshTokens(const CallInfo& call, const v1::RefreshTokensRequest& request);
  absl::StatusOr<google::protobuf::Empty> SignOut(const CallInfo& call, const v1::SignOutRequest& request);
  absl::StatusOr<google::api::HttpBody> GetJwks(const CallInfo& call, const v1::GetJwksRequest& request);

  absl::StatusOr<v1::Company> GetCompany(const CallInfo& call, const v1::GetCompanyRequest& request);
  absl::StatusOr<v1::Company> UpdateCompany(const CallInfo& call, const v1::UpdateCompanyRequest& request);

  absl::StatusOr<v1::Member> CreateMember(const CallInfo& call, const v1::CreateMemberRequest& request);
  absl::StatusOr<v1::Member> GetMember(const CallInfo& call, const v1::GetMemberRequest& request);
  absl::StatusOr<v1::ListMembersResponse> ListMembers(const CallInfo& call, const v1::ListMembersRequest& request);
  absl::StatusOr<v1::Member> UpdateMember(const CallInfo& call, const v1::UpdateMemberRequest& request);
  absl::StatusOr<v1::Member> DisableMember(const CallInfo& call, const v1::DisableMemberRequest& request);

  absl::StatusOr<v1::Invitation> CreateInvitation(const CallInfo& call, const v1::CreateInvitationRequest& request);
  absl::StatusOr<v1::Invitation> GetInvitation(const CallInfo& call, const v1::GetInvitationRequest& request);
  absl::StatusOr<v1::ListInvitationsResponse> ListInvitations(const CallInfo& call,
                                                              const v1::ListInvitationsRequest& request);
  absl::StatusOr<v1::Contact> AcceptInvitation(const CallInfo& call, const v1::AcceptInvitationRequest& request);
  absl::StatusOr<v1::Invitation> DeclineInvitation(const CallInfo& call, const v1::DeclineInvitationRequest& request);
  absl::StatusOr<v1::Invitation> WithdrawInvitation(const CallInfo& call, const v1::WithdrawInvitationRequest& request);

  absl::StatusOr<v1::Contact> GetContact(const CallInfo& call, const v1::GetContactRequest& request);
  absl::StatusOr<v1::ListContactsResponse> ListContacts(const CallInfo& call, const v1::ListContactsRequest& request);
  absl::StatusOr<v1::Contact> UpdateContact(const CallInfo& call, const v1::UpdateContactRequest& request);
  absl::StatusOr<v1::Contact> RevokeContact(const CallInfo& call, const v1::RevokeContactRequest& request);

 private:
  absl::StatusOr<v1::Invitation> MoveInvitation(const CallInfo& call, const std::string& name, InvitationMove move);

  Parts parts_;
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_ACCOUNTS_SERVICE_H_
