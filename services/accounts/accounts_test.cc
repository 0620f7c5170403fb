// Sign-up, companies and members through the handlers.
#include <set>

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "services/accounts/test_world.h"

namespace millwright::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::Company;
using v1::Member;

class AccountsTest : public World {
 protected:
  absl::StatusOr<Member> AddMember(const Signed& who, const std::string& email, std::vector<std::string> roles = {}) {
    v1::CreateMemberRequest request;
    request.set_parent(who.company);
    request.mutable_member()->set_display_name("Ben");
    request.mutable_member()->set_email(email);
    for (const std::string& role : roles) request.mutable_member()->add_roles(role);
    request.set_password(kPassword);
    return accounts_->CreateMember(As(who), request);
  }
  absl::StatusOr<Company> Get(const CallInfo& call, const std::string& name) {
    v1::GetCompanyRequest request;
    request.set_name(name);
    return accounts_->GetCompany(call, request);
  }
};

TEST_F(AccountsTest, SignUpMakesCompanyOwnerAndTokens) {
  Signed lab = SignUp("lab", Company::LAB);
  EXPECT_EQ(lab.answer.company().order_email(), "owner@lab.example");
  EXPECT_THAT(lab.answer.owner().roles(), ElementsAre("owner"));
  EXPECT_EQ(lab.answer.owner().state(), Member::ACTIVE);
  EXPECT_EQ(lab.answer.tokens().member(), lab.owner);
  EXPECT_EQ(lab.owner.rfind(lab.company + "/members/", 0), 0u);
  EXPECT_THAT(EventTypes(), ElementsAre("accounts.company_created", "accounts.member_created"));
  auto own = Get(As(lab), lab.company);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->SerializeAsString(), lab.answer.company().SerializeAsString());
}

