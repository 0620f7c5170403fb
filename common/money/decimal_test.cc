#include "common/money/decimal.h"

#include <limits>
#include <random>

#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

Decimal D(const char* text) {
  auto value = Decimal::Parse(text);
  EXPECT_TRUE(value.ok()) << text << ": " << value.status();
  return value.value_or(Decimal::Invalid());
}

TEST(DecimalTest, ParsesAndPrints) {
  for (const char* text : {"0", "1", "-1", "0.5", "-0.000000001", "1234.000000001", "99999999999999999999"}) {
    EXPECT_EQ(D(text).ToString(), text);
  }
  EXPECT_EQ(D("007.50").ToString(), "7.5");
  EXPECT_EQ(D("-0").ToString(), "0");
}

TEST(DecimalTest, RefusesWhatIsNoDecimal) {
  for (const char* text :
       {"", "-", ".5", "5.", "+1", "1e3", " 1", "1 ", "1,5", "0x1", "1.0000000001", "--1", "1.2.3"}) {
    EXPECT_EQ(ReasonOf(Decimal::Parse(text).status()), "INVALID_DECIMAL") << text;
  }
  EXPECT_EQ(ReasonOf(Decimal::Parse(std::string(60, '9')).status()), "MONEY_OVERFLOW");
}

TEST(DecimalTest, MultiplicationRoundsHalfToEvenAtTheNinthDigit) {
  EXPECT_EQ((D("0.000000001") * D("0.5")).ToString(), "0");
  EXPECT_EQ((D("0.000000003") * D("0.5")).ToString(), "0.000000002");
  EXPECT_EQ((D("-0.000000003") * D("0.5")).ToString(), "-0.000000002");
  EXPECT_EQ((D("7835.486") * D("1.29") * D("70") * Decimal::Micro(1)).ToString(), "0.707544386");
}

TEST(DecimalTest, WideMultiplicationAgreesWithTheNarrowOne) {
  // Both operands beyond 64 bits of nanos take the other path; split factors keep the true product known.
  EXPECT_EQ((D("12345678901234.5") * D("20000000000000")).ToString(), "246913578024690000000000000");
  EXPECT_EQ((D("100000000000.000000001") * D("0.5")).ToString(), "50000000000");
  EXPECT_EQ((D("100000000000.000000003") * D("0.5")).ToString(), "50000000000.000000002");
  EXPECT_EQ((D("-100000000000.000000003") * D("0.5")).ToString(), "-50000000000.000000002");
}

TEST(DecimalTest, RandomProductsAndQuotientsInvert) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    int64_t a = static_cast<int64_t>(random() >> (random() % 40 + 20)),
            b = static_cast<int64_t>(random() % 1000000) + 1;
    ASSERT_EQ(Decimal(a) * Decimal(b) / Decimal(b), Decimal(a)) << a << " " << b;
    ASSERT_EQ((Decimal(a) * Decimal(b)).nanos(), static_cast<__int128>(a) * b * Decimal::kOne);
  }
}

TEST(DecimalTest, OverflowIsStickyAndRefusedAtTheWayOut) {
  Decimal huge = D("100000000000000000000000000");
  Decimal product = huge * huge;
  EXPECT_FALSE(product.valid());
  EXPECT_FALSE((product - product).valid());
  EXPECT_FALSE(Max(product, Decimal(0)).valid());
  EXPECT_FALSE(product == product);
  EXPECT_FALSE((Decimal(1) / Decimal(0)).valid());
  EXPECT_EQ(ReasonOf(product.ToInteger(Rounding::kDown).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(product.Validated("the cost").status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(huge.ToInteger(Rounding::kDown).status()), "MONEY_OVERFLOW");
}

TEST(DecimalTest, RoundingTable) {
  struct Case {
    const char* value;
    int64_t half_even, half_up, up, down;
  };
  for (const Case& c : {Case{"10.005", 1000, 1001, 1001, 1000}, Case{"10.015", 1002, 1002, 1002, 1001},
                        Case{"-10.005", -1000, -1001, -1001, -1000}, Case{"10.0050001", 1001, 1001, 1001, 1000},
                        Case{"10.0049", 1000, 1000, 1001, 1000}, Case{"10", 1000, 1000, 1000, 1000}}) {
    EXPECT_EQ(*D(c.value).ToScaled(2, Rounding::kHalfEven), c.half_even) << c.value;
    EXPECT_EQ(*D(c.value).ToScaled(2, Rounding::kHalfUp), c.half_up) << c.value;
    EXPECT_EQ(*D(c.value).ToScaled(2, Rounding::kUp), c.up) << c.value;
    EXPECT_EQ(*D(c.value).ToScaled(2, Rounding::kDown), c.down) << c.value;
  }
}

TEST(DecimalTest, CeilAndFloorKnowSigns) {
  EXPECT_EQ(D("1.1").Ceil(), Decimal(2));
  EXPECT_EQ(D("-1.1").Ceil(), Decimal(-1));
  EXPECT_EQ(D("1.9").Floor(), Decimal(1));
  EXPECT_EQ(D("-1.1").Floor(), Decimal(-2));
  EXPECT_EQ(Decimal(3).Ceil(), Decimal(3));
}

TEST(DecimalTest, RoundingNamesRoundTrip) {
  for (Rounding r : {Rounding::kHalfEven, Rounding::kHalfUp, Rounding::kUp, Rounding::kDown}) {
    EXPECT_EQ(*ParseRounding(RoundingName(r)), r);
  }
  EXPECT_EQ(ReasonOf(ParseRounding("nearest").status()), "UNKNOWN_ROUNDING");
}

TEST(DecimalTest, ToFixedShowsUnitPrices) {
  EXPECT_EQ((D("50.80") / Decimal(100)).ToFixed(4), "0.5080");
  EXPECT_EQ(D("-0.00004").ToFixed(4), "0.0000");
  EXPECT_EQ(D("12").ToFixed(0), "12");
}

}  // namespace
}  // namespace millwright
