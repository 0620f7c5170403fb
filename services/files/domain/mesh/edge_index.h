// The exact edge pass: is the mesh closed, manifold, consistently oriented; which shells does it have.
//
// Definitions (file-rules, section 5): vertices are equal if bit-equal, and -0 is 0. An edge with one triangle is
// open, with more than two non-manifold, with two in the same direction inconsistent. A triangle with a repeated
// corner has no edges and is left out. Shells connect over edges.
//
// Method: vertices get numbers from an open-addressing table with a keyed hash; each vertex heads a list of the half-edges
// of which it is the smaller end, so that all uses of one edge are found together; shells are a union-find over
// triangles whose links carry a parity, which gives the flipped triangles of a shell as its minority.
//
// Memory for n triangles of a closed mesh (n/2 vertices) with single precision: 35 to 40 bytes x n, nothing of which moves
// if the number of triangles was expected; a binary STL has 50 bytes per triangle. `max_bytes` is a hard cap:
// beyond it the pass gives up and says so. With `scratch`, what would take more than that or than `memory_bytes` is sorted
// on disk instead (spilled_edges.h), with the same result.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "services/files/domain/mesh/keyed_hash.h"
#include "services/files/domain/mesh/mesh_view.h"
#include "services/files/domain/mesh/topology.h"
#include "services/files/domain/mesh/triangle.h"
#include "services/files/domain/scratch.h"

namespace millwright::files {

inline constexpr int64_t kSpillBufferBytes = int64_t{40} << 20;

class EdgeIndex : public TriangleSink {
 public:
  struct Options {
    HashKey key;
    // True if every coordinate is exactly a float, as in binary STL: halves the memory of vertices.
    bool single_precision = false;
    // A hint, to allocate once; never trusted for correctness.
    int64_t expected_triangles = 0;
    int64_t max_bytes = int64_t{1} << 40;
    // Where to go on when memory ends; null: nowhere. Must outlive the index.
    ScratchSpace* scratch = nullptr;
    int64_t memory_bytes = int64_t{1} << 40;
    int64_t spill_buffer_bytes = kSpillBufferBytes;  // of memory_bytes
  };

  explicit EdgeIndex(const Options& options);
  ~EdgeIndex() override;
  // Triangles with NaN or infinities are left out.
  void Add(std::span<const Triangle> triangles) override;
  // Once, at the end; vertices and corners stay for `mesh`. `signed_volume`: of all triangles, if somebody has measured it
  // already: it tells which way round a lone shell is.
  Topology Finish(std::optional<double> signed_volume = std::nullopt);
  // After a Finish that was complete and not on disk, for as long as this lives.
  const MeshView& mesh() const;

 private:
  class Impl;
  template <class T>
  class TypedImpl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_
