// A picture of a mesh, because people look before they order.
//
// Method: parallel projection, z-buffer, several samples a pixel; a key light, a fill light and light from the sky,
// dark creases, outlines where the surface bends sharply or ends. Transparent background. Triangles seen from behind
// are tinted red: the inside of an open mesh, or a surface turned inside out, shows at once.
//
//   BoxOfMesh box;                       // one pass over the triangles ...
//   MeshPreview preview(box.box(), View::kIsometric, 512);
//   ... preview.Add(triangles) ...       // and another
//   std::string png = EncodePng(preview.Render());
//
// Memory: 8 bytes a sample, at most 40 MB. Triangles with NaN or infinities are left out.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_MESH_PREVIEW_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_MESH_PREVIEW_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/files/domain/mesh/triangle.h"
#include "services/files/domain/preview/png.h"

namespace millwright::files {

// From where one looks; z is up, the front is towards -y.
enum class View { kIsometric, kFront, kBack, kLeft, kRight, kTop, kBottom, kIsometricBack };

inline constexpr int kMinPreviewPixels = 16, kDefaultPreviewPixels = 512, kMaxPreviewPixels = 1024;

class BoxOfMesh : public TriangleSink {
 public:
  void Add(std::span<const Triangle> triangles) override;
  const Box& box() const { return box_; }

 private:
  Box box_;
};

class MeshPreview : public TriangleSink {
 public:
  // `pixels`: width and height, clamped to the limits above.
  MeshPreview(const Box& box, View view, int pixels);
  void Add(std::span<const Triangle> triangles) override;
  Image Render() const;

 private:
  struct Sample {
    float depth;       // larger is nearer; -infinity: nothing there
    int8_t normal[3];  // in the directions of the view, towards the eye; x 127
    uint8_t behind;    // 1: seen from behind
  };
  struct Light {
    float red, green, blue;
  };

  Vec3 Project(const Vec3& p) const;
  void AddOne(const Triangle& triangle);
  void Fill(const Vec3& a, const Vec3& b, const Vec3& c, const Sample& sample);
  const Sample& At(int x, int y) const { return samples_[static_cast<size_t>(y) * side_ + x]; }
  Light Shade(int x, int y) const;
  float Openness(int x, int y) const;
  bool OnOutline(int x, int y) const;

  const int pixels_, samples_per_pixel_, side_;
  std::array<Vec3, 3> axes_;  // right, up, towards the eye
  double scale_ = 1;          // samples per unit
  Vec3 middle_;
  std::vector<Sample> samples_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_MESH_PREVIEW_H_
