// Conformance of the store: what every engine must do.
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {
namespace {

using v1::Company;
using v1::Contact;
using v1::Invitation;
using v1::Member;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : scratch_({AccountsSchema()}) {}
  template <typename Fn>
  absl::Status Write(Fn fn) {
    return scratch_.db().Write([&](Transaction& tx) -> absl::Status { return fn(tx); });
  }
  template <typename Fn>
  auto Read(Fn fn) {
    return scratch_.db().Read(fn);
  }
  static Company MakeCompany(const std::string& id, const std::string& name) {
    Company company;
    company.set_name("companies/" + id);
    company.set_display_name(name);
    company.set_kind(Company::LAB);
    return company;
  }
  void Insert(const std::string& id, const std::string& name) {
    ASSERT_TRUE(Write([&](Transaction& tx) { return InsertCompany(tx, MakeCompany(id, name)); }).ok());
  }
  ScratchDatabase scratch_;
};

TEST_F(StoreTest, AnUpdateOfAnOldVersionLosesTheRace) {
  Insert("a", "A");
  auto row = *Read([](Reader& reader) { return GetCompany(reader, "a"); });
  EXPECT_EQ(row.version, 1);
  row.value.set_display_name("A2");
  EXPECT_TRUE(Write([&](Transaction& tx) { return UpdateCompany(tx, row); }).ok());
  EXPECT_EQ(Write([&](Transaction& tx) { return UpdateCompany(tx, row); }).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read([](Reader& reader) { return GetCompany(reader, "a"); })->version, 2);
}

TEST_F(StoreTest, AnAddressBelongsToOneMemberOfTheInstallation) {
  Insert("a", "A");
  Insert("b", "B");
  auto add = [&](const std::string& name, const std::string& email) {
    Member member;
    member.set_name(name);
    member.set_email(email);
    return Write([&](Transaction& tx) { return InsertMember(tx, member, "hash"); });
  };
  EXPECT_TRUE(add("companies/a/members/m", "Anna@x.example").ok());
  EXPECT_EQ(add("companies/b/members/n", "anna@X.EXAMPLE").code(), absl::StatusCode::kAlreadyExists);
  auto found = *Read([](Reader& reader) { return FindSignIn(reader, "anna@x.example"); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->company, "a");
  EXPECT_EQ(found->password_hash, "hash");
  EXPECT_FALSE(Read([](Reader& reader) { return FindSignIn(reader, "x@x.example"); })->has_value());
}

TEST_F(StoreTest, AMemberNeedsItsCompany) {
  Member member;
  member.set_name("companies/nobody/members/m");
  member.set_email("m@x.example");
  EXPECT_FALSE(Write([&](Transaction& tx) { return InsertMember(tx, member, "hash"); }).ok());
}

TEST_F(StoreTest, AContactIsOneRowFromBothSides) {
  Insert("a", "A");
  Insert("b", "B");
  ContactRow row = ContactRow::Between("b", "a", absl::FromUnixMicros(1234567));
  row.SideOf("a") = {"note of a", 30, 5};
  row.SideOf("b") = {"note of b", 0, 7};
  row.state = Contact::REVOKED;
  ASSERT_TRUE(Write([&](Transaction& tx) { return PutContact(tx, row); }).ok());
  for (auto [x, y] : {std::pair("a", "b"), std::pair("b", "a")}) {
    auto found = *Read([x = x, y = y](Reader& reader) { return FindContact(reader, x, y); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->SideOf("a").note, "note of a");
    EXPECT_EQ(found->SideOf("a").payment_term_days, 30);
    EXPECT_EQ(found->SideOf("b").version, 7);
    EXPECT_EQ(found->state, Contact::REVOKED);
    EXPECT_EQ(found->create_time, row.create_time);
  }
}

TEST_F(StoreTest, ContactsOfEqualNamesArePagedWithoutLossOrRepeat) {
  Insert("me", "Me");
  for (int i = 0; i < 9; ++i) {
    const std::string id = absl::StrCat(i % 2 == 0 ? "a" : "z", i);  // below and above "me"
    Insert(id, i < 6 ? "Same" : absl::StrCat("Name ", i));
    ASSERT_TRUE(Write([&](Transaction& tx) {
                  return PutContact(tx, ContactRow::Between("me", id, absl::UnixEpoch()));
                }).ok());
  }
  std::vector<std::string> seen;
  std::string name, id;
  while (true) {
    auto page = *Read([&](Reader& reader) { return ListContacts(reader, "me", name, id, 2); });
    if (page.empty()) break;
    for (const ContactListing& listing : page) seen.push_back(listing.row.OtherOf("me"));
    name = page.back().other.display_name();
    id = page.back().row.OtherOf("me");
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("a6", "z7", "a8", "a0", "a2", "a4", "z1", "z3", "z5"));
}

TEST_F(StoreTest, OneOpenInvitationPerDirection) {
  Insert("a", "A");
  Insert("b", "B");
  auto insert = [&](const std::string& from, const std::string& to, const std::string& id) {
    Invitation invitation;
    invitation.set_name(absl::StrCat("companies/", from, "/invitations/", id));
    invitation.set_from_company("companies/" + from);
    invitation.set_to_company("companies/" + to);
    invitation.set_state(Invitation::PENDING);
    return Write([&](Transaction& tx) { return InsertInvitation(tx, invitation); });
  };
  EXPECT_TRUE(insert("a", "b", "i1").ok());
  EXPECT_EQ(insert("a", "b", "i2").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(insert("b", "a", "i3").ok());
  auto open = *Read([](Reader& reader) { return FindOpenInvitation(reader, "a", "b"); });
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->to_display_name(), "B");
  open->set_state(Invitation::DECLINED);
  ASSERT_TRUE(Write([&](Transaction& tx) { return SetInvitationState(tx, *open); }).ok());
  EXPECT_FALSE(Read([](Reader& reader) { return FindOpenInvitation(reader, "a", "b"); })->has_value());
  EXPECT_TRUE(insert("a", "b", "i4").ok());
}

TEST_F(StoreTest, ThereIsAnOperatorOrNone) {
  Insert("a", "A");
  EXPECT_FALSE(*Read([](Reader& reader) { return HasOperator(reader); }));
  Company company = MakeCompany("op", "Operator");
  company.set_kind(Company::OPERATOR);
  ASSERT_TRUE(Write([&](Transaction& tx) { return InsertCompany(tx, company); }).ok());
  EXPECT_TRUE(*Read([](Reader& reader) { return HasOperator(reader); }));
}

TEST_F(StoreTest, SessionsEndAloneByMemberAndByTime) {
  auto put = [&](const std::string& session, const std::string& member, int64_t seconds) {
    ASSERT_TRUE(Write([&](Transaction& tx) {
                  return PutSession(tx, {"a", session, member, "hash", absl::FromUnixSeconds(seconds)});
                }).ok());
  };
  auto exists = [&](const std::string& session) {
    return Read([&](Reader& reader) { return FindSession(reader, "a", session); })->has_value();
  };
  put("s1", "m", 10);
  put("s2", "m", 20);
  put("s3", "n", 30);
  put("s4", "n", 40);
  ASSERT_TRUE(Write([](Transaction& tx) { return DeleteSession(tx, "a", "s3"); }).ok());
  EXPECT_FALSE(exists("s3"));
  EXPECT_EQ(*scratch_.db().Write([](Transaction& tx) {
    return DeleteExpiredSessions(tx, absl::FromUnixSeconds(10), 10);
  }), 1);
  EXPECT_TRUE(exists("s2"));
  ASSERT_TRUE(Write([](Transaction& tx) { return DeleteSessionsOf(tx, "a", "m"); }).ok());
  EXPECT_FALSE(exists("s2"));
  EXPECT_TRUE(exists("s4"));
}

}  // namespace
}  // namespace millwright::accounts
