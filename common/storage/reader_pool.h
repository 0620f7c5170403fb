// Read-only connections, each used by one thread at a time. Internal to common/storage; services use database.h.
#ifndef MILLWRIGHT_COMMON_STORAGE_READER_POOL_H_
#define MILLWRIGHT_COMMON_STORAGE_READER_POOL_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/storage/connection.h"
#include "common/storage/session.h"

namespace millwright {

class ReaderPool {
 public:
  static absl::StatusOr<std::unique_ptr<ReaderPool>> Open(const Connection::Options& options, int count);

  absl::Status Read(const std::function<absl::Status(Reader&)>& fn, absl::Time deadline);
  // Waits for running reads, refuses later ones, closes the connections.
  void Close();

 private:
  absl::StatusOr<std::unique_ptr<Connection>> Take(absl::Time deadline);
  void Return(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  size_t total_ = 0;
  bool closed_ = false;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_READER_POOL_H_
