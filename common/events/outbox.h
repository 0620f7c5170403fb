// The outbox: events written in the transaction of the change, read by services and watching clients.
//
//   producer   outbox.Append(tx, event) beside the change; both commit or neither.
//   consumer   ReadAfter(reader, position, limit), or Subscribe for live ones.
//   token      opaque text that resumes after a position; each delivered event carries the token that resumes after it.
//
// Order: positions grow in commit order (one writer thread), so a reader that has seen position p has seen all below.
// Sequences are gap-free within an aggregate, also after compaction.
//
// Live delivery without losing or doubling anything: Subscribe first, then ReadAfter(token) until it is empty, then the
// subscribed events whose position is greater than the last one read.
//
// Thread-safety: all methods may be called from any thread; those that take a Reader or Transaction in its thread.
#ifndef MILLWRIGHT_COMMON_EVENTS_OUTBOX_H_
#define MILLWRIGHT_COMMON_EVENTS_OUTBOX_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/events/event.h"
#include "common/events/feed.h"
#include "common/storage/database.h"

namespace millwright {

// Most events that one ReadAfter returns.
inline constexpr int kMaxEventsPerRead = 1000;
// Consumers apply events in batches of this size: one fsync for all.
inline constexpr int kEventBatch = 128;

class Outbox {
 public:
  // `db` must outlive the outbox. One Outbox per database: it is what wakes the waiting readers.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(Database& db);

  // Writes `event` with the next sequence of its aggregate and the next position, and returns it so. INVALID_ARGUMENT
  // if tenant, aggregate or type is empty.
  absl::StatusOr<Event> Append(Transaction& tx, Event event);

  // At most `limit` (1 to kMaxEventsPerRead) events after `position`, oldest first. OUT_OF_RANGE with reason
  // RESUME_TOKEN_EXPIRED if events after `position` were compacted away: read the resources themselves, then start
  // from CurrentToken. INVALID_ARGUMENT with RESUME_TOKEN_INVALID if the feed never got as far as `position` (the
  // database was restored from a back-up).
  absl::StatusOr<std::vector<Event>> ReadAfter(Reader& reader, int64_t position, int limit) const;

  // The position of the newest event; 0 if there was none.
  absl::StatusOr<int64_t> LastPosition(Reader& reader) const;

  // Deletes at most `limit` events older than `time`, the oldest first; how many. The newest event always stays.
  absl::StatusOr<int64_t> CompactBefore(Transaction& tx, absl::Time time, int limit = kMaxEventsPerRead);

  std::string TokenOf(int64_t position) const;
  // The position in `token`; "" is the beginning of the feed (position 0, before the first event, which may have been
  // compacted). INVALID_ARGUMENT with reason RESUME_TOKEN_INVALID if it is malformed or another database made it.
  absl::StatusOr<int64_t> PositionOf(absl::string_view token) const;

  // Wakes waiters and hands out committed events.
  Feed& feed() { return feed_; }

 private:
  explicit Outbox(std::string feed_id, int64_t last_position) : feed_id_(std::move(feed_id)), feed_(last_position) {}

  const std::string feed_id_;
  Feed feed_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_OUTBOX_H_
