// Money: an amount in minor units (cents) of one currency. All arithmetic is checked.
//
// Errors: MONEY_OVERFLOW (OUT_OF_RANGE) where 64 bits are not enough, CURRENCY_MISMATCH (INVALID_ARGUMENT) where two
// currencies meet; converting is never implicit.
#ifndef MILLWRIGHT_COMMON_MONEY_MONEY_H_
#define MILLWRIGHT_COMMON_MONEY_MONEY_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/money/currency.h"
#include "common/money/decimal.h"
#include "common/money/rounding.h"

namespace millwright {

struct Money {
  int64_t minor_units = 0;
  Currency currency;

  friend bool operator==(const Money& a, const Money& b) {
    return a.minor_units == b.minor_units && a.currency == b.currency;
  }
};

absl::StatusOr<Money> Add(const Money& a, const Money& b);
absl::StatusOr<Money> Subtract(const Money& a, const Money& b);
// Checked sum of minor units, for code that already knows that the currencies agree.
absl::StatusOr<int64_t> AddMinor(int64_t a, int64_t b);
absl::StatusOr<int64_t> SumMinor(std::span<const int64_t> amounts);

// `units` of the currency (12.345 EUR) rounded to its minor units.
absl::StatusOr<Money> ToMoney(Decimal units, Currency currency, Rounding rounding);
// 12.34 EUR -> 12.34.
Decimal ToDecimal(const Money& money);
// money * factor, rounded once.
absl::StatusOr<Money> Multiply(const Money& money, Decimal factor, Rounding rounding);
// Multiply for bare minor units.
absl::StatusOr<int64_t> MultiplyMinor(int64_t minor_units, Decimal factor, Rounding rounding);

// Splits `total` in proportion to `weights` by largest remainder: the parts always sum to the whole, each is within
// one minor unit of its exact share, ties go to the earlier part. 100.00 over three equal weights: 33.34, 33.33, 33.33.
// A negative total is split like its positive twin. Weights must not be negative, and not all zero
// (INVALID_ARGUMENT, INVALID_ALLOCATION).
absl::StatusOr<std::vector<int64_t>> AllocateMinor(int64_t total, std::span<const int64_t> weights);
absl::StatusOr<std::vector<Money>> Allocate(const Money& total, std::span<const int64_t> weights);

// "1234.50 EUR", "-3 JPY": the exact, unlocalised form of logs, hashes and error messages.
std::string Format(const Money& money);
// The inverse of Format; as many decimals as the currency has, or fewer.
absl::StatusOr<Money> ParseMoney(absl::string_view text);

// For people. `language` is "en", "de" or "pl" (a region after it, "de-AT", is ignored); others are shown as "en".
// ISO codes, not symbols, because a quote may name several kinds of dollars: en "EUR 1,234.50", de "1.234,50 EUR",
// pl "1234,50 EUR" (Polish groups from five digits on), with no-break spaces (U+00A0).
std::string FormatLocalized(const Money& money, absl::string_view language);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_MONEY_MONEY_H_
