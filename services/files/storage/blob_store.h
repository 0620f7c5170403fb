// The bytes of files: a content-addressed store on the file system.
//
//   <dir>/blobs/ab/<sha256>     finished, immutable, each content once
//   <dir>/uploads/<upload id>   under way; once published a second name of the blob, until DropUpload
//   <dir>/copies/<number>       being made by this process; emptied at start
//
// Durability: a finished blob is synced, gets its name, and the folder of that is synced before Publish returns. The upload
// keeps its bytes until DropUpload: a process that dies before the blob is recorded has lost nothing, and the upload can
// be finished again. An upload's bytes are
// synced when Sync returns; what was written after the last Sync may be lost or garbage after a power cut, so a resumed
// upload is cut to the offset that was recorded behind a Sync.
//
// Errors: UNAVAILABLE (STORAGE_FULL, STORAGE_UNAVAILABLE) for the disk; DATA_LOSS for bytes that should be there and
// are not.
//
// Thread-safety: BlobStore from any thread; one BlobWriter or BlobReader per thread, one writer per upload.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

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

// Blobs that somebody is about to name in the database: they are not removed.
class BlobsInFlight {
 public:
  std::mutex mutex;
  std::map<std::string, int> count;  // by hash
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
  // Makes the bytes a blob, unless the same blob is there. `blob` is what Hash answered. The blob can't be removed as long
  // as this writer lives, so that its row can be written; then DropUpload.
  absl::Status Publish(const FinishedBlob& blob);

 private:
  friend class BlobStore;
  BlobWriter(std::string root, std::string path, int fd, std::shared_ptr<BlobsInFlight> in_flight)
      : root_(std::move(root)), path_(std::move(path)), fd_(fd), in_flight_(std::move(in_flight)) {}

  const std::string root_, path_;
  int fd_;
  const std::shared_ptr<BlobsInFlight> in_flight_;
  std::string published_;  // hash, "" before Publish
  int64_t size_ = 0, synced_ = 0;
  bool is_upload_ = false;  // keeps its name when it is published
  bool hashed_ = true;  // parts are not: their bytes come in no order
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
  // For a process that reads the file itself. Open as long as this is.
  int fd() const { return fd_; }

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
  // DATA_LOSS if fewer bytes are there. `on_stored` gets the bytes before `offset`, in order, as they are hashed.
  absl::StatusOr<std::unique_ptr<BlobWriter>> OpenUpload(
      const std::string& id, int64_t offset, const std::function<void(absl::string_view)>& on_stored = nullptr);
  // One part of an upload: bytes are written from `offset` on, what is around them stays. No hash.
  absl::StatusOr<std::unique_ptr<BlobWriter>> OpenPart(const std::string& id, int64_t offset);
  // Drops what an upload has stored; fine if there is nothing.
  absl::Status DropUpload(const std::string& id);
  // Drops all uploads whose id is not in `alive`: left over from a crash. Before any upload is opened.
  absl::Status SweepUploads(const std::set<std::string>& alive);

  // A blob that is not uploaded but made here (the shared copy of a file).
  absl::StatusOr<std::unique_ptr<BlobWriter>> NewBlob();
  // Where a file may be put that this process needs for a moment; who asks removes it.
  std::string TemporaryPath();
  // Removes a blob's bytes, unless it is in flight or `is_named` says that some row still names it; `is_named` is asked
  // while nobody can begin to publish it. True if it is gone afterwards; the folder is synced.
  absl::StatusOr<bool> Remove(const std::string& sha256, const std::function<absl::StatusOr<bool>()>& is_named);
  bool Has(const std::string& sha256) const;
  // The hashes of all blobs.
  std::vector<std::string> List() const;

  absl::StatusOr<std::unique_ptr<BlobReader>> OpenBlob(const std::string& sha256) const;
  // Calls `fn` for each piece of a blob.
  absl::Status ForEachPiece(const std::string& sha256, const std::function<void(absl::string_view)>& fn) const;
  // For tests: how many blobs there are.
  int64_t CountBlobs() const;

 private:
  explicit BlobStore(std::string dir) : dir_(std::move(dir)) {}
  // The bytes of an upload, to be changed: at least the first `keep` of them, and of no blob.
  absl::StatusOr<std::unique_ptr<BlobWriter>> OpenForChange(const std::string& id, int64_t keep);
  std::string BlobPath(const std::string& sha256) const;
  std::string UploadPath(const std::string& id) const { return dir_ + "/uploads/" + id; }

  const std::string dir_;
  const std::shared_ptr<BlobsInFlight> in_flight_ = std::make_shared<BlobsInFlight>();
  std::atomic<int64_t> next_copy_{0};
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_BLOB_STORE_H_
