// Money and decimals on the wire: google.type.Money and google.type.Decimal.
#ifndef MILLWRIGHT_COMMON_MONEY_PROTO_H_
#define MILLWRIGHT_COMMON_MONEY_PROTO_H_

#include "absl/status/statusor.h"
#include "common/money/money.h"
#include "google/type/decimal.pb.h"
#include "google/type/money.pb.h"

namespace millwright {

google::type::Money ToProto(const Money& money);
// Refuses (INVALID_ARGUMENT, naming `field`): unknown currency, nanos out of ±999,999,999, units and nanos of
// different signs, and fractions finer than the currency's minor unit. MONEY_OVERFLOW where 64 bits are not enough.
absl::StatusOr<Money> FromProto(const google::type::Money& proto, absl::string_view field);

google::type::Decimal ToProto(Decimal value);
// An empty value is refused, like any text that Decimal::Parse refuses.
absl::StatusOr<Decimal> FromProto(const google::type::Decimal& proto, absl::string_view field);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_MONEY_PROTO_H_
