#include "services/documents/storage/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"

namespace millwright::documents {
namespace {

absl::Status Failed(absl::string_view what) {
  return Error::Unavailable("ARCHIVE_UNAVAILABLE", absl::StrCat("the archive can't ", what, ": ", strerror(errno)));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status SyncDirectory(const std::string& directory) {
  FileDescriptor fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.get() >= 0 && fsync(fd.get()) == 0 ? absl::OkStatus() : Failed("sync a folder");
}

absl::Status WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Failed("write");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : Failed("sync a file");
}

absl::Status WriteFile(const std::string& path, absl::string_view bytes) {
  FileDescriptor fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return Failed("make a file");
  return WriteAll(fd.get(), bytes);
}

absl::Status MakeDirectory(const std::string& directory, const std::string& parent) {
  if (mkdir(directory.c_str(), 0700) == 0) return SyncDirectory(parent);
  return errno == EEXIST ? absl::OkStatus() : Failed("make a folder");
}

}  // namespace

std::string Archive::PathOf(absl::string_view sha256) const {
  return absl::StrCat(directory_, "/", sha256.substr(0, 2), "/", sha256);
}

absl::StatusOr<std::string> Archive::Put(absl::string_view bytes) const {
  std::string sha256 = Sha256Hex(bytes), path = PathOf(sha256);
  if (Get(sha256).ok()) return sha256;  // a retry after a crash
  std::string folder = path.substr(0, path.rfind('/'));
  MW_RETURN_IF_ERROR(MakeDirectory(directory_, directory_.substr(0, directory_.rfind('/'))));
  MW_RETURN_IF_ERROR(MakeDirectory(folder, directory_));
  std::string temporary = absl::StrCat(path, ".", RandomHex(8), ".tmp");
  absl::Status written = WriteFile(temporary, bytes);
  if (written.ok() && rename(temporary.c_str(), path.c_str()) != 0) written = Failed("rename a file");
  if (!written.ok()) {
    unlink(temporary.c_str());
    return written;
  }
  MW_RETURN_IF_ERROR(SyncDirectory(folder));
  return sha256;
}

absl::StatusOr<std::string> Archive::Get(absl::string_view sha256) const {
  bool hash = sha256.size() == 64 && sha256.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
  if (!hash) return Error::NotFound("Archive", sha256);
  std::ifstream file(PathOf(sha256), std::ios::binary);
  if (!file) return Error::NotFound("Archive", sha256);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (Sha256Hex(bytes) != sha256) return absl::DataLossError(absl::StrCat("archived bytes of ", sha256, " have changed"));
  return bytes;
}

}  // namespace millwright::documents
