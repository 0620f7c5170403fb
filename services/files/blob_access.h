// A stored file as the domain reads it.
#ifndef MILLWRIGHT_SERVICES_FILES_BLOB_ACCESS_H_
#define MILLWRIGHT_SERVICES_FILES_BLOB_ACCESS_H_

#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "services/files/domain/random_access.h"
#include "services/files/storage/blob_store.h"

namespace millwright::files {

// The reader must outlive it. One thread at a time.
class BlobAccess : public RandomAccess {
 public:
  explicit BlobAccess(const BlobReader& reader) : reader_(reader) {}
  int64_t size() const override { return reader_.size(); }
  int64_t Read(int64_t offset, size_t size, char* buffer) const override {
    const absl::Status status = reader_.Read(offset, size, bytes_);
    if (!status.ok()) {
      status_ = status;
      return -1;
    }
    std::memcpy(buffer, bytes_.data(), bytes_.size());
    return static_cast<int64_t>(bytes_.size());
  }
  // Why the last failed Read did.
  const absl::Status& status() const { return status_; }

 private:
  const BlobReader& reader_;
  mutable std::string bytes_;
  mutable absl::Status status_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_BLOB_ACCESS_H_
