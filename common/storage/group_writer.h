// One writer at a time. Internal to common/storage; services use database.h.
//
// All closures that queued while the last fsync ran form a group: BEGIN IMMEDIATE, a savepoint around each closure,
// COMMIT (one fsync), then every closure is answered. Groups run in a thread of their own; but a caller that waits for
// its write and finds nobody writing runs it in its own thread, which spares an idle service two thread switches. A closure that fails is undone to its savepoint and harms no
// neighbour. If COMMIT fails, every closure of the group is answered UNAVAILABLE and nothing of it is kept. If SQLite
// itself rolls back in the middle (disk full, I/O error), the members of the group run again one by one, so that only
// the culprit fails: closures may therefore run more than once.
#ifndef MILLWRIGHT_COMMON_STORAGE_GROUP_WRITER_H_
#define MILLWRIGHT_COMMON_STORAGE_GROUP_WRITER_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/storage/connection.h"
#include "common/storage/session.h"

namespace millwright {

// The log is copied into the database when it has this many 4 KiB pages (16 MiB).
inline constexpr int kCheckpointFrames = 4096;

class GroupWriter {
 public:
  using WriteFn = std::function<absl::Status(Transaction&)>;
  using DoneFn = std::function<void(absl::Status)>;
  struct Stats {
    int64_t writes = 0;       // closures answered OK
    int64_t failures = 0;     // closures answered with an error
    int64_t commits = 0;      // transactions committed, empty ones included
    int64_t refused = 0;      // not queued: queue full or closed
    int64_t checkpoints = 0;  // copies of the log into the database
    int64_t largest_group = 0;
    int64_t queued = 0;  // waiting now
  };

  GroupWriter(std::unique_ptr<Connection> connection, size_t max_group, size_t max_queue);
  ~GroupWriter();

  // Returns at once; `done` is called after the commit, on the thread that wrote, or on the caller's if refused.
  void Write(WriteFn fn, DoneFn done);
  // Returns after the commit.
  absl::Status WriteAndWait(WriteFn fn);
  // Copies the log into the database and empties it. Waits for readers as a statement does, and meanwhile nobody writes;
  // if one reads for longer, the log is emptied at the next copy, and UNAVAILABLE is answered.
  absl::Status EmptyLog();
  // Refuses new closures, finishes the queued ones, stops the thread, empties the log. May be called again.
  void Close();
  Stats stats() const;
  // Whether the calling thread is inside a write.
  bool IsWriting() const { return std::this_thread::get_id() == writing_thread_.load(); }

 private:
  struct Pending {
    WriteFn fn;
    DoneFn done;
    absl::Status status;
    std::vector<std::function<void()>> on_commit;
  };

  void Loop();
  // OK, or why a write can't be taken. Called under mutex_.
  absl::Status Admit();
  // Runs the group alone: nobody else writes until it returns. `lock` holds mutex_ before and after.
  void RunAlone(std::unique_lock<std::mutex>& lock, absl::Span<Pending> group);
  bool HasWork() const { return closing_ || checkpoint_due_ || !queue_.empty(); }
  void Checkpoint(std::unique_lock<std::mutex>& lock);
  void RunGroup(absl::Span<Pending> group);
  // False if the whole transaction is lost, whoever's fault that is.
  bool RunOne(Pending& pending);
  absl::Status CallAndCheck(Pending& pending, Transaction& transaction);
  void Commit(absl::Span<Pending> group);
  void Answer(absl::Span<Pending> group);
  void Rollback();

  const std::unique_ptr<Connection> connection_;
  const size_t max_group_;
  const size_t max_queue_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Pending> queue_;
  bool writing_ = false;  // somebody uses connection_
  bool checkpoint_due_ = false;
  bool empty_log_ = false;  // the next checkpoint is to empty it
  int64_t log_asked_ = 0, log_answered_ = 0;
  absl::Status log_status_;
  std::condition_variable log_emptied_;
  bool closing_ = false;
  Stats stats_;
  std::mutex close_mutex_;
  std::atomic<std::thread::id> writing_thread_;
  std::thread thread_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_GROUP_WRITER_H_
