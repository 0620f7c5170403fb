// A state change, self-contained: who consumes it never reads back a newer state.
#ifndef MILLWRIGHT_COMMON_EVENTS_EVENT_H_
#define MILLWRIGHT_COMMON_EVENTS_EVENT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/storage/migrations.h"

namespace millwright {

struct Event {
  std::string id;         // unique for ever; left empty, Outbox::Append makes one
  std::string tenant;     // the company that owns the aggregate
  std::string aggregate;  // resource name: "orders/acme012345-01h..."
  int64_t sequence = 0;   // 1, 2, 3, ... within the aggregate, without a gap; given by Outbox::Append
  std::string type;       // "order.submitted"
  absl::Time time;        // stored with microseconds
  std::string actor;      // resource name of the member or service that caused it
  std::string trace;      // W3C traceparent of the request, or ""
  std::string before;     // serialized resource before and after; empty if there was or is none
  std::string after;
  int64_t position = 0;  // place in this feed, growing, with gaps allowed; given by Outbox::Append

  friend bool operator==(const Event&, const Event&) = default;
};

// The tables of common/events: outbox, cursors, parked events, due rows. Goes into Database::Options::migrations of
// every service that emits, consumes or schedules.
MigrationSet EventsSchema();

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_EVENT_H_
