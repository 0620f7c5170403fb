// Reads 3MF: the package, its start part by the relationships, all build items with their components and transforms.
//
// Coordinates come out in millimetres, whatever the unit of the model; mirrored uses are turned round, so that their
// volume stays positive. Objects of type support or other are no part of the part.
//
// Blocking findings: an encrypted or broken archive, a missing part, an object that does not exist or contains itself,
// entry names that leave the archive, limits. Required extensions that are not read need confirmation.
//
// Memory: 36 bytes a vertex or so of all models, unpacked in one piece each.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_READER_H_

#include <map>
#include <string>
#include <vector>

#include "services/files/domain/mesh/threemf/model.h"
#include "services/files/domain/mesh/threemf/package.h"

namespace millwright::files {

class ThreeMfReader {
 public:
  static constexpr int kMaxNesting = 32;                 // components within components
  static constexpr int64_t kMaxInstances = 100'000;      // uses of objects, all levels
  static constexpr int64_t kMaxTriangles = 100'000'000;  // of all instances
  static constexpr size_t kMaxModels = 1'000;            // model parts

  explicit ThreeMfReader(const RandomAccess& source) : package_(source) {}

  // Once.
  void Read(TriangleSink& sink, FindingList& findings);
  // Names of the objects that are built, at most 100.
  const std::vector<std::string>& names() const { return names_; }
  // Of the start part; 1 until it was read.
  double millimetres_per_unit() const { return millimetres_; }

 private:
  std::string StartPart(FindingList& findings);
  const Model* ModelAt(const std::string& part, FindingList& findings);
  void Emit(const std::string& part, const ObjectUse& use, const Placement& outer, int nesting, TriangleSink& sink,
            FindingList& findings);
  void EmitMesh(const ModelObject& object, const Placement& placement, TriangleSink& sink);
  void Fail(Rule rule, absl::string_view part, std::string message, FindingList& findings);

  Package package_;
  std::map<std::string, Model> models_;
  std::vector<std::string> names_;
  double millimetres_ = 1;
  int64_t instances_ = 0, triangles_ = 0;
  bool failed_ = false;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_READER_H_
