#include "services/files/domain/mesh/oriented_box.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace millwright::files {
namespace {

constexpr size_t kFullPoints = 400;            // hulls of more corners are thinned for the choice of directions
constexpr size_t kThinDirections = 300;        // to the extreme points in so many directions
constexpr size_t kMaxProjections = 1'500'000;  // points projected in all, about a quarter of a second

struct Flat {
  double x, y;
};

Vec3 Unit(const Vec3& v) {
  const double length = Length(v);
  return length > 0 ? v * (1 / length) : Vec3{};
}

Vec3 AnyAcross(const Vec3& n) {
  const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
  return Unit(Cross(n, x <= y && x <= z ? Vec3{1, 0, 0} : y <= z ? Vec3{0, 1, 0} : Vec3{0, 0, 1}));
}

// Andrew's monotone chain; counter-clockwise, without points on the edges.
std::vector<Flat> Outline(std::vector<Flat>& points) {
  std::sort(points.begin(), points.end(),
            [](const Flat& a, const Flat& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  std::vector<Flat> hull(2 * points.size() + 1);
  size_t n = 0;
  auto turns_left = [&](const Flat& p) {
    const Flat &a = hull[n - 2], &b = hull[n - 1];
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0;
  };
  for (const Flat& p : points) {
    while (n >= 2 && !turns_left(p)) --n;
    hull[n++] = p;
  }
  const size_t lower = n + 1;
  for (size_t i = points.size() - 1; i-- > 0;) {
    while (n >= lower && !turns_left(points[i])) --n;
    hull[n++] = points[i];
  }
  hull.resize(n > 1 ? n - 1 : n);
  return hull;
}

// The direction of one side of the smallest rectangle around a convex outline, by rotating calipers.
Flat SideOfSmallestRectangle(const std::vector<Flat>& outline, double* area) {
  const size_t n = outline.size();
  Flat best{1, 0};
  *area = n < 3 ? 0 : INFINITY;
  if (n == 2) best = {outline[1].x - outline[0].x, outline[1].y - outline[0].y};
  auto along = [&](size_t i, const Flat& d) { return outline[i % n].x * d.x + outline[i % n].y * d.y; };
  size_t right = 1, top = 1, left = 1;
  for (size_t i = 0; n >= 3 && i < n; ++i) {
    Flat u{outline[(i + 1) % n].x - outline[i].x, outline[(i + 1) % n].y - outline[i].y};
    const double length = std::hypot(u.x, u.y);
    if (length == 0) continue;
    u = {u.x / length, u.y / length};
    const Flat v{-u.y, u.x};
    for (size_t steps = 0; steps < n && along(right + 1, u) > along(right, u); ++steps) ++right;
    top = std::max(top, right);
    for (size_t steps = 0; steps < n && along(top + 1, v) > along(top, v); ++steps) ++top;
    left = std::max(left, top);
    for (size_t steps = 0; steps < n && along(left + 1, u) < along(left, u); ++steps) ++left;
    const double here = (along(right, u) - along(left, u)) * (along(top, v) - along(i, v));
    if (here >= *area) continue;
    *area = here;
    best = u;
  }
  const double length = std::hypot(best.x, best.y);
  return length > 0 ? Flat{best.x / length, best.y / length} : Flat{1, 0};
}

OrientedBox BoxAlong(const std::vector<Vec3>& points, const std::array<Vec3, 3>& axes) {
  OrientedBox box{.axes = axes};
  for (int i = 0; i < 3; ++i) {
    double least = INFINITY, most = -INFINITY;
    for (const Vec3& p : points) {
      const double at = Dot(p, axes[i]);
      least = std::min(least, at);
      most = std::max(most, at);
    }
    box.edges[i] = points.empty() ? 0 : most - least;
  }
  return box;
}

bool Smaller(const OrientedBox& a, const OrientedBox& b) {
  // Several boxes may have the same volume (of flat bodies none at all): the smallest surface then, and at first the
  // box along the axes.
  const double difference = a.volume() - b.volume();
  if (std::abs(difference) > 1e-9 * b.volume()) return difference < 0;
  auto area = [](const OrientedBox& c) {
    return c.edges[0] * c.edges[1] + c.edges[1] * c.edges[2] + c.edges[2] * c.edges[0];
  };
  return area(a) < area(b) * (1 - 1e-9);
}

// The smallest box with an edge along `direction` (a unit vector).
OrientedBox BoxAround(const std::vector<Vec3>& points, const Vec3& direction) {
  const Vec3 across = AnyAcross(direction), up = Cross(direction, across);
  std::vector<Flat> projected;
  projected.reserve(points.size());
  for (const Vec3& p : points) projected.push_back({Dot(p, across), Dot(p, up)});
  double area = 0;
  const Flat side = SideOfSmallestRectangle(Outline(projected), &area);
  const Vec3 u = Unit(across * side.x + up * side.y);
  return BoxAlong(points, {direction, u, Cross(direction, u)});
}

class Search {
 public:
  explicit Search(const Hull& hull) : all_(hull.points) {
    best_ = BoxAlong(all_, {Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}});
  }

  OrientedBox Run(const Hull& hull) {
    if (hull.flat) {
      TryFlat();
    } else if (all_.size() <= kFullPoints) {
      TryHull(hull);
    } else if (const std::optional<Hull> thin = ConvexHull(Thinned()); thin.has_value() && !thin->flat) {
      TryHull(*thin);
    }
    if (!all_.empty()) Improve();
    return Sorted();
  }

 private:
  void Try(const std::vector<Vec3>& points, const Vec3& direction) {
    if (direction == Vec3{}) return;
    OrientedBox box = BoxAround(points, direction);
    if (points.size() != all_.size()) {
      if (!(box.volume() < best_.volume())) return;  // can only grow with the other points
      box = BoxAlong(all_, box.axes);
    }
    if (Smaller(box, best_)) best_ = box;
  }

  void TryHull(const Hull& hull) {
    const std::vector<Vec3> directions = DirectionsOf(hull);
    const size_t most = std::max<size_t>(kMaxProjections / std::max<size_t>(hull.points.size(), 1), 16);
    // Evenly over the list where there are too many; the normals of faces come first and are dense in it.
    const size_t step = directions.size() / most + 1;
    for (size_t i = 0; i < directions.size(); i += step) Try(hull.points, directions[i]);
  }

  static std::vector<Vec3> DirectionsOf(const Hull& hull) {
    constexpr size_t kMaxEdgesPaired = 60;
    std::vector<Vec3> directions, edges;
    for (const auto& t : hull.triangles) {
      const Vec3 &a = hull.points[t[0]], &b = hull.points[t[1]], &c = hull.points[t[2]];
      directions.push_back(Unit(Cross(b - a, c - a)));
      for (int i = 0; i < 3; ++i) {
        if (t[i] < t[(i + 1) % 3]) edges.push_back(hull.points[t[(i + 1) % 3]] - hull.points[t[i]]);
      }
    }
    // Long edges decide; there are 1.5 of them a triangle.
    std::sort(edges.begin(), edges.end(), [](const Vec3& a, const Vec3& b) { return Dot(a, a) > Dot(b, b); });
    if (edges.size() > kMaxEdgesPaired) edges.resize(kMaxEdgesPaired);
    for (size_t i = 0; i < edges.size(); ++i) {
      for (size_t j = 0; j < i; ++j) directions.push_back(Unit(Cross(edges[i], edges[j])));
    }
    return WithoutDoubles(std::move(directions));
  }

  // Directions count without sign; equal ones (coplanar triangles) are tried once.
  static std::vector<Vec3> WithoutDoubles(std::vector<Vec3> directions) {
    for (Vec3& d : directions) {
      const double lead = d.x != 0 ? d.x : d.y != 0 ? d.y : d.z;
      if (lead < 0) d = d * -1;
    }
    auto key = [](const Vec3& d) {
      constexpr double kGrid = 1e7;
      return std::array<int64_t, 3>{std::llround(d.x * kGrid), std::llround(d.y * kGrid), std::llround(d.z * kGrid)};
    };
    std::vector<Vec3> kept;
    std::vector<std::array<int64_t, 3>> keys;
    for (const Vec3& d : directions) keys.push_back(key(d));
    std::vector<std::array<int64_t, 3>> sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    std::vector<bool> used(sorted.size());
    for (size_t i = 0; i < directions.size(); ++i) {
      const size_t at = std::lower_bound(sorted.begin(), sorted.end(), keys[i]) - sorted.begin();
      if (used[at]) continue;
      used[at] = true;
      kept.push_back(directions[i]);
    }
    return kept;
  }

  // The extreme points in directions spread evenly over the sphere (Fibonacci lattice).
  std::vector<Vec3> Thinned() const {
    std::vector<size_t> chosen;
    for (size_t i = 0; i < kThinDirections; ++i) {
      const double z = 1 - (2 * static_cast<double>(i) + 1) / kThinDirections, r = std::sqrt(1 - z * z);
      const double angle = std::numbers::pi * (3 - std::sqrt(5.0)) * static_cast<double>(i);
      const Vec3 direction{r * std::cos(angle), r * std::sin(angle), z};
      size_t best = 0;
      double most = -INFINITY;
      for (size_t p = 0; p < all_.size(); ++p) {
        const double at = Dot(all_[p], direction);
        if (at <= most) continue;
        most = at;
        best = p;
      }
      chosen.push_back(best);
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    std::vector<Vec3> points;
    for (const size_t p : chosen) points.push_back(all_[p]);
    return points;
  }

  // All points in one plane, or on a line, or one point.
  void TryFlat() {
    if (all_.size() < 2) return;
    const Vec3 a = all_[0];
    Vec3 longest, normal;
    for (const Vec3& p : all_) {
      if (Length(p - a) > Length(longest)) longest = p - a;
    }
    for (const Vec3& p : all_) {
      const Vec3 n = Cross(longest, p - a);
      if (Length(n) > Length(normal)) normal = n;
    }
    Try(all_, Unit(longest));
    Try(all_, Unit(normal));
  }

  // Projects along the axes of the best box until that gains less than a billionth.
  void Improve() {
    constexpr int kRounds = 20;
    for (int round = 0; round < kRounds; ++round) {
      const OrientedBox before = best_;
      for (const Vec3& axis : before.axes) Try(all_, axis);
      if (best_.volume() >= before.volume() * (1 - 1e-9)) return;
    }
  }

  OrientedBox Sorted() const {
    std::array<int, 3> order = {0, 1, 2};
    std::sort(order.begin(), order.end(), [&](int a, int b) { return best_.edges[a] > best_.edges[b]; });
    OrientedBox sorted;
    for (int i = 0; i < 3; ++i) {
      sorted.edges[i] = best_.edges[order[i]];
      sorted.axes[i] = best_.axes[order[i]];
    }
    return sorted;
  }

  const std::vector<Vec3>& all_;
  OrientedBox best_;
};

}  // namespace

OrientedBox SmallestBox(const Hull& hull) { return Search(hull).Run(hull); }

}  // namespace millwright::files
