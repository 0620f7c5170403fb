// Meshes: exact volumes, every rule, hostile bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "services/files/domain/mesh/analysis.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/testing/stl_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT: shapes and writers of millwright::files::testing
using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::Not;

constexpr HashKey kKey = {0x1234567890abcdef, 0xfedcba0987654321, 0x0f1e2d3c4b5a6979};

MeshReport Analyse(absl::string_view bytes, bool exact = true, size_t piece = SIZE_MAX,
                   const std::string& name = "part.stl") {
  MeshAnalysis analysis({.size = static_cast<int64_t>(bytes.size()), .name = name, .exact = exact, .key = kKey});
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    analysis.Feed(bytes.substr(at, piece));
  }
  return std::move(analysis).Finish();
}

MeshReport Analyse(const Mesh& mesh) { return Analyse(BinaryStl(mesh)); }

std::vector<Rule> RulesOf(const MeshReport& report) {
  std::vector<Rule> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const MeshReport& report) {
  std::string text;
  for (const Finding& f : report.findings) text += std::string(InfoOf(f.rule).id) + ": " + f.message + "\n";
  return text;
}

TEST(Mesh, ExactVolumes) {
  struct Row {
    const char* name;
    Mesh mesh;
    double volume, area;
  };
  const Row rows[] = {
      {"cube", MakeBox({10, 10, 10}), 1000, 600},
      {"box away from the origin", MakeBox({2, 3, 5}, {1000, -2000, 4096}), 30, 62},
      {"tetrahedron", MakeTetrahedron(6), 36, 54 + 18 * std::sqrt(3.0)},
      {"two cubes", Joined(MakeBox({1, 1, 1}), MakeBox({2, 2, 2}, {5, 0, 0})), 9, 30},
      {"cube with a void", Joined(MakeBox({10, 10, 10}), Flipped(MakeBox({2, 2, 2}, {4, 4, 4}))), 992, 624},
  };
  for (const Row& row : rows) {
    for (const std::string& bytes : {BinaryStl(row.mesh), AsciiStl(row.mesh)}) {
      const MeshReport report = Analyse(bytes);
      ASSERT_TRUE(report.volume().has_value()) << row.name << "\n" << Text(report);
      EXPECT_NEAR(*report.volume() / row.volume, 1, 1e-12) << row.name;
      EXPECT_NEAR(report.measured.area / row.area, 1, 1e-12) << row.name;
    }
  }
}

