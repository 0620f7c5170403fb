#include "services/files/domain/drawing/contours.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millwright::files {
namespace {

class Union {
 public:
  explicit Union(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }
  uint32_t Find(uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(uint32_t a, uint32_t b) {
    a = Find(a);
    b = Find(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parent_;
};

struct Placed {
  double cell_x, cell_y;  // whole numbers
  uint32_t end;
};

bool Before(const Placed& a, const Placed& b) {
  return a.cell_x != b.cell_x ? a.cell_x < b.cell_x : a.cell_y < b.cell_y;
}

// Sorted by cells of the tolerance's size, so that partners are in the same or a neighbouring cell.
void JoinEnds(const std::vector<Vec2>& ends, double tolerance, Union& nodes) {
  constexpr size_t kMostPerCell = 64;  // what is compared; the ends of one cell are joined over their neighbours anyway
  std::vector<Placed> placed(ends.size());
  for (uint32_t i = 0; i < ends.size(); ++i) {
    placed[i] = {std::floor(ends[i].x / tolerance), std::floor(ends[i].y / tolerance), i};
  }
  std::sort(placed.begin(), placed.end(), Before);
  for (size_t at = 0; at < placed.size(); ++at) {
    const Placed& here = placed[at];
    for (double dx = 0; dx <= 1; ++dx) {
      for (double dy = -1; dy <= 1; ++dy) {
        if (dx == 0 && dy < 0) continue;  // was compared from there
        const Placed wanted{here.cell_x + dx, here.cell_y + dy, 0};
        auto other = dx == 0 && dy == 0 ? placed.begin() + static_cast<std::ptrdiff_t>(at) + 1
                                        : std::lower_bound(placed.begin(), placed.end(), wanted, Before);
        for (size_t n = 0; n < kMostPerCell && other != placed.end(); ++n, ++other) {
          if (other->cell_x != wanted.cell_x || other->cell_y != wanted.cell_y) break;
          if (Length(ends[here.end] - ends[other->end]) <= tolerance) nodes.Join(here.end, other->end);
        }
      }
    }
  }
}

}  // namespace

Contours FindContours(const std::vector<std::pair<Vec2, Vec2>>& ends, double tolerance) {
  std::vector<Vec2> points;
  points.reserve(ends.size() * 2);
  for (const auto& [from, to] : ends) {
    points.push_back(from);
    points.push_back(to);
  }
  Union nodes(points.size());
  // A little more, so that ends that are exactly the tolerance apart on paper join in binary numbers as well.
  JoinEnds(points, tolerance * (1 + 1e-9), nodes);
  std::vector<uint32_t> degree(points.size()), node(points.size());
  for (uint32_t i = 0; i < points.size(); ++i) ++degree[node[i] = nodes.Find(i)];
  for (uint32_t i = 0; i < points.size(); i += 2) nodes.Join(i, i + 1);  // now over the curves as well
  Contours contours;
  std::vector<uint32_t> number(points.size(), UINT32_MAX);
  for (uint32_t i = 0; i < points.size(); i += 2) {
    uint32_t& n = number[nodes.Find(i)];
    if (n == UINT32_MAX) {
      n = static_cast<uint32_t>(contours.open.size());
      contours.open.push_back(false);
    }
    contours.of.push_back(n);
    if (degree[node[i]] == 1 || degree[node[i + 1]] == 1) contours.open[n] = true;
  }
  return contours;
}

}  // namespace millwright::files
