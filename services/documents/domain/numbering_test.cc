#include "services/documents/domain/numbering.h"

#include <set>

#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace millwright::documents {
namespace {

absl::TimeZone Warsaw() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Warsaw", &zone));
  return zone;
}

absl::Time At(int year, int month, int day, int hour = 12) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), Warsaw());
}

TEST(NumberingTest, GaplessFromOne) {
  Series series{"INV", 2026};
  for (int64_t i = 1; i <= 1000; ++i) {
    auto number = Allocate(series, At(2026, 1, 2) + absl::Minutes(i), Warsaw());
    ASSERT_TRUE(number.ok()) << number.status();
    EXPECT_EQ(number->sequence, i);
  }
  EXPECT_EQ(series.last, 1000);
}

TEST(NumberingTest, TheYearIsTheSellersCivilYear) {
  Series series{"INV", 2027};
  absl::Time utc_2026 = absl::FromCivil(absl::CivilHour(2026, 12, 31, 23), absl::UTCTimeZone());  // 00:00 in Warsaw
  EXPECT_TRUE(Allocate(series, utc_2026, Warsaw()).ok());
  auto refused = Allocate(series, utc_2026, absl::UTCTimeZone());
  EXPECT_EQ(ReasonOf(refused.status()), "DOCUMENT_SERIES_YEAR");
  EXPECT_EQ(series.last, 1) << "a refusal must not consume a number";
}

TEST(NumberingTest, FollowsTimeByDay) {
  Series series{"INV", 2026};
  ASSERT_TRUE(Allocate(series, At(2026, 5, 10, 12), Warsaw()).ok());
  EXPECT_TRUE(Allocate(series, At(2026, 5, 10, 8), Warsaw()).ok()) << "same day, other clock";
  EXPECT_EQ(ReasonOf(Allocate(series, At(2026, 5, 9, 23), Warsaw()).status()), "DOCUMENT_NUMBER_OUT_OF_ORDER");
  EXPECT_EQ(series.last, 2);
  EXPECT_EQ(series.last_issued_at, At(2026, 5, 10, 12)) << "never moves back";
}

TEST(NumberingTest, FullSeriesAndBadPrefix) {
  Series series{"INV", 2026, kMaxSequence - 1, At(2026, 1, 1)};
  EXPECT_TRUE(Allocate(series, At(2026, 1, 1), Warsaw()).ok());
  EXPECT_EQ(ReasonOf(Allocate(series, At(2026, 1, 1), Warsaw()).status()), "DOCUMENT_SERIES_FULL");
  for (const char* prefix : {"", "inv", "IN/V", "TOOLONGPREFIX"}) {
    Series bad{prefix, 2026};
    EXPECT_EQ(ReasonOf(Allocate(bad, At(2026, 1, 1), Warsaw()).status()), "DOCUMENT_SERIES_INVALID") << prefix;
  }
}

TEST(NumberingTest, FormatAndParseAreInverse) {
  EXPECT_EQ(FormatNumber({"INV", 2026, 42}), "INV/2026/000042");
  EXPECT_EQ(FormatNumber({"INV", 2026, 1'234'567}), "INV/2026/1234567");
  for (const char* good : {"INV/2026/000042", "A1/2026/1234567"}) {
    auto number = ParseNumber(good);
    ASSERT_TRUE(number.ok()) << good;
    EXPECT_EQ(FormatNumber(*number), good);
  }
  for (const char* bad : {"", "INV", "INV/2026/42", "INV/2026/0000042", "INV/26/000042", "INV/2026/000000",
                          "inv/2026/000042", "INV/2026/000042/1", "INV/2026/-00042", "INV/2026/ 000042"}) {
    EXPECT_FALSE(ParseNumber(bad).ok()) << bad;
  }
}

TEST(NumberingTest, ChainCommitsToEveryPart) {
  std::set<std::string> hashes = {ChainHash("", "INV/2026/000001", "aa"), ChainHash("x", "INV/2026/000001", "aa"),
                                  ChainHash("", "INV/2026/000002", "aa"), ChainHash("", "INV/2026/000001", "ab")};
  EXPECT_EQ(hashes.size(), 4u);
}

}  // namespace
}  // namespace millwright::documents
