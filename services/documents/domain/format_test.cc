#include "services/documents/domain/format.h"

#include <limits>

#include "gtest/gtest.h"

namespace millwright::documents {
namespace {

constexpr Language kEn = Language::kEnglish, kDe = Language::kGerman, kPl = Language::kPolish;

TEST(FormatTest, Amounts) {
  struct Case {
    int64_t minor;
    const char* currency;
    Language language;
    const char* want;
  };
  const Case cases[] = {
      {0, "EUR", kEn, "0.00"},
      {5, "EUR", kEn, "0.05"},
      {-5, "EUR", kDe, "-0,05"},
      {123'450, "EUR", kEn, "1,234.50"},
      {123'450, "EUR", kDe, "1.234,50"},
      {123'450, "PLN", kPl, "1\u00A0234,50"},
      {99'999, "EUR", kEn, "999.99"},
      {1'000, "JPY", kEn, "1,000"},
      {1, "KWD", kEn, "0.001"},
      {12, "CLF", kEn, "0.0012"},
      {std::numeric_limits<int64_t>::max(), "EUR", kEn, "92,233,720,368,547,758.07"},
      {std::numeric_limits<int64_t>::min(), "EUR", kEn, "-92,233,720,368,547,758.08"},
  };
  for (const Case& test : cases) EXPECT_EQ(FormatAmount(test.minor, test.currency, test.language), test.want);
}

TEST(FormatTest, Decimals) {
  EXPECT_EQ(FormatDecimal("12.3400", "EUR", kEn), "12.34");
  EXPECT_EQ(FormatDecimal("12.3456", "EUR", kDe), "12,3456");
  EXPECT_EQ(FormatDecimal("12", "EUR", kPl), "12,00");
  EXPECT_EQ(FormatDecimal("12.0", "JPY", kEn), "12");
}

TEST(FormatTest, Rates) {
  EXPECT_EQ(FormatRate(2300, kEn), "23\u00A0%");
  EXPECT_EQ(FormatRate(810, kDe), "8,1\u00A0%");
  EXPECT_EQ(FormatRate(825, kEn), "8.25\u00A0%");
  EXPECT_EQ(FormatRate(5, kPl), "0,05\u00A0%");
  EXPECT_EQ(FormatRate(0, kEn), "0\u00A0%");
}

TEST(FormatTest, Sizes) {
  EXPECT_EQ(FormatSize(0, kEn), "0\u00A0B");
  EXPECT_EQ(FormatSize(1023, kEn), "1023\u00A0B");
  EXPECT_EQ(FormatSize(1024, kEn), "1.0\u00A0KiB");
  EXPECT_EQ(FormatSize(1024 * 1024 - 1, kDe), "1023,9\u00A0KiB");
  EXPECT_EQ(FormatSize(4LL << 30, kEn), "4.0\u00A0GiB");
  EXPECT_EQ(FormatSize(std::numeric_limits<int64_t>::max(), kEn), "8589934591.9\u00A0GiB");
}

TEST(FormatTest, DatesFollowTheZone) {
  absl::Time late = absl::FromUnixSeconds(1'795'042'800);  // 2026-11-18T23:00:00Z
  EXPECT_EQ(FormatDate(late, "UTC", kEn), "2026-11-18");
  EXPECT_EQ(FormatDate(late, "Europe/Warsaw", kDe), "19.11.2026");
  EXPECT_EQ(FormatDateTime(late, "Europe/Warsaw", kPl), "2026-11-19 00:00 CET");
  EXPECT_EQ(FormatStoredDate("2026-02-28", kDe), "28.02.2026");
  EXPECT_EQ(FormatStoredDate("next week", kDe), "next week");
}

TEST(FormatTest, CivilDates) {
  EXPECT_TRUE(IsCivilDate("2028-02-29"));
  for (const char* bad : {"", "2026-02-29", "2026-13-01", "26-01-01", "2026-1-01", "2026-01-01x", "2026-00-10"}) {
    EXPECT_FALSE(IsCivilDate(bad)) << bad;
  }
}

}  // namespace
}  // namespace millwright::documents
