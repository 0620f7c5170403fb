#include "common/money/money.h"

#include <limits>
#include <numeric>
#include <random>

#include "common/errors/error.h"
#include "common/money/proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Currency C(const char* code) { return *Currency::Parse(code); }

TEST(CurrencyTest, ExponentsOfIso4217) {
  EXPECT_EQ(C("JPY").exponent(), 0);
  EXPECT_EQ(C("EUR").exponent(), 2);
  EXPECT_EQ(C("KWD").exponent(), 3);
  EXPECT_EQ(C("CLF").exponent(), 4);
}

TEST(CurrencyTest, UnknownOnesAreRefusedByName) {
  for (const char* code : {"", "eur", "EU", "EURO", "XXX", "XAU", "DEM", "HRK", "ZZZ"}) {
    EXPECT_EQ(ReasonOf(Currency::Parse(code).status()), "UNKNOWN_CURRENCY") << code;
  }
}

TEST(CurrencyTest, TableIsSortedSoThatEveryRowIsFound) {
  EXPECT_GT(Currency::All().size(), 160u);
  for (Currency currency : Currency::All()) EXPECT_EQ(Currency::Parse(currency.code())->code(), currency.code());
}

TEST(MoneyTest, RoundsByTheDeclaredMode) {
  Decimal value = *Decimal::Parse("10.005");
  EXPECT_EQ(Format(*ToMoney(value, C("EUR"), Rounding::kHalfEven)), "10.00 EUR");
  EXPECT_EQ(Format(*ToMoney(value, C("EUR"), Rounding::kHalfUp)), "10.01 EUR");
  EXPECT_EQ(Format(*ToMoney(value, C("JPY"), Rounding::kUp)), "11 JPY");
  EXPECT_EQ(Format(*ToMoney(value, C("KWD"), Rounding::kHalfEven)), "10.005 KWD");
}

TEST(MoneyTest, OverflowIsAnErrorNeverAWrap) {
  Money most{kMax, C("EUR")};
  EXPECT_EQ(ReasonOf(Add(most, {1, C("EUR")}).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(Subtract({-kMax, C("EUR")}, {2, C("EUR")}).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(Multiply(most, *Decimal::Parse("1.000000001"), Rounding::kDown).status()), "MONEY_OVERFLOW");
  EXPECT_EQ(Multiply(most, Decimal(1), Rounding::kDown)->minor_units, kMax);
  int64_t amounts[] = {kMax, 1, -1};
  EXPECT_EQ(*SumMinor(amounts), kMax);  // the sum as a whole fits
}

TEST(MoneyTest, CurrenciesDoNotMix) {
  EXPECT_EQ(ReasonOf(Add({1, C("EUR")}, {1, C("PLN")}).status()), "CURRENCY_MISMATCH");
}

TEST(MoneyTest, AllocationFixtures) {
  int64_t three[] = {1, 1, 1};
  EXPECT_THAT(*AllocateMinor(10000, three), ElementsAre(3334, 3333, 3333));
  EXPECT_THAT(*AllocateMinor(-10000, three), ElementsAre(-3334, -3333, -3333));
  int64_t uneven[] = {0, 5, 0, 1};
  EXPECT_THAT(*AllocateMinor(100, uneven), ElementsAre(0, 83, 0, 17));
  int64_t zeros[] = {0, 0};
  EXPECT_EQ(ReasonOf(AllocateMinor(1, zeros).status()), "INVALID_ALLOCATION");
  int64_t negative[] = {2, -1};
  EXPECT_EQ(ReasonOf(AllocateMinor(1, negative).status()), "INVALID_ALLOCATION");
  int64_t extremes[] = {kMax, kMax};
  EXPECT_THAT(*AllocateMinor(kMax, extremes), ElementsAre(kMax / 2 + 1, kMax / 2));
}

TEST(MoneyTest, AllocationAlwaysSumsToTheWholeAndStaysWithinOneUnitOfTheExactShare) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::vector<int64_t> weights(random() % 20 + 1);
    for (int64_t& weight : weights) weight = static_cast<int64_t>(random() % 1000000);
    weights[0] += 1;
    int64_t total = static_cast<int64_t>(random() % 2000001) - 1000000;
    auto parts = AllocateMinor(total, weights);
    ASSERT_TRUE(parts.ok());
    EXPECT_EQ(*SumMinor(*parts), total);
    __int128 sum = std::accumulate(weights.begin(), weights.end(), __int128{0});
    for (size_t i = 0; i < weights.size(); ++i) {
      __int128 off = (*parts)[i] * sum - static_cast<__int128>(total) * weights[i];
      ASSERT_LT(off < 0 ? -off : off, sum);
    }
  }
}

TEST(MoneyProtoTest, RoundTrips) {
  for (const char* text : {"1234.50 EUR", "-0.01 EUR", "7 JPY", "-1.005 KWD", "92233720368547758.07 EUR"}) {
    Money money = *ParseMoney(text);
    auto back = FromProto(ToProto(money), "price");
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, money);
  }
  EXPECT_EQ(ToProto(*ParseMoney("-1.25 EUR")).nanos(), -250000000);
  EXPECT_EQ(FromProto(ToProto(*Decimal::Parse("0.125")), "rate")->ToString(), "0.125");
}

TEST(MoneyProtoTest, RefusesWithTheField) {
  auto make = [](const char* code, int64_t units, int32_t nanos) {
    google::type::Money proto;
    proto.set_currency_code(code);
    proto.set_units(units);
    proto.set_nanos(nanos);
    return FromProto(proto, "line.price").status();
  };
  EXPECT_THAT(FieldViolationsOf(make("EUR", 1, 5000000)), ElementsAre(testing::StartsWith("line.price.nanos")));
  EXPECT_EQ(ReasonOf(make("EUR", 1, -10000000)), "INVALID_MONEY");
  EXPECT_EQ(ReasonOf(make("EUR", 0, 1000000000)), "INVALID_MONEY");
  EXPECT_EQ(ReasonOf(make("JPY", 1, 500000000)), "INVALID_MONEY");
  EXPECT_EQ(ReasonOf(make("", 1, 0)), "UNKNOWN_CURRENCY");
  EXPECT_EQ(ReasonOf(make("EUR", kMax, 0)), "MONEY_OVERFLOW");
  EXPECT_EQ(ReasonOf(FromProto(google::type::Decimal(), "rate").status()), "INVALID_DECIMAL");
}

}  // namespace
}  // namespace millwright
