#include "services/files/domain/drawing/drawing_analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/files/domain/drawing/contours.h"
#include "services/files/domain/drawing/dxf_text.h"

namespace millwright::files {
namespace {

constexpr size_t kMaxNames = 100;

std::vector<std::string> Folded(std::vector<std::string> words) {
  for (std::string& word : words) word = FoldedDxfName(word);
  return words;
}

bool HoldsOneOf(const std::string& folded, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& w) { return absl::StrContains(folded, w); });
}

// Equal for curves that are drawn over each other, in either direction.
using Shape = std::array<int64_t, 8>;

Shape ShapeOf(const Curve& curve, double grid) {
  auto whole = [grid](double value) { return std::llround(std::clamp(value / grid, -9e18, 9e18)); };
  const auto* arc = std::get_if<EllipticArc>(&curve);
  const double length = LengthOf(curve);
  if (arc != nullptr && arc->end - arc->begin > 6.283185307) {  // a whole ellipse, wherever it begins
    return {1,
            whole(arc->centre.x),
            whole(arc->centre.y),
            whole(std::hypot(arc->a.x, arc->b.x)),
            whole(std::hypot(arc->a.y, arc->b.y)),
            whole(length),
            0,
            0};
  }
  Vec2 from = StartOf(curve), to = EndOf(curve), middle = (from + to) * 0.5;
  if (arc != nullptr) middle = arc->At((arc->begin + arc->end) / 2);
  if (const auto* spline = std::get_if<Spline>(&curve)) middle = spline->At((spline->begin() + spline->end()) / 2);
  std::array<int64_t, 2> a{whole(from.x), whole(from.y)}, b{whole(to.x), whole(to.y)};
  if (b < a) std::swap(a, b);
  return {
      static_cast<int64_t>(curve.index() + 2), a[0], a[1], b[0], b[1], whole(middle.x), whole(middle.y), whole(length)};
}

class Analysis {
 public:
  Analysis(const LayerNames& names, DrawingReport& report, FindingList& findings)
      : names_(names), report_(report), findings_(findings), drawing_(report.drawing) {}

  void Run() {
    SortByLayer();
    MarkDuplicates();
    Trace();
    Measure();
    Judge();
  }

 private:
  double mm() const { return report_.unit_mm.value_or(1); }

  void SortByLayer() {
    std::vector<CurveUse> of_layer;
    const LayerNames names{Folded(names_.bend), Folded(names_.construction), Folded(names_.engrave)};
    for (const std::string& layer : drawing_.layers) {
      const std::string folded = FoldedDxfName(layer);
      const CurveUse use = HoldsOneOf(folded, names.bend)           ? CurveUse::kBend
                           : HoldsOneOf(folded, names.construction) ? CurveUse::kConstruction
                           : HoldsOneOf(folded, names.engrave)      ? CurveUse::kEngrave
                                                                    : CurveUse::kCutClosed;
      of_layer.push_back(use);
      if (use == CurveUse::kConstruction) {
        left_out_.push_back(layer);
        continue;
      }
      std::vector<std::string>& list = use == CurveUse::kBend      ? report_.bend_layers
                                       : use == CurveUse::kEngrave ? report_.engrave_layers
                                                                   : report_.cut_layers;
      if (list.size() < kMaxNames) list.push_back(layer);
    }
    for (const DrawnCurve& curve : drawing_.curves) report_.uses.push_back(of_layer[curve.layer]);
  }

  void MarkDuplicates() {
    std::vector<std::pair<Shape, uint32_t>> shapes;
    const double grid = 1e-6 / mm();  // a nanometre
    for (uint32_t i = 0; i < drawing_.curves.size(); ++i) {
      if (report_.uses[i] == CurveUse::kConstruction) continue;
      Shape shape = ShapeOf(drawing_.curves[i].curve, grid);
      // What is bent or engraved does not hide a cut.
      shape[0] = shape[0] * 8 + static_cast<int64_t>(report_.uses[i]);
      shapes.push_back({shape, i});
    }
    std::sort(shapes.begin(), shapes.end());
    for (size_t i = 1; i < shapes.size(); ++i) {
      if (shapes[i].first != shapes[i - 1].first) continue;
      report_.uses[shapes[i].second] = CurveUse::kDuplicate;
      ++report_.duplicates;
    }
  }

