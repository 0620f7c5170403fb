// A file on disk as the domain reads it, for the programs of this folder.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_OPEN_FILE_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_OPEN_FILE_H_

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "services/files/domain/random_access.h"

namespace millwright::files::testing {

class OpenFile : public RandomAccess {
 public:
  explicit OpenFile(const char* path) : fd_(open(path, O_RDONLY | O_CLOEXEC)) {
    struct stat info;
    if (fd_ >= 0 && fstat(fd_, &info) == 0) size_ = info.st_size;
  }
  ~OpenFile() override {
    if (fd_ >= 0) close(fd_);
  }
  bool ok() const { return fd_ >= 0; }
  int64_t size() const override { return size_; }
  int64_t Read(int64_t offset, size_t size, char* buffer) const override { return pread(fd_, buffer, size, offset); }

 private:
  const int fd_;
  int64_t size_ = 0;
};

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_OPEN_FILE_H_
