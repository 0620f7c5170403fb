// A drawing as SVG 1.1: cuts dark, open contours red, bend lines blue and dashed, construction grey. Lengths are those
// of the file, y runs upwards as in the drawing; layer names and texts are not in it.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_SVG_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_SVG_H_

#include <string>

#include "services/files/domain/drawing/drawing_analysis.h"

namespace millwright::files {

inline constexpr size_t kMaxSvgBytes = size_t{3} << 20;  // an answer has at most 4 MiB

// "" if there is nothing to draw or it would be larger than kMaxSvgBytes.
std::string DrawSvg(const DrawingReport& report);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_SVG_H_
