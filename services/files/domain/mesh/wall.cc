#include "services/files/domain/mesh/wall.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "services/files/domain/mesh/ray_tree.h"

namespace millwright::files {
namespace {

// The fractional parts of the multiples of two irrational numbers: points that fill a square evenly.
constexpr double kStepA = 0.7548776662466927, kStepB = 0.5698402909980532;
const double kParallel = std::cos(30 * 3.14159265358979323846 / 180);

Vec3 NormalOf(const Triangle& t) { return Cross(t.corner[1] - t.corner[0], t.corner[2] - t.corner[0]); }

Vec3 PointIn(const Triangle& t, double a, double b) {
  if (a + b > 1) {
    a = 1 - a;
    b = 1 - b;
  }
  return t.corner[0] + (t.corner[1] - t.corner[0]) * a + (t.corner[2] - t.corner[0]) * b;
}

class WallSearch {
 public:
  WallSearch(const MeshView& mesh, bool inside_out) : mesh_(mesh), tree_(mesh), turn_(inside_out ? -1 : 1) {}

  std::optional<double> Run() {
    const auto n = static_cast<uint32_t>(mesh_.triangle_count());
    double total = 0;
    for (uint32_t i = 0; i < n; ++i) total += Length(NormalOf(mesh_.triangle(i)));
    if (!(total > 0) || !std::isfinite(total)) return std::nullopt;
    double done = 0, next = 0.5;
    for (uint32_t i = 0; i < n; ++i) {
      const Triangle t = mesh_.triangle(i);
      done += Length(NormalOf(t)) * kWallSamples / total;
      for (; next < done && samples_ < kWallSamples; next += 1) Sample(t);
    }
    if (!std::isfinite(least_)) return std::nullopt;
    return least_;
  }

 private:
  void Sample(const Triangle& t) {
    ++samples_;
    const Vec3 normal = NormalOf(t);
    const double length = Length(normal);
    if (length == 0) return;
    const Vec3 inwards = normal * (-turn_ / length);
    const Vec3 origin = PointIn(t, std::fmod(samples_ * kStepA, 1), std::fmod(samples_ * kStepB, 1));
    // Not the triangle itself: its own distance is zero up to rounding.
    const double scale = std::max({std::abs(origin.x), std::abs(origin.y), std::abs(origin.z)});
    const RayHit hit = tree_.First(origin, inwards, scale * 1e-12, least_);
    if (!(hit.distance < least_)) return;
    const Vec3 opposite = NormalOf(mesh_.triangle(hit.triangle));
    const double across = Length(opposite);
    if (across > 0 && Dot(opposite, inwards) * turn_ >= kParallel * across) least_ = hit.distance;
  }

  const MeshView& mesh_;
  const RayTree tree_;
  const double turn_;
  int samples_ = 0;
  double least_ = INFINITY;
};

}  // namespace

std::optional<double> ThinnestWall(const MeshView& mesh, bool inside_out) { return WallSearch(mesh, inside_out).Run(); }

}  // namespace millwright::files
