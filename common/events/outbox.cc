#include "common/events/outbox.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "embedded/events_schema.h"

namespace millwright {
namespace {

constexpr char kLastPosition[] = "SELECT max(position) FROM outbox";

Event EventOf(const Row& row) {
  Event event;
  event.position = row.Int(0);
  event.id = row.String(1);
  event.tenant = row.String(2);
  event.aggregate = row.String(3);
  event.sequence = row.Int(4);
  event.type = row.String(5);
  event.time = row.Time(6);
  event.actor = row.String(7);
  event.trace = row.String(8);
  event.before = row.String(9);
  event.after = row.String(10);
  return event;
}

absl::Status InvalidToken(absl::string_view why) {
  return Error::InvalidArgument("RESUME_TOKEN_INVALID", absl::StrCat("the resume token ", why))
      .Field("resume_token", "send a token of this feed exactly as it was received; without one the feed starts anew");
}

absl::Status ExpiredToken() {
  return Error::OutOfRange("RESUME_TOKEN_EXPIRED",
                           "events after this resume token are no longer kept; read the resources themselves, then "
                           "continue with a new token");
}

}  // namespace

MigrationSet EventsSchema() { return SchemaOf("events", EventsSchemaFiles()); }

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(Database& db) {
  return db.Read([](Reader& reader) -> absl::StatusOr<std::unique_ptr<Outbox>> {
    MW_ASSIGN_OR_RETURN(std::optional<std::string> feed_id,
                        reader.Query("SELECT feed_id FROM outbox_feed").One([](const Row& row) {
                          return row.String(0);
                        }));
    if (!feed_id) return absl::DataLossError("the outbox has lost its identity row");
    MW_ASSIGN_OR_RETURN(int64_t last, reader.Query(kLastPosition).Int());
    return std::unique_ptr<Outbox>(new Outbox(*feed_id, last));
  });
}

absl::StatusOr<Event> Outbox::Append(Transaction& tx, Event event) {
  if (event.tenant.empty() || event.aggregate.empty() || event.type.empty()) {
    return absl::InvalidArgumentError("an event needs tenant, aggregate and type");
  }
  MW_ASSIGN_OR_RETURN(event.sequence,
                      tx.Query("INSERT INTO outbox_sequences (aggregate, last) VALUES ($1, 1)"
                               " ON CONFLICT (aggregate) DO UPDATE SET last = outbox_sequences.last + 1 RETURNING last",
                               event.aggregate)
                          .Int());
  // Compaction keeps the newest event, so the maximum never falls and no position is given twice.
  MW_ASSIGN_OR_RETURN(int64_t last, tx.Query(kLastPosition).Int());
  event.position = last + 1;
  if (event.id.empty()) event.id = absl::StrCat(feed_id_, "-", event.position);
  event.time = FromMicros(MicrosOf(event.time));
  MW_RETURN_IF_ERROR(
      tx.Run("INSERT INTO outbox (position, id, tenant, aggregate, sequence, type, time_micros, actor, trace, before,"
             " after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
             event.position, event.id, event.tenant, event.aggregate, event.sequence, event.type, event.time,
             event.actor, event.trace, Blob{event.before}, Blob{event.after}));
  tx.OnCommit([this, shared = std::make_shared<const Event>(event)] { feed_.Publish(shared); });
  return event;
}

absl::StatusOr<std::vector<Event>> Outbox::ReadAfter(Reader& reader, int64_t position, int limit) const {
  MW_ASSIGN_OR_RETURN(int64_t compacted, reader.Query("SELECT compacted_position FROM outbox_feed").Int());
  if (position < compacted) return ExpiredToken();
  MW_ASSIGN_OR_RETURN(auto events, reader
                                       .Query("SELECT position, id, tenant, aggregate, sequence, type, time_micros,"
                                              " actor, trace, before, after FROM outbox WHERE position > $1"
                                              " ORDER BY position LIMIT $2",
                                              position, std::clamp(limit, 1, kMaxEventsPerRead))
                                       .All(EventOf));
  if (events.empty()) {
    MW_ASSIGN_OR_RETURN(int64_t last, LastPosition(reader));
    if (position > last) return InvalidToken("is ahead of this feed: the feed was restored from an older copy");
  }
  return events;
}

absl::StatusOr<int64_t> Outbox::LastPosition(Reader& reader) const { return reader.Query(kLastPosition).Int(); }

absl::StatusOr<int64_t> Outbox::CompactBefore(Transaction& tx, absl::Time time, int limit) {
  // Looks at the oldest rows only. Event times may step back a little when the clock is set: the first young one ends
  // it.
  MW_ASSIGN_OR_RETURN(int64_t last, LastPosition(tx));
  int64_t through = 0;
  bool young = false;
  MW_RETURN_IF_ERROR(tx.Query("SELECT position, time_micros FROM outbox ORDER BY position LIMIT $1",
                              std::clamp(limit, 1, kMaxEventsPerRead))
                         .ForEach([&](const Row& row) {
                           young = young || row.Time(1) >= time || row.Int(0) == last;
                           if (!young) through = row.Int(0);
                         }));
  if (through == 0) return 0;
  MW_RETURN_IF_ERROR(tx.Run("UPDATE outbox_feed SET compacted_position = $1", through));
  return tx.Execute("DELETE FROM outbox WHERE position <= $1", through);
}

std::string Outbox::TokenOf(int64_t position) const {
  return absl::WebSafeBase64Escape(absl::StrCat("1.", feed_id_, ".", position));
}

absl::StatusOr<int64_t> Outbox::PositionOf(absl::string_view token) const {
  if (token.empty()) return 0;
  std::string plain;
  if (token.size() > 100 || !absl::WebSafeBase64Unescape(token, &plain)) return InvalidToken("is malformed");
  std::vector<std::string> parts = absl::StrSplit(plain, '.');
  int64_t position = 0;
  if (parts.size() != 3 || parts[0] != "1" || !absl::SimpleAtoi(parts[2], &position) || position < 0) {
    return InvalidToken("is malformed");
  }
  if (parts[1] != feed_id_) return InvalidToken("belongs to another database");
  return position;
}

}  // namespace millwright
