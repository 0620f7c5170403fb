// Regular clean-up of a service, in one thread of its own.
//
//   Housekeeping housekeeping(log);
//   AddStandardTasks(housekeeping, *db, outbox.get(), clock);   // old request ids, old events
//   housekeeping.Add("sessions", absl::Hours(1), [&]() -> absl::StatusOr<bool> { ... });
//   housekeeping.Start();
//
// Not for work that has a due time of its own: that is a due row (due_rows.h). A failing task is logged and tried again
// after its interval.
//
// Thread-safety: Add before Start; the rest from any thread.
#ifndef MILLWRIGHT_COMMON_EVENTS_HOUSEKEEPING_H_
#define MILLWRIGHT_COMMON_EVENTS_HOUSEKEEPING_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/outbox.h"
#include "common/storage/database.h"
#include "common/time/clock.h"

namespace millwright {

// How long events are kept for consumers and watching clients that are away.
inline constexpr absl::Duration kOutboxRetention = absl::Hours(24 * 30);

class Housekeeping {
 public:
  // Does one short piece of work; true if more of it is waiting: it is called again at once.
  using Task = std::function<absl::StatusOr<bool>()>;

  explicit Housekeeping(StorageLog log = {}) : log_(std::move(log)) {}
  ~Housekeeping();  // Stop()

  // Runs `task` when the thread starts and then once in `every`.
  void Add(std::string name, absl::Duration every, Task task);
  void Start();
  void Stop();
  // Every task once to its end, in the caller's thread; the first error.
  absl::Status RunAll();

 private:
  struct Entry {
    std::string name;
    absl::Duration every;
    Task task;
    absl::Time next = absl::InfinitePast();
  };
  void Loop();
  absl::Status Run(const Entry& entry);
  bool stopping();

  const StorageLog log_;
  std::vector<Entry> entries_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// What every service has to clean up: answers to request ids beyond their window, events beyond kOutboxRetention.
// `outbox` may be null. All must outlive `housekeeping`.
void AddStandardTasks(Housekeeping& housekeeping, Database& db, Outbox* outbox, const Clock& clock);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_HOUSEKEEPING_H_
