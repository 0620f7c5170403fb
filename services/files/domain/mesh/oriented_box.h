// The smallest box around a body, turned any way.
//
// Method: directions that the box may have are the normals of the hull's triangles, the cross products of pairs of its
// edges, and the coordinate axes; for each, the hull is projected along it and the smallest rectangle around the
// projection is found with rotating calipers (Toussaint 1983: one side of it is flush with an edge). The best box is
// then improved by projecting along its own axes until that helps no more. It is never larger than the axis-parallel
// box.
//
// An estimate from above: the smallest box of all (O'Rourke 1985, doi 10.1007/BF00991005) may be turned otherwise in
// rare cases. A hull of more than 400 corners is thinned to its extreme points for the choice of directions; the box
// that is answered always holds all points.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTED_BOX_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTED_BOX_H_

#include <array>

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/hull.h"

namespace millwright::files {

struct OrientedBox {
  std::array<double, 3> edges = {};  // longest first
  std::array<Vec3, 3> axes = {};     // unit vectors of those edges
  double volume() const { return edges[0] * edges[1] * edges[2]; }
};

inline constexpr absl::string_view kOrientedBoxMethod =
    "smallest box over the directions of hull faces and edge pairs, rotating calipers";

// All zero for a hull without points.
OrientedBox SmallestBox(const Hull& hull);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTED_BOX_H_