// The sum of a million terms against the closed formula of the polyhedron: the grid of a torus is a union of frusta.
TEST(Mesh, VolumeOfAMillionTrianglesIsExactToNineDigits) {
  const Mesh mesh = Rounded(MakeTorus(1000, 500, 30, 10));
  ASSERT_EQ(mesh.size(), 1'000'000u);
  // An independent reference: long double, pairwise, relative to the origin.
  std::vector<long double> terms;
  for (const Triangle& t : mesh) {
    auto d = [](double v) { return static_cast<long double>(v); };
    const Vec3 &a = t.corner[0], &b = t.corner[1], &c = t.corner[2];
    terms.push_back(d(a.x) * (d(b.y) * d(c.z) - d(b.z) * d(c.y)) + d(a.y) * (d(b.z) * d(c.x) - d(b.x) * d(c.z)) +
                    d(a.z) * (d(b.x) * d(c.y) - d(b.y) * d(c.x)));
  }
  while (terms.size() > 1) {
    std::vector<long double> half;
    for (size_t i = 0; i < terms.size(); i += 2) half.push_back(terms[i] + (i + 1 < terms.size() ? terms[i + 1] : 0));
    terms.swap(half);
  }
  const double reference = static_cast<double>(terms[0] / 6);
  const MeshReport report = Analyse(mesh);
  ASSERT_TRUE(report.volume().has_value()) << Text(report);
  EXPECT_NEAR(*report.volume() / reference, 1, 1e-12);
  EXPECT_EQ(report.topology->vertices, 500'000);
  EXPECT_EQ(report.topology->edges, 1'500'000);
}

TEST(Mesh, TranslatedFarAwayKeepsItsVolume) {
  const Mesh mesh = MakeBox({0.5, 0.25, 8}, {1 << 20, -(1 << 20), 1 << 18});
  EXPECT_DOUBLE_EQ(*Analyse(mesh).volume(), 1);
}

TEST(Mesh, EachRule) {
  struct Row {
    const char* name;
    Mesh mesh;
    Rule rule;
    int64_t count;  // of the topology member that the rule is about; -1 not compared
  };
  Mesh open = MakeBox({1, 1, 1});
  open.pop_back();
  Mesh doubled = MakeBox({1, 1, 1});
  doubled.push_back(doubled[0]);
  Mesh one_flipped = MakeBox({1, 1, 1});
  std::swap(one_flipped[3].corner[0], one_flipped[3].corner[1]);
  Mesh nan = MakeBox({1, 1, 1});
  nan[5].corner[1].y = NAN;
  Mesh infinite = MakeBox({1, 1, 1});
  infinite[0].corner[0].z = INFINITY;
  Mesh with_point = MakeBox({1, 1, 1});
  with_point.push_back({{{0, 0, 0}, {1, 1, 1}, {0, 0, 0}}});
  const Mesh cube = MakeBox({1, 1, 1});
  const Row rows[] = {
      {"a face missing", open, Rule::kMeshOpenEdge, 3},
      {"a triangle twice", doubled, Rule::kMeshNonManifoldEdge, 3},
      {"cubes sharing an edge", Joined(cube, MakeBox({1, 1, 1}, {1, 1, 0})), Rule::kMeshNonManifoldEdge, 1},
      {"a shell twice", Joined(cube, cube), Rule::kMeshNonManifoldEdge, 18},
      {"one triangle the other way", one_flipped, Rule::kMeshInconsistentEdge, 3},
      {"NaN", nan, Rule::kMeshNotFinite, -1},
      {"infinity", infinite, Rule::kMeshNotFinite, -1},
      {"a triangle with a repeated corner", with_point, Rule::kMeshZeroArea, -1},
      {"inside out", Flipped(cube), Rule::kMeshInverted, -1},
      {"one of two inside out", Joined(MakeBox({2, 2, 2}), Flipped(MakeBox({1, 1, 1}, {5, 5, 5}))),
       Rule::kMeshNegativeShell, -1},
      {"void within void",
       Joined(Joined(MakeBox({9, 9, 9}), Flipped(MakeBox({7, 7, 7}, {1, 1, 1}))),
              Flipped(MakeBox({2, 2, 2}, {3, 3, 3}))),
       Rule::kMeshVoid, -1},
      {"void", Joined(MakeBox({9, 9, 9}), Flipped(MakeBox({2, 2, 2}, {3, 3, 3}))), Rule::kMeshVoid, -1},
      {"nested outward shells", Joined(MakeBox({9, 9, 9}), MakeBox({2, 2, 2}, {3, 3, 3})), Rule::kMeshNestedShells, -1},
      {"closed", cube, Rule::kMeshSelfIntersection, -1},
      {"no triangle", {}, Rule::kMeshNoTriangle, -1},
      {"two triangles back to back",
       {{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}}, {{{0, 0, 0}, {0, 1, 0}, {1, 0, 0}}}},
       Rule::kMeshNoVolume,
       -1},
  };
  for (const Row& row : rows) {
    const MeshReport report = Analyse(row.mesh);
    EXPECT_THAT(RulesOf(report), Contains(row.rule)) << row.name << "\n" << Text(report);
    const Topology& topology = *report.topology;
    const int64_t counted = row.rule == Rule::kMeshOpenEdge          ? topology.open_edges
                            : row.rule == Rule::kMeshNonManifoldEdge ? topology.non_manifold_edges
                                                                     : topology.inconsistent_edges;
    if (row.count >= 0) {
      EXPECT_EQ(counted, row.count) << row.name;
    }
    EXPECT_EQ(report.volume().has_value(), report.verdict() < Severity::kBlocking) << row.name << "\n" << Text(report);
  }
  // None of them for a good mesh, but for what is always said.
  EXPECT_THAT(RulesOf(Analyse(cube)), ::testing::ElementsAre(Rule::kMeshSelfIntersection));
}

TEST(Mesh, AWhollyInvertedMeshWithAVoidIsMeasuredFlipped) {
  const Mesh good = Joined(MakeBox({10, 10, 10}), Flipped(MakeBox({2, 2, 2}, {4, 4, 4})));
  const MeshReport report = Analyse(Flipped(good));
  EXPECT_EQ(report.verdict(), Severity::kNeedsConfirmation) << Text(report);
  EXPECT_DOUBLE_EQ(*report.volume(), 992);
  EXPECT_EQ(report.topology->voids, 1);
}

TEST(Mesh, ANegativeShellInsideTwoPositiveOnesBlocks) {
  const Mesh mesh =
      Joined(Joined(MakeBox({9, 9, 9}), MakeBox({7, 7, 7}, {1, 1, 1})), Flipped(MakeBox({2, 2, 2}, {3, 3, 3})));
  EXPECT_THAT(RulesOf(Analyse(mesh)), Contains(Rule::kMeshNegativeShell));
}

