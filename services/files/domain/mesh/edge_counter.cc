#include "services/files/domain/mesh/edge_counter.h"

#include <algorithm>
#include <utility>

namespace millwright::files {

bool NumberShells(ParityUnion& shells, uint32_t triangles, Topology& topology, std::vector<uint32_t>& shell_of) {
  topology.shells = static_cast<int64_t>(shells.sets());
  // Nearly all meshes: no triangle differs from the others.
  if (topology.shells == 1 && topology.inconsistent_edges == 0 && topology.non_manifold_edges == 0) return true;
  shell_of.resize(triangles);
  std::vector<std::pair<uint32_t, uint32_t>> sizes;  // per shell: triangles of parity 0 and 1
  for (uint32_t t = 0; t < triangles; ++t) {
    const ParityUnion::Root root = shells.Find(t);
    // A root is the smallest triangle of its shell (see Join), so it is numbered before its members.
    if (root.element == t) {
      shell_of[t] = static_cast<uint32_t>(sizes.size());
      sizes.push_back({0, 0});
    } else {
      shell_of[t] = shell_of[root.element];
    }
    auto& size = sizes[shell_of[t]];
    ++(root.parity ? size.second : size.first);
  }
  for (const auto& [same, opposite] : sizes) topology.flipped_triangles += std::min(same, opposite);
  return false;
}

}  // namespace millwright::files
