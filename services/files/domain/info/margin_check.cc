#include "services/files/domain/info/margin_check.h"

#include <algorithm>
#include <cmath>
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
  MarginFact fact{.stated = count_ > 0, .points = count_};
  if (count_ == 0) return fact;
  if (count_ > kMaxPoints) {
    fact.crossing = Crossing::kNotChecked;
    return fact;
  }
  if (points_.size() > 1 && points_.front() == points_.back()) points_.pop_back();
  fact.crossing = points_.size() < 4 ? Crossing::kNone : FindCrossing(Project());
  return fact;
}

std::vector<MarginCheck::Point2> MarginCheck::Project() const {
  Vec3 normal;
  for (size_t i = 0; i < points_.size(); ++i) {
    const Vec3 a = points_[i] - points_[0], b = points_[(i + 1) % points_.size()] - points_[0];
    normal = normal + Cross(a, b);
  }
  // A figure of eight may have no mean plane; any plane shows its crossing or its two halves upon each other.
  if (Length(normal) == 0) normal = {0, 0, 1};
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

bool MarginCheck::Cross2(const Point2& a, const Point2& b, const Point2& c, const Point2& d) {
  auto side = [](const Point2& p, const Point2& q, const Point2& r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  // Proper crossings only: touching is what a margin with repeated points does.
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
      if (Cross2(line[s], line[(s + 1) % n], line[t], line[(t + 1) % n])) return Crossing::kCrosses;
    }
  }
  return Crossing::kNone;
}

}  // namespace millwright::files
