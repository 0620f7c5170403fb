#include <cmath>
#include <cstdlib>

#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/drawing/svg.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millwright::files;  // NOLINT: a program of one function
  const MemoryAccess file(absl::string_view(reinterpret_cast<const char*>(data), size));
  DrawingReport report;
  if (!AnalyseDrawing(file, "x.dxf", 1, LayerNames(), report)) abort();
  if (!(report.cut_length >= 0)) abort();
  DrawSvg(report);
  report.Quantise();
  return 0;
}
