#include "common/money/proto.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

absl::Status Bad(absl::string_view field, absl::string_view rule) {
  return Error::InvalidArgument("INVALID_MONEY", absl::StrCat(field, " ", rule)).Field(field, rule);
}

}  // namespace

google::type::Money ToProto(const Money& money) {
  google::type::Money out;
  __int128 nanos = ToDecimal(money).nanos();
  out.set_currency_code(std::string(money.currency.code()));
  out.set_units(static_cast<int64_t>(nanos / Decimal::kOne));
  out.set_nanos(static_cast<int32_t>(nanos % Decimal::kOne));
  return out;
}

absl::StatusOr<Money> FromProto(const google::type::Money& proto, absl::string_view field) {
  auto currency = Currency::Parse(proto.currency_code());
  if (!currency.ok()) {
    return Error::InvalidArgument("UNKNOWN_CURRENCY", currency.status().message())
        .Field(absl::StrCat(field, ".currency_code"), "use a three-letter code of ISO 4217 in capitals, such as EUR");
  }
  if (proto.nanos() <= -Decimal::kOne || proto.nanos() >= Decimal::kOne) {
    return Bad(absl::StrCat(field, ".nanos"), "must be between -999999999 and 999999999");
  }
  if ((proto.units() > 0 && proto.nanos() < 0) || (proto.units() < 0 && proto.nanos() > 0)) {
    return Bad(absl::StrCat(field, ".nanos"), "must have the sign of units, or be 0");
  }
  Decimal units = Decimal::FromNanos(Decimal(proto.units()).nanos() + proto.nanos());
  MW_ASSIGN_OR_RETURN(Money money, ToMoney(units, *currency, Rounding::kDown));
  if (!(ToDecimal(money) == units)) {
    return Bad(absl::StrCat(field, ".nanos"),
               absl::StrCat("must not be finer than the ", currency->exponent(), " decimals of ", currency->code()));
  }
  return money;
}

google::type::Decimal ToProto(Decimal value) {
  google::type::Decimal out;
  out.set_value(value.ToString());
  return out;
}

absl::StatusOr<Decimal> FromProto(const google::type::Decimal& proto, absl::string_view field) {
  auto value = Decimal::Parse(proto.value());
  if (value.ok()) return value;
  return Error::InvalidArgument("INVALID_DECIMAL", absl::StrCat(field, ": ", value.status().message()))
      .Field(field, "a decimal such as 12.5, at most 9 digits after the point");
}

}  // namespace millwright
