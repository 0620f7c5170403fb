// The one way to ask what time it is. Domain code gets a Clock handed in, so that tests (and the sandbox company of
// a shop, F99) can move time by hand.
//
// Times are stored as int64 microseconds since 1970-01-01T00:00:00Z, everywhere: MicrosOf / FromMicros.
//
// Thread-safety: all methods of all clocks may be called from any thread.
#ifndef MILLWRIGHT_COMMON_TIME_CLOCK_H_
#define MILLWRIGHT_COMMON_TIME_CLOCK_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace millwright {

class Clock {
 public:
  virtual ~Clock() = default;
  // Never earlier than an earlier answer by more than the system clock was set back.
  virtual absl::Time Now() const = 0;
  // The process-wide system clock. Not owned by the caller.
  static const Clock& System();
};

// Another clock, shifted: rehearses what falls due later (`server.clock_offset_seconds`).
class OffsetClock : public Clock {
 public:
  // `base` must outlive this.
  OffsetClock(const Clock& base, absl::Duration offset) : base_(base), offset_(offset) {}
  absl::Time Now() const override { return base_.Now() + offset_; }

 private:
  const Clock& base_;
  const absl::Duration offset_;
};

// Stands still until told otherwise.
class ManualClock : public Clock {
 public:
  explicit ManualClock(absl::Time start) : now_(start) {}
  absl::Time Now() const override;
  void Set(absl::Time now);
  void Advance(absl::Duration by);

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

inline int64_t MicrosOf(absl::Time time) { return absl::ToUnixMicros(time); }
inline absl::Time FromMicros(int64_t micros) { return absl::FromUnixMicros(micros); }

// "2026-11-22T20:44:12Z" (RFC 3339, UTC, whole seconds).
std::string FormatUtc(absl::Time time);

// The start of the civil day that is `days` after the day `from` falls on in `zone`: how due dates are counted
// ("the seller's civil date + N days, due at its start").
absl::Time StartOfDayAfter(absl::Time from, int days, const absl::TimeZone& zone);
// The last microsecond of that day: how offers expire ("the end of day N in the seller's zone").
absl::Time EndOfDayAfter(absl::Time from, int days, const absl::TimeZone& zone);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_TIME_CLOCK_H_
