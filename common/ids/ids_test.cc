#include "common/ids/ids.h"

#include <set>

#include "gtest/gtest.h"

namespace millwright {
namespace {

TEST(IdsTest, UlidsSortInTheOrderTheyWereMadeEvenWhenTheClockStandsStillOrGoesBack) {
  ManualClock clock(absl::FromUnixSeconds(1700000000));
  RandomIdGenerator ids(clock);
  std::string last;
  for (int i = 0; i < 10000; ++i) {
    if (i == 5000) clock.Advance(-absl::Seconds(5));
    std::string id = ids.Ulid();
    ASSERT_EQ(id.size(), 26u);
    ASSERT_LT(last, id) << i;
    last = id;
  }
}

TEST(IdsTest, OwnedIdsBeginWithTheCompany) {
  RandomIdGenerator ids;
  std::string company = ids.CompanyId();
  std::string order = ids.Owned(company);
  EXPECT_EQ(order.size(), 37u);
  EXPECT_EQ(OwnerOf(order), company);
  EXPECT_EQ(OwnerOf(ids.Owned(order)), company);
  EXPECT_TRUE(IsValidId(order));
}

TEST(IdsTest, ValidIdsAreLowerCaseDnsLabels) {
  EXPECT_TRUE(IsValidId("abc-09"));
  for (const char* bad : {"", "A", "a/b", "a b", "ä", "..", "a_b"}) EXPECT_FALSE(IsValidId(bad)) << bad;
  EXPECT_FALSE(IsValidId(std::string(64, 'a')));
}

TEST(IdsTest, UuidsAreVersion4) {
  std::string uuid = RandomUuid();
  ASSERT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, RandomUuid());
}

TEST(IdsTest, FastHexHasTheLengthAndDoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::string id = FastHex(16);
    ASSERT_EQ(id.size(), 32u);
    ASSERT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
}

TEST(IdsTest, CompanyOf) {
  EXPECT_EQ(CompanyOf("companies/c/members/m"), "companies/c");
  EXPECT_EQ(CompanyOf("companies/c/projects/p/files/f"), "companies/c");
  EXPECT_EQ(CompanyOf("companies/c"), "companies/c");
  EXPECT_EQ(CompanyOf(""), "");
}

TEST(IdsTest, LastSegment) {
  EXPECT_EQ(LastSegment("orders/a"), "a");
  EXPECT_EQ(LastSegment("a"), "a");
}

}  // namespace
}  // namespace millwright
