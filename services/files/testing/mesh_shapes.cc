#include "services/files/testing/mesh_shapes.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace millwright::files::testing {
namespace {

// Two triangles for the quad a b c d.
void AddQuad(Mesh& mesh, const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& d) {
  mesh.push_back({{a, b, c}});
  mesh.push_back({{a, c, d}});
}

// The point number `i` of `n` on the unit circle; the same bits for i and i + n.
std::pair<double, double> OnCircle(int i, int n) {
  const double angle = 2 * std::numbers::pi * (((i % n) + n) % n) / n;
  return {std::cos(angle), std::sin(angle)};
}

// GCC 12's vectoriser takes a conversion to float and back for nothing and drops it; it can't drop a volatile.
double AsFloat(double value) {
  volatile float rounded = static_cast<float>(value);
  return rounded;
}

}  // namespace

Mesh MakeBox(const Vec3& size, const Vec3& corner) {
  auto at = [&](int x, int y, int z) {
    return Vec3{corner.x + x * size.x, corner.y + y * size.y, corner.z + z * size.z};
  };
  Mesh mesh;
  AddQuad(mesh, at(0, 0, 0), at(0, 1, 0), at(1, 1, 0), at(1, 0, 0));
  AddQuad(mesh, at(0, 0, 1), at(1, 0, 1), at(1, 1, 1), at(0, 1, 1));
  AddQuad(mesh, at(0, 0, 0), at(1, 0, 0), at(1, 0, 1), at(0, 0, 1));
  AddQuad(mesh, at(0, 1, 0), at(0, 1, 1), at(1, 1, 1), at(1, 1, 0));
  AddQuad(mesh, at(0, 0, 0), at(0, 0, 1), at(0, 1, 1), at(0, 1, 0));
  AddQuad(mesh, at(1, 0, 0), at(1, 1, 0), at(1, 1, 1), at(1, 0, 1));
  return mesh;
}

Mesh MakeTetrahedron(double leg, const Vec3& corner) {
  const Vec3 o = corner, x = corner + Vec3{leg, 0, 0}, y = corner + Vec3{0, leg, 0}, z = corner + Vec3{0, 0, leg};
  return {{{o, y, x}}, {{o, x, z}}, {{o, z, y}}, {{x, y, z}}};
}

Mesh MakeTorus(int around, int across, double major_radius, double minor_radius) {
  auto at = [&](int i, int j) {
    const auto [cu, su] = OnCircle(i, around);
    const auto [cv, sv] = OnCircle(j, across);
    const double r = major_radius + minor_radius * cv;
    return Vec3{r * cu, r * su, minor_radius * sv};
  };
  Mesh mesh;
  mesh.reserve(size_t{2} * around * across);
  for (int i = 0; i < around; ++i) {
    for (int j = 0; j < across; ++j) AddQuad(mesh, at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
  }
  return mesh;
}

Mesh MakeSphere(int stacks, int slices, double radius, const Vec3& center) {
  auto at = [&](int stack, int slice) {
    if (stack == 0 || stack == stacks) return center + Vec3{0, 0, stack == 0 ? -radius : radius};
    const double latitude = std::numbers::pi * stack / stacks;
    const auto [c, s] = OnCircle(slice, slices);
    const double r = radius * std::sin(latitude);
    return center + Vec3{r * c, r * s, -radius * std::cos(latitude)};
  };
  Mesh mesh;
  for (int i = 0; i < stacks; ++i) {
    for (int j = 0; j < slices; ++j) {
      const Vec3 a = at(i, j), b = at(i, j + 1), c = at(i + 1, j + 1), d = at(i + 1, j);
      if (i > 0) mesh.push_back({{a, b, c}});
      if (i < stacks - 1) mesh.push_back({{a, c, d}});
    }
  }
  return mesh;
}

Mesh Revolve(const std::vector<ProfilePoint>& profile, int slices) {
  auto at = [&](size_t point, int slice) {
    const ProfilePoint& p = profile[point % profile.size()];
    const auto [c, s] = OnCircle(slice, slices);
    return Vec3{p.radius * c, p.radius * s, p.z};
  };
  Mesh mesh;
  for (size_t i = 0; i < profile.size(); ++i) {
    for (int j = 0; j < slices; ++j) AddQuad(mesh, at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
  }
  return mesh;
}

Mesh MakeFlangedBushing() {
  // Bore 12, body 20, flange 36 x 5, height 30, chamfer 1: up along the body, down along the bore.
  return Revolve({{6, 0}, {6, 30}, {9, 30}, {10, 29}, {10, 5}, {18, 5}, {18, 0}}, 96);
}

Mesh Moved(Mesh mesh, const Vec3& by) {
  for (Triangle& t : mesh) {
    for (Vec3& corner : t.corner) corner = corner + by;
  }
  return mesh;
}

Mesh Scaled(Mesh mesh, double by) {
  for (Triangle& t : mesh) {
    for (Vec3& corner : t.corner) corner = corner * by;
  }
  return mesh;
}

Mesh Flipped(Mesh mesh) {
  for (Triangle& t : mesh) std::swap(t.corner[1], t.corner[2]);
  return mesh;
}

Mesh Joined(Mesh a, const Mesh& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Mesh Rounded(Mesh mesh) {
  for (Triangle& t : mesh) {
    for (Vec3& c : t.corner) c = {AsFloat(c.x), AsFloat(c.y), AsFloat(c.z)};
  }
  return mesh;
}

}  // namespace millwright::files::testing
