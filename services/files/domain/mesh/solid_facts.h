// What pricing and planning want to know of a part beyond box, area and volume: hull, oriented box, walls.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SOLID_FACTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SOLID_FACTS_H_

#include <optional>

#include "services/files/domain/mesh/mesh_view.h"
#include "services/files/domain/mesh/oriented_box.h"

namespace millwright::files {

// In the unit of the mesh. What could not be found is not stated.
struct SolidFacts {
  std::optional<double> hull_volume = std::nullopt;
  std::optional<OrientedBox> oriented_box = std::nullopt;
  std::optional<double> thinnest_wall = std::nullopt;  // only of a closed, consistent mesh
};

// `solid`: the mesh is closed and consistent. `inside_out`: all of it is turned inside out.
SolidFacts FindSolidFacts(const MeshView& mesh, bool solid, bool inside_out);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SOLID_FACTS_H_
