// What the uses of edges by triangles say, an edge after the other; shared by the exact pass in memory and on disk.
//
// A use is `triangle << 1 | 1` if the triangle runs from the edge's larger vertex to the smaller, else `triangle << 1`.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_COUNTER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_COUNTER_H_

#include <cstdint>
#include <vector>

#include "services/files/domain/mesh/parity_union.h"
#include "services/files/domain/mesh/topology.h"

namespace millwright::files {

class EdgeCounter {
 public:
  // Counts into `topology` and joins the triangles of `shells`; both must outlive it.
  EdgeCounter(Topology& topology, ParityUnion& shells) : topology_(topology), shells_(shells) {}

  void Begin(uint32_t use) {
    first_ = use;
    uses_ = 1;
  }
  void Again(uint32_t use) {
    ++uses_;
    same_direction_ = ((first_ ^ use) & 1) ^ 1;
    shells_.Join(first_ >> 1, use >> 1, same_direction_);
  }
  // After the last use of the edge.
  void End() {
    ++topology_.edges;
    if (uses_ == 1) ++topology_.open_edges;
    if (uses_ == 2) topology_.inconsistent_edges += same_direction_;
    if (uses_ > 2) ++topology_.non_manifold_edges;
  }

 private:
  Topology& topology_;
  ParityUnion& shells_;
  uint32_t first_ = 0, same_direction_ = 0;
  int64_t uses_ = 0;
};

// When all edges were counted: sets the shells and flipped triangles of `topology`. True if that is all there is to say
// about shells, there being one, of one orientation. Else `shell_of` gets the shell of each triangle.
bool NumberShells(ParityUnion& shells, uint32_t triangles, Topology& topology, std::vector<uint32_t>& shell_of);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_EDGE_COUNTER_H_
