// Reads ASCII DXF, R12 to R2018: LINE, ARC, CIRCLE, ELLIPSE, LWPOLYLINE, POLYLINE with bulges, SPLINE, and INSERT with
// scale, rotation, arrays, mirrored and nested. file-rules, section 6; group codes as in Autodesk's DXF reference.
//
// Texts, dimensions, points and hatches are ignored and counted. Geometry that can't be read (3D, solids, regions,
// proxies, splines without control points) is named with its handle. Layers that are frozen or off, paper space and
// invisible entities are left out. Entities on layer 0 of a block are on the layer of its INSERT.
//
//   DxfReader reader;
//   for (each piece) reader.Feed(piece, findings);
//   Drawing drawing = reader.Finish(findings);
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_READER_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/files/domain/drawing/curve.h"
#include "services/files/domain/drawing/dxf_tokens.h"

namespace millwright::files {

struct DrawnCurve {
  Curve curve;
  uint32_t layer = 0;   // in Drawing::layers
  uint32_t entity = 0;  // curves of one entity share it: a polyline is one line for a bend
};

struct Drawing {
  std::optional<double> unit_mm = std::nullopt;  // millimetres per unit, by $INSUNITS
  std::vector<DrawnCurve> curves = {};           // of visible layers
  std::vector<std::string> layers = {};
  std::vector<std::string> hidden_layers = {};  // frozen or off, with something on them
};

class DxfReader {
 public:
  static constexpr size_t kMaxCurves = 300'000;   // after blocks are expanded
  static constexpr size_t kMaxInstances = 100'000;  // INSERTs, arrays counted element by element
  static constexpr int kMaxNesting = 16;            // INSERTs within blocks
  static constexpr size_t kMaxCodes = 1'000'000;    // group codes of one entity
  static constexpr size_t kMaxLayers = 10'000;
  static constexpr int kMaxSplineDegree = 11;
  static constexpr size_t kMaxSplinePoints = 10'000;

  DxfReader() : tokens_([this](int code, absl::string_view value) { return Take(code, value); }) {}
  void Feed(absl::string_view bytes, FindingList& findings);
  // Once, after the last byte.
  Drawing Finish(FindingList& findings);

 private:
  struct Entity {
    std::string type, handle, layer = "0";
    bool paper = false;
    std::vector<std::pair<int, double>> numbers;  // 10 to 59, 70 to 79, 210 to 239, in file order
    std::string name;                             // code 2
    double Get(int code, double otherwise = 0) const;
  };
  struct Insert {
    std::string block, layer;
    Affine placement;
    int columns = 1, rows = 1;
    Vec2 column_step, row_step;
  };
  struct Shape {
    std::string layer;
    std::vector<Curve> curves;
  };
  struct Item {
    std::optional<Shape> shape;
    std::optional<Insert> insert;
  };
  struct Block {
    Vec2 base;
    bool external = false;  // its content is in another file
    std::vector<Item> items;
  };
  enum class Section { kNone, kHeader, kTables, kBlocks, kEntities, kOther };

  enum class Hidden : uint8_t { kNo, kOff, kFrozen };

  std::string Name(absl::string_view value, size_t most) const;
  bool Take(int code, absl::string_view value);
  bool EndEntity();
  bool BeginSection(absl::string_view name);
  void Header(int code, absl::string_view value);
  void EndTableEntry();
  bool BlockOrEntity();
  void Geometry();
  void Polyline();
  void EndOldPolyline();
  void Line();
  void Arc(bool circle);
  void Ellipse();
  void SplineEntity();
  void InsertEntity();
  void AddShape(std::vector<Curve> curves);
  void NotRead(absl::string_view why);
  bool Mirrored() const;  // extrusion along -z: x runs the other way
  bool IsFlat() const;
  void Expand(const std::vector<Item>& items, const Affine& placement, const std::string& layer, int nesting);
  void Place(const Insert& insert, const Affine& outer, const std::string& layer, int nesting);
  uint32_t LayerNumber(const std::string& name);
  bool Fail(Rule rule, std::string message);

  DxfTokens tokens_;
  FindingList* findings_ = nullptr;  // during Feed and Finish
  Section section_ = Section::kNone;
  bool failed_ = false, ended_ = false, begun_ = false;
  std::string variable_;   // of the header
  std::string code_page_;  // $DWGCODEPAGE
  Entity entity_;
  Entity old_polyline_;  // R12: its VERTEX entities follow
  std::vector<std::array<double, 3>> old_vertices_;
  bool in_old_polyline_ = false;
  std::map<std::string, Hidden> hidden_;  // layers, by folded name
  std::map<std::string, Block> blocks_;
  Block* block_ = nullptr;
  std::vector<Item> model_;
  size_t curves_read_ = 0, instances_ = 0;
  std::map<std::string, int64_t> ignored_;
  int64_t insert_units_ = 0;
  Drawing drawing_;
  std::map<std::string, uint32_t> layer_numbers_;
  std::map<std::string, bool> hidden_seen_;
  uint32_t entities_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_READER_H_
