// Runs due rows (due_rows.h) when their time comes.
//
// A transaction handler runs in the write that deletes its row: effect and row go together, so the effect happens
// exactly once, whenever the process dies. If it fails, everything it did is undone, and the row gets a later due time
// by back-off, the count of its attempts and the error. Rows are retried for ever.
//
// Work that must wait for others (mail, webhooks) is done outside of any transaction by a work handler, on the
// scheduler's thread: it returns what to record, and that is committed with the deletion of the row. Such work is done
// at least once: a crash between the work and the record repeats it. If the row was moved or cancelled meanwhile, the
// record is dropped. Give slow work a scheduler of its own, so that it delays nothing else.
//
// A handler may schedule its own kind and key again: that is how things recur.
//
// Thread-safety: all methods may be called from any thread, but Handle and HandleWork only before Start, and RunDue
// only while no thread is started.
#ifndef MILLWRIGHT_COMMON_EVENTS_SCHEDULER_H_
#define MILLWRIGHT_COMMON_EVENTS_SCHEDULER_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/backoff.h"
#include "common/events/due_rows.h"
#include "common/storage/database.h"
#include "common/time/clock.h"

namespace millwright {

// Rows of one kind that are taken at once, and commit together.
inline constexpr int kDueBatch = 64;

class Scheduler {
 public:
  using Handler = std::function<absl::Status(Transaction& tx, const DueRow& row)>;
  using Record = std::function<absl::Status(Transaction& tx)>;
  using WorkHandler = std::function<absl::StatusOr<Record>(const DueRow& row)>;

  struct Options {
    const Clock* clock = &Clock::System();
    Backoff backoff = {absl::Seconds(1), absl::Hours(1)};
    StorageLog log = {};  // one line per failure; may be empty
  };
  struct Stats {
    int64_t done = 0;
    int64_t failures = 0;  // failed attempts
    int64_t dropped = 0;   // moved or cancelled while their work ran
  };

  // `db` and `due` must outlive the scheduler.
  Scheduler(Database& db, DueRows& due, Options options);
  ~Scheduler();  // Stop()

  void Handle(std::string kind, Handler handler);
  void HandleWork(std::string kind, WorkHandler handler);

  void Start();
  // Finishes the rows that are running.
  void Stop();

  // Runs everything that is due by the clock, also what becomes due by running it; how many rows succeeded. A row that
  // fails is not tried again in the same call unless its back-off has passed by the clock.
  absl::StatusOr<int> RunDue();

  Stats stats() const;

 private:
  struct Attempt;  // a row that is being run

  void Loop();
  absl::StatusOr<int> RunKind(const std::string& kind, const WorkHandler& handler);
  void Begin(Attempt& attempt, const WorkHandler& handler);
  absl::Status PutOff(const DueRow& row, const absl::Status& failure);
  absl::StatusOr<absl::Time> NextDue();
  void WaitUntilDue(absl::Time due);
  bool stopping() const;

  Database& db_;
  DueRows& due_;
  const Options options_;
  std::map<std::string, WorkHandler> handlers_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool scheduled_ = false;  // something was scheduled since the thread last looked
  Stats stats_;
  int64_t subscription_ = 0;
  std::thread thread_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_SCHEDULER_H_
