// The entities of a DXF as curves.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/drawing/dxf_reader.h"

namespace millwright::files {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kFlat = 1e-6;  // drawing units: what a z may stray

constexpr absl::string_view kIgnored[] = {
    "TEXT",   "MTEXT",      "ATTDEF",      "ATTRIB",    "DIMENSION", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION",
    "LEADER", "MLEADER",    "MULTILEADER", "TOLERANCE", "POINT",     "HATCH",         "MPOLYGON",
    "SOLID",  "TRACE",      "WIPEOUT",     "IMAGE",     "VIEWPORT",  "XLINE",         "RAY",
    "TABLE",  "ACAD_TABLE", "OLE2FRAME",   "OLEFRAME",  "SHAPE",     "SEQEND",        "VERTEX"};

double Radians(double degrees) { return degrees * kPi / 180; }

// From `begin` counter-clockwise to `end`, at least a little and at most a whole turn.
double Sweep(double begin, double end) {
  const double turn = 2 * kPi;
  double sweep = std::fmod(end - begin, turn);
  if (sweep < 0) sweep += turn;
  return sweep < 1e-12 ? turn : sweep;
}

int64_t Flags(double value) { return static_cast<int64_t>(std::clamp(value, 0.0, 1e9)); }

// Vertices with their bulges, as one line of curves.
std::vector<Curve> Chain(const std::vector<std::array<double, 3>>& vertices, bool closed, bool mirrored) {
  std::vector<Curve> curves;
  const double turn = mirrored ? -1 : 1;
  const size_t n = vertices.size();
  for (size_t i = 0; i + (closed ? 0 : 1) < n; ++i) {
    const auto &a = vertices[i], &b = vertices[(i + 1) % n];
    const Vec2 from{a[0] * turn, a[1]}, to{b[0] * turn, b[1]};
    if (from == to) continue;
    curves.push_back(Bulge(from, to, a[2] * turn));
  }
  return curves;
}

}  // namespace

bool DxfReader::Mirrored() const { return entity_.Get(230, 1) < 0; }

