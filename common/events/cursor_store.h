// What a consumer remembers about a source, in the same database and transaction as the effects of its events.
//
// Thread-safety: as of the Reader or Transaction handed in.
#ifndef MILLWRIGHT_COMMON_EVENTS_CURSOR_STORE_H_
#define MILLWRIGHT_COMMON_EVENTS_CURSOR_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/events/event.h"
#include "common/storage/session.h"

namespace millwright {

// How long ids of consumed events are kept: a source never delivers an event again after this time.
inline constexpr absl::Duration kConsumedWindow = absl::Hours(24 * 14);

// The stored cursor of `source`; "" if it was never read.
absl::StatusOr<std::string> LoadCursor(Reader& reader, absl::string_view source);
absl::Status StoreCursor(Transaction& tx, absl::string_view source, absl::string_view cursor, absl::Time now);

// Records that the effect of `event` is part of this transaction. False if it is in the database already: skip it.
absl::StatusOr<bool> MarkConsumed(Transaction& tx, absl::string_view source, const Event& event, absl::Time now);
// Forgets at most `limit` ids older than kConsumedWindow; how many. Call again while it returns `limit`.
absl::StatusOr<int64_t> SweepConsumed(Transaction& tx, absl::Time now, int64_t limit = 1000);

// Counts a failed attempt at `event`; the number of attempts so far, this one included.
absl::StatusOr<int64_t> CountFailure(Transaction& tx, absl::string_view source, const Event& event,
                                     absl::string_view error);
absl::Status ClearFailures(Transaction& tx, absl::string_view source);

// An event that was put aside, whole, with the reason.
struct ParkedEvent {
  std::string source;
  Event event;
  std::string error;
  absl::Time parked_time;
};
absl::Status Park(Transaction& tx, absl::string_view source, const Event& event, absl::string_view error,
                  absl::Time now);
// The parked events of `source`, oldest first.
absl::StatusOr<std::vector<ParkedEvent>> ListParked(Reader& reader, absl::string_view source, int limit = 100);
// Takes a parked event out, so that an operator's tool can apply it in the same transaction; nullopt if it is not
// there.
absl::StatusOr<std::optional<ParkedEvent>> Unpark(Transaction& tx, absl::string_view source,
                                                  absl::string_view event_id);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_CURSOR_STORE_H_
