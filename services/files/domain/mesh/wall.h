// An estimate of the thinnest wall of a closed mesh.
//
// Method: kWallSamples points spread over the surface by area; from each a ray goes inwards along the normal, and where
// the surface it meets first faces away within 30 degrees of parallel, the length is a wall. The least of them is the
// estimate. It errs upwards: walls smaller than the spacing of the samples (about the square root of area / samples)
// may be missed. Edges and wedges, where a part runs out to nothing, are no walls.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_WALL_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_WALL_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/mesh_view.h"

namespace millwright::files {

inline constexpr int kWallSamples = 2000;
inline constexpr absl::string_view kWallMethod =
    "least of 2000 rays along inward normals to a surface within 30 degrees of parallel; an estimate from above";

// In the unit of the mesh. `inside_out`: all normals point inwards. nullopt if no ray meets such a surface.
std::optional<double> ThinnestWall(const MeshView& mesh, bool inside_out);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_WALL_H_
