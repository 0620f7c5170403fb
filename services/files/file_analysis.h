// Judges one stored file by itself: what it is, what was measured, what was found.
#ifndef MILLWRIGHT_SERVICES_FILES_FILE_ANALYSIS_H_
#define MILLWRIGHT_SERVICES_FILES_FILE_ANALYSIS_H_

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/storage/blob_store.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

// Meshes up to this size get their exact edge pass and facts before the upload is answered (about 600,000 triangles, a
// second); larger ones in the background, with verdict unspecified until then.
inline constexpr int64_t kInlineAnalysisBytes = int64_t{32} << 20;

// Sets kind, content_kind, verdict and analysis of `row` from the blob `row.sha256`. `exact` false leaves the edges of
// large meshes for later. Reads the blob once. Thread-safe.
absl::Status AnalyseFile(const BlobStore& blobs, const XmlLimits& limits, bool exact, FileRow& row);

// Info files as facts, remembered by their content. Thread-safe.
class InfoCache {
 public:
  static constexpr size_t kMaxRemembered = 256;

  InfoCache(const BlobStore& blobs, const XmlLimits& limits) : blobs_(blobs), limits_(limits) {}
  absl::StatusOr<std::shared_ptr<const InfoReport>> Get(const std::string& sha256, const std::string& name);

 private:
  const BlobStore& blobs_;
  const XmlLimits limits_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const InfoReport>> remembered_;  // by hash and claimed kind
  std::list<std::string> order_;                                         // oldest first
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FILE_ANALYSIS_H_
