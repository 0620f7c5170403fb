#include "services/files/domain/drawing/curve.h"

#include <algorithm>
#include <numbers>

namespace millwright::files {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr int kMaxChords = 2000;  // of one curve

template <class... T>
struct Overloaded : T... {
  using T::operator()...;
};
template <class... T>
Overloaded(T...) -> Overloaded<T...>;

// The speed of an arc at t.
double Speed(const EllipticArc& arc, double t) { return Length(arc.b * std::cos(t) - arc.a * std::sin(t)); }

template <class F>
double Gauss5(const F& speed, double from, double to) {
  constexpr double kAt[] = {0, 0.5384693101056831, 0.9061798459386640};
  constexpr double kWeight[] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
  const double middle = (from + to) / 2, half = (to - from) / 2;
  double sum = kWeight[0] * speed(middle);
  for (int i = 1; i < 3; ++i) sum += kWeight[i] * (speed(middle - half * kAt[i]) + speed(middle + half * kAt[i]));
  return sum * half;
}

// Halves the interval until both halves agree with the whole.
template <class F>
double Integral(const F& speed, double from, double to, double whole, int depth) {
  const double middle = (from + to) / 2;
  const double left = Gauss5(speed, from, middle), right = Gauss5(speed, middle, to);
  if (depth == 0 || std::abs(left + right - whole) <= 1e-10 * (left + right)) return left + right;
  return Integral(speed, from, middle, left, depth - 1) + Integral(speed, middle, to, right, depth - 1);
}

template <class F>
double Integral(const F& speed, double from, double to) {
  constexpr int kDepth = 8;
  return Integral(speed, from, to, Gauss5(speed, from, to), kDepth);
}

double LengthOfArc(const EllipticArc& arc) {
  const double a = Length(arc.a), b = Length(arc.b);
  if (std::abs(a - b) <= 1e-12 * a && std::abs(Dot(arc.a, arc.b)) <= 1e-12 * a * a) return a * (arc.end - arc.begin);
  double sum = 0;
  const int parts = std::max(1, static_cast<int>(std::ceil((arc.end - arc.begin) / (kPi / 4))));
  const double step = (arc.end - arc.begin) / parts;
  for (int i = 0; i < parts; ++i) {
    sum += Integral([&](double t) { return Speed(arc, t); }, arc.begin + i * step, arc.begin + (i + 1) * step);
  }
  return sum;
}

double LengthOfSpline(const Spline& spline) {
  double sum = 0;
  for (size_t i = static_cast<size_t>(spline.degree); i < spline.points.size(); ++i) {
    const double from = spline.knots[i], to = spline.knots[i + 1];
    if (!(to > from)) continue;
    sum += Integral([&](double t) { return spline.SpeedAt(t); }, from, to);
  }
  return sum;
}

int ChordsFor(double radius, double angle, double tolerance) {
  if (!(radius > tolerance)) return 4;
  const double step = 2 * std::acos(1 - tolerance / radius);
  if (!(step > 0)) return kMaxChords;
  return static_cast<int>(std::clamp(std::ceil(angle / step), 2.0, static_cast<double>(kMaxChords)));
}

}  // namespace

Spline::Place Spline::Evaluate(double t) const {
  const size_t p = static_cast<size_t>(degree);
  const auto first = knots.begin() + degree, last = knots.begin() + static_cast<std::ptrdiff_t>(points.size());
  const auto above = std::upper_bound(first, last, t);
  const size_t span = std::max(p, static_cast<size_t>(above - knots.begin()) - 1);
  double x[12], y[12], w[12];
  for (size_t i = 0; i <= p; ++i) {
    const size_t at = span - p + i;
    w[i] = weights.empty() ? 1 : weights[at];
    x[i] = points[at].x * w[i];
    y[i] = points[at].y * w[i];
  }
  Place place{};
  for (size_t r = 1; r <= p; ++r) {
    if (r == p) {  // the last step but one holds the derivative
      const double width = knots[span + 1] - knots[span], f = width > 0 ? static_cast<double>(p) / width : 0;
      place.dx = (x[p] - x[p - 1]) * f;
      place.dy = (y[p] - y[p - 1]) * f;
      place.dw = (w[p] - w[p - 1]) * f;
    }
    for (size_t i = p; i >= r; --i) {
      const double low = knots[span - p + i], high = knots[span + 1 + i - r];
      const double f = high > low ? (t - low) / (high - low) : 0;
      x[i] = x[i - 1] * (1 - f) + x[i] * f;
      y[i] = y[i - 1] * (1 - f) + y[i] * f;
      w[i] = w[i - 1] * (1 - f) + w[i] * f;
    }
  }
  place.x = x[p];
  place.y = y[p];
  place.w = w[p];
  return place;
}

