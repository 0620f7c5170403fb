// What must hold of every drawing: turned, mirrored, moved, drawn from below, in blocks or twice, it is the same cut.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/files/domain/drawing/drawing_analysis.h"

namespace millwright::files {
namespace {

constexpr int kDrawings = 200;

// Group codes and values on lines of their own.
class Writer {
 public:
  Writer& Text(int code, absl::string_view value) {
    absl::StrAppend(&text_, code, "\n", value, "\n");
    return *this;
  }
  Writer& Number(int code, double value) { return Text(code, absl::StrFormat("%.17g", value)); }
  Writer& Point(double x, double y) { return Number(10, x).Number(20, y); }
  Writer& Raw(absl::string_view text) {
    absl::StrAppend(&text_, text);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class RandomEntities {
 public:
  explicit RandomEntities(uint32_t seed) : random_(seed) {}

  std::string Some() {
    const int count = 1 + static_cast<int>(random_() % 12);
    std::string text;
    for (int i = 0; i < count; ++i) text += One(random_() % 6);
    return text;
  }
  double Within(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

 private:
  std::string One(uint32_t kind) {
    Writer w;
    const double x = Within(-50, 50), y = Within(-50, 50);
    switch (kind) {
      case 0:
        w.Text(0, "LINE").Point(x, y).Number(11, Within(-50, 50)).Number(21, Within(-50, 50));
        break;
      case 1:
        w.Text(0, "CIRCLE").Point(x, y).Number(40, Within(1, 9));
        break;
      case 2:
        w.Text(0, "ARC").Point(x, y).Number(40, Within(1, 9)).Number(50, Within(0, 360)).Number(51, Within(0, 360));
        break;
      case 3:
        w.Text(0, "ELLIPSE").Point(x, y).Number(11, Within(1, 9)).Number(21, Within(1, 9)).Number(40, Within(0.1, 1));
        w.Number(41, Within(0, 6)).Number(42, Within(0, 6));
        break;
      case 4:
        w.Text(0, "LWPOLYLINE").Number(90, 4).Number(70, random_() % 2);
        for (int i = 0; i < 4; ++i) w.Point(Within(-50, 50), Within(-50, 50)).Number(42, i % 2 == 0 ? Within(-2, 2) : 0);
        break;
      default:
        w.Text(0, "SPLINE").Number(71, 3);
        for (const int knot : {0, 0, 0, 0, 1, 2, 2, 2, 2}) w.Number(40, knot);
        for (int i = 0; i < 5; ++i) w.Point(Within(-50, 50), Within(-50, 50));
    }
    return w.text();
  }

  std::mt19937 random_;
};

DrawingReport Analyse(const std::string& entities, const std::string& block = "") {
  Writer w;
  w.Text(0, "SECTION").Text(2, "HEADER").Text(9, "$INSUNITS").Number(70, 4).Text(0, "ENDSEC");
  if (!block.empty()) {
    w.Text(0, "SECTION").Text(2, "BLOCKS").Text(0, "BLOCK").Text(2, "B").Point(3, -7).Raw(block).Text(0, "ENDBLK");
    w.Text(0, "ENDSEC");
  }
  w.Text(0, "SECTION").Text(2, "ENTITIES").Raw(entities).Text(0, "ENDSEC").Text(0, "EOF");
  DrawingReport report;
  EXPECT_TRUE(AnalyseDrawing(MemoryAccess(w.text()), "d.dxf", 0, {}, report));
  return report;
}

std::string Insert(double angle, double x_scale, double y_scale, bool from_below) {
  Writer w;
  w.Text(0, "INSERT").Text(2, "B").Point(11, 13).Number(41, x_scale).Number(42, y_scale).Number(50, angle);
  if (from_below) w.Number(230, -1);
  return w.text();
}

TEST(DrawingProperty, TurnedMirroredOrFromBelowItIsTheSameCut) {
  for (uint32_t seed = 0; seed < kDrawings; ++seed) {
    RandomEntities random(seed);
    const std::string entities = random.Some();
    const DrawingReport plain = Analyse(entities);
    for (const bool from_below : {false, true}) {
      for (const double mirror : {1.0, -1.0}) {
        const DrawingReport placed = Analyse(Insert(random.Within(0, 360), 1, mirror, from_below), entities);
        EXPECT_NEAR(placed.cut_length, plain.cut_length, 1e-9 * plain.cut_length) << seed;
        EXPECT_EQ(placed.closed_contours, plain.closed_contours) << seed;
        EXPECT_EQ(placed.open_contours, plain.open_contours) << seed;
        EXPECT_EQ(placed.duplicates, plain.duplicates) << seed;
      }
    }
    const DrawingReport quarter = Analyse(Insert(90, 1, 1, false), entities);
    EXPECT_NEAR(quarter.cut_width, plain.cut_height, 1e-9) << seed;
    EXPECT_NEAR(quarter.cut_height, plain.cut_width, 1e-9) << seed;
    const DrawingReport scaled = Analyse(Insert(10, 3, 3, false), entities);
    EXPECT_NEAR(scaled.cut_length, 3 * plain.cut_length, 1e-9 * scaled.cut_length) << seed;
  }
}

TEST(DrawingProperty, DrawnTwiceItIsCutOnce) {
  for (uint32_t seed = 0; seed < kDrawings; ++seed) {
    RandomEntities random(seed);
    const std::string entities = random.Some();
    const DrawingReport plain = Analyse(entities), twice = Analyse(entities + entities);
    EXPECT_NEAR(twice.cut_length, plain.cut_length, 1e-9 * plain.cut_length) << seed;
    EXPECT_EQ(twice.pierces(), plain.pierces()) << seed;
    EXPECT_EQ(twice.duplicates, static_cast<int64_t>(plain.drawing.curves.size()) + 2 * plain.duplicates) << seed;
  }
}

// The chords that previews are drawn from never leave the box and are never longer than the curve.
TEST(DrawingProperty, ChordsStayWithinTheBox) {
  for (uint32_t seed = 0; seed < kDrawings; ++seed) {
    RandomEntities random(seed);
    const DrawingReport report = Analyse(random.Some());
    for (const DrawnCurve& curve : report.drawing.curves) {
      double length = 0;
      const std::vector<Vec2> chords = Chords(curve.curve, 0.01);
      for (size_t i = 0; i < chords.size(); ++i) {
        EXPECT_GE(chords[i].x, report.min_x - 1e-9);
        EXPECT_LE(chords[i].x, report.max_x + 1e-9);
        EXPECT_GE(chords[i].y, report.min_y - 1e-9);
        EXPECT_LE(chords[i].y, report.max_y + 1e-9);
        if (i > 0) length += Length(chords[i] - chords[i - 1]);
      }
      EXPECT_LE(length, LengthOf(curve.curve) * (1 + 1e-9)) << seed;
    }
  }
}

}  // namespace
}  // namespace millwright::files
