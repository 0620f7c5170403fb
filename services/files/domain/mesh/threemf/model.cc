#include "services/files/domain/mesh/threemf/model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/files/domain/mesh/text_number.h"

namespace millwright::files {
namespace {

struct Unit {
  absl::string_view name;
  double millimetres;
};
constexpr Unit kUnits[] = {{"micron", 0.001}, {"millimeter", 1}, {"centimeter", 10},
                           {"inch", 25.4},    {"foot", 304.8},   {"meter", 1000}};

// Namespaces whose content changes nothing of the geometry, or whose geometry is read.
constexpr absl::string_view kUnderstood[] = {
    "http://schemas.microsoft.com/3dmanufacturing/core/2015/02",
    "http://schemas.microsoft.com/3dmanufacturing/material/2015/02",
    "http://schemas.microsoft.com/3dmanufacturing/production/2015/06",
    "http://schemas.microsoft.com/3dmanufacturing/slice/2015/07",
};

constexpr absl::string_view kSecureContent = "http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04";

std::string Shown(absl::string_view text) { return absl::StrCat("\"", absl::CHexEscape(text.substr(0, 60)), "\""); }

bool ParsePlacement(absl::string_view text, Placement* placement) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  if (words.size() != 12) return false;
  for (size_t i = 0; i < 12; ++i) {
    if (!ParseTextNumber(words[i], &placement->m[i]) || !std::isfinite(placement->m[i])) return false;
  }
  return true;
}

}  // namespace

Placement Placement::After(const Placement& first) const {
  Placement both;
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < 3; ++column) {
      double sum = row == 3 ? m[9 + column] : 0;
      for (int k = 0; k < 3; ++k) sum += first.m[row * 3 + k] * m[k * 3 + column];
      both.m[row * 3 + column] = sum;
    }
  }
  return both;
}

bool Placement::mirrors() const {
  return Dot(Vec3{m[0], m[1], m[2]}, Cross(Vec3{m[3], m[4], m[5]}, Vec3{m[6], m[7], m[8]})) < 0;
}

bool ModelParser::Feed(absl::string_view bytes) {
  if (carry_.empty()) return FeedAll(bytes);
  std::string whole = std::exchange(carry_, {});
  whole.append(bytes.data(), bytes.size());
  return FeedAll(whole);
}

bool ModelParser::FeedAll(absl::string_view bytes) {
  constexpr absl::string_view kVertices = "<vertices>", kTriangles = "<triangles>";
  while (!bytes.empty()) {
    if (lane_ != Lane::kNone) {
      const FastRead read = TakeOne(bytes);
      if (read == FastRead::kOther) lane_ = Lane::kNone;
      if (read != FastRead::kIncomplete) continue;
      carry_ = std::string(bytes);
      return true;
    }
    const size_t vertices = bytes.find(kVertices), triangles = bytes.find(kTriangles);
    if (vertices == bytes.npos && triangles == bytes.npos) return xml_.Feed(bytes);
    const size_t end = vertices < triangles ? vertices + kVertices.size() : triangles + kTriangles.size();
    if (!xml_.Feed(bytes.substr(0, end))) return false;
    bytes.remove_prefix(end);
    // Only if the parser has just reported that very tag: the words may stand in a comment.
    if (opened_ == (vertices < triangles ? Lane::kVertices : Lane::kTriangles)) lane_ = opened_;
  }
  return true;
}

FastRead ModelParser::TakeOne(absl::string_view& bytes) {
  int64_t lines = 0;
  FastRead read = FastRead::kOther;
  if (lane_ == Lane::kVertices) {
    Vec3 vertex;
    read = TakeVertex(bytes, &vertex, &lines);
    if (read == FastRead::kDone) object_->vertices.push_back(vertex);
  } else {
    std::array<uint32_t, 3> triangle;
    read = TakeTriangle(bytes, &triangle, &lines);
    if (read == FastRead::kDone) object_->triangles.push_back(triangle);
  }
  xml_.AddLines(lines);
  return read;
}

void ModelParser::OnNamespace(absl::string_view prefix, absl::string_view uri) {
  namespaces_[std::string(prefix)] = std::string(uri);
}

void ModelParser::OnStart(absl::string_view name, const XmlAttributes& attributes) {
  opened_ = Lane::kNone;
  if (in_mesh_) {
    if (name == "vertices") opened_ = Lane::kVertices;
    if (name == "triangles") opened_ = Lane::kTriangles;
    if (name == "vertex") return AddVertex(attributes);
    if (name == "triangle") return AddTriangle(attributes);
    return;
  }
  if (name == "model" && !has_model_) {
    StartModel(attributes);
  } else if (!has_model_) {
    xml_.Fail(Rule::kMeshSyntax, absl::StrCat("the root element is ", Shown(name), ", not \"model\""));
  } else if (name == "object" && !in_build_) {
    StartObject(attributes);
  } else if (name == "mesh" && object_ != nullptr) {
    in_mesh_ = true;
  } else if (name == "component" && object_ != nullptr) {
    AddUse(attributes, object_->components);
  } else if (name == "build") {
    in_build_ = true;
  } else if (name == "item" && in_build_) {
    AddUse(attributes, model_.build);
  }
}

void ModelParser::OnForeign(absl::string_view uri, absl::string_view name) {
  opened_ = Lane::kNone;
  // What has a shape, whether or not the writer says that one must read it.
  constexpr absl::string_view kShapes[] = {"beamlattice", "displacementmesh", "booleanshape", "levelset"};
  if (std::find(std::begin(kShapes), std::end(kShapes), name) == std::end(kShapes)) return;
  NotRead(absl::StrCat("the extension ", Shown(uri)));
}

