// What the exact edge pass finds out (edge_index.h).
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TOPOLOGY_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TOPOLOGY_H_

#include <cstdint>

namespace millwright::files {

enum class Containment {
  kFine,         // every shell is positive, or a void in exactly one positive shell
  kNegative,     // at least one negative shell is no such void
  kTooMuchWork,  // more pairs of shells than are worth looking at
};

struct Topology {
  // False if the memory cap was reached or the disk failed: nothing else is then known.
  bool complete = false;
  bool disk_failed = false;
  bool on_disk = false;  // it was counted on disk: there is no MeshView
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

  friend bool operator==(const Topology&, const Topology&) = default;
  bool closed() const { return complete && edges > 0 && open_edges == 0 && non_manifold_edges == 0; }
  bool closed_and_consistent() const { return closed() && inconsistent_edges == 0; }
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TOPOLOGY_H_
