// The bytes of issued papers, by their hash: DIR/aa/aabbcc... A file is written once and never changed.
//
// Put is durable when it returns: the file and its folder are synced, and the file appears under its name whole or not
// at all, so a crash leaves at most a file that no paper refers to.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_ARCHIVE_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_ARCHIVE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright::documents {

class Archive {
 public:
  // `directory` is made if it is missing; its parent must exist.
  explicit Archive(std::string directory) : directory_(std::move(directory)) {}

  // The SHA-256 it is stored under. UNAVAILABLE (with RetryInfo) if the disk is full or fails.
  absl::StatusOr<std::string> Put(absl::string_view bytes) const;

  // NOT_FOUND if there is no such file; DATA_LOSS if its bytes are not those of the hash.
  absl::StatusOr<std::string> Get(absl::string_view sha256) const;

 private:
  std::string PathOf(absl::string_view sha256) const;
  const std::string directory_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_ARCHIVE_H_
