#include "services/files/domain/mesh/threemf/reader.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

constexpr absl::string_view kStartPart = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel";
constexpr absl::string_view kKeyStore = "http://schemas.microsoft.com/3dmanufacturing/2019/04/keystore";
constexpr absl::string_view kRelationships = "/_rels/.rels";
constexpr size_t kBatch = 256;
constexpr size_t kMaxNames = 100;

// What the relationships of a package point to.
class Relationships : public PackageXmlHandler {
 public:
  void OnStart(absl::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship") return;
    const absl::string_view type = attributes.Get("Type");
    if (type == kStartPart && target_.empty()) target_ = std::string(attributes.Get("Target"));
    // The consumer has to decrypt parts before it reads them.
    if (type == kKeyStore) encrypted_ = true;
  }
  void OnEnd(absl::string_view) override {}
  const std::string& target() const { return target_; }
  bool encrypted() const { return encrypted_; }

 private:
  std::string target_;
  bool encrypted_ = false;
};

std::string FolderOf(const std::string& part) { return part.substr(0, part.rfind('/')); }

}  // namespace

void ThreeMfReader::Fail(Rule rule, absl::string_view part, std::string message, FindingList& findings) {
  failed_ = true;
  findings.Add(rule, {.element = std::string(part)}, std::move(message));
}

std::string ThreeMfReader::StartPart(FindingList& findings) {
  Relationships relationships;
  PackageXml xml(relationships, std::string(kRelationships), findings);
  const bool read = package_.ReadPart(
      kRelationships, [&](absl::string_view b) { return xml.Feed(b); }, findings);
  if (!read || !xml.Finish()) return "";
  if (relationships.encrypted()) {
    Fail(Rule::kMeshEncrypted, kRelationships, "The package has a key store: parts of it are encrypted.", findings);
    return "";
  }
  const std::string part =
      relationships.target().empty() ? "" : Package::PartName(relationships.target(), /*base_folder=*/"");
  if (part.empty()) {
    Fail(Rule::kMeshPartMissing, kRelationships, "The relationships of the package name no start part within it.",
         findings);
  }
  return part;
}

const Model* ThreeMfReader::ModelAt(const std::string& part, FindingList& findings) {
  const auto known = models_.find(part);
  if (known != models_.end()) return &known->second;
  if (models_.size() >= kMaxModels) {
    Fail(Rule::kMeshPackageLimit, part, absl::StrCat("The package has more than ", kMaxModels, " models."), findings);
    return nullptr;
  }
  ModelParser parser(part, findings);
  const bool read = package_.ReadPart(
      part, [&](absl::string_view b) { return parser.Feed(b); }, findings);
  if (!read || !parser.Finish()) {
    failed_ = true;
    return nullptr;
  }
  Model model = parser.Take();
  if (model.out_of_range > 0) {
    findings.Add(Rule::kMeshIndexOutOfRange, {.element = part},
                 absl::StrCat(model.out_of_range, " triangles of ", part, " name vertices that do not exist."),
                 absl::StrCat(model.out_of_range), "0");
  }
  for (const std::string& what : model.not_read) {
    findings.Add(Rule::kMeshExtension, {.element = part}, absl::StrCat("The model uses ", what, ", which is not read."));
  }
  if (!models_.empty() && model.millimetres_per_unit != millimetres_) {
    findings.Add(Rule::kMeshUnitDiffers, {.element = part},
                 absl::StrCat("The unit of ", part, " is ", model.millimetres_per_unit, " mm, that of the start part ",
                              millimetres_, " mm; the start part was believed."),
                 absl::StrCat(model.millimetres_per_unit, " mm"), absl::StrCat(millimetres_, " mm"));
  }
  return &models_.emplace(part, std::move(model)).first->second;
}

void ThreeMfReader::Read(TriangleSink& sink, FindingList& findings) {
  if (!package_.Open(findings)) return;
  const std::string start = StartPart(findings);
  if (start.empty()) return;
  const Model* model = ModelAt(start, findings);
  if (model == nullptr) return;
  millimetres_ = model->millimetres_per_unit;
  for (const ObjectUse& item : model->build) {
    if (failed_) return;
    Emit(start, item, Placement{}, 0, sink, findings);
  }
}

void ThreeMfReader::Emit(const std::string& part, const ObjectUse& use, const Placement& outer, int nesting,
                         TriangleSink& sink, FindingList& findings) {
  if (nesting > kMaxNesting || ++instances_ > kMaxInstances) {
    return Fail(Rule::kMeshPackageLimit, part,
                absl::StrCat("Components are nested more than ", kMaxNesting, " deep, or there are more than ",
                             kMaxInstances, " of them; an object may contain itself."),
                findings);
  }
  const std::string where = use.path.empty() ? part : Package::PartName(use.path, FolderOf(part));
  const Model* model = where.empty() ? nullptr : ModelAt(where, findings);
  if (model == nullptr) {
    if (!failed_) Fail(Rule::kMeshPartMissing, part, "A component leads out of the package.", findings);
    return;
  }
  const auto found = model->objects.find(use.object);
  if (found == model->objects.end()) {
    return Fail(Rule::kMeshPartMissing, where, absl::StrCat(where, " has no object ", use.object, "."), findings);
  }
  const ModelObject& object = found->second;
  if (object.is_support) return;
  if (nesting == 0 && !object.name.empty() && names_.size() < kMaxNames) names_.push_back(object.name);
  const Placement placement = outer.After(use.placement);
  triangles_ += static_cast<int64_t>(object.triangles.size());
  if (triangles_ > kMaxTriangles) {
    return Fail(Rule::kMeshPackageLimit, where,
                absl::StrCat("The components come to more than ", kMaxTriangles, " triangles."), findings);
  }
  EmitMesh(object, placement, sink);
  for (const ObjectUse& component : object.components) {
    if (failed_) return;
    Emit(where, component, placement, nesting + 1, sink, findings);
  }
}

void ThreeMfReader::EmitMesh(const ModelObject& object, const Placement& placement, TriangleSink& sink) {
  std::vector<Triangle> batch;
  batch.reserve(kBatch);
  const bool mirrors = placement.mirrors(), as_it_is = placement.is_identity() && millimetres_ == 1;
  auto at = [&](uint32_t vertex) {
    const Vec3& p = object.vertices[vertex];
    return as_it_is ? p : placement(p) * millimetres_;
  };
  for (const auto& t : object.triangles) {
    const Vec3 a = at(t[0]), b = at(t[1]), c = at(t[2]);
    batch.push_back(mirrors ? Triangle{{a, c, b}} : Triangle{{a, b, c}});
    if (batch.size() < kBatch) continue;
    sink.Add(batch);
    batch.clear();
  }
  if (!batch.empty()) sink.Add(batch);
}

}  // namespace millwright::files
