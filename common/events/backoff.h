// Exponential back-off: base, 2 x base, 4 x base, ... up to max. No jitter: its users are alone on their database.
#ifndef MILLWRIGHT_COMMON_EVENTS_BACKOFF_H_
#define MILLWRIGHT_COMMON_EVENTS_BACKOFF_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"

namespace millwright {

struct Backoff {
  absl::Duration base = absl::Milliseconds(100);
  absl::Duration max = absl::Seconds(30);

  // The pause after the `attempts`-th failure, counted from 1.
  absl::Duration After(int64_t attempts) const {
    const int doublings = static_cast<int>(std::clamp<int64_t>(attempts - 1, 0, 30));
    return std::min(max, base * (int64_t{1} << doublings));
  }
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_BACKOFF_H_
