// A corpus of meshes with what must be said of each: shapes whose volume and area follow from a formula of their own,
// in every format, and the same shapes damaged in every way that a rule names.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_MESH_CORPUS_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_MESH_CORPUS_H_

#include <optional>
#include <string>
#include <vector>

#include "services/files/domain/finding.h"
#include "services/files/testing/mesh_shapes.h"

namespace millwright::files::testing {

struct CorpusMesh {
  std::string name;  // "torus 24 x 12, PLY big endian"
  std::string file;  // "part.ply"
  std::string bytes;
  std::optional<double> volume;  // stated exactly then; relative error of the coordinates' rounding allowed
  std::optional<Rule> rule;      // must be among the findings
  Severity verdict = Severity::kInformation;
  int64_t open_edges = 0, non_manifold_edges = 0, inconsistent_edges = 0, flipped = 0;
};

struct CorpusShape {
  std::string name;
  Mesh mesh;
  double volume;  // by a formula that knows nothing of the triangles
};
std::vector<CorpusShape> CorpusShapes();

// Every shape in every format, and damaged; more than 200.
std::vector<CorpusMesh> MeshCorpus();

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_MESH_CORPUS_H_
