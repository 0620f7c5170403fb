// Decimal: a fixed-point number with nine digits after the point, for rates, measures and unit prices.
//
// Stored as an integer of 1e-9 in 128 bits: about ±1.7e29. No floating point is involved anywhere, so a result is the
// same on every machine, compiler and run. `*` and `/` round their result to 1e-9, half to even.
//
// Overflow and division by zero never wrap: they give an *invalid* value, which is sticky (any arithmetic with it is
// invalid) and which every way out refuses (ToMoney, Validated, ToInteger: OUT_OF_RANGE, reason MONEY_OVERFLOW).
// So a formula is written as one, and checked once at its end. Comparisons with an invalid value are false; Max and
// Min with one are invalid.
//
//   Decimal material = (shell + core) * density * price_per_kg * Decimal::Micro(1);
//   MW_ASSIGN_OR_RETURN(Money amount, ToMoney(material * Decimal(quantity), eur, Rounding::kHalfEven));
#ifndef MILLWRIGHT_COMMON_MONEY_DECIMAL_H_
#define MILLWRIGHT_COMMON_MONEY_DECIMAL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/money/rounding.h"

namespace millwright {

class Decimal {
 public:
  static constexpr int kScale = 9;
  static constexpr int64_t kOne = 1'000'000'000;

  constexpr Decimal() = default;
  constexpr Decimal(int64_t integer) : nanos_(static_cast<__int128>(integer) * kOne) {}  // NOLINT: 2 * rate reads well
  static constexpr Decimal FromNanos(__int128 nanos) {
    Decimal out;
    out.nanos_ = nanos;
    return out;
  }
  static constexpr Decimal Milli(int64_t n) { return FromNanos(static_cast<__int128>(n) * 1'000'000); }
  static constexpr Decimal Micro(int64_t n) { return FromNanos(static_cast<__int128>(n) * 1'000); }
  static constexpr Decimal Invalid() { return FromNanos(kInvalid); }
  // numerator / denominator.
  static Decimal Ratio(int64_t numerator, int64_t denominator) { return Decimal(numerator) / Decimal(denominator); }

  // "-12", "0.5", "1234.000000001". At most nine digits after the point, no exponent, no blanks, no "+", no ".5".
  static absl::StatusOr<Decimal> Parse(absl::string_view text);

  constexpr bool valid() const { return nanos_ != kInvalid; }
  constexpr __int128 nanos() const { return nanos_; }

  friend Decimal operator+(Decimal a, Decimal b);
  friend Decimal operator-(Decimal a, Decimal b);
  friend Decimal operator*(Decimal a, Decimal b);
  friend Decimal operator/(Decimal a, Decimal b);
  Decimal operator-() const { return Decimal(0) - *this; }
  Decimal& operator+=(Decimal b) { return *this = *this + b; }
  Decimal& operator-=(Decimal b) { return *this = *this - b; }
  Decimal& operator*=(Decimal b) { return *this = *this * b; }

  friend bool operator==(Decimal a, Decimal b) { return a.valid() && b.valid() && a.nanos_ == b.nanos_; }
  friend bool operator<(Decimal a, Decimal b) { return a.valid() && b.valid() && a.nanos_ < b.nanos_; }
  friend bool operator>(Decimal a, Decimal b) { return b < a; }
  friend bool operator<=(Decimal a, Decimal b) { return a < b || a == b; }
  friend bool operator>=(Decimal a, Decimal b) { return b <= a; }

  // The value, or MONEY_OVERFLOW naming `what`.
  absl::StatusOr<Decimal> Validated(absl::string_view what) const;
  // Rounded to an integer; MONEY_OVERFLOW if that does not fit into 64 bits.
  absl::StatusOr<int64_t> ToInteger(Rounding rounding) const;
  // value * 10^digits rounded to an integer, 0 <= digits <= 9: 2.5 with 2 digits is 250.
  absl::StatusOr<int64_t> ToScaled(int digits, Rounding rounding) const;
  // Rounded to `digits` (0..9) after the point.
  Decimal RoundedTo(int digits, Rounding rounding) const;
  Decimal Ceil() const;
  Decimal Floor() const;

  // Shortest exact form: "0.5", "-3", "1234.000000001"; "invalid".
  std::string ToString() const;
  // Exactly `digits` after the point, rounded half to even: how unit prices are shown.
  std::string ToFixed(int digits) const;

 private:
  static constexpr __int128 kInvalid = static_cast<__int128>(1) << 127;
  __int128 nanos_ = 0;
};

Decimal Max(Decimal a, Decimal b);
Decimal Min(Decimal a, Decimal b);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_MONEY_DECIMAL_H_
