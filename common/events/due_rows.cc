#include "common/events/due_rows.h"

#include <utility>

#include "common/errors/error.h"

namespace millwright {
namespace {

DueRow DueRowOf(const Row& row) {
  return {row.String(0), row.String(1), row.Time(2), row.String(3), row.Int(4), row.String(5)};
}

}  // namespace

absl::Status DueRows::Schedule(Transaction& tx, const DueRow& row) {
  MW_RETURN_IF_ERROR(tx.Run(
      "INSERT INTO due_rows (kind, key, due_micros, payload, attempts, last_error) VALUES ($1, $2, $3, $4, 0, '')"
      " ON CONFLICT (kind, key) DO UPDATE SET due_micros = excluded.due_micros, payload = excluded.payload,"
      " attempts = 0, last_error = ''",
      row.kind, row.key, row.due, Blob{row.payload}));
  tx.OnCommit([this, kind = row.kind, due = row.due] { Notify(kind, due); });
  return absl::OkStatus();
}

absl::StatusOr<bool> DueRows::Cancel(Transaction& tx, absl::string_view kind, absl::string_view key) {
  MW_ASSIGN_OR_RETURN(int64_t gone, tx.Execute("DELETE FROM due_rows WHERE kind = $1 AND key = $2", kind, key));
  return gone == 1;
}

absl::StatusOr<std::optional<DueRow>> DueRows::Find(Reader& reader, absl::string_view kind,
                                                    absl::string_view key) const {
  return reader
      .Query("SELECT kind, key, due_micros, payload, attempts, last_error FROM due_rows WHERE kind = $1 AND key = $2",
             kind, key)
      .One(DueRowOf);
}

absl::StatusOr<std::vector<DueRow>> DueRows::ListDue(Reader& reader, absl::string_view kind, absl::Time now,
                                                     int limit) const {
  return reader
      .Query("SELECT kind, key, due_micros, payload, attempts, last_error FROM due_rows"
             " WHERE kind = $1 AND due_micros <= $2 ORDER BY due_micros, key LIMIT $3",
             kind, now, limit)
      .All(DueRowOf);
}

absl::StatusOr<absl::Time> DueRows::NextDue(Reader& reader, absl::string_view kind) const {
  MW_ASSIGN_OR_RETURN(auto next, reader.Query("SELECT min(due_micros) FROM due_rows WHERE kind = $1", kind)
                                     .One([](const Row& row) { return row.OptionalTime(0); }));
  return next && *next ? **next : absl::InfiniteFuture();
}

int64_t DueRows::Subscribe(std::function<void(const std::string&, absl::Time)> fn) {
  std::lock_guard<std::mutex> lock(mutex_);
  subscribers_[next_subscription_] = std::move(fn);
  return next_subscription_++;
}

void DueRows::Unsubscribe(int64_t subscription) {
  std::lock_guard<std::mutex> lock(mutex_);
  subscribers_.erase(subscription);
}

void DueRows::Notify(const std::string& kind, absl::Time due) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [id, fn] : subscribers_) fn(kind, due);
}

}  // namespace millwright
