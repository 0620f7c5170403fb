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
    return quote;
  }
  int calls = 0;
};

CallInfo As(const char* company) {
  CallInfo call;
  call.principal.member = absl::StrCat(company, "/members/m");
  call.principal.company = company;
  return call;
}

TEST(CachingCatalogTest, AsksOncePerCompanyAndQuote) {
  auto catalog = std::make_shared<CountingCatalog>();
  CachingCatalog caching(catalog);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(caching.GetQuote(As("companies/a"), "quotes/1")->hash(), "companies/a");
  EXPECT_EQ(catalog->calls, 1);
  EXPECT_EQ(caching.GetQuote(As("companies/b"), "quotes/1")->hash(), "companies/b") << "another cut";
  EXPECT_EQ(catalog->calls, 2);
}

TEST(CachingCatalogTest, ErrorsAreAskedAgainAndTheOldestMakesRoom) {
  auto catalog = std::make_shared<CountingCatalog>();
  CachingCatalog caching(catalog);
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

}  // namespace
}  // namespace millwright::orders
