// The exact edge pass: is the mesh closed, manifold, consistently oriented; which shells does it have.
//
// Definitions (file-rules, section 5): vertices are equal if bit-equal, and -0 is 0. An edge with one triangle is
// open, with more than two non-manifold, with two in the same direction inconsistent. A triangle with a repeated
// corner has no edges and is left out. Shells connect over edges.
//
// Method: vertices get numbers from an open-addressing table with a keyed hash; half-edges are grouped by their
// smaller vertex with a counting sort, so that all uses of one edge stand together; shells are a union-find over
// triangles whose links carry a parity, which gives the flipped triangles of a shell as its minority.
//
// Memory for n triangles of a closed mesh (n/2 vertices) with single precision: 25 to 32 bytes x n while numbering, 50 x n
// while grouping; a binary STL has 50 bytes per triangle. `max_bytes` is a hard cap:
// beyond it the pass gives up and says so.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_

#include <cstdint>
#include <memory>
#include <span>

#include "services/files/domain/mesh/keyed_hash.h"
#include "services/files/domain/mesh/mesh_view.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

enum class Containment {
  kFine,         // every shell is positive, or a void in exactly one positive shell
  kNegative,     // at least one negative shell is no such void
  kTooMuchWork,  // more pairs of shells than are worth looking at
};

struct Topology {
  // False if the memory cap was reached: nothing else is then known.
  bool complete = false;
  int64_t vertices = 0;  // different ones, of all finite triangles
  int64_t edges = 0;
  int64_t open_edges = 0;
  int64_t non_manifold_edges = 0;
  int64_t inconsistent_edges = 0;
  int64_t flipped_triangles = 0;  // sum over shells of the triangles whose orientation is the shell's minority
  int64_t shells = 0;

  // Only for closed, manifold, consistent meshes:
  int64_t negative_shells = 0;  // after turning round a mesh whose total volume is negative
  int64_t voids = 0;            // those of them that are voids
  bool inverted = false;        // the total is negative; the counts above are those of the flipped mesh
  bool nested_boxes = false;    // an outward shell's box lies in another's: they may be nested
  Containment containment = Containment::kFine;

  bool closed() const { return complete && edges > 0 && open_edges == 0 && non_manifold_edges == 0; }
  bool closed_and_consistent() const { return closed() && inconsistent_edges == 0; }
};

class EdgeIndex : public TriangleSink {
 public:
  struct Options {
    HashKey key;
    // True if every coordinate is exactly a float, as in binary STL: halves the memory of vertices.
    bool single_precision = false;
    // A hint, to allocate once; never trusted for correctness.
    int64_t expected_triangles = 0;
    int64_t max_bytes = int64_t{1} << 40;
  };

  explicit EdgeIndex(const Options& options);
  ~EdgeIndex() override;
  // Triangles with NaN or infinities are left out.
  void Add(std::span<const Triangle> triangles) override;
  // Once, at the end. Takes the memory of the edges down again; vertices and corners stay for `mesh`.
  Topology Finish();
  // After a Finish that was complete, for as long as this lives.
  const MeshView& mesh() const;

 private:
  class Impl;
  template <class T>
  class TypedImpl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_INDEX_H_
