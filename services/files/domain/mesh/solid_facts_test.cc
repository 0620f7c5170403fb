// Hull, oriented box, centre of mass and walls against values known in closed form and against brute force.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "services/files/domain/mesh/analysis.h"
#include "services/files/domain/mesh/hull.h"
#include "services/files/domain/mesh/orientation.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/testing/mesh_shapes.h"
#include "services/files/testing/stl_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT

MeshReport Analyse(const Mesh& mesh) {
  const std::string bytes = AsciiStl(mesh);  // keeps doubles as they are
  MeshAnalysis analysis({.size = static_cast<int64_t>(bytes.size()), .name = "part.stl", .exact = true});
  analysis.Feed(bytes);
  return std::move(analysis).Finish();
}

std::vector<Vec3> PointsOf(const Mesh& mesh) {
  std::vector<Vec3> points;
  for (const Triangle& t : mesh) points.insert(points.end(), std::begin(t.corner), std::end(t.corner));
  return points;
}

Mesh Turned(Mesh mesh, double about_x, double about_z) {
  auto turn = [](double& a, double& b, double angle) {
    const double c = std::cos(angle), s = std::sin(angle), x = a;
    a = c * x - s * b;
    b = s * x + c * b;
  };
  for (Triangle& t : mesh) {
    for (Vec3& p : t.corner) {
      turn(p.y, p.z, about_x);
      turn(p.x, p.y, about_z);
    }
  }
  return mesh;
}

// Every input point inside or on every triangle, every edge shared by two.
void ExpectIsHullOf(const Hull& hull, const std::vector<Vec3>& points) {
  for (const auto& t : hull.triangles) {
    for (const Vec3& p : points) {
      ASSERT_LE(ExactSide(hull.points[t[0]], hull.points[t[1]], hull.points[t[2]], p), 0);
    }
  }
  EXPECT_EQ(hull.triangles.size(), 2 * hull.points.size() - 4);
}

// Two cubes that touch in a corner fit into a box along the axes and into a long slanted one of the same volume.
TEST(OrientedBox, OfBoxesWithOneVolumeTheOneAlongTheAxes) {
  const Vec3 size{10, 20, 30};
  Mesh both = MakeBox(size);
  for (const Triangle& t : MakeBox(size, size)) both.push_back(t);
  const MeshReport report = Analyse(both);
  ASSERT_TRUE(report.facts.oriented_box.has_value());
  EXPECT_DOUBLE_EQ(report.facts.oriented_box->edges[0], 60);
  EXPECT_DOUBLE_EQ(report.facts.oriented_box->edges[2], 20);
}

TEST(Hull, KnownVolumes) {
  struct Row {
    const char* name;
    Mesh mesh;
    double volume;
  };
  const Row rows[] = {
      {"box", MakeBox({2, 3, 5}), 30},
      {"tetrahedron", MakeTetrahedron(6), 36},
      {"two boxes apart", Joined(MakeBox({1, 1, 1}), MakeBox({1, 1, 1}, {4, 0, 0})), 5},
      {"box with a void", Joined(MakeBox({9, 9, 9}), Flipped(MakeBox({1, 1, 1}, {3, 3, 3}))), 729},
      {"far away", MakeBox({1, 1, 1}, {1e6, -1e6, 1e6}), 1},
  };
  for (const Row& row : rows) {
    const std::optional<Hull> hull = ConvexHull(PointsOf(row.mesh));
    ASSERT_TRUE(hull.has_value()) << row.name;
    EXPECT_NEAR(hull->volume / row.volume, 1, 1e-12) << row.name;
    ExpectIsHullOf(*hull, PointsOf(row.mesh));
  }
}

TEST(Hull, OfAConvexMeshIsTheMesh) {
  for (const Mesh& mesh : {MakeSphere(20, 30, 7), Rounded(MakeSphere(31, 17, 7, {3, 1, 2}))}) {
    const MeshReport report = Analyse(mesh);
    ASSERT_TRUE(report.facts.hull_volume.has_value());
    EXPECT_GE(*report.facts.hull_volume / *report.volume(), 1 - 1e-12);
    // A sphere of float coordinates is convex but for the rounding of its corners.
    EXPECT_NEAR(*report.facts.hull_volume / *report.volume(), 1, 1e-6);
  }
}

