// Work that has a time: expiry, reminders, due dates, retries, escalation. A row in the database, never a timer in
// memory, so that it survives kill -9 and is cancelled or moved in the transaction of the change that makes it so.
//
//   DueRows due;
//   due.Schedule(tx, {.kind = "offer.expire", .key = offer_name, .due = expires});   // beside the change
//   Scheduler scheduler(db, due, {});
//   scheduler.Handle("offer.expire", [&](Transaction& tx, const DueRow& row) { return ExpireOffer(tx, row.key); });
//   scheduler.Start();
//
// Thread-safety: all methods may be called from any thread; those that take a Transaction in its thread.
#ifndef MILLWRIGHT_COMMON_EVENTS_DUE_ROWS_H_
#define MILLWRIGHT_COMMON_EVENTS_DUE_ROWS_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/storage/session.h"

namespace millwright {

struct DueRow {
  std::string kind;  // names the handler: "offer.expire"
  std::string key;   // unique within the kind; begins with the owning company or its resource
  absl::Time due;
  std::string payload = {};
  int64_t attempts = 0;  // failed attempts so far
  std::string last_error = {};
};

class DueRows {
 public:
  // Inserts the row, or replaces the one with the same kind and key; its attempts start at 0 again.
  absl::Status Schedule(Transaction& tx, const DueRow& row);
  // True if there was one.
  absl::StatusOr<bool> Cancel(Transaction& tx, absl::string_view kind, absl::string_view key);
  // The row, or nullopt.
  absl::StatusOr<std::optional<DueRow>> Find(Reader& reader, absl::string_view kind, absl::string_view key) const;
  // The rows of `kind` that are due at `now`, the earliest first.
  absl::StatusOr<std::vector<DueRow>> ListDue(Reader& reader, absl::string_view kind, absl::Time now, int limit) const;
  // When the next row of `kind` is due; InfiniteFuture if there is none.
  absl::StatusOr<absl::Time> NextDue(Reader& reader, absl::string_view kind) const;

  // `fn` is called on the writer thread for each committed Schedule; must not block. For Scheduler.
  int64_t Subscribe(std::function<void(const std::string& kind, absl::Time due)> fn);
  void Unsubscribe(int64_t subscription);

 private:
  void Notify(const std::string& kind, absl::Time due);

  std::mutex mutex_;
  std::map<int64_t, std::function<void(const std::string&, absl::Time)>> subscribers_;
  int64_t next_subscription_ = 1;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_DUE_ROWS_H_
