// An exclusive lock on a file that dies with its process. Internal to common/storage.
#ifndef MILLWRIGHT_COMMON_STORAGE_FILE_LOCK_H_
#define MILLWRIGHT_COMMON_STORAGE_FILE_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace millwright {

class FileLock {
 public:
  // Waits at most `patience`: a killed process gives its locks back only when the kernel is done with it.
  // FAILED_PRECONDITION (DATABASE_IN_USE) if somebody else holds it; UNAVAILABLE if the file can't be made.
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path, absl::Duration patience);
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

// Makes `path` if it is missing, readable by its owner only, and its name in the folder durable.
absl::Status CreatePrivateFile(const std::string& path);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_FILE_LOCK_H_