  void Trace() {
    std::vector<uint32_t> cut;
    std::vector<std::pair<Vec2, Vec2>> ends;
    for (uint32_t i = 0; i < drawing_.curves.size(); ++i) {
      const Curve& curve = drawing_.curves[i].curve;
      if (report_.uses[i] != CurveUse::kCutClosed || LengthOf(curve) == 0) continue;
      cut.push_back(i);
      ends.push_back({StartOf(curve), EndOf(curve)});
    }
    const Contours contours = FindContours(ends, kJoinMm / mm());
    for (const bool open : contours.open) ++(open ? report_.open_contours : report_.closed_contours);
    for (size_t i = 0; i < cut.size(); ++i) {
      if (!contours.open[contours.of[i]]) continue;
      report_.uses[cut[i]] = CurveUse::kCutOpen;
      if (!first_open_.has_value()) first_open_ = ends[i].first;
    }
  }

  struct Bounds {
    double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;
    void Add(const Vec2& p) {
      min_x = std::min(min_x, p.x);
      min_y = std::min(min_y, p.y);
      max_x = std::max(max_x, p.x);
      max_y = std::max(max_y, p.y);
    }
  };

  void Measure() {
    Bounds all, cut;
    std::set<uint32_t> bends, engraved;
    for (uint32_t i = 0; i < drawing_.curves.size(); ++i) {
      const Curve& curve = drawing_.curves[i].curve;
      const CurveUse use = report_.uses[i];
      const bool is_cut = use == CurveUse::kCutClosed || use == CurveUse::kCutOpen;
      if (is_cut) report_.cut_length += LengthOf(curve);
      if (use == CurveUse::kBend) {
        report_.bend_length += LengthOf(curve);
        bends.insert(drawing_.curves[i].entity);
      }
      if (use == CurveUse::kEngrave) {
        report_.engrave_length += LengthOf(curve);
        engraved.insert(drawing_.curves[i].entity);
      }
      AddBounds(curve, all);
      if (is_cut) AddBounds(curve, cut);
    }
    report_.bend_lines = static_cast<int64_t>(bends.size());
    report_.engraved_lines = static_cast<int64_t>(engraved.size());
    if (drawing_.curves.empty()) return;
    report_.min_x = all.min_x;
    report_.min_y = all.min_y;
    report_.max_x = all.max_x;
    report_.max_y = all.max_y;
    if (cut.max_x < cut.min_x) return;
    report_.cut_width = cut.max_x - cut.min_x;
    report_.cut_height = cut.max_y - cut.min_y;
  }

  // Exact for segments and arcs; of splines the chords.
  static void AddBounds(const Curve& curve, Bounds& bounds) {
    bounds.Add(StartOf(curve));
    bounds.Add(EndOf(curve));
    if (const auto* arc = std::get_if<EllipticArc>(&curve)) {
      constexpr double kPi = 3.14159265358979323846;
      for (const double extreme : {std::atan2(arc->b.x, arc->a.x), std::atan2(arc->b.y, arc->a.y)}) {
        double t = extreme + std::ceil((arc->begin - extreme) / kPi) * kPi;
        for (; t <= arc->end; t += kPi) bounds.Add(arc->At(t));
      }
    } else if (std::holds_alternative<Spline>(curve)) {
      for (const Vec2& p : Chords(curve, 0)) bounds.Add(p);
    }
  }

