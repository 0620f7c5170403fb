#include "services/files/domain/mesh/solid_facts.h"

#include <utility>
#include <vector>

#include "services/files/domain/mesh/hull.h"
#include "services/files/domain/mesh/wall.h"

namespace millwright::files {

SolidFacts FindSolidFacts(const MeshView& mesh, bool solid, bool inside_out) {
  SolidFacts facts;
  if (mesh.vertex_count() == 0) return facts;
  {
    std::vector<Vec3> points(mesh.vertex_count());
    for (uint32_t i = 0; i < points.size(); ++i) points[i] = mesh.vertex(i);
    if (const std::optional<Hull> hull = ConvexHull(std::move(points))) {
      facts.hull_volume = hull->volume;
      facts.oriented_box = SmallestBox(*hull);
    }
  }
  if (solid) facts.thinnest_wall = ThinnestWall(mesh, inside_out);
  return facts;
}

}  // namespace millwright::files
