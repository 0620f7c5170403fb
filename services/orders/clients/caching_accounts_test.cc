#include "services/orders/clients/caching_accounts.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace millwright::orders {
namespace {

class CountingAccounts : public AccountsClient {
 public:
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo&, const std::string& buyer,
                                                                          const std::string& seller) override {
    ++calls;
    if (during) during();
    if (seller == "companies/down") return absl::UnavailableError("down");
    internal::accounts::v1::GetRelationResponse relation;
    relation.set_contacts(contacts);
    relation.set_payment_term_days(term);
    return relation;
  }
  int calls = 0;
  int term = 14;
  bool contacts = true;
  std::function<void()> during;
};

class CachingAccountsTest : public testing::Test {
 protected:
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> Ask(const char* company = "companies/a",
                                                                  const std::string& seller = "companies/s") {
    CallInfo call;
    call.principal.company = company;
    return caching_.GetRelation(call, "companies/a", seller);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::shared_ptr<CountingAccounts> accounts_ = std::make_shared<CountingAccounts>();
  CachingAccounts caching_{accounts_, clock_};
};

TEST_F(CachingAccountsTest, AsksOncePerCallerAndPair) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask()->payment_term_days(), 14);
  EXPECT_EQ(accounts_->calls, 1);
  EXPECT_TRUE(Ask("companies/s").ok());
  EXPECT_EQ(accounts_->calls, 2) << "what one company may see says nothing about another";
}

TEST_F(CachingAccountsTest, AnAnswerAgesOut) {
  ASSERT_TRUE(Ask().ok());
  clock_.Advance(kRelationTtl - absl::Milliseconds(1));
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(accounts_->calls, 1);
  clock_.Advance(absl::Milliseconds(1));
  accounts_->term = 30;
  EXPECT_EQ(Ask()->payment_term_days(), 30);
}

TEST_F(CachingAccountsTest, NewsOfEitherCompanyDropsIt) {
  for (const char* company : {"companies/a", "companies/s"}) {
    ASSERT_TRUE(Ask().ok());
    const int before = accounts_->calls;
    caching_.Forget("companies/other");
    ASSERT_TRUE(Ask().ok());
    EXPECT_EQ(accounts_->calls, before);
    caching_.Forget(company);
    ASSERT_TRUE(Ask().ok());
    EXPECT_EQ(accounts_->calls, before + 1);
  }
}

TEST_F(CachingAccountsTest, AnAnswerOvertakenByNewsIsNotRemembered) {
  accounts_->during = [this] { caching_.Forget("companies/a"); };
  ASSERT_TRUE(Ask().ok());
  accounts_->during = nullptr;
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(accounts_->calls, 2);
}

TEST_F(CachingAccountsTest, ErrorsAndStrangersAreAskedAgain) {
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(Ask("companies/a", "companies/down").ok());
  accounts_->contacts = false;
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(Ask()->contacts());
  EXPECT_EQ(accounts_->calls, 4);
}

TEST_F(CachingAccountsTest, HoldsAtMostItsLimit) {
  for (size_t i = 0; i < kMaxCachedRelations; ++i) ASSERT_TRUE(Ask("companies/a", absl::StrCat("companies/", i)).ok());
  accounts_->calls = 0;
  ASSERT_TRUE(Ask("companies/a", "companies/0").ok());
  EXPECT_EQ(accounts_->calls, 0);
  ASSERT_TRUE(Ask("companies/a", "companies/one-more").ok());
  ASSERT_TRUE(Ask("companies/a", "companies/0").ok());
  EXPECT_EQ(accounts_->calls, 2);
}

}  // namespace
}  // namespace millwright::orders
