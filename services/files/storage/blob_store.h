// The bytes of files: a content-addressed store on the file system.
//
//   <dir>/blobs/ab/<sha256>     finished, immutable, each content once
//   <dir>/uploads/<upload id>   under way
//
// Durability: a finished blob is synced, renamed and its folder synced before Finish returns. An upload's bytes are
// synced when Sync returns; what was written after the last Sync may be lost or garbage after a power cut, so a resumed
// upload is cut to the offset that was recorded behind a Sync.
//
// Errors: UNAVAILABLE (STORAGE_FULL, STORAGE_UNAVAILABLE) for the disk; DATA_LOSS for bytes that should be there and
// are not.
//
// Thread-safety: BlobStore from any thread; one BlobWriter or BlobReader per thread, one writer per upload.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/crypto.h"

namespace millwright::files {

// Pieces in which blobs are read and hashed again.
inline constexpr size_t kBlobPieceBytes = 256 * 1024;

struct FinishedBlob {
  std::string sha256;  // 64 lower-case hexadecimal digits
  int64_t size = 0;
};

class BlobWriter {
 public:
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  int64_t size() const { return size_; }
  // Bytes that are safe.
  int64_t synced() const { return synced_; }
  absl::Status Append(absl::string_view bytes);
  absl::Status Sync();
  // The hash of all bytes so far; afterwards only Publish may be called.
  FinishedBlob Hash();
  // Makes the bytes a blob, or drops them if the same blob is there. `blob` is what Hash answered.
  absl::Status Publish(const FinishedBlob& blob);

 private:
  friend class BlobStore;
  BlobWriter(std::string root, std::string path, int fd) : root_(std::move(root)), path_(std::move(path)), fd_(fd) {}

  const std::string root_, path_;
  int fd_;
  int64_t size_ = 0, synced_ = 0;
  Sha256Stream hash_;
};

class BlobReader {
 public:
  ~BlobReader();
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;
  int64_t size() const { return size_; }
  // Reads up to `limit` bytes at `offset` into `buffer`; shorter only at the end.
  absl::Status Read(int64_t offset, size_t limit, std::string& buffer) const;

 private:
  friend class BlobStore;
  BlobReader(int fd, int64_t size) : fd_(fd), size_(size) {}
  int fd_;
  int64_t size_;
};

class BlobStore {
 public:
  // Makes the folders. UNAVAILABLE if that fails.
  static absl::StatusOr<std::unique_ptr<BlobStore>> Open(std::string dir);

  // An upload, from `offset`: what is behind it is cut off, what is before it is hashed again. `offset` 0 begins anew.
  // DATA_LOSS if fewer bytes are there.
  absl::StatusOr<std::unique_ptr<BlobWriter>> OpenUpload(const std::string& id, int64_t offset);
  // Drops what an upload has stored; fine if there is nothing.
  absl::Status DropUpload(const std::string& id);
  // Drops all uploads whose id is not in `alive`: left over from a crash. Before any upload is opened.
  absl::Status SweepUploads(const std::set<std::string>& alive);

  absl::StatusOr<std::unique_ptr<BlobReader>> OpenBlob(const std::string& sha256) const;
  // Calls `fn` for each piece of a blob.
  absl::Status ForEachPiece(const std::string& sha256, const std::function<void(absl::string_view)>& fn) const;
  // For tests: how many blobs there are.
  int64_t CountBlobs() const;

 private:
  explicit BlobStore(std::string dir) : dir_(std::move(dir)) {}
  std::string BlobPath(const std::string& sha256) const;
  std::string UploadPath(const std::string& id) const { return dir_ + "/uploads/" + id; }

  const std::string dir_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_
