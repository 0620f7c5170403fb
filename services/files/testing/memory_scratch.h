// Scratch files in memory, that can be made to fail.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_MEMORY_SCRATCH_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_MEMORY_SCRATCH_H_

#include <cstring>
#include <memory>
#include <string>

#include "services/files/domain/scratch.h"

namespace millwright::files::testing {

// Thread-safety: one thread at a time. Must outlive its files.
class MemoryScratch : public ScratchSpace {
 public:
  // Calls (making, appending, reading) that succeed before one fails and all after it; -1: none fails.
  int64_t calls_left = -1;
  int64_t calls = 0;
  int64_t bytes = 0;  // appended

  std::unique_ptr<ScratchFile> NewFile() override {
    if (!Succeeds()) return nullptr;
    return std::make_unique<File>(*this);
  }

 private:
  class File : public ScratchFile {
   public:
    explicit File(MemoryScratch& owner) : owner_(owner) {}
    bool Append(absl::string_view bytes) override {
      if (!owner_.Succeeds()) return false;
      owner_.bytes += static_cast<int64_t>(bytes.size());
      content_.append(bytes.data(), bytes.size());
      return true;
    }
    bool Read(int64_t offset, size_t size, char* buffer) const override {
      if (!owner_.Succeeds() || static_cast<size_t>(offset) + size > content_.size()) return false;
      std::memcpy(buffer, content_.data() + offset, size);
      return true;
    }

   private:
    MemoryScratch& owner_;
    std::string content_;
  };

  bool Succeeds() {
    ++calls;
    if (calls_left == 0) return false;
    if (calls_left > 0) --calls_left;
    return true;
  }
};

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_MEMORY_SCRATCH_H_
