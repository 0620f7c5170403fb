#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/money/money.h"

namespace millwright {
namespace {

constexpr char kNoBreakSpace[] = "\xC2\xA0";

struct Style {
  absl::string_view group;
  absl::string_view point;
  size_t min_digits_to_group;  // CLDR minimumGroupingDigits + 3
  bool code_first;
};

Style StyleOf(absl::string_view language) {
  absl::string_view base = language.substr(0, language.find_first_of("-_"));
  if (base == "de") return {".", ",", 4, false};
  if (base == "pl") return {kNoBreakSpace, ",", 5, false};
  return {",", ".", 4, true};
}

std::string Grouped(absl::string_view digits, const Style& style) {
  if (digits.size() < style.min_digits_to_group) return std::string(digits);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) absl::StrAppend(&out, style.group);
    out.push_back(digits[i]);
  }
  return out;
}

}  // namespace

std::string Format(const Money& money) {
  return absl::StrCat(ToDecimal(money).ToFixed(money.currency.exponent()), " ", money.currency.code());
}

absl::StatusOr<Money> ParseMoney(absl::string_view text) {
  std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  MW_ASSIGN_OR_RETURN(Currency currency, Currency::Parse(parts.second));
  MW_ASSIGN_OR_RETURN(Decimal units, Decimal::Parse(parts.first));
  MW_ASSIGN_OR_RETURN(Money money, ToMoney(units, currency, Rounding::kHalfEven));
  if (!(ToDecimal(money) == units)) {
    return Error::InvalidArgument("INVALID_MONEY", absl::StrCat("`", text.substr(0, 60), "` has more than the ",
                                                                currency.exponent(), " decimals of ", currency.code()));
  }
  return money;
}

std::string FormatLocalized(const Money& money, absl::string_view language) {
  Style style = StyleOf(language);
  std::string plain = ToDecimal(money).ToFixed(money.currency.exponent());
  absl::string_view rest = plain;
  bool negative = rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  std::vector<absl::string_view> parts = absl::StrSplit(rest, '.');
  std::string number = absl::StrCat(negative ? "-" : "", Grouped(parts[0], style));
  if (parts.size() == 2) absl::StrAppend(&number, style.point, parts[1]);
  if (style.code_first) return absl::StrCat(money.currency.code(), kNoBreakSpace, number);
  return absl::StrCat(number, kNoBreakSpace, money.currency.code());
}

}  // namespace millwright
