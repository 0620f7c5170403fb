// For tests: a file layer for SQLite that fails when told to, as disks do. While a FaultVfs lives, every database that
// is opened goes through it.
//
// Counted calls are those that change files: write, sync, truncate. Thread-safe.
#ifndef MILLWRIGHT_COMMON_STORAGE_FAULT_VFS_H_
#define MILLWRIGHT_COMMON_STORAGE_FAULT_VFS_H_

#include <cstdint>

namespace millwright {

class FaultVfs {
 public:
  enum class Fault {
    kIoError,     // EIO
    kDiskFull,    // ENOSPC before anything was written
    kShortWrite,  // ENOSPC after half of the bytes
  };
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // The `n`-th counted call from now fails (1 = the next), and with `forever` all after it.
  void FailAt(int64_t n, Fault fault, bool forever);
  // Nothing fails any more.
  void Heal();
  // Calls that failed since FailAt.
  int64_t failed() const;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_FAULT_VFS_H_
