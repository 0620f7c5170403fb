#include "common/money/money.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

using int128 = __int128;

absl::Status Overflow(absl::string_view what) {
  return Error::OutOfRange("MONEY_OVERFLOW", absl::StrCat(what, " does not fit into 64 bits of minor units"));
}

absl::StatusOr<int64_t> Narrow(int128 v, absl::string_view what) {
  if (v < std::numeric_limits<int64_t>::min() || v > std::numeric_limits<int64_t>::max()) return Overflow(what);
  return static_cast<int64_t>(v);
}

absl::Status Mismatch(const Money& a, const Money& b) {
  return Error::InvalidArgument("CURRENCY_MISMATCH", absl::StrCat(Format(a), " and ", Format(b),
                                                                  " are of different currencies; convert one "
                                                                  "at a stated rate first"))
      .Meta("first", a.currency.code())
      .Meta("second", b.currency.code());
}

}  // namespace

absl::StatusOr<int64_t> AddMinor(int64_t a, int64_t b) {
  int64_t out;
  if (__builtin_add_overflow(a, b, &out)) return Overflow("a sum");
  return out;
}

absl::StatusOr<int64_t> SumMinor(std::span<const int64_t> amounts) {
  int128 sum = 0;
  for (int64_t amount : amounts) sum += amount;
  return Narrow(sum, "a sum");
}

absl::StatusOr<Money> Add(const Money& a, const Money& b) {
  if (a.currency != b.currency) return Mismatch(a, b);
  MW_ASSIGN_OR_RETURN(int64_t sum, AddMinor(a.minor_units, b.minor_units));
  return Money{sum, a.currency};
}

absl::StatusOr<Money> Subtract(const Money& a, const Money& b) {
  if (a.currency != b.currency) return Mismatch(a, b);
  MW_ASSIGN_OR_RETURN(int64_t difference, Narrow(int128{a.minor_units} - b.minor_units, "a difference"));
  return Money{difference, a.currency};
}

absl::StatusOr<Money> ToMoney(Decimal units, Currency currency, Rounding rounding) {
  MW_ASSIGN_OR_RETURN(int64_t minor, units.ToScaled(currency.exponent(), rounding));
  return Money{minor, currency};
}

Decimal ToDecimal(const Money& money) {
  int128 unit = Decimal::kOne;
  for (int i = 0; i < money.currency.exponent(); ++i) unit /= 10;
  return Decimal::FromNanos(unit * money.minor_units);
}

absl::StatusOr<int64_t> MultiplyMinor(int64_t minor_units, Decimal factor, Rounding rounding) {
  if (!factor.valid()) return Overflow("a factor");
  int128 product;
  if (__builtin_mul_overflow(int128{minor_units}, factor.nanos(), &product)) return Overflow("a product");
  return Narrow(DivideRounded(product, Decimal::kOne, rounding), "a product");
}

absl::StatusOr<Money> Multiply(const Money& money, Decimal factor, Rounding rounding) {
  MW_ASSIGN_OR_RETURN(int64_t minor, MultiplyMinor(money.minor_units, factor, rounding));
  return Money{minor, money.currency};
}

absl::StatusOr<std::vector<int64_t>> AllocateMinor(int64_t total, std::span<const int64_t> weights) {
  int128 sum = 0;
  for (int64_t weight : weights) {
    if (weight < 0) return Error::InvalidArgument("INVALID_ALLOCATION", "a share can't have a negative weight");
    sum += weight;
  }
  if (sum == 0)
    return Error::InvalidArgument("INVALID_ALLOCATION", "an amount can't be shared by weights that are all 0");

  std::vector<int64_t> parts;
  std::vector<int128> remainders;
  int128 left = total;
  for (int64_t weight : weights) {
    int128 exact = int128{total} * weight;  // at most 2^126
    parts.push_back(static_cast<int64_t>(exact / sum));
    remainders.push_back(exact < 0 ? -(exact % sum) : exact % sum);
    left -= parts.back();
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  int step = left < 0 ? -1 : 1;
  for (size_t i = 0; left != 0; ++i, left -= step) parts[order[i]] += step;
  return parts;
}

absl::StatusOr<std::vector<Money>> Allocate(const Money& total, std::span<const int64_t> weights) {
  MW_ASSIGN_OR_RETURN(std::vector<int64_t> parts, AllocateMinor(total.minor_units, weights));
  std::vector<Money> out;
  for (int64_t part : parts) out.push_back({part, total.currency});
  return out;
}

}  // namespace millwright
