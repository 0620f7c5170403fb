#include "services/files/storage/scratch_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::files {

class ScratchFiles::File : public ScratchFile {
 public:
  File(ScratchFiles& owner, int fd) : owner_(owner), fd_(fd) {}
  ~File() override { close(fd_); }

  bool Append(absl::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), size_);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return owner_.Fail("writing a temporary file");
      size_ += n;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  bool Read(int64_t offset, size_t size, char* buffer) const override {
    while (size > 0) {
      const ssize_t n = pread(fd_, buffer, size, offset);
      if (n < 0 && errno == EINTR) continue;
      if (n == 0) errno = EIO;
      if (n <= 0) return owner_.Fail("reading a temporary file");
      offset += n;
      buffer += n;
      size -= static_cast<size_t>(n);
    }
    return true;
  }

 private:
  ScratchFiles& owner_;
  const int fd_;
  int64_t size_ = 0;
};

std::unique_ptr<ScratchFile> ScratchFiles::NewFile() {
  constexpr mode_t kOwnerOnly = 0600;
  const std::string path = new_path_();
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) {
    Fail("making a temporary file");
    return nullptr;
  }
  unlink(path.c_str());
  return std::make_unique<File>(*this, fd);
}

absl::Status ScratchFiles::status() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

bool ScratchFiles::Fail(absl::string_view what) {
  const int error = errno;
  std::lock_guard<std::mutex> lock(mutex_);
  if (!status_.ok()) return false;
  if (error == ENOSPC || error == EDQUOT) {
    status_ = Error::Unavailable("STORAGE_FULL", absl::StrCat(what, ": no space left; try again later"));
  } else {
    status_ = Error::Unavailable("STORAGE_UNAVAILABLE", absl::StrCat(what, ": ", std::strerror(error)));
  }
  return false;
}

}  // namespace millwright::files
