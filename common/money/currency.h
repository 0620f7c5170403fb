// A currency of ISO 4217 (List One, active codes) and how many decimals it has.
//
// A small value (three letters and the exponent): copy it. The table is data in currency.cc; metals, test codes and
// units of account without a minor unit (XAU, XTS, XDR, ...) are not currencies one can be billed in and are refused
// like unknown ones.
#ifndef MILLWRIGHT_COMMON_MONEY_CURRENCY_H_
#define MILLWRIGHT_COMMON_MONEY_CURRENCY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

class Currency {
 public:
  // No currency: code() is "". Only Parse makes real ones.
  constexpr Currency() = default;
  // "EUR", in capitals. INVALID_ARGUMENT, reason UNKNOWN_CURRENCY.
  static absl::StatusOr<Currency> Parse(absl::string_view code);
  // Every currency, by code.
  static std::vector<Currency> All();

  absl::string_view code() const { return absl::string_view(code_, code_[0] == '\0' ? 0 : 3); }
  // Digits after the point: JPY 0, EUR 2, KWD 3, CLF 4.
  int exponent() const { return exponent_; }

  friend bool operator==(Currency a, Currency b) { return a.code() == b.code(); }
  friend bool operator!=(Currency a, Currency b) { return !(a == b); }

 private:
  char code_[3] = {};
  uint8_t exponent_ = 0;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_MONEY_CURRENCY_H_
