// Scratch space on a file system: files that have no name from the moment they are made.
//
// Errors: a call that fails says only that it did; `status` tells why, as UNAVAILABLE with STORAGE_FULL or
// STORAGE_UNAVAILABLE, so that the work is tried again later.
//
// Thread-safety: as domain/scratch.h.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_SCRATCH_FILES_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_SCRATCH_FILES_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "services/files/domain/scratch.h"

namespace millwright::files {

class ScratchFiles : public ScratchSpace {
 public:
  // `new_path` answers a path that nobody uses (BlobStore::TemporaryPath). Must outlive its files.
  explicit ScratchFiles(std::function<std::string()> new_path) : new_path_(std::move(new_path)) {}

  std::unique_ptr<ScratchFile> NewFile() override;
  // Why the first call that failed did; OK if none has.
  absl::Status status() const;

 private:
  class File;
  bool Fail(absl::string_view what);

  const std::function<std::string()> new_path_;
  mutable std::mutex mutex_;
  absl::Status status_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_SCRATCH_FILES_H_
