#include "services/files/domain/drawing/svg.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::files {
namespace {

struct Style {
  CurveUse use;
  const char* attributes;
};
constexpr Style kStyles[] = {
    {CurveUse::kConstruction, "stroke=\"#9ca3af\" stroke-width=\"0.75\""},
    {CurveUse::kEngrave, "stroke=\"#059669\" stroke-width=\"0.75\""},
    {CurveUse::kCutClosed, "stroke=\"#1f2937\" stroke-width=\"1.5\""},
    {CurveUse::kCutOpen, "stroke=\"#dc2626\" stroke-width=\"1.5\""},
    {CurveUse::kBend, "stroke=\"#2563eb\" stroke-width=\"1.25\" stroke-dasharray=\"6 4\""},
};

}  // namespace

std::string DrawSvg(const DrawingReport& report) {
  if (report.drawing.curves.empty()) return "";
  const double width = report.max_x - report.min_x, height = report.max_y - report.min_y;
  const double larger = std::max(width, height);
  if (!(larger > 0) || !std::isfinite(larger)) return "";
  // In thousandths of the larger side, so that few digits do.
  const double scale = 1000 / larger, margin = 40;
  auto x = [&](const Vec2& p) { return (p.x - report.min_x) * scale + margin; };
  auto y = [&](const Vec2& p) { return (report.max_y - p.y) * scale + margin; };
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.2f %.2f\" fill=\"none\" stroke-linecap=\"round\" "
      "stroke-linejoin=\"round\">\n",
      width * scale + 2 * margin, height * scale + 2 * margin);
  for (const Style& style : kStyles) {
    std::string path;
    Vec2 pen{NAN, NAN};
    for (size_t i = 0; i < report.drawing.curves.size(); ++i) {
      if (report.uses[i] != style.use) continue;
      const std::vector<Vec2> chords = Chords(report.drawing.curves[i].curve, 0.1 / scale);
      for (size_t k = 0; k < chords.size(); ++k) {
        if (k == 0 && chords[0] == pen) continue;
        absl::StrAppendFormat(&path, "%c%.2f %.2f", k == 0 ? 'M' : 'L', x(chords[k]), y(chords[k]));
      }
      pen = chords.back();
      if (svg.size() + path.size() > kMaxSvgBytes) return "";
    }
    if (path.empty()) continue;
    absl::StrAppend(&svg, "<path vector-effect=\"non-scaling-stroke\" ", style.attributes, " d=\"", path, "\"/>\n");
  }
  return absl::StrCat(svg, "</svg>\n");
}

}  // namespace millwright::files
