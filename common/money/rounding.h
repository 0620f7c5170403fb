// The declared ways to round to minor units. There is no default argument anywhere: who rounds, says how.
#ifndef MILLWRIGHT_COMMON_MONEY_ROUNDING_H_
#define MILLWRIGHT_COMMON_MONEY_ROUNDING_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

enum class Rounding {
  kHalfEven,  // to the nearest, a tie to the even neighbour (the usual default of a price list)
  kHalfUp,    // to the nearest, a tie away from zero (commercial rounding)
  kUp,        // away from zero
  kDown,      // towards zero
};

// "half_even", "half_up", "up", "down".
absl::string_view RoundingName(Rounding rounding);
absl::StatusOr<Rounding> ParseRounding(absl::string_view name);

// dividend / divisor, rounded. `divisor` must be positive.
__int128 DivideRounded(__int128 dividend, __int128 divisor, Rounding rounding);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_MONEY_ROUNDING_H_
