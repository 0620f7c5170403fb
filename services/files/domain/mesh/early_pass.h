// Measures an upload while it arrives: what a MeshAnalysis without `exact` tells, over bytes that come in order and in
// pieces of any size, and how it stands in between.
//
// STL needs constant memory. OBJ and PLY keep their vertices, so they are measured this way up to kMaxEarlyIndexedBytes
// and kMaxEarlyVertexBytes; a larger one is measured when it is complete, as is 3MF, which has its table of contents at
// the end.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EARLY_PASS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EARLY_PASS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/analysis.h"

namespace millwright::files {

// An OBJ or PLY file.
inline constexpr int64_t kMaxEarlyIndexedBytes = int64_t{64} << 20;
// Vertices that one pass keeps, in bytes: 24 a vertex, and room to grow.
inline constexpr int64_t kMaxEarlyVertexBytes = int64_t{32} << 20;

// How far a pass is, in the unit of the file.
struct EarlyState {
  int64_t measured_bytes = 0;
  bool whole_file = false;
  // `proved_open` and `signed_volume` mean something only of the whole file: a mesh of which half is there is open.
  MeshMeasurement measured = {};
};

class EarlyPass {
 public:
  // Of a file called `name` that will have `size` bytes.
  EarlyPass(std::string name, int64_t size) : name_(std::move(name)), size_(size) {}

  void Feed(absl::string_view bytes);
  // nullopt if this is no mesh that is measured this way, or too few bytes came to tell.
  std::optional<EarlyState> State() const;
  // After the last byte: what was measured and found; nullopt if there is no State() or bytes are missing.
  std::optional<MeshReport> Finish() &&;

 private:
  void Decide();
  void Measure(absl::string_view bytes);

  const std::string name_;
  const int64_t size_;
  int64_t received_ = 0;
  bool decided_ = false;
  std::string head_;  // until it is decided
  std::optional<MeshAnalysis> analysis_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EARLY_PASS_H_
