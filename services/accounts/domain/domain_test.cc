#include <string>
#include <vector>

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/domain/company_rules.h"
#include "services/accounts/domain/contact_rules.h"
#include "services/accounts/domain/member_rules.h"
#include "services/accounts/domain/refresh_token.h"
#include "services/accounts/domain/sign_in_throttle.h"

namespace millwright::accounts {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::StartsWith;
using v1::Company;
using v1::Contact;
using v1::Invitation;
using v1::Member;

TEST(VatIdTest, IsCleanedAndCheckedByState) {
  struct Case {
    const char *in, *region, *out;  // out null: refused
  };
  for (const Case& c : std::vector<Case>{{"", "PL", ""},
                                         {" - ", "PL", ""},
                                         {"pl 526-025-02-74", "", "PL5260250274"},
                                         {"526.025.02.74", "PL", "PL5260250274"},
                                         {"094259216", "GR", "EL094259216"},
                                         {"526.025.02.74", "", nullptr},
                                         {"PL52602502741", "", nullptr},
                                         {"PL526025027A", "", nullptr},
                                         {"ATU12345678", "", "ATU12345678"},
                                         {"AT12345678", "", nullptr},
                                         {"ESX1234567X", "", "ESX1234567X"},
                                         {"FRXX123456789", "", "FRXX123456789"},
                                         {"IE1234567FA", "", "IE1234567FA"},
                                         {"IE1+23456A", "", "IE1+23456A"},
                                         {"XIGD123", "", "XIGD123"},
                                         {"XIGD1234", "", nullptr},
                                         {"RO12", "", "RO12"},
                                         {"CHE123456789", "", "CHE123456789"},
                                         {"US12-3456789", "", "US123456789"},
                                         {"US1", "", nullptr},
                                         {"GB+12345678", "", nullptr},
                                         {"DE12345678\xC3\xA4", "", nullptr}}) {
    auto clean = CleanVatId(c.in, c.region);
    EXPECT_EQ(clean.ok(), c.out != nullptr) << c.in;
    if (c.out != nullptr) {
      EXPECT_EQ(clean.value_or("refused"), c.out);
    }
  }
}

TEST(CompanyRulesTest, DefaultsAreFilledInAndTextsTrimmed) {
  Company company;
  company.set_display_name("  Lab \t");
  company.set_kind(Company::LAB);
  company.set_vat_id("pl5260250274");
  ASSERT_TRUE(NormalizeCompany(company, "company").ok());
  EXPECT_EQ(company.display_name(), "Lab");
  EXPECT_EQ(company.vat_id(), "PL5260250274");
  EXPECT_EQ(company.time_zone(), "UTC");
  EXPECT_EQ(company.language_code(), "en");
  EXPECT_EQ(company.contact_policy(), Company::INVITATION);
}

TEST(CompanyRulesTest, EveryWrongFieldIsNamed) {
  Company company;
  company.set_display_name(" ");
  company.set_vat_id("123");
  auto fields = FieldViolationsOf(NormalizeCompany(company, "company"));
  EXPECT_THAT(fields, ElementsAre(StartsWith("company.display_name: "), StartsWith("company.kind: "),
                                  StartsWith("company.vat_id: ")));
}

TEST(CompanyRulesTest, KindsAtSignUp) {
  for (auto kind : {Company::CUSTOMER, Company::LAB, Company::CENTER, Company::SHOP}) {
    EXPECT_TRUE(CheckSignUpKind(kind, false).ok());
    EXPECT_TRUE(TakesCustomers(Company::SHOP, kind));
    EXPECT_TRUE(TakesCustomers(Company::CENTER, kind));
    EXPECT_FALSE(TakesCustomers(Company::LAB, kind));
  }
  EXPECT_FALSE(CheckSignUpKind(Company::OPERATOR, true).ok());
  EXPECT_FALSE(CheckSignUpKind(Company::PERSON, false).ok());
  EXPECT_TRUE(CheckSignUpKind(Company::PERSON, true).ok());
  EXPECT_TRUE(TakesCustomers(Company::SHOP, Company::PERSON));
  EXPECT_FALSE(TakesCustomers(Company::CENTER, Company::PERSON));
}

TEST(CompanyRulesTest, ContactsDoNotSeePrivateFields) {
  Company company;
  company.set_display_name("Lab");
  company.set_bank_account("DE02120300000000202051");
  company.set_billing_email("billing@lab.example");
  company.set_contact_policy(Company::OPEN);
  company.set_etag("x");
  Company view = PublicView(company);
  EXPECT_EQ(view.bank_account(), company.bank_account()) << "it is printed on invoices";
  EXPECT_EQ(view.billing_email(), "");
  EXPECT_EQ(view.contact_policy(), Company::CONTACT_POLICY_UNSPECIFIED);
  EXPECT_EQ(view.etag(), "");
}

Member MemberWith(std::vector<std::string> roles, Member::State state = Member::ACTIVE) {
  Member member;
  member.set_display_name("Anna");
  member.set_state(state);
  for (const std::string& role : roles) member.add_roles(role);
  return member;
}

TEST(MemberRulesTest, RolesAreAKnownSet) {
  struct Case {
    std::vector<std::string> in;
    Company::Kind kind;
    std::vector<std::string> out;  // empty: refused
  };
  for (const Case& c : std::vector<Case>{{{}, Company::LAB, {"member"}},
                                         {{"watcher", "owner", "watcher"}, Company::LAB, {"owner", "watcher"}},
                                         {{"billing"}, Company::CUSTOMER, {"billing"}},
                                         {{"operator"}, Company::LAB, {}},
                                         {{"operator"}, Company::OPERATOR, {"operator"}},
                                         {{"admin"}, Company::OPERATOR, {}},
                                         {{"Owner"}, Company::LAB, {}}}) {
    Member member = MemberWith(c.in);
    absl::Status status = NormalizeMember(member, c.kind, "member");
    EXPECT_EQ(status.ok(), !c.out.empty()) << status;
    if (c.out.empty()) {
      EXPECT_THAT(FieldViolationsOf(status), Contains(StartsWith("member.roles: ")));
    } else {
      EXPECT_EQ(std::vector<std::string>(member.roles().begin(), member.roles().end()), c.out);
    }
  }
}

TEST(MemberRulesTest, TheLastOwnerStays) {
  const Member owner = MemberWith({"owner"}), plain = MemberWith({"member"});
  const Member disabled = MemberWith({"owner"}, Member::DISABLED);
  EXPECT_EQ(ReasonOf(CheckOwnerStays(owner, plain, 0)), "LAST_OWNER");
  EXPECT_EQ(ReasonOf(CheckOwnerStays(owner, disabled, 0)), "LAST_OWNER");
  EXPECT_TRUE(CheckOwnerStays(owner, plain, 1).ok());
  EXPECT_TRUE(CheckOwnerStays(owner, owner, 0).ok());
  EXPECT_TRUE(CheckOwnerStays(plain, plain, 0).ok());
  EXPECT_TRUE(CheckOwnerStays(disabled, plain, 0).ok());
}

TEST(MemberRulesTest, AddressesAreEqualWhateverTheirCase) {
  EXPECT_EQ(EmailKey(" Anna@Lab.EXAMPLE "), "anna@lab.example");
}

TEST(ContactRulesTest, BothSidesSeeOneRowAndTheirOwnFields) {
  ContactRow row = ContactRow::Between("bbb", "aaa", absl::FromUnixSeconds(5));
  EXPECT_EQ(row.low, "aaa");
  row.SideOf("aaa").note = "slow payer";
  row.SideOf("bbb").payment_term_days = 30;
  Company a, b;
  a.set_name("companies/aaa");
  a.set_display_name("A");
  b.set_name("companies/bbb");
  b.set_display_name("B");
  Contact seen_by_a = ViewOf(row, "aaa", b), seen_by_b = ViewOf(row, "bbb", a);
  EXPECT_EQ(seen_by_a.name(), "companies/aaa/contacts/bbb");
  EXPECT_EQ(seen_by_b.name(), "companies/bbb/contacts/aaa");
  EXPECT_EQ(seen_by_a.note(), "slow payer");
  EXPECT_EQ(seen_by_b.note(), "");
  EXPECT_EQ(seen_by_a.payment_term_days(), 0);
  EXPECT_EQ(seen_by_b.payment_term_days(), 30);
  EXPECT_EQ(seen_by_b.display_name(), "A");
  EXPECT_EQ(seen_by_a.create_time().seconds(), 5);
}

TEST(ContactRulesTest, ANewStateChangesBothVersions) {
  ContactRow row = ContactRow::Between("a", "b", absl::UnixEpoch());
  SetState(row, Contact::REVOKED);
  EXPECT_EQ(row.low_side.version, 2);
  EXPECT_EQ(row.high_side.version, 2);
}

TEST(InvitationTest, EveryMoveFromEveryStateByEitherSide) {
  for (auto state : {Invitation::PENDING, Invitation::ACCEPTED, Invitation::DECLINED, Invitation::WITHDRAWN}) {
    for (auto move : {InvitationMove::kAccept, InvitationMove::kDecline, InvitationMove::kWithdraw}) {
      for (bool inviter : {false, true}) {
        Invitation invitation;
        invitation.set_from_company("companies/from");
        invitation.set_to_company("companies/to");
        invitation.set_state(state);
        absl::Status status = Move(invitation, move, inviter ? "companies/from" : "companies/to");
        const bool right_side = inviter == (move == InvitationMove::kWithdraw);
        if (!right_side) {
          EXPECT_EQ(ReasonOf(status), "INVITATION_SIDE");
        } else if (state != Invitation::PENDING) {
          EXPECT_EQ(ReasonOf(status), "INVITATION_NOT_PENDING");
          EXPECT_EQ(MetaOf(status, "state"), Invitation::State_Name(state));
        } else {
          EXPECT_TRUE(status.ok()) << status;
        }
        EXPECT_EQ(invitation.state() == state, !status.ok());
      }
    }
  }
}

TEST(SignInThrottleTest, RefusesBeyondTheLimitUntilTheWindowHasPassed) {
  SignInThrottle throttle;
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  for (int i = 0; i < kMaxFailedSignIns; ++i) EXPECT_TRUE(throttle.Admit("a", now).ok());
  absl::Status refused = throttle.Admit("a", now + absl::Minutes(5));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "SIGN_IN_THROTTLED");
  EXPECT_TRUE(throttle.Admit("b", now).ok()) << "others are not touched";
  EXPECT_FALSE(throttle.Admit("a", now + kSignInWindow - absl::Microseconds(1)).ok());
  EXPECT_TRUE(throttle.Admit("a", now + kSignInWindow).ok());
}

TEST(SignInThrottleTest, ASuccessForgives) {
  SignInThrottle throttle;
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  for (int i = 0; i < kMaxFailedSignIns; ++i) ASSERT_TRUE(throttle.Admit("a", now).ok());
  throttle.Succeeded("a");
  for (int i = 0; i < kMaxFailedSignIns; ++i) EXPECT_TRUE(throttle.Admit("a", now + absl::Seconds(1)).ok());
  EXPECT_FALSE(throttle.Admit("a", now + absl::Seconds(2)).ok());
}

TEST(RefreshTokenTest, ComesBackFromItsText) {
  RefreshToken token{"acme012345", "acme012345-01h0", RefreshToken::NewSecret()};
  auto parsed = RefreshToken::Parse(token.ToString());
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->company, token.company);
  EXPECT_EQ(parsed->session, token.session);
  EXPECT_EQ(parsed->SecretHash(), token.SecretHash());
  for (std::string bad : {std::string(""), std::string("a.b"), token.ToString() + ".x", token.ToString() + "0",
                          "A!.b." + token.secret, std::string("..")}) {
    EXPECT_FALSE(RefreshToken::Parse(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace millwright::accounts
