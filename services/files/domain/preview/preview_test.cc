// Previews: what is in the picture, how it is framed, and that hostile meshes draw nothing.
#include <gtest/gtest.h>
#include <png.h>

#include <cstring>

#include "services/files/domain/preview/mesh_preview.h"
#include "services/files/testing/mesh_shapes.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT

Image Draw(const Mesh& mesh, View view = View::kIsometric, int pixels = 96) {
  BoxOfMesh box;
  box.Add(mesh);
  MeshPreview preview(box.box(), view, pixels);
  preview.Add(mesh);
  return preview.Render();
}

const uint8_t* Pixel(const Image& image, int x, int y) { return &image.rgba[size_t{4} * (y * image.width + x)]; }

double Covered(const Image& image) {
  double sum = 0;
  for (size_t i = 3; i < image.rgba.size(); i += 4) sum += image.rgba[i] / 255.0;
  return sum / (image.width * image.height);
}

TEST(MeshPreview, FillsTheFrameAndLeavesTheBackgroundClear) {
  const Image image = Draw(MakeBox({10, 10, 10}), View::kFront, 100);
  EXPECT_EQ(image.width, 100);
  EXPECT_EQ(image.height, 100);
  EXPECT_NEAR(Covered(image), 0.88 * 0.88, 0.01);  // all but the margins
  EXPECT_EQ(Pixel(image, 2, 2)[3], 0);
  EXPECT_EQ(Pixel(image, 50, 50)[3], 255);
}

TEST(MeshPreview, EachViewSeesItsSide) {
  // A plate of 20 x 4 x 10: its outline tells the view.
  const Mesh plate = MakeBox({20, 4, 10});
  auto ratio = [&](View view) { return Covered(Draw(plate, view, 200)) / (0.88 * 0.88); };
  EXPECT_NEAR(ratio(View::kFront), 0.5, 0.01);  // 20 x 10
  EXPECT_NEAR(ratio(View::kBack), 0.5, 0.01);
  EXPECT_NEAR(ratio(View::kTop), 0.2, 0.01);  // 20 x 4
  EXPECT_NEAR(ratio(View::kBottom), 0.2, 0.01);
  EXPECT_NEAR(ratio(View::kLeft), 0.4, 0.01);  // 4 x 10
  EXPECT_NEAR(ratio(View::kRight), 0.4, 0.01);
}

TEST(MeshPreview, TheNearerSurfaceHidesTheFarther) {
  // A small box before a large one, seen from the front, in both orders.
  const Mesh near = MakeBox({2, 2, 2}, {4, -5, 4}), far = Flipped(MakeBox({10, 1, 10}));
  for (const Mesh& mesh : {Joined(near, far), Joined(far, near)}) {
    const Image image = Draw(mesh, View::kFront, 100);
    const uint8_t *middle = Pixel(image, 50, 50), *beside = Pixel(image, 15, 50);
    EXPECT_GT(middle[2], middle[0]);  // blue: right side out
    EXPECT_GT(beside[0], beside[2]);  // red: inside out
  }
}

TEST(MeshPreview, SizesAreClamped) {
  EXPECT_EQ(Draw(MakeBox({1, 1, 1}), View::kTop, 0).width, kMinPreviewPixels);
  EXPECT_EQ(Draw(MakeBox({1, 1, 1}), View::kTop, 1024).width, 1024);
  EXPECT_EQ(Draw(MakeBox({1, 1, 1}), View::kTop, 1025).width, kMaxPreviewPixels);
}

TEST(MeshPreview, HostileMeshesDrawNothing) {
  EXPECT_EQ(Covered(Draw({})), 0);
  EXPECT_EQ(Covered(Draw({{{{NAN, 0, 0}, {1, 0, 0}, {0, 1, 0}}}, {{{0, INFINITY, 0}, {1, 0, 0}, {0, 1, 0}}}})), 0);
  EXPECT_EQ(Covered(Draw({{{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}}})), 0);
  Draw({{{{-1e308, 0, 0}, {1e308, 0, 0}, {0, 1e308, 1e308}}}});
  Draw({{{{1e-320, 0, 0}, {0, 1e-320, 0}, {0, 0, 1e-320}}}});
}

TEST(Png, SaysWhatItIs) {
  const Image image = Draw(MakeBox({1, 2, 3}));
  const std::string png = EncodePng(image);
  png_image header = {};
  header.version = PNG_IMAGE_VERSION;
  ASSERT_TRUE(png_image_begin_read_from_memory(&header, png.data(), png.size()));
  header.format = PNG_FORMAT_RGBA;
  std::vector<uint8_t> back(PNG_IMAGE_SIZE(header));
  ASSERT_TRUE(png_image_finish_read(&header, nullptr, back.data(), 0, nullptr));
  EXPECT_EQ(back, image.rgba);
}

}  // namespace
}  // namespace millwright::files
