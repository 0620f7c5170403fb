// Deterministic powers for price rules with a size exponent (price * V^e): integer arithmetic only, so that the result
// is the same on every machine, which the platform's `pow` does not promise.
//
// Error bounds, against the exact value: Log2 1e-9 absolute (half a unit of the last digit plus 2^-50). Exp2 and Pow
// half a unit of 1e-9 plus a relative 2^-48 (Pow: per unit of the exponent's size, so at most 2^-45 at 8).
// Pow(x, 0) is 1 and Pow(x, 1) is x exactly. What is out of range is an invalid Decimal, as an overflow is.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIXED_MATH_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIXED_MATH_H_

#include "common/money/decimal.h"

namespace millwright::catalog {

// Exponents beyond ± this are refused (invalid); price rules allow 0 to 1.5.
inline constexpr int kMaxExponent = 8;

// Of a positive number; invalid otherwise.
Decimal Log2(Decimal x);
// 2^y.
Decimal Exp2(Decimal y);
// base^exponent; base must not be negative, and not 0 with a negative exponent.
Decimal Pow(Decimal base, Decimal exponent);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIXED_MATH_H_
