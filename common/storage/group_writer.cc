#include "common/storage/group_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

absl::Status LostGroup() {
  return Error::Unavailable("STORAGE_UNAVAILABLE", "the storage rolled this change back; try again");
}

// A copy that shares no memory with `status`: it goes to another thread (see Connection::doom).
absl::Status Unshared(const absl::Status& status) {
  absl::Status copy(status.code(), status.message());
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& bytes) {
    copy.SetPayload(type, absl::Cord(std::string(bytes)));
  });
  return copy;
}

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<Connection> connection, size_t max_group, size_t max_queue)
    : connection_(std::move(connection)), max_group_(std::max<size_t>(1, max_group)), max_queue_(max_queue) {
  thread_ = std::thread([this] { Loop(); });
}

GroupWriter::~GroupWriter() { Close(); }

absl::Status GroupWriter::Admit() {
  absl::Status refusal;
  if (closing_) {
    refusal = Error::Unavailable("STORAGE_CLOSED", "the service is shutting down; try again");
  } else if (queue_.size() >= max_queue_) {
    refusal = Error::Unavailable("STORAGE_QUEUE_FULL", "too many changes are waiting to be written; try again later")
                  .Meta("limit", absl::StrCat(max_queue_));
  }
  stats_.refused += refusal.ok() ? 0 : 1;
  return refusal;
}

void GroupWriter::Write(WriteFn fn, DoneFn done) {
  absl::Status admitted;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    admitted = Admit();
    if (admitted.ok()) queue_.push_back({std::move(fn), std::move(done), absl::OkStatus(), {}});
  }
  if (!admitted.ok()) return done(std::move(admitted));
  wake_.notify_one();
}

absl::Status GroupWriter::WriteAndWait(WriteFn fn) {
  std::condition_variable finished;
  std::optional<absl::Status> answer;
  std::unique_lock<std::mutex> lock(mutex_);
  MW_RETURN_IF_ERROR(Admit());
  if (!writing_ && !HasWork()) {
    Pending alone{std::move(fn), [&](absl::Status status) { answer = std::move(status); }, absl::OkStatus(), {}};
    RunAlone(lock, absl::MakeSpan(&alone, 1));
    return *std::move(answer);
  }
  queue_.push_back({std::move(fn),
                    [&](absl::Status status) {
                      std::lock_guard<std::mutex> guard(mutex_);  // held while notifying: the waiter destroys both
                      answer = std::move(status);
                      finished.notify_one();
                    },
                    absl::OkStatus(),
                    {}});
  if (!writing_) wake_.notify_one();
  finished.wait(lock, [&] { return answer.has_value(); });
  return *std::move(answer);
}

void GroupWriter::RunAlone(std::unique_lock<std::mutex>& lock, absl::Span<Pending> group) {
  writing_ = true;
  lock.unlock();
  writing_thread_ = std::this_thread::get_id();
  RunGroup(group);
  writing_thread_ = std::thread::id();
  const bool log_is_full = connection_->wal_frames() >= kCheckpointFrames;
  lock.lock();
  writing_ = false;
  checkpoint_due_ = checkpoint_due_ || log_is_full;
  if (HasWork()) wake_.notify_one();
}

absl::Status GroupWriter::EmptyLog() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (closing_) return absl::OkStatus();  // Close does it
  const int64_t asked = ++log_asked_;
  checkpoint_due_ = empty_log_ = true;
  wake_.notify_one();
  log_emptied_.wait(lock, [&] { return log_answered_ >= asked; });
  return log_status_;
}

void GroupWriter::Close() {
  std::lock_guard<std::mutex> once(close_mutex_);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  (void)connection_->Checkpoint(/*truncate=*/true);  // a failure is logged, and costs nothing but start-up time
}

GroupWriter::Stats GroupWriter::stats() const {
  std::lock_guard<std::mutex> lock(mutex_);
  Stats stats = stats_;
  stats.queued = static_cast<int64_t>(queue_.size());
  return stats;
}