TEST_F(AccountsTest, ARepeatedSignUpAnswersTheSameButWithoutTokens) {
  CallInfo call = Public();
  auto request = SignUpRequestOf("lab", Company::LAB);
  auto first = accounts_->SignUp(call, request);
  ASSERT_TRUE(first.ok()) << first.status();
  Restart();
  auto second = accounts_->SignUp(call, request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(second->has_tokens());
  first->clear_tokens();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  call.request_hash = "of another request";
  EXPECT_EQ(ReasonOf(accounts_->SignUp(call, request).status()), "REQUEST_ID_REUSED");
}

TEST_F(AccountsTest, ADrySignUpMakesNothing) {
  CallInfo call = Public();
  call.validate_only = true;
  auto request = SignUpRequestOf("lab", Company::LAB);
  auto dry = accounts_->SignUp(call, request);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_EQ(dry->company().display_name(), "lab");
  EXPECT_FALSE(dry->has_tokens());
  EXPECT_THAT(EventTypes(), IsEmpty());
  EXPECT_TRUE(accounts_->SignUp(Public(), request).ok());
}

TEST_F(AccountsTest, AnAddressHasOneAccountWhateverItsCase) {
  SignUp("lab", Company::LAB);
  auto request = SignUpRequestOf("other", Company::LAB);
  request.mutable_owner()->set_email("OWNER@Lab.example");
  absl::Status status = accounts_->SignUp(Public(), request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
}

TEST_F(AccountsTest, ACustomerThatNamesAnOpenShopIsItsContactAtOnce) {
  auto shop_request = SignUpRequestOf("shop", Company::SHOP);
  shop_request.mutable_company()->set_contact_policy(Company::OPEN);
  Signed shop = SignUp(shop_request);
  for (auto kind : {Company::CUSTOMER, Company::PERSON}) {
    auto request = SignUpRequestOf(absl::StrCat("buyer", kind), kind);
    request.set_shop(shop.company);
    Signed buyer = SignUp(request);
    EXPECT_EQ(buyer.answer.contact().contact_company(), shop.company);
    EXPECT_EQ(buyer.answer.contact().state(), v1::Contact::ACTIVE);
    EXPECT_FALSE(buyer.answer.has_invitation());
  }
}

TEST_F(AccountsTest, ACustomerThatNamesAnotherShopInvitesIt) {
  Signed shop = SignUp("shop", Company::SHOP);
  auto request = SignUpRequestOf("buyer", Company::CUSTOMER);
  request.set_shop(shop.company);
  Signed buyer = SignUp(request);
  EXPECT_FALSE(buyer.answer.has_contact());
  EXPECT_EQ(buyer.answer.invitation().to_company(), shop.company);
  EXPECT_EQ(buyer.answer.invitation().state(), v1::Invitation::PENDING);
}

TEST_F(AccountsTest, WhoIsNoShopCanNotBeNamedAsOne) {
  Signed lab = SignUp("lab", Company::LAB);
  for (const std::string& name : {lab.company, std::string("companies/unknown0001")}) {
    auto request = SignUpRequestOf("buyer", Company::CUSTOMER);
    request.set_shop(name);
    absl::Status status = accounts_->SignUp(Public(), request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << name;
  }
  EXPECT_EQ(EventTypes().size(), 2u) << "nothing of the failed sign-ups is left";
}

TEST_F(AccountsTest, AForeignCompanyLooksLikeAnAbsentOne) {
  Signed lab = SignUp("lab", Company::LAB), other = SignUp("other", Company::LAB);
  absl::Status foreign = Get(As(lab), other.company).status();
  absl::Status absent = Get(As(lab), "companies/nobody0001").status();
  EXPECT_EQ(foreign.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(absent.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(foreign), ReasonOf(absent));
}

TEST_F(AccountsTest, AContactIsSeenWithoutItsPrivateFieldsAServiceSeesAll) {
  Signed lab = SignUp("lab", Company::LAB);
  auto request = SignUpRequestOf("center", Company::CENTER);
  request.mutable_company()->set_billing_email("billing@center.example");
  request.mutable_company()->set_bank_account("DE02");
  Signed center = SignUp(request);
  Connect(lab, center);
  auto seen = Get(As(lab), center.company);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->billing_email(), "");
  EXPECT_EQ(seen->bank_account(), "DE02");
  EXPECT_EQ(Get(AsService("orders"), center.company)->billing_email(), "billing@center.example");
}

TEST_F(AccountsTest, UpdatingACompanyFollowsMaskAndEtag) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::UpdateCompanyRequest request;
  *request.mutable_company() = lab.answer.company();
  request.mutable_company()->set_display_name("Better lab");
  request.mutable_company()->set_bank_account("not in the mask");
  request.mutable_update_mask()->add_paths("display_name");
  auto updated = accounts_->UpdateCompany(As(lab), request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->display_name(), "Better lab");
  EXPECT_EQ(updated->bank_account(), "");
  EXPECT_NE(updated->etag(), lab.answer.company().etag());
  EXPECT_EQ(Get(As(lab), lab.company)->etag(), updated->etag());
  absl::Status stale = accounts_->UpdateCompany(As(lab), request).status();
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted) << stale;
}

TEST_F(AccountsTest, TheKindOfACompanyStays) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::UpdateCompanyRequest request;
  request.mutable_company()->set_name(lab.company);
  request.mutable_company()->set_kind(Company::SHOP);
  request.mutable_update_mask()->add_paths("kind");
  EXPECT_EQ(accounts_->UpdateCompany(As(lab), request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(AccountsTest, MembersAreAddedListedAndPaged) {
  Signed lab = SignUp("lab", Company::LAB);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(AddMember(lab, absl::StrCat("m", i, "@lab.example")).ok());
  v1::ListMembersRequest request;
  request.set_parent(lab.company);
  request.set_page_size(2);
  std::set<std::string> names;
  int pages = 0;
  do {
    auto page = accounts_->ListMembers(As(lab), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Member& member : page->members()) names.insert(member.name());
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 5u);
  EXPECT_EQ(pages, 3);
  Signed other = SignUp("other", Company::LAB);
  EXPECT_EQ(accounts_->ListMembers(As(other), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AccountsTest, TheLastOwnerCanNeitherLeaveNorBeDisabled) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::UpdateMemberRequest demote;
  demote.mutable_member()->set_name(lab.owner);
  demote.mutable_member()->add_roles("member");
  demote.mutable_update_mask()->add_paths("roles");
  EXPECT_EQ(ReasonOf(accounts_->UpdateMember(As(lab), demote).status()), "LAST_OWNER");
  v1::DisableMemberRequest disable;
  disable.set_name(lab.owner);
  EXPECT_EQ(ReasonOf(accounts_->DisableMember(As(lab), disable).status()), "LAST_OWNER");

  ASSERT_TRUE(AddMember(lab, "second@lab.example", {"owner"}).ok());
  EXPECT_TRUE(accounts_->UpdateMember(As(lab), demote).ok());
  auto disabled = accounts_->DisableMember(As(lab), disable);
  ASSERT_TRUE(disabled.ok()) << disabled.status();
  EXPECT_EQ(disabled->state(), Member::DISABLED);
}

TEST_F(AccountsTest, ForeignMembersLookAbsent) {
  Signed lab = SignUp("lab", Company::LAB), other = SignUp("other", Company::LAB);
  v1::GetMemberRequest get;
  get.set_name(other.owner);
  EXPECT_EQ(accounts_->GetMember(As(lab), get).status().code(), absl::StatusCode::kNotFound);
  v1::UpdateMemberRequest update;
  update.mutable_member()->set_name(other.owner);
  update.mutable_member()->set_display_name("Eve");
  EXPECT_EQ(accounts_->UpdateMember(As(lab), update).status().code(), absl::StatusCode::kNotFound);
  v1::DisableMemberRequest disable;
  disable.set_name(other.owner);
  EXPECT_EQ(accounts_->DisableMember(As(lab), disable).status().code(), absl::StatusCode::kNotFound);
  get.set_name(lab.company + "/members/nobody");
  EXPECT_EQ(accounts_->GetMember(As(lab), get).status().code(), absl::StatusCode::kNotFound);
  get.set_name(lab.owner);
  EXPECT_TRUE(accounts_->GetMember(As(lab), get).ok());
}

TEST_F(AccountsTest, TheEventTellsBeforeAndAfterAndWho) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::UpdateCompanyRequest request;
  request.mutable_company()->set_name(lab.company);
  request.mutable_company()->set_display_name("New");
  ASSERT_TRUE(accounts_->UpdateCompany(As(lab), request).ok());
  auto events = *db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, 0, 100); });
  const Event& event = events.back();
  EXPECT_EQ(event.type, "accounts.company_updated");
  EXPECT_EQ(event.aggregate, lab.company);
  EXPECT_EQ(event.sequence, 2);
  EXPECT_EQ(event.actor, lab.owner);
  Company before, after;
  ASSERT_TRUE(before.ParseFromString(event.before) && after.ParseFromString(event.after));
  EXPECT_EQ(before.display_name(), "lab");
  EXPECT_EQ(after.display_name(), "New");
}

}  // namespace
}  // namespace millwright::accounts
