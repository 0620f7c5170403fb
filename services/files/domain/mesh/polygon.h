// Polygons of mesh files as triangles, also where they are concave or not quite flat.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_POLYGON_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_POLYGON_H_

#include <span>
#include <vector>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// More corners than this are refused by the readers: ear clipping takes the square of them.
inline constexpr size_t kMaxPolygonCorners = 4096;

// Appends corners - 2 triangles with the orientation of the polygon; nothing for fewer than three corners. The
// outline's edges are those of the polygon and the others are used twice, so that a closed mesh of polygons stays
// closed. Ears are clipped in the plane of Newell's normal; a polygon without area or that crosses itself becomes a
// fan.
void Triangulate(std::span<const Vec3> polygon, std::vector<Triangle>& triangles);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_POLYGON_H_
