// Removes the bytes that no row names: an upload whose process died between publishing and recording it, copies of a
// pin that was not written. At start and now and then.
#ifndef MILLWRIGHT_SERVICES_FILES_BLOB_SWEEPER_H_
#define MILLWRIGHT_SERVICES_FILES_BLOB_SWEEPER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/storage/database.h"
#include "services/files/storage/blob_store.h"

namespace millwright::files {

// How many blobs were removed. Thread-safe; uploads and pins may go on meanwhile.
absl::StatusOr<int64_t> SweepBlobs(Database& db, BlobStore& blobs);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_BLOB_SWEEPER_H_
