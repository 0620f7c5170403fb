#include "common/money/decimal.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

using int128 = __int128;
using uint128 = unsigned __int128;
constexpr int64_t kPowersOfTen[] = {1,       10,        100,        1'000,       10'000,
                                    100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

bool FitsInt64(int128 v) {
  return v >= std::numeric_limits<int64_t>::min() && v <= std::numeric_limits<int64_t>::max();
}

std::string DigitsOf(uint128 v) {
  std::string out;
  do {
    out.push_back(static_cast<char>('0' + static_cast<int>(v % 10)));
    v /= 10;
  } while (v != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

absl::Status Overflow(absl::string_view what) {
  return Error::OutOfRange("MONEY_OVERFLOW",
                           absl::StrCat(what,
                                        " is too large to compute with (or divides by zero); check quantities, "
                                        "measures and rates for a wrong unit"));
}

// a * b / 1e9 with a rounded last step; exact because every partial product is bounded by the result.
Decimal MultiplyWide(int128 a, int128 b) {
  constexpr int64_t kOne = Decimal::kOne;
  int128 a_whole = a / kOne, a_rest = a % kOne, b_whole = b / kOne, b_rest = b % kOne;
  int128 out, part;
  if (__builtin_mul_overflow(a_whole, b_whole, &out) || __builtin_mul_overflow(out, int128{kOne}, &out)) {
    return Decimal::Invalid();
  }
  if (__builtin_mul_overflow(a_whole, b_rest, &part) || __builtin_add_overflow(out, part, &out))
    return Decimal::Invalid();
  if (__builtin_mul_overflow(a_rest, b_whole, &part) || __builtin_add_overflow(out, part, &out))
    return Decimal::Invalid();
  // Rounding the last product alone would decide ties without the parity of the rest: tell it by a parity bit.
  int128 last = a_rest * b_rest;
  int128 floor = last / kOne, rest = last % kOne;
  if (rest < 0) {
    rest += kOne;
    --floor;
  }
  if (__builtin_add_overflow(out, floor, &out)) return Decimal::Invalid();
  bool up = rest * 2 > kOne || (rest * 2 == kOne && (out & 1) != 0);
  if (up && __builtin_add_overflow(out, int128{1}, &out)) return Decimal::Invalid();
  return Decimal::FromNanos(out);
}

}  // namespace

absl::string_view RoundingName(Rounding rounding) {
  switch (rounding) {
    case Rounding::kHalfEven:
      return "half_even";
    case Rounding::kHalfUp:
      return "half_up";
    case Rounding::kUp:
      return "up";
    case Rounding::kDown:
      return "down";
  }
  return "";
}

absl::StatusOr<Rounding> ParseRounding(absl::string_view name) {
  for (Rounding r : {Rounding::kHalfEven, Rounding::kHalfUp, Rounding::kUp, Rounding::kDown}) {
    if (RoundingName(r) == name) return r;
  }
  return Error::InvalidArgument("UNKNOWN_ROUNDING", absl::StrCat("`", name, "` is no rounding mode"))
      .Field("rounding", "use half_even, half_up, up or down");
}

__int128 DivideRounded(__int128 dividend, __int128 divisor, Rounding rounding) {
  int128 quotient = dividend / divisor;
  int128 rest = dividend % divisor;
  if (rest == 0) return quotient;
  int128 away = dividend < 0 ? -1 : 1;
  uint128 size = rest < 0 ? static_cast<uint128>(-rest) : static_cast<uint128>(rest);
  uint128 other =
      static_cast<uint128>(divisor) - size;  // compares with size as 2 * size with divisor, without overflow
  switch (rounding) {
    case Rounding::kDown:
      return quotient;
    case Rounding::kUp:
      return quotient + away;
    case Rounding::kHalfUp:
      return size >= other ? quotient + away : quotient;
    case Rounding::kHalfEven:
      if (size != other) return size > other ? quotient + away : quotient;
      return (quotient & 1) != 0 ? quotient + away : quotient;
  }
  return quotient;
}

absl::StatusOr<Decimal> Decimal::Parse(absl::string_view text) {
  auto bad = [&](absl::string_view rule) {
    return Error::InvalidArgument("INVALID_DECIMAL", absl::StrCat("`", text.substr(0, 60), "` is no decimal: ", rule))
        .Build();
  };
  absl::string_view rest = text;
  bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  size_t point = rest.find('.');
  absl::string_view whole = rest.substr(0, point);
  absl::string_view fraction = point == absl::string_view::npos ? "" : rest.substr(point + 1);
  if (whole.empty() || (point != absl::string_view::npos && fraction.empty())) {
    return bad("it needs digits, and digits on both sides of a point");
  }
  if (fraction.size() > kScale) return bad("at most 9 digits may follow the point");
  int128 nanos = 0;
  auto push = [&nanos](char digit) {
    return !__builtin_mul_overflow(nanos, int128{10}, &nanos) &&
           !__builtin_add_overflow(nanos, int128{digit - '0'}, &nanos);
  };
  for (absl::string_view part : {whole, fraction}) {
    for (char c : part) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return bad("only digits, one point and a leading minus");
      if (!push(c)) return Overflow(absl::StrCat("`", text.substr(0, 60), "`"));
    }
  }
  for (size_t i = fraction.size(); i < kScale; ++i) {
    if (!push('0')) return Overflow(absl::StrCat("`", text.substr(0, 60), "`"));
  }
  return FromNanos(negative ? -nanos : nanos);
}

Decimal operator+(Decimal a, Decimal b) {
  int128 out;
  if (!a.valid() || !b.valid() || __builtin_add_overflow(a.nanos_, b.nanos_, &out)) return Decimal::Invalid();
  return Decimal::FromNanos(out);
}
Decimal operator-(Decimal a, Decimal b) {
  int128 out;
  if (!a.valid() || !b.valid() || __builtin_sub_overflow(a.nanos_, b.nanos_, &out)) return Decimal::Invalid();
  return Decimal::FromNanos(out);
}
Decimal operator*(Decimal a, Decimal b) {
  if (!a.valid() || !b.valid()) return Decimal::Invalid();
  if (FitsInt64(a.nanos_) && FitsInt64(b.nanos_)) {
    return Decimal::FromNanos(DivideRounded(a.nanos_ * b.nanos_, Decimal::kOne, Rounding::kHalfEven));
  }
  return MultiplyWide(a.nanos_, b.nanos_);
}
Decimal operator/(Decimal a, Decimal b) {
  int128 scaled;
  if (!a.valid() || !b.valid() || b.nanos_ == 0) return Decimal::Invalid();
  if (__builtin_mul_overflow(a.nanos_, int128{Decimal::kOne}, &scaled)) return Decimal::Invalid();
  if (scaled == Decimal::kInvalid) return Decimal::Invalid();
  if (b.nanos_ < 0) return Decimal::FromNanos(DivideRounded(-scaled, -b.nanos_, Rounding::kHalfEven));
  return Decimal::FromNanos(DivideRounded(scaled, b.nanos_, Rounding::kHalfEven));
}

Decimal Max(Decimal a, Decimal b) {
  if (!a.valid() || !b.valid()) return Decimal::Invalid();
  return a < b ? b : a;
}
Decimal Min(Decimal a, Decimal b) {
  if (!a.valid() || !b.valid()) return Decimal::Invalid();
  return b < a ? b : a;
}

absl::StatusOr<Decimal> Decimal::Validated(absl::string_view what) const {
  if (!valid()) return Overflow(what);
  return *this;
}

absl::StatusOr<int64_t> Decimal::ToInteger(Rounding rounding) const { return ToScaled(0, rounding); }

absl::StatusOr<int64_t> Decimal::ToScaled(int digits, Rounding rounding) const {
  if (!valid()) return Overflow("a value");
  int128 scaled = DivideRounded(nanos_, kPowersOfTen[kScale - digits], rounding);
  if (!FitsInt64(scaled)) return Overflow(absl::StrCat("the value ", ToString()));
  return static_cast<int64_t>(scaled);
}

Decimal Decimal::RoundedTo(int digits, Rounding rounding) const {
  if (!valid()) return Invalid();
  int64_t unit = kPowersOfTen[kScale - digits];
  int128 out;
  if (__builtin_mul_overflow(DivideRounded(nanos_, unit, rounding), int128{unit}, &out)) return Invalid();
  return FromNanos(out);
}

Decimal Decimal::Ceil() const { return RoundedTo(0, nanos_ > 0 ? Rounding::kUp : Rounding::kDown); }
Decimal Decimal::Floor() const { return RoundedTo(0, nanos_ < 0 ? Rounding::kUp : Rounding::kDown); }

std::string Decimal::ToString() const {
  if (!valid()) return "invalid";
  std::string out = ToFixed(kScale);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string Decimal::ToFixed(int digits) const {
  if (!valid()) return "invalid";
  int128 scaled = DivideRounded(nanos_, kPowersOfTen[kScale - digits], Rounding::kHalfEven);
  uint128 size = scaled < 0 ? static_cast<uint128>(-scaled) : static_cast<uint128>(scaled);
  std::string text = DigitsOf(size);
  if (text.size() <= static_cast<size_t>(digits)) text.insert(0, digits + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - digits, 1, '.');
  return absl::StrCat(scaled < 0 ? "-" : "", text);
}

}  // namespace millwright
