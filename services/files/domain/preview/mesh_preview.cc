#include "services/files/domain/preview/mesh_preview.h"

#include <algorithm>
#include <cmath>

namespace millwright::files {
namespace {

constexpr double kMargin = 0.06;  // of the picture, on each side

Vec3 Unit(const Vec3& v) { return v * (1 / Length(v)); }

// Where the eye is, and what is up in the picture.
struct Eye {
  Vec3 at, up;
};
Eye EyeOf(View view) {
  switch (view) {
    case View::kIsometric:
      return {{0.62, -1, 0.72}, {0, 0, 1}};
    case View::kFront:
      return {{0, -1, 0}, {0, 0, 1}};
    case View::kBack:
      return {{0, 1, 0}, {0, 0, 1}};
    case View::kLeft:
      return {{-1, 0, 0}, {0, 0, 1}};
    case View::kRight:
      return {{1, 0, 0}, {0, 0, 1}};
    case View::kTop:
      return {{0, 0, 1}, {0, 1, 0}};
    case View::kBottom:
      return {{0, 0, -1}, {0, -1, 0}};
    case View::kIsometricBack:
      return {{-0.62, 1, 0.72}, {0, 0, 1}};
  }
  return {{0, -1, 0}, {0, 0, 1}};
}

// In the directions of the view: right, up, towards the eye.
const Vec3 kKeyLight = Unit({-0.6, 0.72, 0.55}), kFillLight = Unit({0.8, -0.05, 0.45});

uint8_t ToByte(float light) {
  const float encoded = std::pow(std::clamp(light, 0.0f, 1.0f), 1 / 2.2f);
  return static_cast<uint8_t>(std::lround(encoded * 255));
}

}  // namespace

void BoxOfMesh::Add(std::span<const Triangle> triangles) {
  for (const Triangle& t : triangles) {
    if (!IsFinite(t.corner[0]) || !IsFinite(t.corner[1]) || !IsFinite(t.corner[2])) continue;
    for (const Vec3& corner : t.corner) box_.Add(corner);
  }
}

MeshPreview::MeshPreview(const Box& box, View view, int pixels)
    : pixels_(std::clamp(pixels, kMinPreviewPixels, kMaxPreviewPixels)),
      samples_per_pixel_(pixels_ <= kDefaultPreviewPixels ? 3 : 2),
      side_(pixels_ * samples_per_pixel_),
      samples_(static_cast<size_t>(side_) * side_, Sample{-INFINITY, {0, 0, 127}, 0}) {
  const Eye eye = EyeOf(view);
  axes_[2] = Unit(eye.at);
  axes_[0] = Unit(Cross(eye.up, axes_[2]));
  axes_[1] = Cross(axes_[2], axes_[0]);
  if (box.empty()) return;
  middle_ = (box.min + box.max) * 0.5;
  double widest = 0;  // of the box's corners as projected
  for (int corner = 0; corner < 8; ++corner) {
    const Vec3 half = box.size() * 0.5;
    const Vec3 p{corner & 1 ? half.x : -half.x, corner & 2 ? half.y : -half.y, corner & 4 ? half.z : -half.z};
    widest = std::max({widest, std::abs(Dot(p, axes_[0])), std::abs(Dot(p, axes_[1]))});
  }
  if (widest > 0 && std::isfinite(widest)) scale_ = side_ * (0.5 - kMargin) / widest;
}

Vec3 MeshPreview::Project(const Vec3& p) const {
  const Vec3 q = p - middle_;
  return {side_ * 0.5 + Dot(q, axes_[0]) * scale_, side_ * 0.5 - Dot(q, axes_[1]) * scale_, Dot(q, axes_[2]) * scale_};
}

void MeshPreview::Add(std::span<const Triangle> triangles) {
  for (const Triangle& triangle : triangles) AddOne(triangle);
}

void MeshPreview::AddOne(const Triangle& triangle) {
  const Vec3 normal = Cross(triangle.corner[1] - triangle.corner[0], triangle.corner[2] - triangle.corner[0]);
  const double length = Length(normal);
  if (!(length > 0) || !std::isfinite(length)) return;  // also NaN
  Vec3 seen{Dot(normal, axes_[0]) / length, Dot(normal, axes_[1]) / length, Dot(normal, axes_[2]) / length};
  const bool behind = seen.z < 0;
  if (behind) seen = seen * -1;
  const Sample sample{0,
                      {static_cast<int8_t>(std::lround(seen.x * 127)), static_cast<int8_t>(std::lround(seen.y * 127)),
                       static_cast<int8_t>(std::lround(seen.z * 127))},
                      behind};
  Fill(Project(triangle.corner[0]), Project(triangle.corner[1]), Project(triangle.corner[2]), sample);
}

// Every sample whose centre lies in the triangle, if nothing nearer is there.
void MeshPreview::Fill(const Vec3& a, const Vec3& b, const Vec3& c, const Sample& sample) {
  const double area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (area == 0 || !std::isfinite(area)) return;
  auto first = [&](double p, double q, double r) {
    return static_cast<int>(std::clamp(std::ceil(std::min({p, q, r}) - 0.5), 0.0, static_cast<double>(side_)));
  };
  auto last = [&](double p, double q, double r) {
    return static_cast<int>(std::clamp(std::floor(std::max({p, q, r}) - 0.5), -1.0, static_cast<double>(side_ - 1)));
  };
  const int x0 = first(a.x, b.x, c.x), x1 = last(a.x, b.x, c.x), y0 = first(a.y, b.y, c.y), y1 = last(a.y, b.y, c.y);
  for (int y = y0; y <= y1; ++y) {
    const double py = y + 0.5;
    for (int x = x0; x <= x1; ++x) {
      const double px = x + 0.5;
      const double u = ((b.x - px) * (c.y - py) - (b.y - py) * (c.x - px)) / area;
      const double v = ((c.x - px) * (a.y - py) - (c.y - py) * (a.x - px)) / area;
      if (u < 0 || v < 0 || u + v > 1) continue;
      const auto depth = static_cast<float>(u * a.z + v * b.z + (1 - u - v) * c.z);
      Sample& at = samples_[static_cast<size_t>(y) * side_ + x];
      if (depth <= at.depth) continue;
      at = sample;
      at.depth = depth;
    }
  }
}

// How much of the sky a sample sees: less beside something nearer. 1 in the open.
float MeshPreview::Openness(int x, int y) const {
  constexpr int kDirections = 8, kSteps = 3;
  const float reach = static_cast<float>(side_) / 40;
  const float depth = At(x, y).depth;
  float hidden = 0;
  for (int direction = 0; direction < kDirections; ++direction) {
    const float angle = 0.785398f * static_cast<float>(direction) + 0.3f;
    float steepest = 0;
    for (int step = 1; step <= kSteps; ++step) {
      const float far = reach * static_cast<float>(step) / kSteps;
      const int sx = x + static_cast<int>(std::cos(angle) * far), sy = y + static_cast<int>(std::sin(angle) * far);
      if (sx < 0 || sy < 0 || sx >= side_ || sy >= side_) continue;
      const float rise = At(sx, sy).depth - depth;
      // Something much nearer is another body before it, which takes no light away.
      if (rise > 0 && rise < 4 * reach) steepest = std::max(steepest, rise / std::sqrt(rise * rise + far * far));
    }
    hidden += steepest;
  }
  return 1 - 0.75f * hidden / kDirections;
}

// At the rim of a surface, or where it bends by more than about 35 degrees.
bool MeshPreview::OnOutline(int x, int y) const {
  const Sample& here = At(x, y);
  const float jump = static_cast<float>(side_) / 90;
  constexpr int kNeighbours[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (const auto& step : kNeighbours) {
    const int sx = x + step[0], sy = y + step[1];
    if (sx < 0 || sy < 0 || sx >= side_ || sy >= side_) return true;
    const Sample& there = At(sx, sy);
    if (here.depth - there.depth > jump) return true;  // -infinity: the background
    if (there.depth - here.depth > jump) continue;     // the nearer one has the line
    const int cosine =
        here.normal[0] * there.normal[0] + here.normal[1] * there.normal[1] + here.normal[2] * there.normal[2];
    if (cosine < 127 * 127 * 82 / 100) return true;
  }
  return false;
}

MeshPreview::Light MeshPreview::Shade(int x, int y) const {
  const Sample& sample = At(x, y);
  const Vec3 normal{sample.normal[0] / 127.0, sample.normal[1] / 127.0, sample.normal[2] / 127.0};
  const double key = std::max(0.0, Dot(normal, kKeyLight)), fill = std::max(0.0, Dot(normal, kFillLight));
  const double sky = 0.5 + 0.5 * normal.y;
  const double gloss = std::pow(std::max(0.0, Dot(normal, Unit(kKeyLight + Vec3{0, 0, 1}))), 40);
  const float open = Openness(x, y);
  double light = (0.16 + 0.16 * sky) * open + 0.62 * key * (0.4 + 0.6 * open) + 0.09 * fill;
  if (OnOutline(x, y)) light *= 0.35;
  const Vec3 colour = sample.behind ? Vec3{0.80, 0.30, 0.24} : Vec3{0.60, 0.68, 0.76};
  const double shine = sample.behind ? 0 : 0.10 * gloss * open;
  return {static_cast<float>(colour.x * light + shine), static_cast<float>(colour.y * light + shine),
          static_cast<float>(colour.z * light + shine)};
}

Image MeshPreview::Render() const {
  Image image{pixels_, pixels_, std::vector<uint8_t>(size_t{4} * pixels_ * pixels_)};
  const int n = samples_per_pixel_;
  for (int y = 0; y < pixels_; ++y) {
    for (int x = 0; x < pixels_; ++x) {
      Light sum{0, 0, 0};
      int covered = 0;
      for (int i = 0; i < n * n; ++i) {
        const int sx = x * n + i % n, sy = y * n + i / n;
        if (std::isinf(At(sx, sy).depth)) continue;
        const Light light = Shade(sx, sy);
        sum = {sum.red + light.red, sum.green + light.green, sum.blue + light.blue};
        ++covered;
      }
      if (covered == 0) continue;
      uint8_t* pixel = &image.rgba[size_t{4} * (static_cast<size_t>(y) * pixels_ + x)];
      const auto share = 1 / static_cast<float>(covered);
      pixel[0] = ToByte(sum.red * share);
      pixel[1] = ToByte(sum.green * share);
      pixel[2] = ToByte(sum.blue * share);
      pixel[3] = static_cast<uint8_t>(255 * covered / (n * n));
    }
  }
  return image;
}

}  // namespace millwright::files
