#include "services/files/blob_sweeper.h"

#include <string>

#include "common/errors/error.h"
#include "services/files/storage/files_store.h"

namespace millwright::files {

absl::StatusOr<int64_t> SweepBlobs(Database& db, BlobStore& blobs) {
  int64_t removed = 0;
  for (const std::string& sha256 : blobs.List()) {
    MW_ASSIGN_OR_RETURN(const bool gone, blobs.Remove(sha256, [&] {
      return db.Read([&](Reader& reader) { return FileStore::NamesBlob(reader, sha256); });
    }));
    removed += gone;
  }
  return removed;
}

}  // namespace millwright::files
