// Curves of 2D drawings, in a form that any scaling, turning and mirroring keeps: segments, arcs of ellipses, splines.
//
// Thread-safety: value types.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CURVE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CURVE_H_

#include <array>
#include <cmath>
#include <variant>
#include <vector>

namespace millwright::files {

struct Vec2 {
  double x = 0, y = 0;
  friend bool operator==(const Vec2&, const Vec2&) = default;
};
inline Vec2 operator+(const Vec2& a, const Vec2& b) { return {a.x + b.x, a.y + b.y}; }
inline Vec2 operator-(const Vec2& a, const Vec2& b) { return {a.x - b.x, a.y - b.y}; }
inline Vec2 operator*(const Vec2& a, double f) { return {a.x * f, a.y * f}; }
inline double Dot(const Vec2& a, const Vec2& b) { return a.x * b.x + a.y * b.y; }
inline double Length(const Vec2& a) { return std::hypot(a.x, a.y); }

// p -> x * p.x + y * p.y + move.
struct Affine {
  Vec2 x{1, 0}, y{0, 1}, move;
  Vec2 Turn(const Vec2& p) const { return x * p.x + y * p.y; }
  Vec2 operator()(const Vec2& p) const { return Turn(p) + move; }
  // First `first`, then this.
  Affine After(const Affine& first) const { return {Turn(first.x), Turn(first.y), (*this)(first.move)}; }
};

struct Segment {
  Vec2 from, to;
};
// centre + a cos t + b sin t, for t from `begin` to `end`, in radians; `end` > `begin`.
struct EllipticArc {
  Vec2 centre, a, b;
  double begin = 0, end = 0;
  Vec2 At(double t) const { return centre + a * std::cos(t) + b * std::sin(t); }
};
// A rational B-spline; knots.size() == points.size() + degree + 1, weights empty or one a point.
struct Spline {
  int degree = 3;
  std::vector<double> knots, weights;
  std::vector<Vec2> points;
  double begin() const { return knots[static_cast<size_t>(degree)]; }
  double end() const { return knots[points.size()]; }
  Vec2 At(double t) const;
  double SpeedAt(double t) const;  // length of the derivative

 private:
  struct Place {
    double x, y, w, dx, dy, dw;  // homogeneous, and its derivative
  };
  Place Evaluate(double t) const;  // de Boor
};
using Curve = std::variant<Segment, EllipticArc, Spline>;

Curve Moved(const Curve& curve, const Affine& by);
Vec2 StartOf(const Curve& curve);
Vec2 EndOf(const Curve& curve);
// Exact for segments and arcs of circles; others by Gauss-Legendre quadrature to about 1e-9 of the length.
double LengthOf(const Curve& curve);
// Points along the curve, both ends included: chords that stray from it by at most `tolerance`.
std::vector<Vec2> Chords(const Curve& curve, double tolerance);

// The arc from `from` to `to` whose included angle is 4 atan(bulge), as DXF has it; a segment for bulge 0.
Curve Bulge(const Vec2& from, const Vec2& to, double bulge);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_CURVE_H_
