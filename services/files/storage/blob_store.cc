#include "services/files/storage/blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::files {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// `what` goes to the caller, so it holds no path.
absl::Status DiskError(absl::string_view what) {
  const int error = errno;
  if (error == ENOSPC || error == EDQUOT) {
    return Error::Unavailable("STORAGE_FULL", absl::StrCat(what, ": no space left; try again later"));
  }
  return Error::Unavailable("STORAGE_UNAVAILABLE", absl::StrCat(what, ": ", std::strerror(error)));
}

absl::Status SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return DiskError("opening a folder");
  const int result = fsync(fd);
  absl::Status status = result == 0 ? absl::OkStatus() : DiskError("syncing a folder");
  close(fd);
  return status;
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return DiskError("making a folder");
}

absl::StatusOr<int> OpenToRead(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return DiskError("opening an upload");
  return fd;
}

// The first `size` bytes, in the order of the file.
absl::Status CopyBytes(int from, int to, int64_t size) {
  std::string piece(kBlobPieceBytes, '\0');
  for (int64_t at = 0; at < size;) {
    const ssize_t n = pread(from, piece.data(), static_cast<size_t>(std::min<int64_t>(kBlobPieceBytes, size - at)), at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return DiskError("copying an upload");
    for (ssize_t done = 0; done < n;) {
      const ssize_t written = pwrite(to, piece.data() + done, static_cast<size_t>(n - done), at + done);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return DiskError("copying an upload");
      done += written;
    }
    at += n;
  }
  return absl::OkStatus();
}

}  // namespace

BlobWriter::~BlobWriter() {
  if (fd_ >= 0) close(fd_);
  if (published_.empty()) return;
  std::lock_guard<std::mutex> lock(in_flight_->mutex);
  if (--in_flight_->count[published_] == 0) in_flight_->count.erase(published_);
}

absl::Status BlobWriter::Append(absl::string_view bytes) {
  if (hashed_) hash_.Update(bytes);
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), size_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return DiskError("storing an upload");
    size_ += n;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status BlobWriter::Sync() {
  if (synced_ == size_) return absl::OkStatus();
  if (fdatasync(fd_) != 0) return DiskError("syncing an upload");
  synced_ = size_;
  return absl::OkStatus();
}

FinishedBlob BlobWriter::Hash() { return {hash_.FinishHex(), size_}; }

absl::Status BlobWriter::Publish(const FinishedBlob& blob) {
  const std::string folder = absl::StrCat(root_, "/blobs/", blob.sha256.substr(0, 2));
  const std::string target = absl::StrCat(folder, "/", blob.sha256);
  {
    std::lock_guard<std::mutex> lock(in_flight_->mutex);
    if (std::exchange(published_, blob.sha256).empty()) ++in_flight_->count[blob.sha256];
  }
  struct stat info;
  if (stat(target.c_str(), &info) == 0 && info.st_size == blob.size) {
    if (!is_upload_) unlink(path_.c_str());
    return absl::OkStatus();
  }
  if (fsync(fd_) != 0) return DiskError("syncing an upload");
  synced_ = size_;
  MW_RETURN_IF_ERROR(MakeFolder(folder));
  if (is_upload_) {
    unlink(target.c_str());  // a blob of another size is none
    if (link(path_.c_str(), target.c_str()) != 0) return DiskError("publishing an upload");
  } else if (rename(path_.c_str(), target.c_str()) != 0) {
    return DiskError("publishing a copy");
  }
  MW_RETURN_IF_ERROR(SyncFolder(folder));
  return SyncFolder(root_ + "/blobs");
}

BlobReader::~BlobReader() { close(fd_); }

