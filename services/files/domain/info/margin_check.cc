#include "services/files/domain/info/margin_check.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace millwright::files {

void MarginCheck::Clear() {
  count_ = 0;
  std::vector<Vec3>().swap(points_);
}

void MarginCheck::Add(const Vec3& point) {
  ++count_;
  if (count_ > kMaxPoints) {
    std::vector<Vec3>().swap(points_);
    return;
  }
  // The closing point is often written twice.
  if (IsFinite(point) && (points_.empty() || !(points_.back() == point))) points_.push_back(point);
}

MarginFact MarginCheck::Result() {
  MarginFact fact{.stated = count_ > 0, .points = count_, .different_points = count_};
  if (count_ == 0) return fact;
  if (count_ > kMaxPoints) {
    fact.crossing = Crossing::kNotChecked;
    return fact;
  }
  if (points_.size() > 1 && points_.front() == points_.back()) points_.pop_back();
  fact.different_points = static_cast<int64_t>(points_.size());
  fact.crossing = points_.size() < 4 ? Crossing::kNone : FindCrossing(Project());
  return fact;
}

std::vector<MarginCheck::Point2> MarginCheck::Project() const {
  Vec3 normal;
  double areas = 0;
  for (size_t i = 0; i < points_.size(); ++i) {
    const Vec3 a = points_[i] - points_[0], b = points_[(i + 1) % points_.size()] - points_[0];
    normal = normal + Cross(a, b);
    areas += Length(Cross(a, b));
  }
  // The lobes of a figure of eight turn against each other, so that their mean says little or nothing.
  if (Length(normal) <= 0.1 * areas) normal = WidestNormal();
  const Vec3 helper = std::abs(normal.x) > std::abs(normal.z) ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  Vec3 u = files::Cross(normal, helper);
  u = u * (1 / Length(u));
  Vec3 v = files::Cross(normal, u);
  v = v * (1 / Length(v));
  std::vector<Point2> line;
  line.reserve(points_.size());
  for (const Vec3& p : points_) line.push_back({Dot(p - points_[0], u), Dot(p - points_[0], v)});
  return line;
}

Vec3 MarginCheck::WidestNormal() const {
  Vec3 longest, widest;
  for (const Vec3& p : points_) {
    if (Length(p - points_[0]) > Length(longest)) longest = p - points_[0];
  }
  for (const Vec3& p : points_) {
    const Vec3 normal = files::Cross(longest, p - points_[0]);
    if (Length(normal) > Length(widest)) widest = normal;
  }
  return Length(widest) > 0 ? widest : Vec3{0, 0, 1};
}

// Does the line pass through itself at its corner `at`, which lies on segment `s` or at its beginning?
bool MarginCheck::PassesThrough(const std::vector<Point2>& line, size_t at, size_t s, double tolerance) {
  const size_t n = line.size();
  if (at == s || at == (s + 1) % n) return false;
  const Point2 &p = line[at], &b = line[(s + 1) % n];
  Point2 a = line[s];
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  if (std::hypot(p.x - a.x, p.y - a.y) <= tolerance) {
    a = line[(s + n - 1) % n];
  } else {
    const double along = ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length;
    const double off = std::abs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
    if (!(off <= tolerance && along > 0 && along < length - tolerance)) return false;
  }
  auto angle = [&](const Point2& to) { return std::atan2(to.y - p.y, to.x - p.x); };
  const double from = angle(a);
  auto turn = [&](const Point2& to) {  // from a, against the clock, 0 to 2 pi
    const double t = angle(to) - from;
    return t < 0 ? t + 2 * std::numbers::pi : t;
  };
  const double way = turn(b), in = turn(line[(at + n - 1) % n]), out = turn(line[(at + 1) % n]);
  // Pieces that lie upon each other leave on no side.
  constexpr double kParallel = 1e-6;
  for (const double t : {in, out}) {
    if (t < kParallel || t > 2 * std::numbers::pi - kParallel || std::abs(t - way) < kParallel) return false;
  }
  return (in < way) != (out < way);
}

bool MarginCheck::Cross2(const Point2& a, const Point2& b, const Point2& c, const Point2& d) {
  auto side = [](const Point2& p, const Point2& q, const Point2& r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  // Proper crossings only; PassesThrough looks at those in a corner.
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

Crossing MarginCheck::FindCrossing(const std::vector<Point2>& line) {
  const size_t n = line.size();
  Point2 low = line[0], high = line[0];
  double length = 0;
  for (size_t i = 0; i < n; ++i) {
    const Point2 &a = line[i], &b = line[(i + 1) % n];
    length += std::hypot(b.x - a.x, b.y - a.y);
    low.x = std::min(low.x, a.x);
    low.y = std::min(low.y, a.y);
    high.x = std::max(high.x, a.x);
    high.y = std::max(high.y, a.y);
  }
  // Cells of twice the mean segment, but never more than 256 x 256 of them.
  const double cell = std::max({2 * length / static_cast<double>(n), (high.x - low.x) / 256, (high.y - low.y) / 256});
  if (!(cell > 0) || !std::isfinite(cell)) return Crossing::kNone;
  const double tolerance = 1e-9 * std::max(high.x - low.x, high.y - low.y);
  std::vector<std::pair<uint32_t, uint32_t>> entries;  // cell, segment
  auto column = [&](double value, double from) { return static_cast<uint32_t>((value - from) / cell); };
  for (uint32_t i = 0; i < n; ++i) {
    const Point2 &a = line[i], &b = line[(i + 1) % n];
    for (uint32_t x = column(std::min(a.x, b.x), low.x); x <= column(std::max(a.x, b.x), low.x); ++x) {
      for (uint32_t y = column(std::min(a.y, b.y), low.y); y <= column(std::max(a.y, b.y), low.y); ++y) {
        entries.push_back({x << 16 | y, i});
        if (entries.size() > kMaxPoints * 8) return Crossing::kNotChecked;
      }
    }
  }
  std::sort(entries.begin(), entries.end());
  int64_t pairs = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    for (size_t j = i + 1; j < entries.size() && entries[j].first == entries[i].first; ++j) {
      if (++pairs > kMaxPairs) return Crossing::kNotChecked;
      const uint32_t s = entries[i].second, t = entries[j].second;
      if (Cross2(line[s], line[(s + 1) % n], line[t], line[(t + 1) % n]) || PassesThrough(line, t, s, tolerance) ||
          PassesThrough(line, s, t, tolerance)) {
        return Crossing::kCrosses;
      }
    }
  }
  return Crossing::kNone;
}

}  // namespace millwright::files
