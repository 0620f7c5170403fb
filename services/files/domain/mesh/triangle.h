// Triangles and those who take them: the seam between the readers of mesh formats (STL, OBJ, PLY, ...) and what is
// computed from them (measurer.h, edge_index.h). A new format is a MeshReader; a new measure is a TriangleSink.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TRIANGLE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TRIANGLE_H_

#include <cmath>
#include <span>

namespace millwright::files {

struct Vec3 {
  double x = 0, y = 0, z = 0;
  friend bool operator==(const Vec3&, const Vec3&) = default;  // -0 == 0, NaN != NaN
};
inline Vec3 operator-(const Vec3& a, const Vec3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator+(const Vec3& a, const Vec3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator*(const Vec3& a, double f) { return {a.x * f, a.y * f, a.z * f}; }
inline double Dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 Cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double Length(const Vec3& a) { return std::sqrt(Dot(a, a)); }
inline bool IsFinite(const Vec3& a) { return std::isfinite(a.x) && std::isfinite(a.y) && std::isfinite(a.z); }

// Corners in the unit of the file, counter-clockwise seen from outside. Coordinates that a file holds in single
// precision arrive as the double of the same value, so that "bit-equal" means the same in both.
struct Triangle {
  Vec3 corner[3];
  bool HasRepeatedCorner() const { return corner[0] == corner[1] || corner[1] == corner[2] || corner[2] == corner[0]; }
};

// The axis-parallel box of some points; `empty()` until the first.
struct Box {
  Vec3 min{INFINITY, INFINITY, INFINITY};
  Vec3 max{-INFINITY, -INFINITY, -INFINITY};

  bool empty() const { return !(min.x <= max.x); }
  void Add(const Vec3& p) {
    min.x = p.x < min.x ? p.x : min.x;
    min.y = p.y < min.y ? p.y : min.y;
    min.z = p.z < min.z ? p.z : min.z;
    max.x = p.x > max.x ? p.x : max.x;
    max.y = p.y > max.y ? p.y : max.y;
    max.z = p.z > max.z ? p.z : max.z;
  }
  Vec3 size() const { return empty() ? Vec3{} : max - min; }
  bool Contains(const Box& b) const {
    return min.x <= b.min.x && min.y <= b.min.y && min.z <= b.min.z && max.x >= b.max.x && max.y >= b.max.y &&
           max.z >= b.max.z;
  }
};

class TriangleSink {
 public:
  virtual ~TriangleSink() = default;
  // In file order. Triangles may hold NaN and infinities, repeated corners, anything.
  virtual void Add(std::span<const Triangle> triangles) = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TRIANGLE_H_
