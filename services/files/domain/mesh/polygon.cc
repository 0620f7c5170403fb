#include "services/files/domain/mesh/polygon.h"

#include <cmath>

namespace millwright::files {
namespace {

struct Point {
  double x, y;
};

double Side(const Point& a, const Point& b, const Point& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

// Onto the coordinate plane that the normal is most nearly perpendicular to, turned so that the outline runs
// counter-clockwise. Dropping a coordinate keeps exact coordinates exact.
std::vector<Point> Flatten(std::span<const Vec3> polygon, const Vec3& normal) {
  const double x = std::abs(normal.x), y = std::abs(normal.y), z = std::abs(normal.z);
  std::vector<Point> points;
  points.reserve(polygon.size());
  for (const Vec3& p : polygon) {
    if (z >= x && z >= y) {
      points.push_back(normal.z > 0 ? Point{p.x, p.y} : Point{p.y, p.x});
    } else if (x >= y) {
      points.push_back(normal.x > 0 ? Point{p.y, p.z} : Point{p.z, p.y});
    } else {
      points.push_back(normal.y > 0 ? Point{p.z, p.x} : Point{p.x, p.z});
    }
  }
  return points;
}

class EarClipper {
 public:
  EarClipper(std::span<const Vec3> polygon, std::vector<Point> points) : polygon_(polygon), points_(std::move(points)) {
    for (size_t i = 0; i < polygon.size(); ++i) open_.push_back(i);
  }

  void Run(std::vector<Triangle>& triangles) {
    size_t at = 0, since_ear = 0;
    while (open_.size() > 3) {
      const size_t n = open_.size();
      // After a whole round without an ear the outline crosses itself: what is left becomes a fan.
      if (IsEar(at) || since_ear >= n) {
        Emit((at + n - 1) % n, at, (at + 1) % n, triangles);
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
        at = at == 0 ? 0 : at - 1;
        since_ear = 0;
      } else {
        at = (at + 1) % n;
        ++since_ear;
      }
      if (at >= open_.size()) at = 0;
    }
    Emit(0, 1, 2, triangles);
  }

 private:
  bool IsEar(size_t at) const {
    const size_t n = open_.size();
    const size_t before = open_[(at + n - 1) % n], here = open_[at], after = open_[(at + 1) % n];
    const Point &a = points_[before], &b = points_[here], &c = points_[after];
    if (!(Side(a, b, c) > 0)) return false;
    for (const size_t other : open_) {
      if (other == before || other == here || other == after) continue;
      const Point& p = points_[other];
      // A corner on the rim blocks as well, unless it is the same place (a bridge to a hole).
      const bool inside = Side(a, b, p) >= 0 && Side(b, c, p) >= 0 && Side(c, a, p) >= 0;
      if (inside && !Same(p, a) && !Same(p, b) && !Same(p, c)) return false;
    }
    return true;
  }
  static bool Same(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }

  void Emit(size_t a, size_t b, size_t c, std::vector<Triangle>& triangles) const {
    triangles.push_back({{polygon_[open_[a]], polygon_[open_[b]], polygon_[open_[c]]}});
  }

  std::span<const Vec3> polygon_;
  const std::vector<Point> points_;
  std::vector<size_t> open_;
};

}  // namespace

void Triangulate(std::span<const Vec3> polygon, std::vector<Triangle>& triangles) {
  if (polygon.size() < 3) return;
  if (polygon.size() == 3) {
    triangles.push_back({{polygon[0], polygon[1], polygon[2]}});
    return;
  }
  Vec3 normal;
  for (size_t i = 1; i + 1 < polygon.size(); ++i) {
    normal = normal + Cross(polygon[i] - polygon[0], polygon[i + 1] - polygon[0]);
  }
  EarClipper(polygon, Flatten(polygon, normal)).Run(triangles);
}

}  // namespace millwright::files
