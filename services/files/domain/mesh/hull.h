// The convex hull of points in space, and its volume.
//
// Method: quickhull (Barber, Dobkin, Huhdanpaa 1996, doi 10.1145/235815.235821) with the sides of points decided by
// orientation.h. Only points strictly outside a face count as visible from it, so that coplanar and doubled points need
// no tolerance: what lies in a face stays there. The volume is that of the hull's own triangles.
//
// Degenerate input is fine: no point, one point, all on a line or in a plane give `flat` and volume 0.
//
// Memory: 32 bytes a point and 48 a triangle of the hull. Work is capped at `max_work` sides of points, and a hull at
// kMaxHullTriangles; what needs more is not computed.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HULL_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HULL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

struct Hull {
  bool flat = false;         // no volume; `points` are then all of the input, and there are no triangles
  std::vector<Vec3> points;  // corners of the hull
  std::vector<std::array<uint32_t, 3>> triangles;  // counter-clockwise seen from outside
  double volume = 0;
};

inline constexpr int64_t kMaxHullWork = 500'000'000;
inline constexpr size_t kMaxHullTriangles = 1'200'000;

// nullopt if that would be more work or triangles than that, or if a coordinate is not finite.
std::optional<Hull> ConvexHull(std::vector<Vec3> points, int64_t max_work = kMaxHullWork);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HULL_H_
