// On which side of a plane a point lies, decided exactly.
//
// The plane is given by three points. A determinant in double with a bound of its rounding error answers nearly always;
// what the bound leaves open is computed again in double-double arithmetic (Dekker 1971, doi 10.1007/BF01397083), which
// is exact for coordinates in single precision of similar magnitude. Other coordinates count as in the plane if they
// are within 2^-94 of it, relative to the terms of the determinant, so that coplanar points stay coplanar.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTATION_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTATION_H_

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// The sign of six times the volume of the tetrahedron: 1 if `p` is on the side that (b - a) x (c - a) points to.
int ExactSide(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& p);
// True if the three points lie on one line.
bool ExactlyCollinear(const Vec3& a, const Vec3& b, const Vec3& c);

// One plane, many points.
class PlaneSide {
 public:
  // `extent`: no point is farther from `a` than this in any coordinate.
  PlaneSide(const Vec3& a, const Vec3& b, const Vec3& c, double extent);

  // Times the length of the normal; right up to rounding.
  double Distance(const Vec3& p) const { return Dot(normal_, p - a_); }
  double normal_length() const { return length_; }
  int Side(const Vec3& p) const {
    const double distance = Distance(p);
    if (distance > error_) return 1;
    if (distance < -error_) return -1;
    return error_ == 0 ? 0 : ExactSide(a_, b_, c_, p);
  }

 private:
  Vec3 a_, b_, c_, normal_;
  double length_, error_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ORIENTATION_H_
