// A shape as triangles: what previews, hull, oriented box and walls are found from.
//
// Faces are triangulated by BRepMesh within a distance of the surface; vertices that two faces share are one, because
// they come from the same points of their common edge. Written as binary PLY with doubles, which the service reads as
// any other mesh.
#ifndef MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MESH_H_
#define MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MESH_H_

#include <TopoDS_Shape.hxx>

#include "millwright/internal/files/v1/cad_report.pb.h"

namespace millwright::files {

inline constexpr int64_t kMaxCadTriangles = 2'000'000;
// Largest distance of the mesh from the surface: this part of the box's diagonal, and within these, in mm.
inline constexpr double kDeflectionPart = 1.0 / 2000, kMinDeflection = 0.005, kMaxDeflection = 1.0;
inline constexpr double kAngularDeflection = 0.35;  // radians between neighbouring normals

// Writes to the file descriptor and states triangles and deflection in the report. A mesh with more triangles than that
// is not written.
void WriteMesh(const TopoDS_Shape& shape, int fd, internal::files::v1::CadReport& report);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MESH_H_
