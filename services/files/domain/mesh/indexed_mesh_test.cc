// OBJ, PLY and the triangulation of polygons.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/mesh/analysis.h"
#include "services/files/domain/mesh/polygon.h"
#include "services/files/testing/mesh_shapes.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;

MeshReport Analyse(absl::string_view bytes, const std::string& name, size_t piece = SIZE_MAX) {
  MeshAnalysis analysis(
      {.size = static_cast<int64_t>(bytes.size()), .name = name, .exact = true, .key = HashKey{1, 2, 3}});
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
    analysis.Feed(bytes.substr(at, piece));
  return std::move(analysis).Finish();
}

std::vector<Rule> RulesOf(const MeshReport& report) {
  std::vector<Rule> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const MeshReport& report) {
  std::string text;
  for (const Finding& f : report.findings) absl::StrAppend(&text, InfoOf(f.rule).id, ": ", f.message, "\n");
  return text;
}

double AreaOf(const std::vector<Triangle>& triangles, const Vec3& up) {
  double area = 0;
  for (const Triangle& t : triangles) {
    area += Dot(Cross(t.corner[1] - t.corner[0], t.corner[2] - t.corner[0]), up) / 2;
  }
  return area;
}

TEST(Polygon, ConcaveOutlinesKeepTheirAreaWithoutOverlap) {
  struct Row {
    const char* name;
    std::vector<Vec3> corners;
    double area;
  };
  const Row rows[] = {
      {"square", {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}, 1},
      {"arrow", {{0, 0, 0}, {4, 2, 0}, {0, 4, 0}, {1, 2, 0}}, 6},
      {"L", {{0, 0, 0}, {3, 0, 0}, {3, 1, 0}, {1, 1, 0}, {1, 3, 0}, {0, 3, 0}}, 5},
      {"comb",
       {{0, 0, 0},
        {5, 0, 0},
        {5, 3, 0},
        {4, 3, 0},
        {4, 1, 0},
        {3, 1, 0},
        {3, 3, 0},
        {2, 3, 0},
        {2, 1, 0},
        {1, 1, 0},
        {1, 3, 0},
        {0, 3, 0}},
       11},
      {"corners on one line", {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {2, 2, 0}, {1, 2, 0}, {0, 2, 0}}, 4},
      {"slit to a hole",
       {{0, 0, 0}, {4, 0, 0}, {4, 4, 0}, {0, 4, 0}, {0, 0, 0}, {1, 1, 0}, {1, 3, 0}, {3, 3, 0}, {3, 1, 0}, {1, 1, 0}},
       12},
  };
  for (const Row& row : rows) {
    // In all three coordinate planes, both ways round.
    for (int turn = 0; turn < 3; ++turn) {
      for (const bool reversed : {false, true}) {
        std::vector<Vec3> corners = row.corners;
        Vec3 up{0, 0, 1};
        for (int i = 0; i < turn; ++i) {
          for (Vec3& c : corners) c = Vec3{c.z, c.x, c.y};
          up = Vec3{up.z, up.x, up.y};
        }
        if (reversed) std::reverse(corners.begin(), corners.end());
        std::vector<Triangle> triangles;
        Triangulate(corners, triangles);
        EXPECT_EQ(triangles.size(), corners.size() - 2) << row.name;
        EXPECT_DOUBLE_EQ(AreaOf(triangles, up), reversed ? -row.area : row.area) << row.name;
        for (const Triangle& t : triangles) {
          const double own = AreaOf({t}, up);
          EXPECT_TRUE(reversed ? own <= 0 : own >= 0) << row.name << ": a triangle the other way round overlaps";
        }
      }
    }
  }
}

