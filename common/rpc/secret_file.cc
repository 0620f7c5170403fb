#include "common/rpc/secret_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"

namespace millwright {
namespace {

absl::Status Broken(const std::string& path, absl::string_view why) {
  return Error::FailedPrecondition("SECRET_FILE", absl::StrCat(path, " ", why));
}

absl::StatusOr<std::string> Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Broken(path, "can't be read: check its owner and mode");
  std::string secret((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (secret.size() < kSecretBytes) return Broken(path, "holds no complete secret: delete it to have a new one made");
  return secret;
}

absl::Status WriteDurably(const std::string& path, const std::string& secret) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Broken(path, absl::StrCat("can't be made: ", strerror(errno)));
  const bool written = write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) && fsync(fd) == 0;
  close(fd);
  return written ? absl::OkStatus() : Broken(path, "can't be written: is the disk full?");
}

}  // namespace

absl::StatusOr<std::string> LoadOrMakeSecret(const std::string& path) {
  if (access(path.c_str(), F_OK) == 0) return Load(path);
  // Written aside and linked into place: the file is complete from its first moment, and the first process wins.
  const std::string aside = absl::StrCat(path, ".", getpid(), ".", RandomHex(4));
  MW_RETURN_IF_ERROR(WriteDurably(aside, RandomHex(kSecretBytes)));
  const bool linked = link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST;
  unlink(aside.c_str());
  if (!linked) return Broken(path, absl::StrCat("can't be made: ", strerror(errno)));
  return Load(path);
}

}  // namespace millwright
