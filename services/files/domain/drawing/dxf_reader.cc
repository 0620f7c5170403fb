// The frame of a DXF: sections, layers, blocks, and which entity goes where. Its entities are in dxf_entities.cc.
#include "services/files/domain/drawing/dxf_reader.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/files/domain/drawing/dxf_text.h"
#include "services/files/domain/mesh/text_number.h"

namespace millwright::files {
namespace {

struct InsertUnit {
  int code;
  double millimetres;
};
// $INSUNITS; 0 and codes that nobody has defined state nothing.
constexpr double kSurveyFoot = 1200000.0 / 3937;
constexpr InsertUnit kUnits[] = {
    {1, 25.4},           {2, 304.8},           {3, 1609344},         {4, 1},
    {5, 10},             {6, 1000},            {7, 1e6},             {8, 25.4e-6},
    {9, 0.0254},         {10, 914.4},          {11, 1e-7},           {12, 1e-6},
    {13, 0.001},         {14, 100},            {15, 1e4},            {16, 1e5},
    {17, 1e12},          {18, 149597870700e3}, {19, 9460730472580800e3}, {20, 30856775814913673e3},
    {21, kSurveyFoot},   {22, kSurveyFoot / 12}, {23, kSurveyFoot * 3}, {24, kSurveyFoot * 5280}};

bool IsNumber(int code) {
  return (code >= 10 && code <= 59) || (code >= 70 && code <= 79) || (code >= 210 && code <= 239);
}

}  // namespace

bool DxfReader::Fail(Rule rule, std::string message) {
  if (!failed_) findings_->Add(rule, {.element = absl::StrCat("line ", tokens_.line())}, std::move(message));
  failed_ = true;
  return false;
}

void DxfReader::Feed(absl::string_view bytes, FindingList& findings) {
  findings_ = &findings;
  if (!failed_ && !ended_ && !tokens_.Feed(bytes, findings) && !ended_) failed_ = true;
}

// At most `most` bytes of the value, as UTF-8.
std::string DxfReader::Name(absl::string_view value, size_t most) const {
  return DxfText(absl::StripAsciiWhitespace(value).substr(0, most), code_page_);
}

bool DxfReader::Take(int code, absl::string_view value) {
  if (code == 0) {
    if (begun_ && !EndEntity()) return false;
    begun_ = true;
    entity_ = {};
    entity_.type = Name(value, 64);
    if (entity_.type == "SECTION") section_ = Section::kNone;
    ended_ = entity_.type == "EOF";
    return !ended_;
  }
  if (code == 999) return true;  // comment
  if (!begun_) return Fail(Rule::kDrawingSyntax, "The file does not begin with a section.");
  // The first name only: variables of the header, such as $DIMSTYLE, have that code as well.
  if (code == 2 && entity_.type == "SECTION" && section_ == Section::kNone) return BeginSection(absl::StripAsciiWhitespace(value));
  if (section_ == Section::kHeader) {
    Header(code, value);
    return !failed_;
  }
  if (code == 2) entity_.name = Name(value, 255);
  if (code == 5) entity_.handle = Name(value, 32);
  if (code == 8) entity_.layer = Name(value, 255);
  double number = 0;
  if (!IsNumber(code) && code != 60 && code != 62 && code != 67) return true;
  if (!ParseTextNumber(absl::StripAsciiWhitespace(value), &number)) {
    return Fail(Rule::kDrawingSyntax, absl::StrCat("Line ", tokens_.line(), ": \"",
                                                   absl::CHexEscape(value.substr(0, 40)), "\" is not a number."));
  }
  if (code == 67) entity_.paper = number != 0;
  entity_.numbers.push_back({code, number});
  if (entity_.numbers.size() <= kMaxCodes) return true;
  return Fail(Rule::kDrawingLimit, absl::StrCat("An entity has more than ", kMaxCodes, " numbers."));
}

void DxfReader::Header(int code, absl::string_view value) {
  if (code == 9) variable_ = std::string(absl::StripAsciiWhitespace(value).substr(0, 64));
  if (code == 3 && variable_ == "$DWGCODEPAGE") code_page_ = std::string(absl::StripAsciiWhitespace(value).substr(0, 64));
  if (code == 70 && variable_ == "$INSUNITS" && !absl::SimpleAtoi(absl::StripAsciiWhitespace(value), &insert_units_)) {
    Fail(Rule::kDrawingSyntax, "$INSUNITS is not a number.");
  }
}

bool DxfReader::BeginSection(absl::string_view name) {
  section_ = name == "HEADER"     ? Section::kHeader
             : name == "TABLES"   ? Section::kTables
             : name == "BLOCKS"   ? Section::kBlocks
             : name == "ENTITIES" ? Section::kEntities
                                  : Section::kOther;
  return true;
}

// `entity_` is complete.
bool DxfReader::EndEntity() {
  if (entity_.type == "ENDSEC") {
    if (in_old_polyline_) EndOldPolyline();
    section_ = Section::kNone;
  } else if (entity_.type == "SECTION") {
    return !failed_;
  } else if (section_ == Section::kTables) {
    EndTableEntry();
  } else if (section_ == Section::kBlocks || section_ == Section::kEntities) {
    return BlockOrEntity();
  }
  return !failed_;
}

void DxfReader::EndTableEntry() {
  if (entity_.type != "LAYER") return;
  if (hidden_.size() >= kMaxLayers) {
    Fail(Rule::kDrawingLimit, absl::StrCat("The drawing has more than ", kMaxLayers, " layers."));
    return;
  }
  const bool frozen = (static_cast<int64_t>(std::clamp(entity_.Get(70), 0.0, 1e9)) & 1) != 0, off = entity_.Get(62) < 0;
  hidden_[FoldedDxfName(entity_.name)] = frozen ? Hidden::kFrozen : off ? Hidden::kOff : Hidden::kNo;
}

double DxfReader::Entity::Get(int code, double otherwise) const {
  for (const auto& [known, value] : numbers) {
    if (known == code) return value;
  }
  return otherwise;
}

bool DxfReader::BlockOrEntity() {
  const std::string& type = entity_.type;
  if (section_ == Section::kBlocks && type == "BLOCK") {
    if (blocks_.size() >= kMaxInstances) return Fail(Rule::kDrawingLimit, "The drawing has too many blocks.");
    block_ = &blocks_[FoldedDxfName(entity_.name)];
    constexpr int64_t kExternal = 4 | 8;  // a reference to another drawing, or an overlay of one
    block_->external = (static_cast<int64_t>(std::clamp(entity_.Get(70), 0.0, 1e9)) & kExternal) != 0;
    block_->base = {entity_.Get(10), entity_.Get(20)};
  } else if (section_ == Section::kBlocks && type == "ENDBLK") {
    block_ = nullptr;
  } else if (section_ == Section::kEntities || block_ != nullptr) {
    Geometry();
  }
  return !failed_;
}

void DxfReader::AddShape(std::vector<Curve> curves) {
  for (const Curve& curve : curves) {
    const Vec2 from = StartOf(curve), to = EndOf(curve);
    const bool finite = std::isfinite(from.x) && std::isfinite(from.y) && std::isfinite(to.x) && std::isfinite(to.y) &&
                        std::isfinite(LengthOf(curve));
    if (!finite) return NotRead("it has coordinates that are no numbers, or too large");
  }
  curves_read_ += curves.size();
  if (curves_read_ > kMaxCurves) {
    Fail(Rule::kDrawingLimit, absl::StrCat("The drawing has more than ", kMaxCurves, " curves."));
    return;
  }
  Item item;
  item.shape = Shape{entity_.layer, std::move(curves)};
  (block_ != nullptr ? block_->items : model_).push_back(std::move(item));
}

void DxfReader::NotRead(absl::string_view why) {
  findings_->Add(Rule::kDrawingNotRead, {.element = absl::StrCat("handle ", entity_.handle)},
                 absl::StrCat("The ", absl::CHexEscape(entity_.type), " with handle ",
                              entity_.handle.empty() ? "(none)" : absl::CHexEscape(entity_.handle), " on layer ",
                              absl::CHexEscape(entity_.layer.substr(0, 60)), " can't be read: ", why, "."));
}

uint32_t DxfReader::LayerNumber(const std::string& name) {
  const auto [at, added] = layer_numbers_.emplace(name, static_cast<uint32_t>(drawing_.layers.size()));
  if (added) drawing_.layers.push_back(name);
  return at->second;
}

void DxfReader::Expand(const std::vector<Item>& items, const Affine& placement, const std::string& layer, int nesting) {
  for (const Item& item : items) {
    if (failed_) return;
    const std::string& own = item.shape.has_value() ? item.shape->layer : item.insert->layer;
    const std::string& on = own == "0" && nesting > 0 ? layer : own;
    const auto known = hidden_.find(FoldedDxfName(on));
    const Hidden hidden = known == hidden_.end() ? Hidden::kNo : known->second;
    // Of a block on a layer that is off, what is on other layers stays visible; a frozen one is gone as a whole.
    if (hidden == Hidden::kFrozen || (hidden == Hidden::kOff && !item.insert.has_value())) {
      if (hidden_seen_.emplace(on, true).second) drawing_.hidden_layers.push_back(on);
      continue;
    }
    if (item.insert.has_value()) {
      Place(*item.insert, placement, on, nesting + 1);
      continue;
    }
    if (drawing_.curves.size() + item.shape->curves.size() > kMaxCurves) {
      Fail(Rule::kDrawingLimit, absl::StrCat("The blocks come to more than ", kMaxCurves, " curves."));
      return;
    }
    const uint32_t number = LayerNumber(on);
    for (const Curve& curve : item.shape->curves)
      drawing_.curves.push_back({Moved(curve, placement), number, entities_});
    ++entities_;
  }
}

void DxfReader::Place(const Insert& insert, const Affine& outer, const std::string& layer, int nesting) {
  const auto found = blocks_.find(FoldedDxfName(insert.block));
  if (found == blocks_.end() || found->second.external) {
    const std::string name = absl::CHexEscape(insert.block);
    findings_->Add(Rule::kDrawingBlockMissing, {.element = name},
                   found == blocks_.end() ? absl::StrCat("The block \"", name, "\" is used but not in the file.")
                                          : absl::StrCat("The block \"", name, "\" refers to another drawing."));
    return;
  }
  if (nesting > kMaxNesting) {
    Fail(Rule::kDrawingLimit,
         absl::StrCat("Blocks are nested more than ", kMaxNesting, " deep; a block may contain itself."));
    return;
  }
  for (int row = 0; row < insert.rows; ++row) {
    for (int column = 0; column < insert.columns; ++column) {
      if (failed_) return;
      if (++instances_ > kMaxInstances) {
        Fail(Rule::kDrawingLimit, absl::StrCat("The drawing uses blocks more than ", kMaxInstances, " times."));
        return;
      }
      Affine placement = insert.placement;
      placement.move = placement.move + insert.column_step * column + insert.row_step * row;
      const Affine from_base{{1, 0}, {0, 1}, found->second.base * -1};
      Expand(found->second.items, outer.After(placement.After(from_base)), layer, nesting);
    }
  }
}

Drawing DxfReader::Finish(FindingList& findings) {
  findings_ = &findings;
  if (!failed_ && !ended_) tokens_.Finish(findings);
  if (!failed_ && !ended_) {
    findings.Add(Rule::kDrawingTruncated, {.element = absl::StrCat("line ", tokens_.line())},
                 absl::StrCat("The file ends in line ", tokens_.line(), " without EOF."));
  }
  for (const InsertUnit& unit : kUnits) {
    if (unit.code == insert_units_) drawing_.unit_mm = unit.millimetres;
  }
  if (!failed_) Expand(model_, Affine{}, "0", 0);
  if (!ignored_.empty()) {
    const std::string list = absl::StrJoin(ignored_, ", ", [](std::string* out, const auto& entry) {
      absl::StrAppend(out, entry.second, " ", entry.first);
    });
    findings.Add(Rule::kDrawingIgnored, {}, absl::StrCat("Ignored: ", list, "."));
  }
  return std::move(drawing_);
}

}  // namespace millwright::files