TEST(Mesh, ANegativeShellBesideAConcavePartIsNoVoid) {
  // In the box of the bracket but in the air under its wall.
  const Mesh mesh = Joined(MakeAngleBracket(), Flipped(MakeBox({2, 2, 2}, {2, 2, 40})));
  EXPECT_THAT(RulesOf(Analyse(mesh)), Contains(Rule::kMeshNegativeShell));
}

TEST(Mesh, NegativeZeroIsZero) {
  Mesh mesh = MakeBox({1, 1, 1});
  for (size_t i = 0; i < mesh.size(); i += 2) {
    for (Vec3& corner : mesh[i].corner) {
      if (corner.x == 0) corner.x = -0.0;
      if (corner.z == 0) corner.z = -0.0;
    }
  }
  const MeshReport report = Analyse(mesh);
  EXPECT_EQ(report.topology->vertices, 8);
  EXPECT_DOUBLE_EQ(*report.volume(), 1);
  EXPECT_FALSE(Analyse(BinaryStl(mesh), /*exact=*/false).measured.proved_open);
}

TEST(Mesh, ATJunctionIsOpen) {
  // The top square is split at the middle of one side; the wall below it is not.
  Mesh mesh = MakeBox({2, 2, 2});
  const Vec3 a{0, 0, 2}, b{2, 0, 2}, c{2, 2, 2}, middle{1, 0, 2};
  mesh[2] = {{a, middle, c}};
  mesh.push_back({{middle, b, c}});
  EXPECT_EQ(Analyse(mesh).topology->open_edges, 3);
}

TEST(Mesh, PiecesOfAnySizeGiveTheSame) {
  const Mesh mesh = MakeTorus(12, 8, 10, 3);
  for (const std::string& bytes : {BinaryStl(mesh), AsciiStl(mesh), AsciiStl(mesh, {.line_end = "\r\n"})}) {
    const MeshReport whole = Analyse(bytes);
    ASSERT_TRUE(whole.volume().has_value()) << Text(whole);
    for (const size_t piece : {1, 2, 3, 7, 49, 50, 51, 83, 84, 85, 1023, 1024, 1025, 4096}) {
      const MeshReport report = Analyse(bytes, true, piece);
      EXPECT_EQ(report.measured.triangles, 192);
      EXPECT_EQ(report.volume(), whole.volume()) << piece;
      EXPECT_EQ(report.findings.size(), whole.findings.size()) << piece;
    }
  }
}

TEST(Mesh, TruncationAtEveryByteIsAFindingAndNoCrash) {
  const Mesh mesh = MakeTetrahedron(3);
  for (const std::string& bytes : {BinaryStl(mesh), BinaryStl(mesh, {.header = "solid x"}), AsciiStl(mesh)}) {
    for (size_t size = 0; size + 1 < bytes.size(); ++size) {
      const MeshReport report = Analyse(absl::string_view(bytes).substr(0, size), true, 33);
      if (size == bytes.size() - 1 || (size > bytes.size() - 8 && bytes[0] == 's')) continue;  // "endsolid part" cut
      EXPECT_EQ(report.verdict(), Severity::kBlocking) << size;
    }
  }
}

TEST(Mesh, LyingCounts) {
  const Mesh mesh = MakeTetrahedron(3);
  EXPECT_THAT(RulesOf(Analyse(BinaryStl(mesh, {.count = 5}))), Contains(Rule::kMeshTruncated));
  EXPECT_THAT(RulesOf(Analyse(BinaryStl(mesh, {.count = 0xFFFFFFFF}))), Contains(Rule::kMeshTruncated));
  const MeshReport below = Analyse(BinaryStl(mesh, {.count = 3}));
  EXPECT_THAT(RulesOf(below), Contains(Rule::kMeshBytesLeftOver));
  EXPECT_EQ(below.findings[0].measured, "50 bytes");
  EXPECT_EQ(below.measured.triangles, 3);
  const MeshReport stray = Analyse(BinaryStl(mesh) + "\n");
  EXPECT_THAT(RulesOf(stray), Contains(Rule::kMeshStrayByte));
  EXPECT_EQ(stray.verdict(), Severity::kInformation);
  EXPECT_THAT(RulesOf(Analyse(BinaryStl(mesh) + "\r\n")), Contains(Rule::kMeshBytesLeftOver));
}

TEST(Mesh, BinaryIsDecidedByLengthNotByHeader) {
  const MeshReport report =
      Analyse(BinaryStl(MakeBox({1, 1, 1}), {.header = "solid exported by someone\n facet normal"}));
  EXPECT_EQ(report.format, MeshFormat::kStlBinary);
  EXPECT_DOUBLE_EQ(*report.volume(), 1);
}

