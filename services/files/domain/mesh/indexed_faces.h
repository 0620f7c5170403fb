// Vertices and faces by index, as OBJ and PLY have them: collects the vertices, hands on the faces as triangles. A face
// may name vertices that come later; it waits until the end then.
//
// Memory: 24 bytes a vertex, and the indices of the faces that wait.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_INDEXED_FACES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_INDEXED_FACES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/files/domain/finding.h"
#include "services/files/domain/mesh/polygon.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

class IndexedFaces {
 public:
  void AddVertex(const Vec3& vertex) { vertices_.push_back(vertex); }
  int64_t vertex_count() const { return static_cast<int64_t>(vertices_.size()); }
  int64_t held_bytes() const {
    return static_cast<int64_t>(vertices_.capacity() * sizeof(Vec3) + waiting_.capacity() * sizeof(int64_t));
  }
  // Indices from 0; negative ones are out of range.
  void AddFace(std::span<const int64_t> indices, TriangleSink& sink);
  // Hands on what waited; reports faces with fewer than three corners or with indices out of range.
  void Finish(TriangleSink& sink, FindingList& findings);
  void Flush(TriangleSink& sink);

 private:
  bool Resolve(std::span<const int64_t> indices);

  std::vector<Vec3> vertices_;
  std::vector<Vec3> polygon_;
  std::vector<Triangle> batch_;
  std::vector<int64_t> waiting_;  // count, indices; count, indices; ...
  int64_t out_of_range_ = 0, too_few_ = 0, first_bad_index_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_INDEXED_FACES_H_
