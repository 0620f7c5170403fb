#include "services/catalog/domain/fixed_math.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "services/catalog/domain/test_books.h"

namespace millwright::catalog {
namespace {

long double Real(Decimal d) { return static_cast<long double>(d.nanos()) / 1e9L; }

TEST(FixedMathTest, ExactCases) {
  EXPECT_EQ(Pow(D("4"), D("0.5")), Decimal(2));
  EXPECT_EQ(Pow(D("1000000"), D("0.5")), Decimal(1000));
  EXPECT_EQ(Pow(D("27"), D("0.333333333")).ToFixed(6), "3.000000");
  EXPECT_EQ(Pow(D("7.123456789"), Decimal(1)), D("7.123456789"));
  EXPECT_EQ(Pow(D("7"), Decimal(0)), Decimal(1));
  EXPECT_EQ(Pow(Decimal(0), D("0.5")), Decimal(0));
  EXPECT_EQ(Log2(Decimal(1024)), Decimal(10));
  EXPECT_EQ(Log2(D("0.125")), Decimal(-3));
  EXPECT_EQ(Exp2(Decimal(10)), Decimal(1024));
  EXPECT_EQ(Exp2(Decimal(-3)), D("0.125"));
}

// Golden values: the same digits on every machine.
TEST(FixedMathTest, Golden) {
  EXPECT_EQ(Pow(D("12345.678"), D("0.73")).ToString(), "970.076335258");
  EXPECT_EQ(Log2(Decimal(10)).ToString(), "3.321928095");
  EXPECT_EQ(Exp2(D("0.5")).ToString(), "1.414213562");
}

TEST(FixedMathTest, StaysWithinTheStatedErrorBound) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 20000; ++i) {
    Decimal base = Decimal::FromNanos(static_cast<__int128>(random() >> (random() % 50)) * 1000 + 1);
    Decimal exponent = Decimal::Milli(static_cast<int64_t>(random() % 1501));
    Decimal got = Pow(base, exponent);
    long double want = std::pow(Real(base), Real(exponent));
    if (want > 1e19L) continue;  // beyond the range that prices use
    ASSERT_TRUE(got.valid());
    ASSERT_LE(std::fabs(Real(got) - want), 0.51e-9L + want * std::ldexp(1.0L, -46))
        << base.ToString() << " ^ " << exponent.ToString();
  }
}

TEST(FixedMathTest, OutOfRangeIsInvalid) {
  EXPECT_FALSE(Log2(Decimal(0)).valid());
  EXPECT_FALSE(Log2(Decimal(-1)).valid());
  EXPECT_FALSE(Pow(Decimal(-2), D("0.5")).valid());
  EXPECT_FALSE(Pow(Decimal(2), Decimal(9)).valid());
  EXPECT_FALSE(Pow(Decimal(0), Decimal(-1)).valid());
  EXPECT_FALSE(Pow(Decimal::Milli(std::numeric_limits<int64_t>::max()), D("1.5")).valid());
  EXPECT_FALSE(Exp2(Decimal(99)).valid());
  EXPECT_EQ(Exp2(Decimal(-200)), Decimal(0));
}

}  // namespace
}  // namespace millwright::catalog
