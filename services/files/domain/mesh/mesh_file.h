// The triangles of a mesh file in any format, for who wants nothing but them: findings are dropped, what can be read is
// handed on.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FILE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FILE_H_

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/triangle.h"
#include "services/files/domain/random_access.h"

namespace millwright::files {

// True if `file`, of which `head` are the first bytes, is read as a 3MF package.
bool IsPackage(absl::string_view head, absl::string_view name, int64_t size);

// False if the disk failed. A file that is no mesh has no triangles.
bool ReadTriangles(const RandomAccess& file, absl::string_view name, TriangleSink& sink);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FILE_H_
