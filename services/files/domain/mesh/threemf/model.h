// One model part of a 3MF package: its unit, its objects, what is to be built. 3MF core specification 1.3, and of the
// production extension the path to objects in other model parts.
//
// Thread-safety: value types; a ModelParser by one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_MODEL_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_MODEL_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/files/domain/mesh/threemf/fast_lane.h"
#include "services/files/domain/mesh/threemf/xml.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// Row vectors times a 4 x 3 matrix, as 3MF writes them: the last row is the move.
struct Placement {
  std::array<double, 12> m = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};

  Vec3 operator()(const Vec3& p) const {
    return {p.x * m[0] + p.y * m[3] + p.z * m[6] + m[9], p.x * m[1] + p.y * m[4] + p.z * m[7] + m[10],
            p.x * m[2] + p.y * m[5] + p.z * m[8] + m[11]};
  }
  // First `first`, then this.
  Placement After(const Placement& first) const;
  bool mirrors() const;
  bool is_identity() const { return m == Placement{}.m; }
};

// A use of an object: of a build item or of a component.
struct ObjectUse {
  std::string path;  // of another model part, "" for the same
  int64_t object = 0;
  Placement placement;
};

struct ModelObject {
  std::string name;
  bool is_support = false;  // generated support is not part of the part
  std::vector<Vec3> vertices;
  std::vector<std::array<uint32_t, 3>> triangles;
  std::vector<ObjectUse> components;
};

struct Model {
  double millimetres_per_unit = 1;
  std::map<int64_t, ModelObject> objects;
  std::vector<ObjectUse> build;
  int64_t out_of_range = 0;             // triangles that name vertices that do not exist; they are left out
  std::vector<std::string> not_read;    // geometry, and extensions that are required
};

class ModelParser : public PackageXmlHandler {
 public:
  static constexpr size_t kMaxObjects = 100'000;
  static constexpr size_t kMaxUses = 1'000'000;  // components and build items

  ModelParser(std::string part, FindingList& findings) : xml_(*this, std::move(part), findings) {}
  bool Feed(absl::string_view bytes);
  bool Finish();
  Model Take() { return std::move(model_); }

  void OnStart(absl::string_view name, const XmlAttributes& attributes) override;
  void OnEnd(absl::string_view name) override;
  void OnForeign(absl::string_view uri, absl::string_view name) override;
  void OnNamespace(absl::string_view prefix, absl::string_view uri) override;

 private:
  // Lists of vertices and triangles are read past the XML parser; see fast_lane.h.
  enum class Lane { kNone, kVertices, kTriangles };
  bool FeedAll(absl::string_view bytes);
  FastRead TakeOne(absl::string_view& bytes);
  void StartModel(const XmlAttributes& attributes);
  void StartObject(const XmlAttributes& attributes);
  void AddVertex(const XmlAttributes& attributes);
  void AddTriangle(const XmlAttributes& attributes);
  void AddUse(const XmlAttributes& attributes, std::vector<ObjectUse>& uses);
  void NotRead(std::string what);
  bool Number(const XmlAttributes& attributes, const char* name, double* value);
  bool Index(const XmlAttributes& attributes, const char* name, int64_t* value);

  PackageXml xml_;
  Model model_;
  ModelObject* object_ = nullptr;
  size_t uses_ = 0;
  Lane lane_ = Lane::kNone, opened_ = Lane::kNone;  // `opened_`: the list whose start tag was the last event
  std::string carry_;                               // an element that a piece of input cut off, in a lane
  bool in_mesh_ = false, in_build_ = false, has_model_ = false;
  std::map<std::string, std::string> namespaces_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_MODEL_H_
