// Where a ray first meets a mesh: a tree of boxes over the triangles, split at the median of their centres.
//
// Memory: about 40 bytes a triangle. Rays that pass exactly through an edge may miss both its triangles or meet both.
//
// Thread-safety: const access from any thread; the view must outlive the tree.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_RAY_TREE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_RAY_TREE_H_

#include <cstdint>
#include <vector>

#include "services/files/domain/mesh/mesh_view.h"

namespace millwright::files {

struct RayHit {
  double distance = INFINITY;  // infinite: nothing is met
  uint32_t triangle = 0;
};

class RayTree {
 public:
  explicit RayTree(const MeshView& mesh);
  // The first triangle farther than `from` and nearer than `to` along the unit vector `direction`.
  RayHit First(const Vec3& origin, const Vec3& direction, double from, double to = INFINITY) const;

 private:
  static constexpr uint32_t kLeaf = 4;  // triangles

  struct Node {
    float min[3], max[3];   // rounded outwards
    uint32_t first, count;  // a leaf's triangles in order_; count 0: the children are the next node and `first`
  };
  struct Centre {
    float at[3];
  };

  uint32_t Build(std::vector<Centre>& centres, uint32_t begin, uint32_t end);
  void Bound(Node& node, uint32_t begin, uint32_t end) const;

  const MeshView& mesh_;
  std::vector<uint32_t> order_;
  std::vector<Node> nodes_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_RAY_TREE_H_