void GroupWriter::Loop() {
  std::vector<Pending> group;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return !writing_ && HasWork(); });
    // Before the next group, but after the answers of the last: nobody's acknowledgement waits for it.
    if (checkpoint_due_) Checkpoint(lock);
    if (queue_.empty()) {
      if (closing_) return;
      continue;
    }
    const size_t size = std::min(queue_.size(), max_group_);
    std::move(queue_.begin(), queue_.begin() + size, std::back_inserter(group));
    queue_.erase(queue_.begin(), queue_.begin() + size);
    RunAlone(lock, absl::MakeSpan(group));
    group.clear();
  }
}

void GroupWriter::Checkpoint(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  checkpoint_due_ = false;
  const bool empty_log = empty_log_;
  const int64_t asked = log_asked_;
  lock.unlock();
  absl::Status status = connection_->Checkpoint(empty_log);  // a failure is logged; the next group tries again
  lock.lock();
  writing_ = false;
  if (empty_log) {
    empty_log_ = !status.ok();
    log_status_ = std::move(status);
    log_answered_ = asked;
    log_emptied_.notify_all();
  }
  ++stats_.checkpoints;
}

void GroupWriter::RunGroup(absl::Span<Pending> group) {
  connection_->ClearDoom();
  absl::Status begun = connection_->Control("BEGIN IMMEDIATE");
  if (!begun.ok()) {
    for (Pending& pending : group) pending.status = Unshared(begun);
    return Answer(group);
  }
  for (Pending& pending : group) {
    if (RunOne(pending)) continue;
    Rollback();
    if (group.size() == 1) {
      if (pending.status.ok()) pending.status = LostGroup();
      return Answer(group);
    }
    for (Pending& member : group) RunGroup(absl::MakeSpan(&member, 1));
    return;
  }
  Commit(group);
  Answer(group);
}

bool GroupWriter::RunOne(Pending& pending) {
  Transaction transaction(*connection_);
  connection_->ClearDoom();
  pending.status = connection_->Control("SAVEPOINT request");
  if (!pending.status.ok()) return false;
  pending.status = CallAndCheck(pending, transaction);
  // After a full disk or an I/O error SQLite may have rolled back already, and asks for a full ROLLBACK if not.
  if (!connection_->InTransaction() || absl::IsUnavailable(connection_->doom())) return false;
  if (pending.status.ok()) {
    pending.on_commit = std::move(transaction.on_commit_);
  } else if (!connection_->Control("ROLLBACK TO request").ok()) {
    return false;
  }
  return connection_->Control("RELEASE request").ok();
}

absl::Status GroupWriter::CallAndCheck(Pending& pending, Transaction& transaction) {
  absl::Status status;
  try {
    status = pending.fn(transaction);
  } catch (...) {
    status = absl::InternalError("a write ended with an exception");
  }
  if (!status.ok()) return status;
  MW_RETURN_IF_ERROR(connection_->doom());  // an error that the closure did not pass on
  // Left alone, these would fail the COMMIT of the whole group.
  if (connection_->HasDeferredViolations()) {
    return absl::InternalError("a write left a reference to a row that does not exist");
  }
  return status;
}

void GroupWriter::Commit(absl::Span<Pending> group) {
  absl::Status committed = connection_->Control("COMMIT");
  if (committed.ok()) {
    std::lock_guard<std::mutex> lock(mutex_);
    ++stats_.commits;
    stats_.largest_group = std::max<int64_t>(stats_.largest_group, static_cast<int64_t>(group.size()));
    return;
  }
  Rollback();
  // Whatever went wrong, the caller must know that a retry is due.
  if (!absl::IsUnavailable(committed)) committed = LostGroup();
  for (Pending& pending : group) {
    if (pending.status.ok()) pending.status = Unshared(committed);
  }
}

void GroupWriter::Rollback() {
  if (connection_->InTransaction()) (void)connection_->Control("ROLLBACK");
}

void GroupWriter::Answer(absl::Span<Pending> group) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const Pending& pending : group) ++(pending.status.ok() ? stats_.writes : stats_.failures);
  }
  for (Pending& pending : group) {
    if (!pending.status.ok()) continue;
    for (auto& call : pending.on_commit) call();
  }
  for (Pending& pending : group) {
    pending.fn = nullptr;  // what it captured may not outlive the answer
    pending.on_commit.clear();
    pending.done(std::move(pending.status));
  }
}

}  // namespace millwright