TEST(AsciiStl, Variants) {
  const Mesh mesh = MakeBox({1.5, 2.25, 3});
  const std::string texts[] = {
      AsciiStl(mesh, {.upper_case = true}),
      AsciiStl(mesh, {.line_end = "\r\n"}),
      AsciiStl(mesh, {.line_end = "\r"}),
      AsciiStl(mesh, {.final_newline = false}),
      AsciiStl(mesh, {.number_format = "%.9e"}),
      AsciiStl(mesh, {.number_format = "%+.6E"}),
      AsciiStl(mesh, {.name = ""}),
      AsciiStl(mesh, {.name = "facet endsolid solid"}),
      "\xEF\xBB\xBF" + AsciiStl(mesh),
      "\xEF\xBB\xBF  \n" + AsciiStl(mesh),
  };
  for (const std::string& text : texts) {
    const MeshReport report = Analyse(text);
    EXPECT_EQ(report.format, MeshFormat::kStlAscii);
    ASSERT_TRUE(report.volume().has_value()) << text.substr(0, 60) << Text(report);
    EXPECT_DOUBLE_EQ(*report.volume(), 10.125);
  }
}

TEST(AsciiStl, SeveralSolidsAreOnePart) {
  const MeshReport report =
      Analyse(AsciiStl(MakeBox({1, 1, 1}), {.name = "one"}) + AsciiStl(MakeBox({1, 1, 1}, {4, 4, 4}), {.name = "two"}));
  EXPECT_THAT(report.solids, ::testing::ElementsAre("one", "two"));
  EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshSeveralSolids));
  EXPECT_EQ(report.topology->shells, 2);
  EXPECT_EQ(report.verdict(), Severity::kInformation);
}

TEST(AsciiStl, FaultsNameTheirLine) {
  const std::string good = AsciiStl(MakeTetrahedron(1));
  auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  struct Row {
    std::string text;
    Rule rule;
    const char* place;
  };
  const Row rows[] = {
      {replaced("vertex 0 0 0", "vertex 0,5 0 0"), Rule::kMeshDecimalComma, "line 4"},
      {replaced("vertex 0 0 0", "vertex 0 zero 0"), Rule::kMeshSyntax, "line 4"},
      {replaced("vertex 0 0 0", "vertex 0 0"), Rule::kMeshSyntax, "line 5"},
      {replaced("endloop", "vertex 0 0 0"), Rule::kMeshSyntax, "line 7"},
      {replaced("endfacet", "endfact"), Rule::kMeshSyntax, "line 8"},
      {replaced("outer", std::string(600, 'x')), Rule::kMeshSyntax, "line 3"},
      {AsciiStl(MakeTetrahedron(1), {.end = false}), Rule::kMeshTruncated, "line 30"},
      {good + "rubbish\n", Rule::kMeshSyntax, "line 31"},
  };
  for (const Row& row : rows) {
    const MeshReport report = Analyse(row.text);
    ASSERT_THAT(RulesOf(report), Contains(row.rule)) << Text(report);
    EXPECT_EQ(report.findings[0].place.element, row.place) << Text(report);
    EXPECT_EQ(report.verdict(), Severity::kBlocking);
  }
  for (const char* word : {"nan", "-nan", "inf", "1.#IND", "-1.#INF", "nan(ind)", "1e999"}) {
    EXPECT_THAT(RulesOf(Analyse(replaced("vertex 0 0 0", std::string("vertex 0 0 ") + word))),
                Contains(Rule::kMeshNotFinite))
        << word;
  }
}

TEST(Mesh, WhatIsNoMeshIsSaid) {
  EXPECT_THAT(RulesOf(Analyse("")), Contains(Rule::kFileEmpty));
  EXPECT_THAT(RulesOf(Analyse("%PDF-1.4 and so on", true, SIZE_MAX, "a.pdf")), Contains(Rule::kMeshNotRecognised));
  EXPECT_EQ(Analyse("%PDF-1.4 and so on").verdict(), Severity::kBlocking);
  EXPECT_EQ(Analyse(std::string(5000, '\0')).verdict(), Severity::kBlocking);
}

TEST(Mesh, TheEarlyProofIsRightWheneverItSpeaks) {
  EXPECT_FALSE(Analyse(BinaryStl(MakeTorus(20, 10, 5, 1)), false).measured.proved_open);
  Mesh open = MakeTorus(20, 10, 5, 1);
  open.pop_back();
  EXPECT_TRUE(Analyse(BinaryStl(open), false).measured.proved_open);
  // Proves nothing for doubled shells; the exact pass does.
  const Mesh doubled = Joined(MakeBox({1, 1, 1}), MakeBox({1, 1, 1}));
  EXPECT_FALSE(Analyse(BinaryStl(doubled), false).measured.proved_open);
}

