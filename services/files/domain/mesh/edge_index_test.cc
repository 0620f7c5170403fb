// The exact pass against an independent table: maps keyed by coordinates, no hashing, no sorting, no union-find.
#include "services/files/domain/mesh/edge_index.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "services/files/testing/memory_scratch.h"
#include "services/files/testing/mesh_shapes.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT

struct Reference {
  int64_t vertices = 0, edges = 0, open = 0, non_manifold = 0, inconsistent = 0, shells = 0;
};

using Point = std::array<double, 3>;

Reference BruteForce(const Mesh& mesh) {
  struct Use {
    size_t triangle;
    bool forward;
  };
  std::map<std::pair<Point, Point>, std::vector<Use>> uses;
  std::set<Point> points;
  std::vector<size_t> used;
  for (size_t t = 0; t < mesh.size(); ++t) {
    std::array<Point, 3> c;
    for (int i = 0; i < 3; ++i) {
      const Vec3& v = mesh[t].corner[i];
      c[i] = {v.x == 0 ? 0 : v.x, v.y == 0 ? 0 : v.y, v.z == 0 ? 0 : v.z};
    }
    if (c[0] == c[1] || c[1] == c[2] || c[2] == c[0]) continue;
    used.push_back(t);
    for (int i = 0; i < 3; ++i) {
      points.insert(c[i]);
      const Point &a = c[i], &b = c[(i + 1) % 3];
      uses[a < b ? std::pair(a, b) : std::pair(b, a)].push_back({t, a < b});
    }
  }
  Reference reference{.vertices = static_cast<int64_t>(points.size()), .edges = static_cast<int64_t>(uses.size())};
  std::map<size_t, std::set<size_t>> neighbours;
  for (const auto& [edge, list] : uses) {
    reference.open += list.size() == 1;
    reference.non_manifold += list.size() > 2;
    reference.inconsistent += list.size() == 2 && list[0].forward == list[1].forward;
    for (const Use& a : list) {
      for (const Use& b : list) neighbours[a.triangle].insert(b.triangle);
    }
  }
  std::set<size_t> left(used.begin(), used.end());
  while (!left.empty()) {
    ++reference.shells;
    std::vector<size_t> stack = {*left.begin()};
    left.erase(left.begin());
    while (!stack.empty()) {
      const size_t t = stack.back();
      stack.pop_back();
      for (const size_t n : neighbours[t]) {
        if (left.erase(n) == 1) stack.push_back(n);
      }
    }
  }
  return reference;
}

// Bodies on a small integer grid, so that they often share vertices, edges and faces; then damaged at random.
Mesh RandomMesh(std::mt19937& random) {
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Mesh mesh;
  const int bodies = 1 + pick(5);
  for (int i = 0; i < bodies; ++i) {
    const Vec3 at{static_cast<double>(pick(3)), static_cast<double>(pick(3)), static_cast<double>(pick(3))};
    Mesh body = pick(3) == 0 ? MakeTetrahedron(1, at) : MakeBox({1.0 + pick(2), 1.0 + pick(2), 1.0 + pick(2)}, at);
    if (pick(4) == 0) body = Moved(MakeTorus(3 + pick(4), 3 + pick(3), 2, 0.5), at);
    if (pick(5) == 0) body = Flipped(body);
    mesh = Joined(mesh, body);
    if (pick(8) == 0) mesh = Joined(mesh, body);  // a doubled shell
  }
  const int damages = pick(3);
  for (int i = 0; i < damages && mesh.size() > 1; ++i) {
    const size_t t = random() % mesh.size();
    switch (pick(5)) {
      case 0:
        mesh.erase(mesh.begin() + static_cast<std::ptrdiff_t>(t));
        break;
      case 1:
        std::swap(mesh[t].corner[0], mesh[t].corner[2]);
        break;
      case 2:
        mesh[t].corner[1] = mesh[t].corner[0];
        break;
      case 3:
        mesh.push_back(mesh[t]);
        break;
      default:
        mesh[t].corner[2] = mesh[random() % mesh.size()].corner[0];
    }
  }
  if (pick(3) == 0) {
    for (Triangle& t : mesh) {
      for (Vec3& c : t.corner) {
        if (c.x == 0 && pick(2) == 0) c.x = -0.0;
      }
    }
  }
  std::shuffle(mesh.begin(), mesh.end(), random);
  return mesh;
}

Topology Exact(const Mesh& mesh, bool single_precision, uint64_t seed) {
  EdgeIndex index({.key = {seed * 0x9E3779B97F4A7C15 + 1, ~seed, seed | 1}, .single_precision = single_precision});
  index.Add(mesh);
  return index.Finish();
}

// The same on disk, with so little memory that every mesh needs many runs; `memory_bytes` 0 goes there at once.
Topology OnDisk(const Mesh& mesh, bool single_precision, int64_t memory_bytes, MemoryScratch& scratch) {
  EdgeIndex index({.key = {1, 2, 3},
                   .single_precision = single_precision,
                   .scratch = &scratch,
                   .memory_bytes = memory_bytes,
                   .spill_buffer_bytes = 2000});
  index.Add(mesh);
  return index.Finish();
}

