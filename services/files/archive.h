// ZIP archives of cases: read with suspicion, written as a stream.
//
// Reading (libzip) refuses as a whole: what is no ZIP, encrypted entries, names that leave the folder, more entries or
// bytes than the limits, entries that inflate far beyond their size, two files that would get one name. Folders are
// dropped: a case is flat. Names that are no UTF-8 are taken as Korean (CP949), as scanners' programs write them, else
// as CP437.
//
// Errors: INVALID_ARGUMENT (ARCHIVE_REFUSED) naming the entry; UNAVAILABLE for the disk.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_ARCHIVE_H_
#define MILLWRIGHT_SERVICES_FILES_ARCHIVE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/files/storage/blob_store.h"

namespace millwright::files {

// Published limits of archives; tested at and above each.
struct ArchiveLimits {
  int64_t max_entries = 1000;
  int64_t max_bytes = int64_t{8} << 30;  // of all files in it, inflated
  int64_t max_ratio = 200;               // inflated to packed, of an entry above 1 MiB
};

struct ArchiveEntry {
  int64_t index = 0;
  std::string name;  // without folders, UTF-8
  int64_t size = 0;  // inflated, as the archive says; more bytes than that are refused
};

class ArchiveReader {
 public:
  // Looks at the directory of the archive; all refusals but lying sizes happen here.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(std::unique_ptr<BlobReader> blob,
                                                             const ArchiveLimits& limits);
  ~ArchiveReader();

  // Files only, in the order of the archive.
  const std::vector<ArchiveEntry>& entries() const;
  // Gives the bytes of an entry in pieces; stops at the first error of `sink`.
  absl::Status Read(const ArchiveEntry& entry, const std::function<absl::Status(absl::string_view)>& sink) const;

 private:
  class Impl;
  explicit ArchiveReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A file for a new archive.
struct ArchiveSource {
  std::string name;
  std::unique_ptr<BlobReader> blob;
};
// Writes a ZIP of `sources` to `path`. UNAVAILABLE if the disk fails.
absl::Status WriteArchive(const std::string& path, std::vector<ArchiveSource> sources);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ARCHIVE_H_
