// A mesh by index, as the exact pass leaves it: what the facts of a solid (hull, oriented box, walls) are found from.
//
// Thread-safety: const access from any thread.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_VIEW_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_VIEW_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

class MeshView {
 public:
  virtual ~MeshView() = default;
  // Different finite vertices, those of triangles with a repeated corner included.
  virtual size_t vertex_count() const = 0;
  virtual Vec3 vertex(uint32_t number) const = 0;
  // Triangles with three different, finite corners.
  virtual size_t triangle_count() const = 0;
  virtual std::array<uint32_t, 3> corners(uint32_t triangle) const = 0;

  Triangle triangle(uint32_t number) const {
    const std::array<uint32_t, 3> c = corners(number);
    return {{vertex(c[0]), vertex(c[1]), vertex(c[2])}};
  }
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_VIEW_H_
