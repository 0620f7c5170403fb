// Sessions, companies and members; contacts and invitations are in contacts_service.cc.
#include "services/accounts/accounts_service.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/accounts/domain/company_rules.h"
#include "services/accounts/domain/member_rules.h"

namespace millwright::accounts {

using google::protobuf::Empty;
using v1::Company;
using v1::Member;
using v1::SignUpResponse;
using v1::TokenPair;

absl::StatusOr<SignUpResponse> AccountsHandlers::SignUp(const CallInfo& call, const v1::SignUpRequest& request) {
  Company company = request.company();
  Member owner = request.owner();
  owner.clear_roles();
  owner.add_roles(kOwnerRole);
  MW_RETURN_IF_ERROR(CheckSignUpKind(company.kind(), !request.shop().empty()));
  MW_RETURN_IF_ERROR(NormalizeCompany(company, "company"));
  MW_RETURN_IF_ERROR(NormalizeMember(owner, company.kind(), "owner"));
  MW_ASSIGN_OR_RETURN(auto replay, FindReplay<SignUpResponse>(call, parts_.db));
  if (replay) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(std::string hash, parts_.sessions.Hash(request.password()));
  TokenPair tokens;  // stays empty if another copy of this request got here first
  auto response = Mutate<SignUpResponse>(
      call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<SignUpResponse> {
        MW_ASSIGN_OR_RETURN(SignUpResponse made, parts_.book.SignUp(tx, company, owner, hash, request.shop(),
                                                                    call.trace.trace_id));
        MW_ASSIGN_OR_RETURN(tokens, parts_.sessions.Open(tx, made.owner()));
        return made;
      });
  if (response.ok() && !call.validate_only && !tokens.member().empty()) *response->mutable_tokens() = tokens;
  return response;
}

absl::StatusOr<TokenPair> AccountsHandlers::SignIn(const CallInfo&, const v1::SignInRequest& request) {
  return parts_.sessions.SignIn(request.email(), request.password());
}

absl::StatusOr<TokenPair> AccountsHandlers::RefreshTokens(const CallInfo&, const v1::RefreshTokensRequest& request) {
  return parts_.sessions.Refresh(request.refresh_token());
}

absl::StatusOr<Empty> AccountsHandlers::SignOut(const CallInfo&, const v1::SignOutRequest& request) {
  MW_RETURN_IF_ERROR(parts_.sessions.SignOut(request.refresh_token()));
  return Empty();
}

absl::StatusOr<google::api::HttpBody> AccountsHandlers::GetJwks(const CallInfo&, const v1::GetJwksRequest&) {
  google::api::HttpBody body;
  body.set_content_type("application/json");
  body.set_data(parts_.keys.Jwks());
  return body;
}

absl::StatusOr<Company> AccountsHandlers::GetCompany(const CallInfo& call, const v1::GetCompanyRequest& request) {
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<Company> {
        const absl::string_view id = LastSegment(request.name());
        if (call.principal.is_user() && !call.principal.ActsFor(request.name())) {
          MW_ASSIGN_OR_RETURN(auto contact, FindContact(reader, LastSegment(call.principal.company), id));
          if (!contact) return NoCompany(request.name());
        }
        MW_ASSIGN_OR_RETURN(auto company, accounts::GetCompany(reader, id));
        const bool foreign = call.principal.is_user() && !call.principal.ActsFor(request.name());
        return foreign ? PublicView(company.value) : WithEtag(std::move(company));
      },
      call.deadline);
}

absl::StatusOr<Company> AccountsHandlers::UpdateCompany(const CallInfo& call, const v1::UpdateCompanyRequest& request) {
  if (!call.principal.ActsFor(request.company().name())) return NoCompany(request.company().name());
  return Mutate<Company>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.UpdateCompany(tx, Actor::Of(call), request.company(), request.update_mask());
  });
}

absl::StatusOr<Member> AccountsHandlers::CreateMember(const CallInfo& call, const v1::CreateMemberRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return NoCompany(request.parent());
  MW_ASSIGN_OR_RETURN(auto replay, FindReplay<Member>(call, parts_.db));
  if (replay) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(std::string hash, parts_.sessions.Hash(request.password()));
  return Mutate<Member>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.CreateMember(tx, Actor::Of(call), request.member(), hash);
  });
}

absl::StatusOr<Member> AccountsHandlers::GetMember(const CallInfo& call, const v1::GetMemberRequest& request) {
  const std::string company = CompanyIdOf(request.name());
  if (!call.principal.ActsFor(CompanyName(company))) return NoMember(request.name());
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<Member> {
        MW_ASSIGN_OR_RETURN(auto member, accounts::GetMember(reader, company, LastSegment(request.name())));
        return WithEtag(std::move(member));
      },
      call.deadline);
}

absl::StatusOr<v1::ListMembersResponse> AccountsHandlers::ListMembers(const CallInfo& call,
                                                                      const v1::ListMembersRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return NoCompany(request.parent());
  MW_ASSIGN_OR_RETURN(Page page, parts_.pager.Begin(request.page_size(), request.page_token(),
                                                    absl::StrCat("members ", request.parent())));
  MW_ASSIGN_OR_RETURN(auto members, parts_.db.Read(
                                        [&](Reader& reader) {
                                          return accounts::ListMembers(reader, CompanyIdOf(request.parent()),
                                                                       page.first() ? "" : page.keys[0], page.size + 1);
                                        },
                                        call.deadline));
  v1::ListMembersResponse response;
  for (auto& member : members) {
    if (response.members_size() == page.size) {
      const std::string& last = response.members(page.size - 1).name();
      response.set_next_page_token(parts_.pager.Token(page, {std::string(LastSegment(last))}));
      break;
    }
    *response.add_members() = WithEtag(std::move(member));
  }
  return response;
}

absl::StatusOr<Member> AccountsHandlers::UpdateMember(const CallInfo& call, const v1::UpdateMemberRequest& request) {
  const std::string& name = request.member().name();
  if (!call.principal.ActsFor(CompanyName(CompanyIdOf(name)))) return NoMember(name);
  return Mutate<Member>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.UpdateMember(tx, Actor::Of(call), request.member(), request.update_mask());
  });
}

absl::StatusOr<Member> AccountsHandlers::DisableMember(const CallInfo& call, const v1::DisableMemberRequest& request) {
  if (!call.principal.ActsFor(CompanyName(CompanyIdOf(request.name())))) return NoMember(request.name());
  return Mutate<Member>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return parts_.book.DisableMember(tx, Actor::Of(call), LastSegment(request.name()), request.etag());
  });
}

}  // namespace millwright::accounts
