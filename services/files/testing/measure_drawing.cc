// mw_measure_drawing [--unit MM] FILE...: analyses DXF drawings and prints what the files service would store, a line a
// fact, lengths in the unit of the file. For comparing many drawings with other programs.
//
//   --unit   millimetres per unit, as an uploader would state it; not stated otherwise.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/testing/open_file.h"

namespace {

using namespace millwright::files;  // NOLINT: a program of one file

bool Measure(const char* path, double unit_mm) {
  const millwright::files::testing::OpenFile file(path);
  DrawingReport report;
  if (!file.ok() || !AnalyseDrawing(file, path, unit_mm, LayerNames(), report)) {
    std::perror(path);
    return false;
  }
  std::printf(
      "%s\n  unit %.12g mm%s, cut %.15g x %.15g\n  cut length %.15g, bend length %.15g, engrave length %.15g\n"
      "  closed %lld, open %lld, bend lines %lld, engraved lines %lld, duplicates %lld\n",
      path, report.unit_mm.value_or(0), report.unit_is_own ? " of the file" : "", report.cut_width, report.cut_height,
      report.cut_length, report.bend_length, report.engrave_length, static_cast<long long>(report.closed_contours),
      static_cast<long long>(report.open_contours), static_cast<long long>(report.bend_lines),
      static_cast<long long>(report.engraved_lines), static_cast<long long>(report.duplicates));
  for (const Finding& finding : report.findings) {
    std::printf("  %s: %s: %s\n", std::string(NameOf(finding.severity)).c_str(),
                std::string(InfoOf(finding.rule).id).c_str(), finding.message.c_str());
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const bool has_unit = argc > 2 && std::string(argv[1]) == "--unit";
  const int first = has_unit ? 3 : 1;
  if (argc <= first) {
    std::fprintf(stderr, "usage: mw_measure_drawing [--unit MM] FILE...\n");
    return 2;
  }
  bool ok = true;
  for (int i = first; i < argc; ++i) ok = Measure(argv[i], has_unit ? std::atof(argv[2]) : 0) && ok;
  return ok ? 0 : 1;
}
