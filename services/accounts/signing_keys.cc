#include "services/accounts/signing_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/config.h"
#include "common/errors/error.h"

namespace millwright::accounts {
namespace {

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat("can't ", what, " the signing key ", path, ": ", strerror(errno)));
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : Failed("keep", folder);
}

// On disk, whole or not at all, before it returns: a key that signed must not be lost.
absl::Status WriteKeyFile(const std::string& folder, const std::string& path, const std::string& pem) {
  const std::string draft = path + ".new";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Failed("make", draft);
  const bool written = write(fd, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) && fsync(fd) == 0;
  close(fd);
  if (!written || rename(draft.c_str(), path.c_str()) != 0) return Failed("write", path);
  return SyncFolder(folder);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SigningKeys>> SigningKeys::Open(std::string folder, const Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  chmod(folder.c_str(), 0700);
  std::unique_ptr<SigningKeys> keys(new SigningKeys(std::move(folder), clock));
  MW_RETURN_IF_ERROR(keys->Load());
  MW_RETURN_IF_ERROR(keys->Rotate());
  return keys;
}

absl::Status SigningKeys::Load() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    int64_t micros = 0;
    if (entry.path().extension() != ".pem" || !absl::SimpleAtoi(entry.path().stem().string(), &micros)) continue;
    MW_ASSIGN_OR_RETURN(std::string pem, ReadFile(entry.path().string()));
    auto key = Es256PrivateKey::FromPem(pem);
    if (!key.ok()) return absl::FailedPreconditionError(absl::StrCat(entry.path().string(), " is no signing key"));
    keys_.push_back({FromMicros(micros), entry.path().string(), *std::move(key)});
  }
  if (error) return absl::FailedPreconditionError(absl::StrCat("can't read the folder ", folder_));
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) { return a.first_use < b.first_use; });
  return absl::OkStatus();
}

absl::Status SigningKeys::Make(absl::Time first_use) {
  MW_ASSIGN_OR_RETURN(Es256PrivateKey key, Es256PrivateKey::Generate());
  const std::string file = absl::StrCat(folder_, "/", MicrosOf(first_use), ".pem");
  MW_RETURN_IF_ERROR(WriteKeyFile(folder_, file, key.ToPem()));
  keys_.push_back({first_use, file, std::move(key)});
  return absl::OkStatus();
}

// The youngest key whose time has come; a clock that was set back leaves the oldest.
size_t SigningKeys::CurrentIndex() const {
  const absl::Time now = clock_.Now();
  size_t current = 0;
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].first_use <= now) current = i;
  }
  return current;
}

absl::Status SigningKeys::Rotate() {
  std::lock_guard<std::mutex> lock(mutex_);
  const absl::Time now = clock_.Now();
  if (keys_.empty()) MW_RETURN_IF_ERROR(Make(now));
  if (keys_.back().first_use + kKeyPeriod - kKeyLead <= now) MW_RETURN_IF_ERROR(Make(now + kKeyLead));
  while (keys_.size() > 1 && keys_[1].first_use + kKeyTail <= now) {
    if (unlink(keys_.front().file.c_str()) != 0 && errno != ENOENT) return Failed("remove", keys_.front().file);
    keys_.erase(keys_.begin());
  }
  return absl::OkStatus();
}

Es256PrivateKey SigningKeys::Current() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return keys_[CurrentIndex()].key;
}

std::string SigningKeys::Jwks() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Es256PrivateKey> published;
  for (const Key& key : keys_) published.push_back(key.key);
  return WriteJwks(published);
}

KeySet SigningKeys::PublicKeys() const {
  std::lock_guard<std::mutex> lock(mutex_);
  KeySet set;
  for (const Key& key : keys_) set.emplace(key.key.Thumbprint(), key.key.PublicKey());
  return set;
}

}  // namespace millwright::accounts
