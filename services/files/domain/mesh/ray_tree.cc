#include "services/files/domain/mesh/ray_tree.h"

#include <algorithm>
#include <cmath>

namespace millwright::files {
namespace {

// Moeller and Trumbore 1997 (doi 10.1080/10867651.1997.10487468); both sides of a triangle are met.
double Meet(const Triangle& t, const Vec3& origin, const Vec3& direction) {
  const Vec3 u = t.corner[1] - t.corner[0], v = t.corner[2] - t.corner[0];
  const Vec3 p = Cross(direction, v);
  const double determinant = Dot(u, p);
  if (determinant == 0) return INFINITY;
  const Vec3 s = origin - t.corner[0];
  const double a = Dot(s, p) / determinant;
  const Vec3 q = Cross(s, u);
  const double b = Dot(direction, q) / determinant;
  if (!(a >= 0 && b >= 0 && a + b <= 1)) return INFINITY;
  return Dot(v, q) / determinant;
}

double Coordinate(const Vec3& p, int axis) { return axis == 0 ? p.x : axis == 1 ? p.y : p.z; }

float Below(double value) { return std::nextafter(static_cast<float>(value), -INFINITY); }
float Above(double value) { return std::nextafter(static_cast<float>(value), INFINITY); }

}  // namespace

RayTree::RayTree(const MeshView& mesh) : mesh_(mesh) {
  const auto n = static_cast<uint32_t>(mesh.triangle_count());
  order_.resize(n);
  std::vector<Centre> centres(n);
  for (uint32_t i = 0; i < n; ++i) {
    order_[i] = i;
    const Triangle t = mesh.triangle(i);
    const Vec3 sum = t.corner[0] + t.corner[1] + t.corner[2];
    centres[i] = {{static_cast<float>(sum.x), static_cast<float>(sum.y), static_cast<float>(sum.z)}};
  }
  nodes_.reserve(n / 2 + 2);
  if (n > 0) Build(centres, 0, n);
}

void RayTree::Bound(Node& node, uint32_t begin, uint32_t end) const {
  Box box;
  for (uint32_t i = begin; i < end; ++i) {
    const Triangle t = mesh_.triangle(order_[i]);
    for (const Vec3& corner : t.corner) box.Add(corner);
  }
  for (int axis = 0; axis < 3; ++axis) {
    node.min[axis] = Below(Coordinate(box.min, axis));
    node.max[axis] = Above(Coordinate(box.max, axis));
  }
}

uint32_t RayTree::Build(std::vector<Centre>& centres, uint32_t begin, uint32_t end) {
  const auto index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({});
  if (end - begin <= kLeaf) {
    nodes_[index].first = begin;
    nodes_[index].count = end - begin;
    Bound(nodes_[index], begin, end);
    return index;
  }
  float least[3] = {INFINITY, INFINITY, INFINITY}, most[3] = {-INFINITY, -INFINITY, -INFINITY};
  for (uint32_t i = begin; i < end; ++i) {
    for (int axis = 0; axis < 3; ++axis) {
      least[axis] = std::min(least[axis], centres[order_[i]].at[axis]);
      most[axis] = std::max(most[axis], centres[order_[i]].at[axis]);
    }
  }
  int widest = 0;
  for (int axis = 1; axis < 3; ++axis) {
    if (most[axis] - least[axis] > most[widest] - least[widest]) widest = axis;
  }
  // By halves, so that the depth is at most 32 whatever the triangles are.
  const uint32_t middle = begin + (end - begin) / 2;
  std::nth_element(order_.begin() + begin, order_.begin() + middle, order_.begin() + end,
                   [&](uint32_t a, uint32_t b) { return centres[a].at[widest] < centres[b].at[widest]; });
  const uint32_t left = Build(centres, begin, middle), right = Build(centres, middle, end);
  Node& node = nodes_[index];
  node.first = right;
  node.count = 0;
  for (int axis = 0; axis < 3; ++axis) {
    node.min[axis] = std::min(nodes_[left].min[axis], nodes_[right].min[axis]);
    node.max[axis] = std::max(nodes_[left].max[axis], nodes_[right].max[axis]);
  }
  return index;
}

RayHit RayTree::First(const Vec3& origin, const Vec3& direction, double from, double to) const {
  RayHit hit;
  if (nodes_.empty()) return hit;
  hit.distance = to;
  const double o[3] = {origin.x, origin.y, origin.z};
  const double inverse[3] = {1 / direction.x, 1 / direction.y, 1 / direction.z};
  uint32_t waiting[64], count = 0;
  waiting[count++] = 0;
  while (count > 0) {
    const uint32_t index = waiting[--count];
    const Node& node = nodes_[index];
    double enter = from, leave = hit.distance;
    for (int axis = 0; axis < 3; ++axis) {
      const double a = (node.min[axis] - o[axis]) * inverse[axis], b = (node.max[axis] - o[axis]) * inverse[axis];
      // NaN (origin on the rim of a flat direction) leaves the bounds as they are: fmin and fmax pass it over.
      enter = std::fmax(enter, std::fmin(a, b));
      leave = std::fmin(leave, std::fmax(a, b));
    }
    if (enter > leave) continue;
    if (node.count == 0) {
      waiting[count++] = node.first;
      waiting[count++] = index + 1;
      continue;
    }
    for (uint32_t i = 0; i < node.count; ++i) {
      const uint32_t triangle = order_[node.first + i];
      const double distance = Meet(mesh_.triangle(triangle), origin, direction);
      if (distance > from && distance < hit.distance) hit = {distance, triangle};
    }
  }
  if (hit.distance == to) hit.distance = INFINITY;
  return hit;
}

}  // namespace millwright::files