// In the plane of the drawing: an extrusion along z, and no z that changes.
bool DxfReader::IsFlat() const {
  if (std::abs(entity_.Get(210)) > kFlat || std::abs(entity_.Get(220)) > kFlat) return false;
  double least = INFINITY, most = -INFINITY;
  for (const auto& [code, value] : entity_.numbers) {
    const bool z = code == 30 || (code == 31 && (entity_.type == "LINE" || entity_.type == "SPLINE"));
    if (!z) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  return !(most - least > kFlat);
}

void DxfReader::Geometry() {
  const std::string& type = entity_.type;
  if (in_old_polyline_) {
    if (type == "VERTEX") {
      const int64_t flags = Flags(entity_.Get(70));
      const bool frame_of_spline = (flags & 16) != 0;
      if (!frame_of_spline) old_vertices_.push_back({entity_.Get(10), entity_.Get(20), entity_.Get(42)});
      if (old_vertices_.size() > kMaxCodes) Fail(Rule::kDrawingLimit, "A polyline has too many vertices.");
      return;
    }
    EndOldPolyline();
    if (type == "SEQEND") return;
  }
  if (entity_.paper) {
    ++ignored_["entity of paper space"];
    return;
  }
  if (entity_.Get(60) != 0) {
    ++ignored_["invisible entity"];
    return;
  }
  if (std::find(std::begin(kIgnored), std::end(kIgnored), type) != std::end(kIgnored)) {
    if (type != "SEQEND" && type != "VERTEX") ++ignored_[type];
    return;
  }
  if (!IsFlat()) return NotRead("it does not lie in the plane of the drawing");
  if (type == "LINE") return Line();
  if (type == "ARC" || type == "CIRCLE") return Arc(type == "CIRCLE");
  if (type == "ELLIPSE") return Ellipse();
  if (type == "LWPOLYLINE") return Polyline();
  if (type == "SPLINE") return SplineEntity();
  if (type == "INSERT") return InsertEntity();
  if (type == "POLYLINE") {
    if ((Flags(entity_.Get(70)) & (8 | 16 | 64)) != 0) return NotRead("it is a polyline or mesh in space");
    old_polyline_ = entity_;
    old_vertices_.clear();
    in_old_polyline_ = true;
    return;
  }
  NotRead("entities of this type are not read");
}

void DxfReader::EndOldPolyline() {
  in_old_polyline_ = false;
  std::swap(entity_, old_polyline_);  // layer and handle are the polyline's
  AddShape(Chain(old_vertices_, (Flags(entity_.Get(70)) & 1) != 0, Mirrored()));
  std::swap(entity_, old_polyline_);
}

void DxfReader::Line() {
  const Vec2 from{entity_.Get(10), entity_.Get(20)}, to{entity_.Get(11), entity_.Get(21)};
  AddShape({Segment{from, to}});  // in world coordinates, whatever the extrusion says
}

void DxfReader::Arc(bool circle) {
  const double r = entity_.Get(40), turn = Mirrored() ? -1 : 1;
  if (!(r > 0)) return NotRead("its radius is not above 0");
  const double begin = circle ? 0 : std::fmod(Radians(entity_.Get(50)), 2 * kPi);
  const double sweep = circle ? 2 * kPi : Sweep(begin, Radians(entity_.Get(51)));
  AddShape({EllipticArc{{entity_.Get(10) * turn, entity_.Get(20)}, {r * turn, 0}, {0, r}, begin, begin + sweep}});
}

void DxfReader::Ellipse() {
  const Vec2 major{entity_.Get(11), entity_.Get(21)};
  const double ratio = entity_.Get(40), turn = Mirrored() ? -1 : 1;
  if (!(Length(major) > 0) || !(ratio > 0)) return NotRead("an axis of it is not above 0");
  const double begin = std::fmod(entity_.Get(41), 2 * kPi), sweep = Sweep(begin, entity_.Get(42, 2 * kPi));
  AddShape({EllipticArc{
      {entity_.Get(10), entity_.Get(20)}, major, Vec2{-major.y, major.x} * (ratio * turn), begin, begin + sweep}});
}

void DxfReader::Polyline() {
  std::vector<std::array<double, 3>> vertices;
  for (const auto& [code, value] : entity_.numbers) {
    if (code == 10) vertices.push_back({value, 0, 0});
    if (vertices.empty()) continue;
    if (code == 20) vertices.back()[1] = value;
    if (code == 42) vertices.back()[2] = value;
  }
  AddShape(Chain(vertices, (Flags(entity_.Get(70)) & 1) != 0, Mirrored()));
}

void DxfReader::SplineEntity() {
  Spline spline;
  const double degree = entity_.Get(71, 3);
  for (const auto& [code, value] : entity_.numbers) {
    if (code == 40) spline.knots.push_back(value);
    if (code == 41) spline.weights.push_back(value);
    if (code == 10) spline.points.push_back({value, 0});
    if (code == 20 && !spline.points.empty()) spline.points.back().y = value;
  }
  if (!(degree >= 1 && degree <= kMaxSplineDegree)) return NotRead("its degree is not within 1 to 11");
  spline.degree = static_cast<int>(degree);
  if (spline.points.empty()) return NotRead("it has no control points");
  if (spline.points.size() > kMaxSplinePoints) return NotRead("it has more than 10,000 control points");
  const bool complete = spline.points.size() > static_cast<size_t>(spline.degree) &&
                        spline.knots.size() == spline.points.size() + static_cast<size_t>(spline.degree) + 1 &&
                        (spline.weights.empty() || spline.weights.size() == spline.points.size()) &&
                        std::is_sorted(spline.knots.begin(), spline.knots.end()) && spline.end() > spline.begin();
  if (!complete) return NotRead("its knots, weights and control points do not fit together");
  for (const double weight : spline.weights) {
    if (!(weight > 0)) return NotRead("a weight of it is not above 0");
  }
  AddShape({std::move(spline)});
}

void DxfReader::InsertEntity() {
  Insert insert;
  insert.block = entity_.name;
  insert.layer = entity_.layer;
  const double turn = Mirrored() ? -1 : 1, angle = Radians(entity_.Get(50));
  const double sx = entity_.Get(41, 1), sy = entity_.Get(42, 1);
  const Vec2 along{std::cos(angle), std::sin(angle)}, across{-along.y, along.x};
  auto in_world = [turn](const Vec2& p) { return Vec2{p.x * turn, p.y}; };
  insert.placement = {in_world(along * sx), in_world(across * sy), in_world({entity_.Get(10), entity_.Get(20)})};
  const double columns = entity_.Get(70, 1), rows = entity_.Get(71, 1);
  if (!(columns <= kMaxInstances && rows <= kMaxInstances)) {
    Fail(Rule::kDrawingLimit, absl::StrCat("An array of blocks has more than ", kMaxInstances, " columns or rows."));
    return;
  }
  insert.columns = std::max(1, static_cast<int>(columns));
  insert.rows = std::max(1, static_cast<int>(rows));
  insert.column_step = in_world(along * entity_.Get(44));
  insert.row_step = in_world(across * entity_.Get(45));
  Item item;
  item.insert = std::move(insert);
  (block_ != nullptr ? block_->items : model_).push_back(std::move(item));
  if (++curves_read_ > kMaxCurves) Fail(Rule::kDrawingLimit, "The drawing has too many entities.");
}

}  // namespace millwright::files
