#include "common/time/clock.h"

#include "absl/time/clock.h"

namespace millwright {
namespace {

class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

absl::CivilDay DayAfter(absl::Time from, int days, const absl::TimeZone& zone) {
  return absl::ToCivilDay(from, zone) + days;
}

}  // namespace

const Clock& Clock::System() {
  static const SystemClock* const clock = new SystemClock();  // never destroyed: threads may outlive main
  return *clock;
}

absl::Time ManualClock::Now() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return now_;
}
void ManualClock::Set(absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  now_ = now;
}
void ManualClock::Advance(absl::Duration by) {
  std::lock_guard<std::mutex> lock(mutex_);
  now_ += by;
}

std::string FormatUtc(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

absl::Time StartOfDayAfter(absl::Time from, int days, const absl::TimeZone& zone) {
  return absl::FromCivil(DayAfter(from, days, zone), zone);
}
absl::Time EndOfDayAfter(absl::Time from, int days, const absl::TimeZone& zone) {
  return absl::FromCivil(DayAfter(from, days, zone) + 1, zone) - absl::Microseconds(1);
}

}  // namespace millwright
