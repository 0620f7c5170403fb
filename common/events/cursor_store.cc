#include "common/events/cursor_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

constexpr char kParkedColumns[] =
    "source, event_id, aggregate, sequence, type, time_micros, tenant, actor, trace, before, after, error,"
    " parked_micros";

ParkedEvent ParkedOf(const Row& row) {
  ParkedEvent parked;
  parked.source = row.String(0);
  parked.event.id = row.String(1);
  parked.event.aggregate = row.String(2);
  parked.event.sequence = row.Int(3);
  parked.event.type = row.String(4);
  parked.event.time = row.Time(5);
  parked.event.tenant = row.String(6);
  parked.event.actor = row.String(7);
  parked.event.trace = row.String(8);
  parked.event.before = row.String(9);
  parked.event.after = row.String(10);
  parked.error = row.String(11);
  parked.parked_time = row.Time(12);
  return parked;
}

}  // namespace

absl::StatusOr<std::string> LoadCursor(Reader& reader, absl::string_view source) {
  MW_ASSIGN_OR_RETURN(auto cursor, reader.Query("SELECT cursor FROM consumer_cursors WHERE source = $1", source)
                                       .One([](const Row& row) { return row.String(0); }));
  return cursor.value_or("");
}

absl::Status StoreCursor(Transaction& tx, absl::string_view source, absl::string_view cursor, absl::Time now) {
  return tx.Run(
      "INSERT INTO consumer_cursors (source, cursor, updated_micros) VALUES ($1, $2, $3)"
      " ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor, updated_micros = excluded.updated_micros",
      source, cursor, now);
}

absl::StatusOr<bool> MarkConsumed(Transaction& tx, absl::string_view source, const Event& event, absl::Time now) {
  MW_ASSIGN_OR_RETURN(int64_t added, tx.Execute("INSERT INTO consumed_events (source, event_id, consumed_micros)"
                                                " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                                                source, event.id, now));
  return added == 1;
}

absl::StatusOr<int64_t> SweepConsumed(Transaction& tx, absl::Time now, int64_t limit) {
  return tx.Execute(
      "DELETE FROM consumed_events WHERE id IN (SELECT id FROM consumed_events ORDER BY id LIMIT $2)"
      " AND consumed_micros < $1",
      now - kConsumedWindow, limit);
}

absl::StatusOr<int64_t> CountFailure(Transaction& tx, absl::string_view source, const Event& event,
                                     absl::string_view error) {
  return tx
      .Query(
          "INSERT INTO consumer_retries (source, event_id, attempts, last_error) VALUES ($1, $2, 1, $3)"
          " ON CONFLICT (source) DO UPDATE SET event_id = excluded.event_id, last_error = excluded.last_error,"
          " attempts = CASE WHEN consumer_retries.event_id = excluded.event_id THEN consumer_retries.attempts + 1"
          " ELSE 1 END RETURNING attempts",
          source, event.id, error)
      .Int();
}

absl::Status ClearFailures(Transaction& tx, absl::string_view source) {
  return tx.Run("DELETE FROM consumer_retries WHERE source = $1", source);
}

absl::Status Park(Transaction& tx, absl::string_view source, const Event& event, absl::string_view error,
                  absl::Time now) {
  return tx.Run(absl::StrCat("INSERT INTO parked_events (", kParkedColumns,
                             ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
                source, event.id, event.aggregate, event.sequence, event.type, event.time, event.tenant, event.actor,
                event.trace, Blob{event.before}, Blob{event.after}, error, now);
}

absl::StatusOr<std::vector<ParkedEvent>> ListParked(Reader& reader, absl::string_view source, int limit) {
  return reader
      .Query(absl::StrCat("SELECT ", kParkedColumns,
                          " FROM parked_events WHERE source = $1 ORDER BY parked_micros, event_id LIMIT $2"),
             source, limit)
      .All(ParkedOf);
}

absl::StatusOr<std::optional<ParkedEvent>> Unpark(Transaction& tx, absl::string_view source,
                                                  absl::string_view event_id) {
  return tx
      .Query(absl::StrCat("DELETE FROM parked_events WHERE source = $1 AND event_id = $2 RETURNING ", kParkedColumns),
             source, event_id)
      .One(ParkedOf);
}

}  // namespace millwright
