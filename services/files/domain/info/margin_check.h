// Does a preparation margin cross itself? The closed polyline is projected onto its mean plane (Newell's normal; the
// widest one if that says little) and its segments are tested against each other through a grid of cells about as large
// as a segment. A line that passes through itself in a corner crosses, one that only touches itself does not.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MARGIN_CHECK_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MARGIN_CHECK_H_

#include <cstdint>
#include <vector>

#include "services/files/domain/info/info_facts.h"

namespace millwright::files {

class MarginCheck {
 public:
  // A margin with more points is counted but not checked. Bounds the memory to 480 kB.
  static constexpr int64_t kMaxPoints = 20'000;
  // Pairs of segments; a hostile line that needs more is not checked.
  static constexpr int64_t kMaxPairs = 2'000'000;

  void Clear();
  // Points with NaN are counted but don't enter the check.
  void Add(const Vec3& point);
  int64_t points() const { return count_; }
  MarginFact Result();

 private:
  struct Point2 {
    double x, y;
  };
  std::vector<Point2> Project() const;
  // Of the plane in which the points spread most.
  Vec3 WidestNormal() const;
  static bool PassesThrough(const std::vector<Point2>& line, size_t at, size_t s, double tolerance);
  static bool Cross2(const Point2& a, const Point2& b, const Point2& c, const Point2& d);
  static Crossing FindCrossing(const std::vector<Point2>& line);

  int64_t count_ = 0;
  std::vector<Vec3> points_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_MARGIN_CHECK_H_
