// What a drawing says to a cutter: cut length, contours, pierces, bend lines.
//
// Ends join within kJoinMm. A contour is what hangs together over joined ends; it is open if an end of it is loose.
// Each contour, open or closed, is one pierce. Exact duplicates are cut once. Layers whose names hold one of the given
// words (ignoring case) are bend lines, construction and not cut, or engraved, in this order. file-rules, section 6.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DRAWING_ANALYSIS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DRAWING_ANALYSIS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/files/domain/drawing/dxf_reader.h"
#include "services/files/domain/random_access.h"

namespace millwright::files {

inline constexpr double kJoinMm = 0.01;

struct LayerNames {
  std::vector<std::string> bend = {"bend", "biege", "falz", "gieci", "gięci", "fold"};
  std::vector<std::string> construction = {"construction", "konstruktion", "hilfs",     "defpoints",  "centerline",
                                           "center line",  "mittellinie",  "pomocnicz", "do_not_cut", "nocut"};
  std::vector<std::string> engrave = {"engrav", "gravur", "grawer", "etch"};
};

enum class CurveUse : uint8_t { kCutClosed, kCutOpen, kBend, kEngrave, kConstruction, kDuplicate };

// Quantised once, in µm; nothing is in it while the unit is not known.
struct QuantisedDrawing {
  int64_t width_um = 0, height_um = 0;  // of what is cut
  int64_t cut_length_um = 0, bend_length_um = 0, engrave_length_um = 0;
};

struct DrawingReport {
  Drawing drawing;
  std::vector<CurveUse> uses;     // one a curve of `drawing`
  std::optional<double> unit_mm;  // the file's own, else the stated one
  bool unit_is_own = false;
  double min_x = 0, min_y = 0, max_x = 0, max_y = 0;  // of all curves that are drawn, in the unit of the file
  double cut_width = 0, cut_height = 0;
  double cut_length = 0, bend_length = 0, engrave_length = 0;  // in the unit of the file
  int64_t closed_contours = 0, open_contours = 0, bend_lines = 0, engraved_lines = 0, duplicates = 0;
  std::vector<std::string> cut_layers, bend_layers, engrave_layers;  // at most 100 each
  std::vector<Finding> findings;

  int64_t pierces() const { return closed_contours + open_contours; }
  // nullopt without a unit or if a length does not fit.
  std::optional<QuantisedDrawing> Quantise() const;
};

inline constexpr absl::string_view kDrawingMethod =
    "exact lengths of lines and arcs, quadrature of ellipses and splines; ends join within 0.01 mm";

// `stated_mm`: millimetres per unit as the uploader stated, 0 if not. False if the disk failed.
bool AnalyseDrawing(const RandomAccess& file, const std::string& name, double stated_mm, const LayerNames& names,
                    DrawingReport& report);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DRAWING_ANALYSIS_H_
