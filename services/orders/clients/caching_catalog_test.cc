#include "services/orders/clients/caching_catalog.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace millwright::orders {
namespace {

class CountingCatalog : public CatalogClient {
 public:
  absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo& call, const std::string& name) override {
    ++calls;
    if (name == "quotes/foreign") return absl::NotFoundError("no");
    catalog::v1::Quote quote;
    quote.set_name(name);
    quote.set_hash(call.principal.company);
    quote.mutable_create_time()->set_seconds(1'800'000'000);
    return quote;
  }
  absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> CheckAvailability(const CallInfo&,
                                                                                     const std::string&) override {
    ++checks;
    internal::catalog::v1::CheckAvailabilityResponse answer;
    answer.add_unavailable()->set_product("gold");
    return answer;
  }
  int calls = 0, checks = 0;
};

CallInfo As(const char* company) {
  CallInfo call;
  call.principal.member = absl::StrCat(company, "/members/m");
  call.principal.company = company;
  return call;
}

TEST(CachingCatalogTest, AsksOncePerCompanyAndQuote) {
  auto catalog = std::make_shared<CountingCatalog>();
  ManualClock clock(absl::FromUnixSeconds(1'800'000'000));
  CachingCatalog caching(catalog, clock);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(caching.GetQuote(As("companies/a"), "quotes/1")->hash(), "companies/a");
  EXPECT_EQ(catalog->calls, 1);
  EXPECT_EQ(caching.GetQuote(As("companies/b"), "quotes/1")->hash(), "companies/b") << "another cut";
  EXPECT_EQ(catalog->calls, 2);
}

TEST(CachingCatalogTest, ErrorsAreAskedAgainAndTheOldestMakesRoom) {
  auto catalog = std::make_shared<CountingCatalog>();
  ManualClock clock(absl::FromUnixSeconds(1'800'000'000));
  CachingCatalog caching(catalog, clock);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(caching.GetQuote(As("companies/a"), "quotes/foreign").ok());
  EXPECT_EQ(catalog->calls, 2);
  for (size_t i = 0; i <= kMaxCachedQuotes; ++i) {
    ASSERT_TRUE(caching.GetQuote(As("companies/a"), absl::StrCat("quotes/", i)).ok());
  }
  catalog->calls = 0;
  ASSERT_TRUE(caching.GetQuote(As("companies/a"), absl::StrCat("quotes/", kMaxCachedQuotes)).ok());
  EXPECT_EQ(catalog->calls, 0);
  ASSERT_TRUE(caching.GetQuote(As("companies/a"), "quotes/0").ok());
  EXPECT_EQ(catalog->calls, 1);
}

TEST(CachingCatalogTest, AvailabilityIsAskedAgainAfterItsTime) {
  auto catalog = std::make_shared<CountingCatalog>();
  ManualClock clock(absl::FromUnixSeconds(1'800'000'000));
  CachingCatalog caching(catalog, clock);
  const CallInfo call = As("companies/a");
  ASSERT_TRUE(caching.GetQuote(call, "quotes/1").ok());
  EXPECT_EQ(caching.CheckAvailability(call, "quotes/1")->unavailable_size(), 0) << "just made";
  EXPECT_EQ(catalog->checks, 0);
  clock.Advance(kAvailabilityTtl);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(caching.CheckAvailability(call, "quotes/1")->unavailable_size(), 1);
  EXPECT_EQ(catalog->checks, 1);
  EXPECT_EQ(caching.CheckAvailability(As("companies/b"), "quotes/1")->unavailable_size(), 1);
  EXPECT_EQ(catalog->checks, 2) << "another company";
  clock.Advance(kAvailabilityTtl);
  EXPECT_EQ(caching.CheckAvailability(call, "quotes/1")->unavailable_size(), 1);
  EXPECT_EQ(catalog->checks, 3);
}

}  // namespace
}  // namespace millwright::orders
