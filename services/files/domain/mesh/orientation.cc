#include "services/files/domain/mesh/orientation.h"

#include <cfloat>
#include <cmath>

namespace millwright::files {
namespace {

// hi + lo, |lo| at most half a unit in the last place of hi.
struct Twice {
  double hi, lo;
};

Twice Renormalised(double hi, double lo) {
  const double sum = hi + lo;
  return {sum, lo - (sum - hi)};
}

Twice Difference(double a, double b) {
  const double hi = a - b, back = hi - a;
  return {hi, (a - (hi - back)) - (b + back)};
}

Twice operator*(const Twice& a, const Twice& b) {
  const double hi = a.hi * b.hi;
  return Renormalised(hi, std::fma(a.hi, b.hi, -hi) + (a.hi * b.lo + a.lo * b.hi));
}

Twice operator+(const Twice& a, const Twice& b) {
  const double hi = a.hi + b.hi, back = hi - a.hi;
  const double rest = (a.hi - (hi - back)) + (b.hi - back);
  const double low = a.lo + b.lo, low_back = low - a.lo;
  const double low_rest = (a.lo - (low - low_back)) + (b.lo - low_back);
  const Twice sum = Renormalised(hi, rest + low);
  return Renormalised(sum.hi, sum.lo + low_rest);
}

Twice operator-(const Twice& a, const Twice& b) { return a + Twice{-b.hi, -b.lo}; }

struct TwiceVec3 {
  Twice x, y, z;
};

TwiceVec3 Between(const Vec3& from, const Vec3& to) {
  return {Difference(to.x, from.x), Difference(to.y, from.y), Difference(to.z, from.z)};
}

TwiceVec3 Cross(const TwiceVec3& a, const TwiceVec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

// `terms`: magnitude of what was added up; the rest of a cancellation below its rounding is none.
int Sign(const Twice& value, double terms) {
  const double noise = terms * 0x1p-94;
  return value.hi > noise ? 1 : value.hi < -noise ? -1 : 0;
}

double Magnitude(const Twice& a, const Twice& b) { return std::abs(a.hi * b.hi); }

// The sum of the magnitudes of the products in each coordinate of a cross product.
Vec3 Magnitudes(const TwiceVec3& a, const TwiceVec3& b) {
  return {Magnitude(a.y, b.z) + Magnitude(a.z, b.y), Magnitude(a.z, b.x) + Magnitude(a.x, b.z),
          Magnitude(a.x, b.y) + Magnitude(a.y, b.x)};
}

// The sum of the magnitudes of the two products in one coordinate of a cross product.
double Magnitude(double a, double b, double c, double d) { return std::abs(a * b) + std::abs(c * d); }

}  // namespace

int ExactSide(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& p) {
  const TwiceVec3 u = Between(a, b), v = Between(a, c), normal = Cross(u, v), to = Between(a, p);
  const Vec3 terms = Magnitudes(u, v);
  return Sign(normal.x * to.x + normal.y * to.y + normal.z * to.z,
              terms.x * std::abs(to.x.hi) + terms.y * std::abs(to.y.hi) + terms.z * std::abs(to.z.hi));
}

bool ExactlyCollinear(const Vec3& a, const Vec3& b, const Vec3& c) {
  const TwiceVec3 u = Between(a, b), v = Between(a, c), normal = Cross(u, v);
  const Vec3 terms = Magnitudes(u, v);
  return Sign(normal.x, terms.x) == 0 && Sign(normal.y, terms.y) == 0 && Sign(normal.z, terms.z) == 0;
}

PlaneSide::PlaneSide(const Vec3& a, const Vec3& b, const Vec3& c, double extent) : a_(a), b_(b), c_(c) {
  const Vec3 u = b - a, v = c - a;
  normal_ = Cross(u, v);
  length_ = Length(normal_);
  const double x = Magnitude(u.y, v.z, u.z, v.y), y = Magnitude(u.z, v.x, u.x, v.z), z = Magnitude(u.x, v.y, u.y, v.x);
  // A plane at right angles to an axis needs one difference and one product: their signs are right.
  const bool along_axis = (x == 0) + (y == 0) + (z == 0) == 2;
  const double rounding = 16 * DBL_EPSILON * (x + y + z);
  const bool clear = along_axis && length_ > rounding;
  error_ = clear ? 0 : rounding * extent + DBL_MIN;
}

}  // namespace millwright::files
