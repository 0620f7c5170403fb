// Room on disk for work that is larger than memory: files without a name, gone when they are closed or the process dies.
//
// Thread-safety: a ScratchSpace from any thread, a ScratchFile one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SCRATCH_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SCRATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"

namespace millwright::files {

class ScratchFile {
 public:
  virtual ~ScratchFile() = default;
  // False if the disk failed or is full: the file is then of no use any more.
  virtual bool Append(absl::string_view bytes) = 0;
  // Exactly `size` bytes that were appended, at `offset`. False if the disk failed.
  virtual bool Read(int64_t offset, size_t size, char* buffer) const = 0;
};

class ScratchSpace {
 public:
  virtual ~ScratchSpace() = default;
  // Null if the disk failed.
  virtual std::unique_ptr<ScratchFile> NewFile() = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SCRATCH_H_