absl::Status BlobReader::Read(int64_t offset, size_t limit, std::string& buffer) const {
  buffer.resize(limit);
  size_t filled = 0;
  while (filled < limit) {
    const ssize_t n = pread(fd_, buffer.data() + filled, limit - filled, offset + static_cast<int64_t>(filled));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return DiskError("reading a file");
    if (n == 0) break;
    filled += static_cast<size_t>(n);
  }
  buffer.resize(filled);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<BlobStore>> BlobStore::Open(std::string dir) {
  for (const char* folder : {"", "/blobs", "/uploads", "/copies"}) MW_RETURN_IF_ERROR(MakeFolder(dir + folder));
  MW_RETURN_IF_ERROR(SyncFolder(dir));
  std::error_code error;
  for (const auto& left_over : std::filesystem::directory_iterator(dir + "/copies", error)) {
    unlink(left_over.path().c_str());
  }
  return std::unique_ptr<BlobStore>(new BlobStore(std::move(dir)));
}

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::OpenForChange(const std::string& id, int64_t keep) {
  const std::string path = UploadPath(id);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return DiskError("opening an upload");
  std::unique_ptr<BlobWriter> writer(new BlobWriter(dir_, path, fd, in_flight_));
  writer->is_upload_ = true;
  struct stat info;
  if (fstat(fd, &info) != 0) return DiskError("opening an upload");
  if (info.st_nlink <= 1) return writer;
  // It was published, and the process died before that was recorded. The bytes are a blob now, which never changes: the
  // upload goes on with a copy.
  const std::string copy = TemporaryPath();
  const int copy_fd = open(copy.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (copy_fd < 0) return DiskError("copying an upload");
  close(std::exchange(writer->fd_, copy_fd));
  MW_ASSIGN_OR_RETURN(const int source, OpenToRead(path));
  absl::Status copied = CopyBytes(source, copy_fd, std::min<int64_t>(keep, info.st_size));
  close(source);
  MW_RETURN_IF_ERROR(copied);
  if (fsync(copy_fd) != 0) return DiskError("copying an upload");
  if (rename(copy.c_str(), path.c_str()) != 0) return DiskError("copying an upload");
  MW_RETURN_IF_ERROR(SyncFolder(dir_ + "/uploads"));
  return writer;
}

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::OpenUpload(
    const std::string& id, int64_t offset, const std::function<void(absl::string_view)>& on_stored) {
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobWriter> writer, OpenForChange(id, offset));
  const int fd = writer->fd_;
  struct stat info;
  if (fstat(fd, &info) != 0) return DiskError("opening an upload");
  if (info.st_size < offset) return absl::DataLossError("an upload has lost bytes that were recorded as stored");
  if (info.st_size > offset && ftruncate(fd, offset) != 0) return DiskError("cutting an upload");
  if (offset == 0) {
    // So that the file itself is found again after a power cut.
    MW_RETURN_IF_ERROR(SyncFolder(dir_ + "/uploads"));
    return writer;
  }
  std::string piece(kBlobPieceBytes, '\0');
  while (writer->size_ < offset) {
    const size_t wanted = static_cast<size_t>(std::min<int64_t>(kBlobPieceBytes, offset - writer->size_));
    const ssize_t n = pread(fd, piece.data(), wanted, writer->size_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return DiskError("reading an upload again");
    const absl::string_view bytes(piece.data(), static_cast<size_t>(n));
    writer->hash_.Update(bytes);
    if (on_stored) on_stored(bytes);
    writer->size_ += n;
  }
  writer->synced_ = offset;
  return writer;
}

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::OpenPart(const std::string& id, int64_t offset) {
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobWriter> writer, OpenForChange(id, std::numeric_limits<int64_t>::max()));
  writer->hashed_ = false;
  writer->size_ = writer->synced_ = offset;
  MW_RETURN_IF_ERROR(SyncFolder(dir_ + "/uploads"));
  return writer;
}

absl::Status BlobStore::DropUpload(const std::string& id) {
  if (unlink(UploadPath(id).c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return DiskError("dropping an upload");
}

absl::Status BlobStore::SweepUploads(const std::set<std::string>& alive) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_ + "/uploads", error)) {
    const std::string id = entry.path().filename().string();
    if (!alive.contains(id)) MW_RETURN_IF_ERROR(DropUpload(id));
  }
  return absl::OkStatus();
}

std::string BlobStore::BlobPath(const std::string& sha256) const {
  return absl::StrCat(dir_, "/blobs/", sha256.substr(0, 2), "/", sha256);
}

std::string BlobStore::TemporaryPath() { return absl::StrCat(dir_, "/copies/", next_copy_++); }

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::NewBlob() {
  const std::string path = TemporaryPath();
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return DiskError("making a copy");
  return std::unique_ptr<BlobWriter>(new BlobWriter(dir_, path, fd, in_flight_));
}

absl::StatusOr<bool> BlobStore::Remove(const std::string& sha256,
                                       const std::function<absl::StatusOr<bool>()>& is_named) {
  std::lock_guard<std::mutex> lock(in_flight_->mutex);
  if (in_flight_->count.contains(sha256)) return false;
  MW_ASSIGN_OR_RETURN(const bool named, is_named());
  if (named) return false;
  if (unlink(BlobPath(sha256).c_str()) != 0) {
    if (errno == ENOENT) return true;
    return DiskError("removing a file");
  }
  MW_RETURN_IF_ERROR(SyncFolder(absl::StrCat(dir_, "/blobs/", sha256.substr(0, 2))));
  return true;
}

bool BlobStore::Has(const std::string& sha256) const {
  struct stat info;
  return stat(BlobPath(sha256).c_str(), &info) == 0;
}

std::vector<std::string> BlobStore::List() const {
  std::vector<std::string> hashes;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ + "/blobs", error)) {
    if (entry.is_regular_file()) hashes.push_back(entry.path().filename().string());
  }
  return hashes;
}

absl::StatusOr<std::unique_ptr<BlobReader>> BlobStore::OpenBlob(const std::string& sha256) const {
  const int fd = open(BlobPath(sha256).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return absl::DataLossError("the bytes of a file are missing");
    return DiskError("opening a file");
  }
  struct stat info;
  if (fstat(fd, &info) != 0) {
    absl::Status status = DiskError("opening a file");
    close(fd);
    return status;
  }
  return std::unique_ptr<BlobReader>(new BlobReader(fd, info.st_size));
}

absl::Status BlobStore::ForEachPiece(const std::string& sha256,
                                     const std::function<void(absl::string_view)>& fn) const {
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> reader, OpenBlob(sha256));
  std::string piece;
  for (int64_t offset = 0; offset < reader->size(); offset += static_cast<int64_t>(piece.size())) {
    MW_RETURN_IF_ERROR(reader->Read(offset, kBlobPieceBytes, piece));
    if (piece.empty()) return absl::DataLossError("a file is shorter than it was");
    fn(piece);
  }
  return absl::OkStatus();
}

int64_t BlobStore::CountBlobs() const {
  int64_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ + "/blobs", error)) {
    count += entry.is_regular_file();
  }
  return count;
}

}  // namespace millwright::files