  void Judge() {
    auto say = [&](Rule rule, std::string message, int64_t measured) {
      findings_.Add(rule, {}, std::move(message), absl::StrCat(measured));
    };
    if (report_.pierces() == 0) say(Rule::kDrawingNothingToCut, "The drawing has no line that is to be cut.", 0);
    if (report_.open_contours > 0) {
      say(Rule::kDrawingOpenContour,
          absl::StrCat(report_.open_contours, " contours are not closed; one begins at ", first_open_->x, ", ",
                       first_open_->y, "."),
          report_.open_contours);
    }
    if (report_.duplicates > 0) {
      say(Rule::kDrawingDuplicates, absl::StrCat(report_.duplicates, " lines are drawn twice and cut once."),
          report_.duplicates);
    }
    for (const std::string& layer : drawing_.hidden_layers) left_out_.push_back(layer);
    if (!left_out_.empty()) {
      const auto count = static_cast<int64_t>(left_out_.size());
      left_out_.resize(std::min(left_out_.size(), size_t{20}));
      say(Rule::kDrawingLayersLeftOut,
          absl::StrCat(count, " layers are not cut (construction, frozen or off): ", absl::StrJoin(left_out_, ", "),
                       "."),
          count);
    }
    if (!report_.unit_mm.has_value()) {
      findings_.Add(Rule::kDrawingUnitNotStated, {},
                    "The drawing states no unit ($INSUNITS), and neither did the uploader.");
    }
  }

  const LayerNames& names_;
  DrawingReport& report_;
  FindingList& findings_;
  const Drawing& drawing_;
  std::vector<std::string> left_out_;
  std::optional<Vec2> first_open_;
};

void SettleUnit(double stated_mm, DrawingReport& report, FindingList& findings) {
  const std::optional<double>& own = report.drawing.unit_mm;
  report.unit_is_own = own.has_value();
  if (own.has_value()) report.unit_mm = own;
  if (!own.has_value() && stated_mm != 0) report.unit_mm = stated_mm;
  if (own.has_value() && stated_mm != 0 && std::abs(*own / stated_mm - 1) > 1e-9) {
    findings.Add(Rule::kDrawingUnitDiffers, {},
                 absl::StrCat("The drawing says that its unit is ", *own, " mm, the uploader that it is ", stated_mm,
                              " mm; the drawing was believed."),
                 absl::StrCat(*own, " mm"), absl::StrCat(stated_mm, " mm"));
  }
}

bool Round(double value, int64_t* rounded) {
  if (!(std::abs(value) < 9.2e18)) return false;
  *rounded = std::llround(value);
  return true;
}

}  // namespace

std::optional<QuantisedDrawing> DrawingReport::Quantise() const {
  if (!unit_mm.has_value()) return std::nullopt;
  const double um = *unit_mm * 1000;
  QuantisedDrawing result;
  const bool fits = Round(cut_width * um, &result.width_um) && Round(cut_height * um, &result.height_um) &&
                    Round(cut_length * um, &result.cut_length_um) &&
                    Round(bend_length * um, &result.bend_length_um) &&
                    Round(engrave_length * um, &result.engrave_length_um);
  if (!fits) return std::nullopt;
  return result;
}

bool AnalyseDrawing(const RandomAccess& file, const std::string& name, double stated_mm, const LayerNames& names,
                    DrawingReport& report) {
  constexpr size_t kPieceBytes = 256 * 1024;
  std::vector<char> buffer(kPieceBytes);
  FindingList findings;
  DxfReader reader;
  int64_t at = 0, n = 0;
  while ((n = file.Read(at, buffer.size(), buffer.data())) > 0) {
    reader.Feed({buffer.data(), static_cast<size_t>(n)}, findings);
    at += n;
  }
  if (n < 0) return false;
  report.drawing = reader.Finish(findings);
  SettleUnit(stated_mm, report, findings);
  Analysis(names, report, findings).Run();
  report.findings = std::move(findings).Take();
  for (Finding& finding : report.findings) finding.place.file = name;
  return true;
}

}  // namespace millwright::files
