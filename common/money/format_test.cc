#include "common/errors/error.h"
#include "common/money/money.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

TEST(MoneyFormatTest, PlainFormRoundTrips) {
  for (const char* text : {"0.00 EUR", "1234.50 EUR", "-0.05 EUR", "12 JPY", "1.000 KWD", "0.0001 CLF"}) {
    auto money = ParseMoney(text);
    ASSERT_TRUE(money.ok()) << text << money.status();
    EXPECT_EQ(Format(*money), text);
  }
  EXPECT_EQ(Format(*ParseMoney("5 EUR")), "5.00 EUR");
}

TEST(MoneyFormatTest, RefusesFinerThanTheMinorUnit) {
  EXPECT_EQ(ReasonOf(ParseMoney("1.005 EUR").status()), "INVALID_MONEY");
  EXPECT_EQ(ReasonOf(ParseMoney("1.5 JPY").status()), "INVALID_MONEY");
  EXPECT_EQ(ReasonOf(ParseMoney("1.5").status()), "UNKNOWN_CURRENCY");
}

TEST(MoneyFormatTest, Localised) {
  struct Case {
    const char *money, *language, *shown;
  };
  for (const Case& c :
       {Case{"1234.50 EUR", "en", "EUR\u00A01,234.50"}, Case{"1234.50 EUR", "de-AT", "1.234,50\u00A0EUR"},
        Case{"1234.50 PLN", "pl", "1234,50\u00A0PLN"}, Case{"1234567.89 PLN", "pl", "1\u00A0234\u00A0567,89\u00A0PLN"},
        Case{"-0.50 EUR", "de", "-0,50\u00A0EUR"}, Case{"1000000 JPY", "de", "1.000.000\u00A0JPY"},
        Case{"999 JPY", "en", "JPY\u00A0999"}, Case{"1234.50 EUR", "fr", "EUR\u00A01,234.50"}}) {
    EXPECT_EQ(FormatLocalized(*ParseMoney(c.money), c.language), c.shown);
  }
}

}  // namespace
}  // namespace millwright