TEST(Polygon, RandomStarsKeepTheirArea) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const int n = 3 + static_cast<int>(random() % 40);
    std::vector<Vec3> corners;
    double area = 0;
    for (int i = 0; i < n; ++i) {
      const double radius = 1 + static_cast<double>(random() % 1000) / 100, angle = 6.283185307179586 * i / n;
      corners.push_back({radius * std::cos(angle), radius * std::sin(angle), 0});
    }
    for (int i = 0; i < n; ++i) area += Cross(corners[i], corners[(i + 1) % n]).z / 2;
    std::vector<Triangle> triangles;
    Triangulate(corners, triangles);
    EXPECT_NEAR(AreaOf(triangles, {0, 0, 1}), area, 1e-9);
    double absolute = 0;
    for (const Triangle& t : triangles) absolute += std::abs(AreaOf({t}, {0, 0, 1}));
    EXPECT_NEAR(absolute, area, 1e-9);
  }
}

// A house: a box with a gable, of quads and two concave-free pentagons.
constexpr char kHouse[] =
    "# a house\nmtllib x.mtl\no house\n"
    "v 0 0 0 0.5 0.5 0.5\nv 4 0 0\nv 4 6 0\nv 0 6 0\nv 0 0 3\nv 4 0 3\nv 4 6 3\nv 0 6 3\nv 2 0 5\nv 2 6 5\n"
    "vt 0 0\nvn 0 0 1\ng walls\nusemtl brick\ns off\n"
    "f 1 4 3 2\n"
    "f 1/1 2/1 6/1 9/1 5/1\n"
    "f 2//1 3//1 7//1 6//1\n"
    "f 3/1/1 4/1/1 8/1/1 10/1/1 7/1/1\n"
    "f 4 1 5 8\n"
    "f 6 7 10 9\n"
    "f -2 -1 \\\r\n -3 -6\n";

TEST(Obj, AHouse) {
  for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{5}, size_t{64}}) {
    const MeshReport report = Analyse(kHouse, "house.obj", piece);
    EXPECT_EQ(report.format, MeshFormat::kObj);
    ASSERT_TRUE(report.volume().has_value()) << Text(report);
    EXPECT_DOUBLE_EQ(*report.volume(), 4 * 6 * 3 + 4 * 2 * 6 / 2.0);
    EXPECT_EQ(report.measured.triangles, 16);
    EXPECT_EQ(report.topology->vertices, 10);
  }
  EXPECT_EQ(Analyse(kHouse, "house").format, MeshFormat::kObj);
}

TEST(Obj, FacesMayComeBeforeTheirVertices) {
  const MeshReport report =
      Analyse("f 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\nv 0 0 0\nv 6 0 0\nv 0 6 0\nv 0 0 6\n", "a.obj");
  EXPECT_DOUBLE_EQ(*report.volume(), 36) << Text(report);
}

TEST(Obj, Faults) {
  struct Row {
    std::string text;
    Rule rule;
  };
  const std::string vertices = "v 0 0 0\nv 1 0 0\nv 0 1 0\n";
  for (const Row& row : {Row{vertices + "f 1 2 4\n", Rule::kMeshIndexOutOfRange},
                         Row{vertices + "f 1 2 -4\n", Rule::kMeshIndexOutOfRange},
                         Row{vertices + "f 1 2 99999999999999\n", Rule::kMeshIndexOutOfRange},
                         Row{vertices + "f 0 1 2\n", Rule::kMeshSyntax}, Row{vertices + "f a b c\n", Rule::kMeshSyntax},
                         Row{vertices + "f 1 2\n", Rule::kMeshSyntax}, Row{"v 0 0\n", Rule::kMeshSyntax},
                         Row{"v 0,5 0 0\n", Rule::kMeshDecimalComma}, Row{vertices, Rule::kMeshNoTriangle},
                         Row{vertices + "f 1 2 3\n", Rule::kMeshOpenEdge},
                         Row{"v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", Rule::kMeshNotFinite},
                         Row{"v 1 1 1" + std::string(1 << 20, ' '), Rule::kMeshSyntax}}) {
    const MeshReport report = Analyse(row.text, "a.obj");
    EXPECT_THAT(RulesOf(report), Contains(row.rule)) << row.text.substr(0, 60) << "\n" << Text(report);
    EXPECT_EQ(report.verdict(), Severity::kBlocking);
  }
  // A vertex that no face uses is not part of the box.
  EXPECT_EQ(Analyse(vertices + "v 99 99 99\nf 1 2 3\n", "a.obj").measured.box.size().x, 1);
}