TEST(EdgeIndex, EqualsTheIndependentTableOnAThousandRandomMeshes) {
  std::mt19937 random(20200102);
  int closed = 0, open = 0, spilled_late = 0;
  for (int round = 0; round < 1000; ++round) {
    const Mesh mesh = Rounded(RandomMesh(random));
    const Reference expected = BruteForce(mesh);
    for (const bool single : {true, false}) {
      const Topology topology = Exact(mesh, single, static_cast<uint64_t>(round));
      ASSERT_TRUE(topology.complete);
      ASSERT_EQ(topology.vertices, expected.vertices) << round;
      ASSERT_EQ(topology.edges, expected.edges) << round;
      ASSERT_EQ(topology.open_edges, expected.open) << round;
      ASSERT_EQ(topology.non_manifold_edges, expected.non_manifold) << round;
      ASSERT_EQ(topology.inconsistent_edges, expected.inconsistent) << round;
      ASSERT_EQ(topology.shells, expected.shells) << round;
      MemoryScratch scratch;
      for (const int64_t memory : {0, 4'500 + round * 10}) {
        Topology on_disk = OnDisk(mesh, single, memory, scratch);
        ASSERT_TRUE(on_disk.on_disk || memory > 0);
        spilled_late += on_disk.on_disk && memory > 0;
        on_disk.on_disk = false;
        // Around an edge of three triangles there is no one answer to which of them are turned round.
        if (topology.non_manifold_edges > 0) on_disk.flipped_triangles = topology.flipped_triangles;
        ASSERT_EQ(on_disk, topology) << round << ", all of it, with " << memory << " bytes of memory";
      }
    }
    const bool is_closed = expected.open == 0 && expected.non_manifold == 0;
    (is_closed ? closed : open) += 1;
  }
  // Both verdicts must have been tried often enough to mean something.
  EXPECT_GT(closed, 100);
  EXPECT_GT(open, 100);
  // Meshes that went to disk half way, and some that did not.
  EXPECT_GT(spilled_late, 100);
  EXPECT_LT(spilled_late, 2000);
}

TEST(EdgeIndex, FlippedTrianglesAreTheMinorityOfTheirShell) {
  Mesh mesh = MakeTorus(10, 10, 5, 1);
  for (const size_t t : {3, 70, 120}) std::swap(mesh[t].corner[0], mesh[t].corner[1]);
  EXPECT_EQ(Exact(Rounded(mesh), true, 1).flipped_triangles, 3);
  EXPECT_EQ(Exact(Flipped(Rounded(mesh)), true, 1).flipped_triangles, 3);
}

TEST(EdgeIndex, ManyShellsStayCheap) {
  Mesh mesh = MakeBox({1000, 1000, 1000}, {-1, -1, -1});
  for (int i = 0; i < 2000; ++i) {
    const Vec3 at{2.0 * (i % 20), 2.0 * (i / 20 % 20), 2.0 * (i / 400)};
    mesh = Joined(std::move(mesh), Flipped(MakeBox({1, 1, 1}, at)));
  }
  const Topology topology = Exact(mesh, true, 7);
  EXPECT_EQ(topology.shells, 2001);
  EXPECT_EQ(topology.voids, 2000);
  EXPECT_EQ(topology.containment, Containment::kFine);
}

TEST(EdgeIndex, AHubVertexOfManyTrianglesIsSorted) {
  // A double cone: two vertices with 20,000 edges each.
  Mesh mesh;
  const int n = 20'000;
  auto at = [&](int i) {
    return Vec3{std::cos(i % n * 6.283185307179586 / n), std::sin(i % n * 6.283185307179586 / n), 0};
  };
  for (int i = 0; i < n; ++i) {
    mesh.push_back({{at(i), at(i + 1), {0, 0, 1}}});
    mesh.push_back({{at(i + 1), at(i), {0, 0, -1}}});
  }
  const Topology topology = Exact(mesh, false, 3);
  EXPECT_TRUE(topology.closed_and_consistent());
  EXPECT_EQ(topology.vertices, n + 2);
}

TEST(EdgeIndex, EveryFailureOfTheDiskIsToldAndNothingElse) {
  const Mesh mesh = Rounded(Joined(MakeTorus(40, 30, 9, 2), MakeBox({1, 1, 1}, {50, 0, 0})));
  MemoryScratch counting;
  const Topology good = OnDisk(mesh, true, 0, counting);
  ASSERT_TRUE(good.complete && good.closed());
  ASSERT_GT(counting.calls, 100);
  for (int64_t n = 0; n < counting.calls; ++n) {
    MemoryScratch failing;
    failing.calls_left = n;
    const Topology topology = OnDisk(mesh, true, 0, failing);
    ASSERT_FALSE(topology.complete) << n;
    ASSERT_TRUE(topology.disk_failed) << n;
  }
}

TEST(EdgeIndex, OnDiskNeedsAsMuchDiskAsIsSaid) {
  const Mesh mesh = Rounded(MakeTorus(60, 50, 9, 2));
  MemoryScratch single, dual;
  OnDisk(mesh, true, 0, single);
  OnDisk(mesh, false, 0, dual);
  const auto n = static_cast<int64_t>(mesh.size());
  EXPECT_GT(single.bytes, n * (84 + 36));
  EXPECT_LE(single.bytes, n * (84 + 36 + 36));
  EXPECT_LE(dual.bytes, n * (156 + 72 + 72));
}

TEST(EdgeIndex, TheHardCapHoldsOnDiskToo) {
  const Mesh mesh = Rounded(MakeTorus(60, 50, 9, 2));
  for (const int64_t more : {-1, 0}) {
    MemoryScratch scratch;
    const int64_t cap = static_cast<int64_t>(mesh.size()) * 4 + 2000 + more;
    EdgeIndex index({.key = {1, 2, 3},
                     .single_precision = true,
                     .max_bytes = cap,
                     .scratch = &scratch,
                     .memory_bytes = 0,
                     .spill_buffer_bytes = 2000});
    index.Add(mesh);
    const Topology topology = index.Finish();
    EXPECT_EQ(topology.complete, more == 0);
    EXPECT_FALSE(topology.disk_failed);
  }
}

}  // namespace
}  // namespace millwright::files
