// Bytes that can be read anywhere: a stored file. What formats with a table of contents (3MF) are read from.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_RANDOM_ACCESS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_RANDOM_ACCESS_H_

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace millwright::files {

class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  virtual int64_t size() const = 0;
  // How many of `size` bytes at `offset` were read: fewer only at the end; -1 if the disk failed.
  virtual int64_t Read(int64_t offset, size_t size, char* buffer) const = 0;
};

// Bytes in memory, which must outlive it.
class MemoryAccess : public RandomAccess {
 public:
  explicit MemoryAccess(absl::string_view bytes) : bytes_(bytes) {}
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  int64_t Read(int64_t offset, size_t size, char* buffer) const override {
    if (offset < 0 || offset > this->size()) return 0;
    const size_t n = std::min(size, bytes_.size() - static_cast<size_t>(offset));
    std::memcpy(buffer, bytes_.data() + offset, n);
    return static_cast<int64_t>(n);
  }

 private:
  const absl::string_view bytes_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_RANDOM_ACCESS_H_
