#include "services/catalog/domain/fixed_math.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

using int128 = __int128;
using uint128 = unsigned __int128;

// floor(2^(2^-i) * 2^62) for i = 1..56, by repeated integer square roots of 2 with 200 fractional bits.
constexpr uint64_t kRoots[] = {
    0x5a827999fcef3242ULL, 0x4c1bf828c6dc54b7ULL, 0x45cae0f1f545eb73ULL, 0x42d561b3e6243d8aULL, 0x4166c34c5615d0ebULL,
    0x40b268f9de0183b9ULL, 0x4058f6a7ecccd5b6ULL, 0x402c6be96af2fb58ULL, 0x4016321b687027a8ULL, 0x400b18178ba33b14ULL,
    0x40058bce410147e8ULL, 0x4002c5d7bff71daeULL, 0x400162e807ee7e5bULL, 0x4000b1730df6a524ULL, 0x400058b9497b8151ULL,
    0x40002c5c955dd701ULL, 0x4000162e46d6f26bULL, 0x40000b1722757b1bULL, 0x4000058b90fd3e0cULL, 0x400002c5c86f3f26ULL,
    0x40000162e433c79bULL, 0x400000b17218edcfULL, 0x40000058b90c3968ULL, 0x4000002c5c860d54ULL, 0x400000162e4302d2ULL,
    0x4000000b17218073ULL, 0x400000058b90bffcULL, 0x40000002c5c85feeULL, 0x4000000162e42ff3ULL, 0x40000000b17217f8ULL,
    0x4000000058b90bfcULL, 0x400000002c5c85feULL, 0x40000000162e42feULL, 0x400000000b17217fULL, 0x40000000058b90bfULL,
    0x4000000002c5c85fULL, 0x400000000162e42fULL, 0x4000000000b17217ULL, 0x400000000058b90bULL, 0x40000000002c5c85ULL,
    0x4000000000162e42ULL, 0x40000000000b1721ULL, 0x4000000000058b90ULL, 0x400000000002c5c8ULL, 0x40000000000162e4ULL,
    0x400000000000b172ULL, 0x40000000000058b9ULL, 0x4000000000002c5cULL, 0x400000000000162eULL, 0x4000000000000b17ULL,
    0x400000000000058bULL, 0x40000000000002c5ULL, 0x4000000000000162ULL, 0x40000000000000b1ULL, 0x4000000000000058ULL,
    0x400000000000002cULL,
};
constexpr int64_t kLog2OfBillion = 4308662629522456344;  // log2(1e9) * 2^57, to the nearest
constexpr int64_t kOneQ57 = int64_t{1} << 57;

int BitLength(uint128 v) {
  uint64_t high = static_cast<uint64_t>(v >> 64), low = static_cast<uint64_t>(v);
  if (high != 0) return 128 - __builtin_clzll(high);
  return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

// log2 of a positive integer * 2^57: the integer part is the bit length, each squaring of the mantissa gives one bit.
int128 Log2Q57(uint128 v) {
  int length = BitLength(v);
  uint64_t mantissa =
      length > 64 ? static_cast<uint64_t>(v >> (length - 64)) : static_cast<uint64_t>(v << (64 - length));
  int64_t fraction = 0;
  for (int bit = 56; bit >= 0; --bit) {
    uint128 square = static_cast<uint128>(mantissa) * mantissa;  // in [2^126, 2^128)
    if ((square >> 127) != 0) {
      fraction |= int64_t{1} << bit;
      mantissa = static_cast<uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<uint64_t>(square >> 63);
    }
  }
  return (int128{length - 1} << 57) + fraction;
}

}  // namespace

Decimal Log2(Decimal x) {
  if (!(x > Decimal(0))) return Decimal::Invalid();
  int128 q57 = Log2Q57(static_cast<uint128>(x.nanos())) - kLog2OfBillion;
  return Decimal::FromNanos(DivideRounded(q57 * Decimal::kOne, kOneQ57, Rounding::kHalfEven));
}

namespace {

// 2^(q57 / 2^57) * 1e9 as nanos.
Decimal Exp2Q57(int128 q57) {
  int128 whole = q57 >> 57;  // floor
  if (whole > 66) return Decimal::Invalid();
  if (whole < -64) return Decimal(0);
  uint64_t fraction = static_cast<uint64_t>(q57 - (whole << 57));
  uint64_t mantissa = uint64_t{1} << 62;  // [1, 2) in Q62
  for (int i = 0; i < 56; ++i) {
    if ((fraction >> (56 - i) & 1) != 0)
      mantissa = static_cast<uint64_t>(static_cast<uint128>(mantissa) * kRoots[i] >> 62);
  }
  uint128 nanos = static_cast<uint128>(mantissa) * Decimal::kOne;  // < 2^93, Q62
  int shift = 62 - static_cast<int>(whole);
  if (shift <= 0) {
    if (-shift + BitLength(nanos) > 126) return Decimal::Invalid();
    return Decimal::FromNanos(static_cast<int128>(nanos << -shift));
  }
  if (shift > 126) return Decimal(0);
  return Decimal::FromNanos(DivideRounded(static_cast<int128>(nanos), int128{1} << shift, Rounding::kHalfEven));
}

}  // namespace

Decimal Exp2(Decimal y) {
  if (!y.valid() || y > Decimal(100) || y < Decimal(-100)) return y < Decimal(-100) ? Decimal(0) : Decimal::Invalid();
  return Exp2Q57(DivideRounded(y.nanos() * kOneQ57, Decimal::kOne, Rounding::kHalfEven));
}

Decimal Pow(Decimal base, Decimal exponent) {
  if (!base.valid() || !exponent.valid() || base < Decimal(0)) return Decimal::Invalid();
  if (exponent > Decimal(kMaxExponent) || exponent < Decimal(-kMaxExponent)) return Decimal::Invalid();
  if (exponent == Decimal(0)) return Decimal(1);
  if (exponent == Decimal(1)) return base;
  if (base == Decimal(0)) return exponent > Decimal(0) ? Decimal(0) : Decimal::Invalid();
  int128 log = Log2Q57(static_cast<uint128>(base.nanos())) - kLog2OfBillion;
  return Exp2Q57(DivideRounded(log * exponent.nanos(), Decimal::kOne, Rounding::kHalfEven));
}

}  // namespace millwright::catalog
