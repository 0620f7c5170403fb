#include "common/storage/reader_pool.h"

#include <chrono>
#include <utility>

#include "common/errors/error.h"
#include "common/time/clock.h"

namespace millwright {

absl::StatusOr<std::unique_ptr<ReaderPool>> ReaderPool::Open(const Connection::Options& options, int count) {
  auto pool = std::make_unique<ReaderPool>();
  for (int i = 0; i < count; ++i) {
    MW_ASSIGN_OR_RETURN(auto connection, Connection::Open(options));
    pool->idle_.push_back(std::move(connection));
  }
  pool->total_ = pool->idle_.size();
  return pool;
}

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Take(absl::Time deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  auto ready = [this] { return closed_ || !idle_.empty(); };
  if (deadline == absl::InfiniteFuture()) {
    changed_.wait(lock, ready);
  } else if (Clock::System().Now() >= deadline || !changed_.wait_until(lock, absl::ToChronoTime(deadline), ready)) {
    return absl::DeadlineExceededError("the deadline passed before the storage could be read");
  }
  if (closed_) return Error::Unavailable("STORAGE_CLOSED", "the service is shutting down; try again");
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ReaderPool::Return(std::unique_ptr<Connection> connection) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  changed_.notify_all();
}

absl::Status ReaderPool::Read(const std::function<absl::Status(Reader&)>& fn, absl::Time deadline) {
  MW_ASSIGN_OR_RETURN(auto connection, Take(deadline));
  connection->SetDeadline(deadline);
  absl::Status status = connection->Control("BEGIN");
  if (status.ok()) {
    Reader reader(*connection);
    try {
      status = fn(reader);
    } catch (...) {
      status = absl::InternalError("a read ended with an exception");
    }
  }
  connection->SetDeadline(absl::InfiniteFuture());
  if (connection->InTransaction()) status.Update(connection->Control("COMMIT"));
  connection->ClearDoom();
  Return(std::move(connection));
  return status;
}

void ReaderPool::Close() {
  std::unique_lock<std::mutex> lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return idle_.size() == total_; });
  idle_.clear();
  total_ = 0;
}

}  // namespace millwright
