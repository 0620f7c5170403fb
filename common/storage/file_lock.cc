#include "common/storage/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

absl::Status CantOpen(const std::string& path) {
  return Error::Unavailable("STORAGE_UNAVAILABLE", absl::StrCat("can't make or open ", path, ": ", strerror(errno),
                                                                "; its folder must exist and be writable"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return CantOpen(path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<FileLock>(new FileLock(fd));
  close(fd);
  return Error::FailedPrecondition(
      "DATABASE_IN_USE", absl::StrCat("another process holds ", path, "; a database has exactly one service process"));
}

FileLock::~FileLock() { close(fd_); }

absl::Status CreatePrivateFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return CantOpen(path);
  close(fd);
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? std::string(".") : parent.string();
  int dir = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0) return CantOpen(folder);
  const int synced = fsync(dir);
  close(dir);
  return synced == 0 ? absl::OkStatus() : CantOpen(folder);
}

}  // namespace millwright