TEST(Mesh, TheMemoryCapIsAFinding) {
  const std::string bytes = BinaryStl(MakeTorus(200, 100, 5, 1));
  MeshAnalysis analysis({.size = static_cast<int64_t>(bytes.size()),
                         .name = "x.stl",
                         .exact = true,
                         .memory_allowance = -static_cast<int64_t>(bytes.size()) + 100'000,
                         .key = kKey});
  analysis.Feed(bytes);
  const MeshReport report = std::move(analysis).Finish();
  EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshTooBigToCheck));
  EXPECT_FALSE(report.volume().has_value());
}

TEST(Quantised, UnitsAndRounding) {
  const MeshReport report = Analyse(MakeBox({1, 2, 4}));
  struct Row {
    LengthUnit unit;
    int64_t x_um, area, volume;
  };
  for (const Row& row :
       {Row{LengthUnit::kMillimetre, 1000, 28'000, 8'000}, Row{LengthUnit::kCentimetre, 10'000, 2'800'000, 8'000'000},
        Row{LengthUnit::kMetre, 1'000'000, 28'000'000'000, 8'000'000'000'000},
        Row{LengthUnit::kInch, 25'400, 18'064'480, 131'096'512}, Row{LengthUnit::kMicrometre, 1, 0, 0}}) {
    const auto mesh = Quantise(report, row.unit);
    ASSERT_TRUE(mesh.has_value());
    EXPECT_EQ(mesh->size_x_um, row.x_um);
    EXPECT_EQ(mesh->area_milli_mm2, row.area);
    EXPECT_EQ(mesh->volume_milli_mm3, row.volume);
  }
  EXPECT_FALSE(Quantise(report, LengthUnit::kUnspecified).has_value());
  EXPECT_FALSE(Quantise(Analyse(MakeBox({1e12, 1e12, 1e12})), LengthUnit::kMetre).has_value());
}

TEST(Quantised, PlausibleSizesAreInclusive) {
  auto judged = [](double edge, LengthUnit unit, PartUse use) {
    return JudgeSize(Quantise(Analyse(MakeBox({edge, 0.25, 0.25})), unit)->largest_um(), use, "a.stl").has_value();
  };
  EXPECT_FALSE(judged(1, LengthUnit::kMillimetre, PartUse::kDental));
  EXPECT_TRUE(judged(0.9980234375, LengthUnit::kMillimetre, PartUse::kDental));
  EXPECT_FALSE(judged(150, LengthUnit::kMillimetre, PartUse::kDental));
  EXPECT_TRUE(judged(150.001953125, LengthUnit::kMillimetre, PartUse::kDental));
  EXPECT_TRUE(judged(6, LengthUnit::kInch, PartUse::kDental));
  EXPECT_FALSE(judged(6, LengthUnit::kInch, PartUse::kGeneral));
  EXPECT_FALSE(judged(5, LengthUnit::kMetre, PartUse::kGeneral));
  EXPECT_TRUE(judged(5.00390625, LengthUnit::kMetre, PartUse::kGeneral));
  EXPECT_TRUE(judged(0.375, LengthUnit::kMillimetre, PartUse::kGeneral));
}

MeshReport AnalyseFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return Analyse(bytes.str(), true, SIZE_MAX, path);
}

TEST(Fixtures, VolumesAreThoseOfTheirReadme) {
  const std::string folder = std::string(MW_SOURCE_DIR) + "/integration-tests/fixtures/parts/";
  EXPECT_EQ(Quantise(AnalyseFile(folder + "bracket.stl"), LengthUnit::kMillimetre)->volume_milli_mm3, 66'501'024);
  EXPECT_EQ(Quantise(AnalyseFile(folder + "bushing.stl"), LengthUnit::kMillimetre)->volume_milli_mm3, 9'513'278);
}

TEST(Samples, TheRealCutterIsOpen) {
  const std::string path = std::string(MW_SOURCE_DIR) + "/../shared/samples/dental/blender-cutter-open-mesh.stl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no samples here";
  const MeshReport report = AnalyseFile(path);
  EXPECT_EQ(report.measured.triangles, 11'208);
  EXPECT_EQ(report.topology->vertices, 5725);
  EXPECT_EQ(report.topology->open_edges, 240);
  EXPECT_EQ(report.verdict(), Severity::kBlocking);
}

}  // namespace
}  // namespace millwright::files