void ModelParser::OnEnd(absl::string_view name) {
  opened_ = Lane::kNone;
  if (name == "mesh") in_mesh_ = false;
  if (name == "build") in_build_ = false;
  // An object that wrongly stands in a mesh ends nothing: the mesh still belongs to the outer one.
  if (name != "object" || object_ == nullptr || in_mesh_) return;
  // Triangles may name any vertex of their mesh, and all of them are known only now.
  const auto count = static_cast<uint32_t>(std::min<size_t>(object_->vertices.size(), UINT32_MAX));
  model_.out_of_range += static_cast<int64_t>(std::erase_if(
      object_->triangles, [count](const auto& t) { return t[0] >= count || t[1] >= count || t[2] >= count; }));
  object_ = nullptr;
}

void ModelParser::StartModel(const XmlAttributes& attributes) {
  has_model_ = true;
  const absl::string_view unit = attributes.Get("unit");
  bool known = unit.empty();
  for (const Unit& u : kUnits) {
    if (u.name != unit) continue;
    model_.millimetres_per_unit = u.millimetres;
    known = true;
  }
  if (!known) return xml_.Fail(Rule::kMeshSyntax, absl::StrCat("the unit ", Shown(unit), " is none of 3MF"));
  for (const absl::string_view prefix :
       absl::StrSplit(attributes.Get("requiredextensions"), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty())) {
    const auto found = namespaces_.find(std::string(prefix));
    const std::string uri = found == namespaces_.end() ? std::string(prefix) : found->second;
    if (uri == kSecureContent) return xml_.Fail(Rule::kMeshEncrypted, "parts of the model are encrypted");
    if (std::find(std::begin(kUnderstood), std::end(kUnderstood), uri) == std::end(kUnderstood)) {
      NotRead(absl::StrCat("the extension ", Shown(uri)));
    }
  }
}

void ModelParser::StartObject(const XmlAttributes& attributes) {
  int64_t id = 0;
  if (!Index(attributes, "id", &id)) return;
  if (model_.objects.size() >= kMaxObjects) {
    return xml_.Fail(Rule::kMeshPackageLimit, absl::StrCat("more than ", kMaxObjects, " objects"));
  }
  const auto [at, added] = model_.objects.emplace(id, ModelObject{});
  if (!added) return xml_.Fail(Rule::kMeshSyntax, absl::StrCat("two objects have the id ", id));
  object_ = &at->second;
  const absl::string_view name = attributes.Get("name"), type = attributes.Get("type");
  object_->name = std::string(name.substr(0, 255));
  object_->is_support = type == "support" || type == "solidsupport" || type == "other";
  if (attributes.GetQualified("meshresolution") == "lowres") {
    NotRead(absl::StrCat("the slices of object ", id, ", whose mesh is of low resolution"));
  }
}

void ModelParser::NotRead(std::string what) {
  constexpr size_t kMost = 20;
  const bool known = std::find(model_.not_read.begin(), model_.not_read.end(), what) != model_.not_read.end();
  if (!known && model_.not_read.size() < kMost) model_.not_read.push_back(std::move(what));
}

bool ModelParser::Number(const XmlAttributes& attributes, const char* name, double* value) {
  const absl::string_view text = absl::StripAsciiWhitespace(attributes.Get(name));
  if (ParseTextNumber(text, value)) return true;
  const bool comma = text.find(',') != text.npos;
  xml_.Fail(comma ? Rule::kMeshDecimalComma : Rule::kMeshSyntax,
            absl::StrCat("the attribute ", name, " is ", Shown(text), ", which is not a number"));
  return false;
}

bool ModelParser::Index(const XmlAttributes& attributes, const char* name, int64_t* value) {
  const absl::string_view text = absl::StripAsciiWhitespace(attributes.Get(name));
  const auto result = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (!text.empty() && result.ec == std::errc() && result.ptr == text.data() + text.size() && *value >= 0) return true;
  xml_.Fail(Rule::kMeshSyntax, absl::StrCat("the attribute ", name, " is ", Shown(text), ", which is not an index"));
  return false;
}

void ModelParser::AddVertex(const XmlAttributes& attributes) {
  Vec3 v;
  if (!Number(attributes, "x", &v.x) || !Number(attributes, "y", &v.y) || !Number(attributes, "z", &v.z)) return;
  object_->vertices.push_back(v);
}

void ModelParser::AddTriangle(const XmlAttributes& attributes) {
  int64_t corner[3];
  if (!Index(attributes, "v1", &corner[0]) || !Index(attributes, "v2", &corner[1]) ||
      !Index(attributes, "v3", &corner[2])) {
    return;
  }
  std::array<uint32_t, 3> triangle;
  for (int i = 0; i < 3; ++i) triangle[i] = static_cast<uint32_t>(std::min<int64_t>(corner[i], UINT32_MAX));
  object_->triangles.push_back(triangle);
}

void ModelParser::AddUse(const XmlAttributes& attributes, std::vector<ObjectUse>& uses) {
  ObjectUse use;
  if (!Index(attributes, "objectid", &use.object)) return;
  if (++uses_ > kMaxUses) {
    return xml_.Fail(Rule::kMeshPackageLimit, absl::StrCat("more than ", kMaxUses, " components and build items"));
  }
  use.path = std::string(attributes.GetQualified("path"));
  const absl::string_view transform = attributes.Get("transform");
  if (transform.data() != nullptr && !ParsePlacement(transform, &use.placement)) {
    return xml_.Fail(Rule::kMeshSyntax, absl::StrCat("the transform ", Shown(transform), " is not twelve numbers"));
  }
  uses.push_back(std::move(use));
}

bool ModelParser::Finish() {
  lane_ = Lane::kNone;
  if (!carry_.empty() && !Feed({})) return false;
  if (!xml_.Finish()) return false;
  return has_model_;
}

}  // namespace millwright::files
