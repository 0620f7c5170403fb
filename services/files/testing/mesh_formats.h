// Writes meshes as OBJ and PLY. STL is in stl_writer.h, 3MF in zip_writer.h.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_MESH_FORMATS_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_MESH_FORMATS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/files/testing/mesh_shapes.h"

namespace millwright::files::testing {

// Vertices once each, by value; corners by number.
struct IndexedMesh {
  std::vector<Vec3> vertices;
  std::vector<std::array<uint32_t, 3>> triangles;
};
IndexedMesh Indexed(const Mesh& mesh);

std::string Obj(const Mesh& mesh);

enum class PlyForm { kAscii, kLittleEndian, kBigEndian };
std::string Ply(const Mesh& mesh, PlyForm form);  // coordinates in double precision

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_MESH_FORMATS_H_
