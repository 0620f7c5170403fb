#include "common/storage/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/time/clock.h"

namespace millwright {
namespace {

// flock has no wait with a limit.
constexpr absl::Duration kLockPoll = absl::Milliseconds(10);

absl::Status CantOpen(const std::string& path) {
  return Error::Unavailable("STORAGE_UNAVAILABLE", absl::StrCat("can't make or open ", path, ": ", strerror(errno),
                                                                "; its folder must exist and be writable"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(const std::string& path, absl::Duration patience) {
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return CantOpen(path);
  const absl::Time deadline = Clock::System().Now() + patience;
  do {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<FileLock>(new FileLock(fd));
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kLockPoll));
  } while (Clock::System().Now() < deadline);
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