Vec2 Spline::At(double t) const {
  const Place place = Evaluate(t);
  return {place.x / place.w, place.y / place.w};
}

double Spline::SpeedAt(double t) const {
  const Place place = Evaluate(t);
  return std::hypot(place.dx - place.dw * place.x / place.w, place.dy - place.dw * place.y / place.w) / place.w;
}

Curve Moved(const Curve& curve, const Affine& by) {
  return std::visit(Overloaded{[&](const Segment& s) -> Curve {
                                 return Segment{by(s.from), by(s.to)};
                               },
                               [&](const EllipticArc& a) -> Curve {
                                 return EllipticArc{by(a.centre), by.Turn(a.a), by.Turn(a.b), a.begin, a.end};
                               },
                               [&](const Spline& s) -> Curve {
                                 Spline moved = s;
                                 for (Vec2& p : moved.points) p = by(p);
                                 return moved;
                               }},
                    curve);
}

Vec2 StartOf(const Curve& curve) {
  return std::visit(
      Overloaded{[](const Segment& s) { return s.from; }, [](const EllipticArc& a) { return a.At(a.begin); },
                 [](const Spline& s) { return s.At(s.begin()); }},
      curve);
}

Vec2 EndOf(const Curve& curve) {
  return std::visit(Overloaded{[](const Segment& s) { return s.to; }, [](const EllipticArc& a) { return a.At(a.end); },
                               [](const Spline& s) { return s.At(s.end()); }},
                    curve);
}

double LengthOf(const Curve& curve) {
  return std::visit(Overloaded{[](const Segment& s) { return Length(s.to - s.from); },
                               [](const EllipticArc& a) { return LengthOfArc(a); },
                               [](const Spline& s) { return LengthOfSpline(s); }},
                    curve);
}

std::vector<Vec2> Chords(const Curve& curve, double tolerance) {
  std::vector<Vec2> points;
  std::visit(Overloaded{[&](const Segment& s) {
                          points = {s.from, s.to};
                        },
                        [&](const EllipticArc& a) {
                          const double radius = std::max(Length(a.a), Length(a.b));
                          const int n = ChordsFor(radius, a.end - a.begin, tolerance);
                          for (int i = 0; i <= n; ++i) points.push_back(a.At(a.begin + (a.end - a.begin) * i / n));
                        },
                        [&](const Spline& s) {
                          // As many to each span as keep its control polygon's length within a few tolerances.
                          constexpr int kEach = 32;
                          for (size_t i = static_cast<size_t>(s.degree); i < s.points.size(); ++i) {
                            const double from = s.knots[i], to = s.knots[i + 1];
                            if (!(to > from)) continue;
                            for (int k = points.empty() ? 0 : 1; k <= kEach; ++k) {
                              points.push_back(s.At(from + (to - from) * k / kEach));
                            }
                          }
                        }},
             curve);
  return points;
}

Curve Bulge(const Vec2& from, const Vec2& to, double bulge) {
  const Vec2 chord = to - from;
  const double length = Length(chord);
  if (bulge == 0 || length == 0) return Segment{from, to};
  // The centre lies on the perpendicular bisector; its distance follows from the sagitta, bulge * length / 2.
  const double offset = (1 - bulge * bulge) / (4 * bulge);
  const Vec2 centre = (from + to) * 0.5 + Vec2{-chord.y, chord.x} * offset;
  const Vec2 a = from - centre;
  const double angle = 4 * std::atan(std::abs(bulge));
  // Counter-clockwise for a positive bulge.
  const Vec2 b = bulge > 0 ? Vec2{-a.y, a.x} : Vec2{a.y, -a.x};
  return EllipticArc{centre, a, b, 0, angle};
}

}  // namespace millwright::files