TEST(Hull, RandomPointsOnGridsAndInBalls) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Vec3> points;
    std::uniform_int_distribution<int> grid(0, 3 + round % 5);
    std::normal_distribution<double> ball;
    const int n = 4 + round;
    for (int i = 0; i < n; ++i) {
      // Grids are full of coplanar and collinear points and doubles.
      points.push_back(round % 2 == 0 ? Vec3{grid(random) * 0.1, grid(random) * 0.1, grid(random) * 0.1}
                                      : Vec3{ball(random), ball(random), ball(random)});
    }
    const std::optional<Hull> hull = ConvexHull(points);
    ASSERT_TRUE(hull.has_value()) << round;
    if (hull->flat) continue;
    ExpectIsHullOf(*hull, points);
    // The volume does not depend on the order of the points.
    std::shuffle(points.begin(), points.end(), random);
    EXPECT_NEAR(ConvexHull(points)->volume, hull->volume, 1e-12 * hull->volume) << round;
  }
}

TEST(Hull, DegenerateInput) {
  const std::vector<std::vector<Vec3>> flat = {
      {},
      {{1, 2, 3}},
      {{1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {1, 2, 3}},
      {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {0.5, 0.5, 0.5}},
      {{0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}, {0.5, 0.5, 1}, {0.1, 0.7, 1}},
  };
  for (const auto& points : flat) {
    const std::optional<Hull> hull = ConvexHull(points);
    ASSERT_TRUE(hull.has_value());
    EXPECT_TRUE(hull->flat);
    EXPECT_EQ(hull->volume, 0);
    EXPECT_EQ(SmallestBox(*hull).edges[2], 0);
  }
  EXPECT_FALSE(ConvexHull({{0, 0, 0}, {1, 0, 0}, {0, NAN, 0}, {0, 0, 1}}).has_value());
  EXPECT_NEAR(SmallestBox(*ConvexHull(flat[4])).edges[0], 1, 1e-12);
  EXPECT_NEAR(SmallestBox(*ConvexHull(flat[3])).edges[0], std::sqrt(27), 1e-12);
}

TEST(Hull, TooMuchWorkIsNotDone) {
  const std::vector<Vec3> points = PointsOf(MakeSphere(20, 20, 1));
  EXPECT_TRUE(ConvexHull(points).has_value());
  EXPECT_FALSE(ConvexHull(points, 1000).has_value());
}

TEST(OrientedBox, FindsTurnedBoxes) {
  for (double angle = 0; angle < 3; angle += 0.37) {
    const MeshReport report = Analyse(Turned(MakeBox({3, 20, 7}), angle, angle * 2));
    ASSERT_TRUE(report.facts.oriented_box.has_value());
    const auto& edges = report.facts.oriented_box->edges;
    EXPECT_NEAR(edges[0], 20, 1e-9);
    EXPECT_NEAR(edges[1], 7, 1e-9);
    EXPECT_NEAR(edges[2], 3, 1e-9);
  }
}

// No face of the smallest box around a regular tetrahedron is flush with one of its faces.
TEST(OrientedBox, OfARegularTetrahedronIsTheCube) {
  const Vec3 a{1, 1, 1}, b{1, -1, -1}, c{-1, 1, -1}, d{-1, -1, 1};
  const Mesh mesh = Turned({{{a, b, c}}, {{a, c, d}}, {{a, d, b}}, {{b, d, c}}}, 0.4, 1.1);
  const MeshReport report = Analyse(mesh);
  EXPECT_NEAR(report.facts.oriented_box->volume(), 8, 1e-9);
}

TEST(OrientedBox, IsNeverLargerThanTheAxisParallelOne) {
  std::mt19937 random(3);
  std::normal_distribution<double> ball;
  for (int round = 0; round < 50; ++round) {
    std::vector<Vec3> points;
    Box box;
    for (int i = 0; i < 10 + 40 * round; ++i) {
      points.push_back({ball(random), 2 * ball(random), 5 * ball(random)});
      box.Add(points.back());
    }
    const std::optional<Hull> hull = ConvexHull(points);
    const OrientedBox oriented = SmallestBox(*hull);
    EXPECT_LE(oriented.volume(), box.size().x * box.size().y * box.size().z * (1 + 1e-12));
    EXPECT_GE(oriented.volume(), hull->volume);
    for (int i = 0; i < 3; ++i) {  // it holds all points
      double least = INFINITY, most = -INFINITY;
      for (const Vec3& p : points) {
        least = std::min(least, Dot(p, oriented.axes[i]));
        most = std::max(most, Dot(p, oriented.axes[i]));
      }
      EXPECT_NEAR(most - least, oriented.edges[i], 1e-9);
    }
  }
}

TEST(CentreOfMass, KnownOnes) {
  struct Row {
    const char* name;
    Mesh mesh;
    Vec3 centre;
  };
  const Row rows[] = {
      {"box", MakeBox({2, 4, 6}, {10, 20, 30}), {11, 22, 33}},
      {"tetrahedron", MakeTetrahedron(4), {1, 1, 1}},
      {"inside out", Flipped(MakeBox({2, 4, 6}, {10, 20, 30})), {11, 22, 33}},
      {"two boxes", Joined(MakeBox({1, 1, 1}), MakeBox({1, 1, 3}, {10, 0, 0})), {8, 0.5, 1.25}},
      {"a void beside the middle",
       Joined(MakeBox({4, 4, 4}), Flipped(MakeBox({2, 2, 2}, {1, 1, 0.5}))),
       {2, 2, (64 * 2 - 8 * 1.5) / 56}},
  };
  for (const Row& row : rows) {
    const std::optional<Vec3> centre = Analyse(row.mesh).centre_of_mass();
    ASSERT_TRUE(centre.has_value()) << row.name;
    EXPECT_NEAR(Length(*centre - row.centre), 0, 1e-12) << row.name;
  }
  Mesh open = MakeBox({1, 1, 1});
  open.pop_back();
  EXPECT_FALSE(Analyse(open).centre_of_mass().has_value());
}

TEST(Wall, KnownOnes) {
  struct Row {
    const char* name;
    Mesh mesh;
    double wall, tolerance;
  };
  const Row rows[] = {
      {"cube", MakeBox({10, 10, 10}), 10, 1e-9},
      {"plate", MakeBox({100, 80, 2}), 2, 1e-9},
      {"plate inside out", Flipped(MakeBox({100, 80, 2})), 2, 1e-9},
      {"turned plate", Turned(MakeBox({100, 80, 2}), 0.5, 1), 2, 1e-9},
      {"hollow box", Joined(MakeBox({20, 20, 20}), Flipped(MakeBox({17, 17, 17}, {1, 1.5, 2}))), 1, 1e-9},
      {"ball", MakeSphere(60, 60, 10), 20, 0.2},
      {"torus", MakeTorus(120, 60, 30, 5), 10, 0.2},
  };
  for (const Row& row : rows) {
    const MeshReport report = Analyse(row.mesh);
    ASSERT_TRUE(report.facts.thinnest_wall.has_value()) << row.name;
    EXPECT_NEAR(*report.facts.thinnest_wall, row.wall, row.tolerance) << row.name;
  }
}

TEST(Wall, AnOpenMeshHasNone) {
  Mesh open = MakeBox({1, 1, 1});
  open.pop_back();
  const MeshReport report = Analyse(open);
  EXPECT_FALSE(report.facts.thinnest_wall.has_value());
  EXPECT_NEAR(*report.facts.hull_volume, 1, 1e-12);
}

TEST(Quantised, FactsAreRoundedOnceInTheUnitOfTheFile) {
  const MeshReport report = Analyse(MakeBox({1, 2, 3}, {1, 1, 1}));
  const std::optional<QuantisedMesh> inch = Quantise(report, LengthUnit::kInch);
  ASSERT_TRUE(inch.has_value());
  EXPECT_EQ(inch->hull_milli_mm3, 98'322'384);  // 6 * 25.4³ mm³ = 98322.384
  EXPECT_EQ(inch->oriented_box_um, (std::array<int64_t, 3>{76'200, 50'800, 25'400}));
  EXPECT_EQ(inch->centre_of_mass_um, (std::array<int64_t, 3>{38'100, 50'800, 63'500}));
  EXPECT_EQ(inch->thinnest_wall_um, 25'400);
}

}  // namespace
}  // namespace millwright::files
