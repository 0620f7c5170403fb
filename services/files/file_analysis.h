// Judges one stored file by itself: what it is, what was measured, what was found.
#ifndef MILLWRIGHT_SERVICES_FILES_FILE_ANALYSIS_H_
#define MILLWRIGHT_SERVICES_FILES_FILE_ANALYSIS_H_

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/files/cad_worker.h"
#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/mesh/analysis.h"
#include "services/files/storage/blob_store.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

struct AnalysisOptions {
  XmlLimits info = {};
  // False leaves the edges of meshes for later. The verdict is unspecified until then, unless the mesh is already known
  // to be broken.
  bool exact = true;
  // Memory of the exact pass; beyond it works in temporary files.
  int64_t exact_memory_bytes = kExactMemoryBytes;
  // What was measured while the mesh arrived (not with `exact`); otherwise its bytes are read.
  std::optional<MeshReport> early = std::nullopt;
  CadWorker* cad = nullptr;  // null: CAD models are not measured
  LayerNames layers = {};    // of the company's drawings
};

// CAD models up to this size are measured before the upload is answered if that is done within kFirstCadLook; all others
// in the background, too.
inline constexpr int64_t kInlineCadBytes = int64_t{4} << 20;
inline constexpr absl::Duration kFirstCadLook = absl::Seconds(5);

// Sets kind, content_kind, verdict, analysis and exact_follows of `row` from the blob `row.sha256`, which is read at
// most once. The first look (a row without a kind) leaves CAD models that take their time for later. UNAVAILABLE if the
// disk fails or is full: try again later. Thread-safe.
absl::Status AnalyseFile(BlobStore& blobs, AnalysisOptions options, FileRow& row);

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