TEST(Obj, LineEndsByteOrderMarkAndContinuations) {
  const std::string plain = "v 0 0 0\nv 6 0 0\nv 0 6 0\nv 0 0 6\nf 1 3 2\nfo 1 2 4\nf 1 \\\n4 3\nf 2 3 4";
  for (const char* line_end : {"\n", "\r\n", "\r"}) {
    for (const char* mark : {"", "\xEF\xBB\xBF"}) {
      const std::string text = mark + absl::StrReplaceAll(plain, {{"\n", line_end}});
      for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}}) {
        for (const char* last : {"", line_end}) {
          const MeshReport report = Analyse(text + last, "a.obj", piece);
          ASSERT_TRUE(report.volume().has_value()) << absl::CHexEscape(text) << "\n" << Text(report);
          EXPECT_DOUBLE_EQ(*report.volume(), 36);
        }
      }
    }
  }
}

TEST(Obj, FreeFormSurfacesAreNotLeftOutInSilence) {
  const std::string surface = "cstype bspline\ndeg 3 3\nsurf 0 1 0 1 1 2 3 4\nend\n";
  const MeshReport report = Analyse(kHouse + surface, "house.obj");
  EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshExtension));
  EXPECT_EQ(report.verdict(), Severity::kNeedsConfirmation);
}

enum class Ply { kAscii, kLittle, kBig };

template <class T>
void Put(std::string& out, T value, bool big) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  if (big) std::reverse(bytes, bytes + sizeof(T));
  out.append(bytes, sizeof(T));
}

// A box with colours, a skipped element with a list, and quads with a flag behind their indices.
std::string PlyBox(Ply kind, int64_t announced_vertices = 8) {
  const char* formats[] = {"ascii", "binary_little_endian", "binary_big_endian"};
  std::string out =
      absl::StrCat("ply\nformat ", formats[static_cast<int>(kind)], " 1.0\ncomment made for a test\nelement vertex ",
                   announced_vertices,
                   "\nproperty double x\nproperty uchar red\nproperty float y\nproperty short z\n"
                   "element extra 1\nproperty list uchar ushort things\n"
                   "element face 6\nproperty list uchar int vertex_indices\nproperty uchar flag\nend_header\n");
  const bool ascii = kind == Ply::kAscii, big = kind == Ply::kBig;
  for (int i = 0; i < 8; ++i) {
    const double x = i & 1 ? 2.5 : 0;
    const float y = i & 2 ? 3 : 0;
    const int16_t z = i & 4 ? 4 : 0;
    if (ascii) {
      absl::StrAppendFormat(&out, "%.17g 255 %g %d\n", x, y, z);
    } else {
      Put(out, x, big);
      Put(out, uint8_t{255}, big);
      Put(out, y, big);
      Put(out, z, big);
    }
  }
  if (ascii) {
    absl::StrAppend(&out, "3 7 8 9\n");
  } else {
    Put(out, uint8_t{3}, big);
    for (uint16_t thing : {7, 8, 9}) Put(out, thing, big);
  }
  constexpr int kFaces[6][4] = {{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}};
  for (const auto& face : kFaces) {
    if (ascii) {
      absl::StrAppendFormat(&out, "4 %d %d %d %d 1\n", face[0], face[1], face[2], face[3]);
    } else {
      Put(out, uint8_t{4}, big);
      for (int index : face) Put(out, int32_t{index}, big);
      Put(out, uint8_t{1}, big);
    }
  }
  return out;
}

