// Which curves hang together over their ends, and which of these contours have a loose end.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CONTOURS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CONTOURS_H_

#include <cstdint>
#include <vector>

#include "services/files/domain/drawing/curve.h"

namespace millwright::files {

struct Contours {
  std::vector<uint32_t> of;  // per curve, its contour
  std::vector<bool> open;    // per contour
};

// `ends`: start and end of each curve. Ends within `tolerance` of each other, over others too, are one.
Contours FindContours(const std::vector<std::pair<Vec2, Vec2>>& ends, double tolerance);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CONTOURS_H_
