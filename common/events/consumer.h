// Applies the events of another service's outbox to this service's database, each effect exactly once.
//
// The source delivers at least once and in order. A batch of events is applied in one write transaction together with
// the cursor and the event ids, so that a crash at any moment leaves either all of it or none.
//
// If the handler fails, the event's own changes are undone, what came before it is committed, and the event is tried
// again after a back-off. Errors that pass by themselves (UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED,
// CANCELLED) are retried for ever. Any other error is taken for a poisoned event: after `max_attempts` it is parked
// whole in `parked_events` (cursor_store.h) with its error, counted, and the stream goes on. The count of attempts
// survives restarts.
//
// Thread-safety: all methods may be called from any thread, but RunOnce only while no thread is started.
#ifndef MILLWRIGHT_COMMON_EVENTS_CONSUMER_H_
#define MILLWRIGHT_COMMON_EVENTS_CONSUMER_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/backoff.h"
#include "common/events/event.h"
#include "common/events/outbox.h"
#include "common/storage/database.h"
#include "common/time/clock.h"

namespace millwright {

// Where events come from: another service's StreamEvents, or an outbox of this process (OutboxSource).
class EventSource {
 public:
  struct Delivery {
    Event event;
    std::string cursor;  // resumes after this event
  };
  struct Batch {
    std::vector<Delivery> deliveries;
    // The source had nothing more when it answered: the consumer is up to date as of the call.
    bool caught_up = false;
  };
  virtual ~EventSource() = default;
  // At most `limit` events after `cursor` ("" = from the beginning). With nothing there, waits until `deadline` and
  // answers an empty batch. Called from one thread.
  virtual absl::StatusOr<Batch> Fetch(const std::string& cursor, int limit, absl::Time deadline) = 0;
  // Makes a Fetch that waits return soon, and later ones at once. Called from any thread.
  virtual void Cancel() = 0;
};

// The outbox of a database in this process.
class OutboxSource : public EventSource {
 public:
  OutboxSource(Database& db, Outbox& outbox) : db_(db), outbox_(outbox) {}
  absl::StatusOr<Batch> Fetch(const std::string& cursor, int limit, absl::Time deadline) override;
  void Cancel() override { outbox_.feed().Stop(); }

 private:
  Database& db_;
  Outbox& outbox_;
};

class Consumer {
 public:
  // Runs in the write transaction: only reads and changes through `tx`, and schedules work that takes time as due rows.
  using Handler = std::function<absl::Status(Transaction& tx, const Event& event)>;

  struct Options {
    std::string source = {};  // names the cursor: "orders"
    int batch = kEventBatch;
    int max_attempts = 8;
    Backoff backoff = {};
    absl::Duration poll = absl::Seconds(10);  // how long one Fetch waits for events
    const Clock* clock = &Clock::System();    // for stored times
    StorageLog log = {};                           // one line per failure; may be empty
  };
  struct Stats {
    int64_t applied = 0;
    int64_t duplicates = 0;  // delivered again, skipped
    int64_t failures = 0;    // failed attempts, fetches included
    int64_t parked = 0;
  };

  // `db` and `source` must outlive the consumer.
  Consumer(Database& db, EventSource& source, Handler handler, Options options);
  ~Consumer();  // Stop()

  void Start();
  // Cancels the source and waits for the thread. A batch that is being applied is finished first.
  void Stop();

  // One Fetch and its application; the number of events taken off the source (applied, skipped or parked). An error
  // means that nothing, or only what came before the failing event, was taken.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

  Stats stats() const;
  // Everything the source had committed by this time is applied. InfinitePast until it first caught up. (Files refuses
  // a grantee's download when this is older than 30 s.)
  absl::Time caught_up_time() const;

 private:
  struct Outcome {
    int taken = 0;
    Stats delta;
    absl::Status failure;  // of the event that stopped the batch
  };

  void Loop();
  absl::StatusOr<Outcome> ApplyBatch(const std::vector<EventSource::Delivery>& deliveries);
  absl::Status ApplyAll(Transaction& tx, const std::vector<EventSource::Delivery>& deliveries, Outcome& outcome);
  absl::Status ApplyOne(Transaction& tx, const Event& event, Outcome& outcome);
  absl::StatusOr<bool> ParkIfPoisoned(Transaction& tx, const Event& event, const absl::Status& failure);
  void Note(const absl::Status& failure);
  void Pause(int failures);

  Database& db_;
  EventSource& source_;
  const Handler handler_;
  const Options options_;

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  Stats stats_;
  absl::Time caught_up_time_ = absl::InfinitePast();
  std::thread thread_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_CONSUMER_H_