TEST(PlyReader, AsciiLittleAndBigEndian) {
  for (const Ply kind : {Ply::kAscii, Ply::kLittle, Ply::kBig}) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}, size_t{100}}) {
      const MeshReport report = Analyse(PlyBox(kind), "box.ply", piece);
      EXPECT_EQ(report.format, MeshFormat::kPly);
      ASSERT_TRUE(report.volume().has_value()) << static_cast<int>(kind) << Text(report);
      EXPECT_DOUBLE_EQ(*report.volume(), 30);
    }
  }
}

TEST(PlyReader, TruncationAtEveryByteBlocks) {
  for (const Ply kind : {Ply::kAscii, Ply::kLittle, Ply::kBig}) {
    const std::string whole = PlyBox(kind);
    for (size_t size = 0; size + 2 < whole.size(); ++size) {
      EXPECT_EQ(Analyse(absl::string_view(whole).substr(0, size), "box.ply", 37).verdict(), Severity::kBlocking)
          << size;
    }
  }
}

TEST(PlyReader, HeaderLinesMayEndInAnyWay) {
  for (const Ply kind : {Ply::kAscii, Ply::kLittle, Ply::kBig}) {
    const std::string whole = PlyBox(kind);
    const size_t data = whole.find("end_header\n") + 11;
    for (const char* line_end : {"\r\n", "\r"}) {
      const std::string text = absl::StrReplaceAll(whole.substr(0, data), {{"\n", line_end}}) + whole.substr(data);
      for (const size_t piece : {SIZE_MAX, size_t{1}}) {
        const MeshReport report = Analyse(text, "box.ply", piece);
        ASSERT_TRUE(report.volume().has_value()) << static_cast<int>(kind) << Text(report);
        EXPECT_DOUBLE_EQ(*report.volume(), 30);
      }
    }
  }
}

// A header that counts too few faces would leave some out in silence; if they are a shell, what is left is closed.
TEST(PlyReader, BytesBehindTheLastRecord) {
  for (const Ply kind : {Ply::kAscii, Ply::kLittle, Ply::kBig}) {
    for (const size_t piece : {SIZE_MAX, size_t{1}}) {
      const std::string whole = PlyBox(kind);
      EXPECT_EQ(Analyse(whole + "7", "box.ply", piece).verdict(), Severity::kInformation);
      EXPECT_THAT(RulesOf(Analyse(whole + "7", "box.ply", piece)), Contains(Rule::kMeshStrayByte));
      const MeshReport report = Analyse(whole + "70", "box.ply", piece);
      EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshBytesLeftOver));
      EXPECT_EQ(report.verdict(), Severity::kBlocking);
    }
  }
  EXPECT_EQ(Analyse(PlyBox(Ply::kAscii) + "\r\n \n", "box.ply").findings.size(), 1u);  // self-intersection: not checked
}

TEST(PlyReader, LyingAndHostileHeaders) {
  EXPECT_THAT(RulesOf(Analyse(PlyBox(Ply::kLittle, 4'000'000'000), "a.ply")), Contains(Rule::kMeshTruncated));
  for (const char* header :
       {"ply\nend_header\n", "ply\nformat ascii 2.0\nelement vertex x\nend_header\n",
        "ply\nformat ebcdic 1.0\nend_header\n", "ply\nproperty float x\n",
        "ply\nformat ascii 1.0\nelement face 1\nproperty list uchar nonsense vertex_indices\n",
        "ply\nformat ascii 1.0\nelement face 1\nproperty list int int vertex_indices\nend_header\n-5\n",
        "ply\nformat ascii 1.0\nelement face 1\nproperty list int int vertex_indices\nend_header\n1e9\n"}) {
    EXPECT_EQ(Analyse(header, "a.ply").verdict(), Severity::kBlocking) << header;
  }
  std::string wrong = PlyBox(Ply::kAscii);
  wrong.replace(wrong.find("4 0 2 3 1"), 9, "4 0 2 3 8");
  EXPECT_THAT(RulesOf(Analyse(wrong, "a.ply")), Contains(Rule::kMeshIndexOutOfRange));
}

}  // namespace
}  // namespace millwright::files
