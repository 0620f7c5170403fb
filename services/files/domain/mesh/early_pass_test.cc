#include "services/files/domain/mesh/early_pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "services/files/testing/mesh_formats.h"
#include "services/files/testing/mesh_shapes.h"
#include "services/files/testing/stl_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT

// The same mesh in every form that is measured while it arrives.
std::vector<std::string> FormsOf(const Mesh& mesh) {
  std::vector<std::string> forms = {BinaryStl(mesh), AsciiStl(mesh), Obj(mesh)};
  for (const PlyForm form : {PlyForm::kAscii, PlyForm::kLittleEndian, PlyForm::kBigEndian}) forms.push_back(Ply(mesh, form));
  return forms;
}

MeshReport ExactReport(const std::string& bytes) {
  MeshAnalysis analysis({.size = static_cast<int64_t>(bytes.size()), .name = "part.stl", .exact = true});
  analysis.Feed(bytes);
  return std::move(analysis).Finish();
}

MeshReport EarlyReport(const std::string& bytes, size_t cut) {
  EarlyPass pass("part.stl", static_cast<int64_t>(bytes.size()));
  pass.Feed(absl::string_view(bytes).substr(0, cut));
  pass.Feed(absl::string_view(bytes).substr(cut));
  auto report = std::move(pass).Finish();
  EXPECT_TRUE(report.has_value());
  return *std::move(report);
}

void ExpectSame(const MeshMeasurement& a, const MeshMeasurement& b) {
  EXPECT_EQ(a.triangles, b.triangles);
  EXPECT_EQ(a.box.min, b.box.min);
  EXPECT_EQ(a.box.max, b.box.max);
  EXPECT_EQ(a.area, b.area);
  EXPECT_EQ(a.signed_volume, b.signed_volume);
  EXPECT_EQ(a.centre_of_mass, b.centre_of_mass);
}

TEST(EarlyPass, MeasuresClosedMeshesAsTheExactPassDoes) {
  for (const Mesh& mesh : {MakeBox({10, 20, 30}), MakeTorus(40, 20, 9, 2), Flipped(MakeTetrahedron(3, {1, 2, 3}))}) {
    for (const std::string& bytes : FormsOf(mesh)) {
      const MeshReport exact = ExactReport(bytes), early = EarlyReport(bytes, 0);
      ExpectSame(early.measured, exact.measured);
      EXPECT_FALSE(early.measured.proved_open);
      EXPECT_FALSE(early.topology.has_value()) << "nothing about edges is claimed";
      EXPECT_TRUE(exact.volume().has_value());
    }
  }
}

TEST(EarlyPass, EverySplitGivesTheSame) {
  const Mesh mesh = MakeTorus(12, 10, 9, 2);  // more than the bytes that decide what a file is
  for (const std::string& bytes : {BinaryStl(mesh), AsciiStl(MakeBox({1, 2, 3})), Obj(mesh), Ply(mesh, PlyForm::kAscii),
                                   Ply(mesh, PlyForm::kBigEndian)}) {
    const MeshReport whole = EarlyReport(bytes, 0);
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
      const MeshReport split = EarlyReport(bytes, cut);
      ExpectSame(split.measured, whole.measured);
      ASSERT_FALSE(split.measured.proved_open) << cut;
      ASSERT_EQ(split.findings.size(), whole.findings.size()) << cut;
    }
    EarlyPass single("part.stl", static_cast<int64_t>(bytes.size()));
    for (const char& byte : bytes) single.Feed({&byte, 1});
    ExpectSame(std::move(single).Finish()->measured, whole.measured);
  }
}

TEST(EarlyPass, AnOpenMeshIsProvedOpenBeforeItsEdgesAreCounted) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Mesh mesh = MakeTorus(6, 5, 9, 2);
    mesh.erase(mesh.begin() + static_cast<std::ptrdiff_t>(random() % mesh.size()));
    for (const std::string& bytes : FormsOf(mesh)) {
      ASSERT_GT(ExactReport(bytes).topology->open_edges, 0);
      const MeshReport early = EarlyReport(bytes, bytes.size() / 2);
      ASSERT_TRUE(early.measured.proved_open);
      ASSERT_EQ(early.verdict(), Severity::kBlocking);
    }
  }
}

TEST(EarlyPass, TellsHowFarItIs) {
  const std::string bytes = BinaryStl(MakeTorus(20, 10, 9, 2));
  EarlyPass pass("part.stl", static_cast<int64_t>(bytes.size()));
  pass.Feed(absl::string_view(bytes).substr(0, 84 + 50 * 100));
  ASSERT_TRUE(pass.State().has_value());
  EXPECT_EQ(pass.State()->measured.triangles, 100);
  EXPECT_EQ(pass.State()->measured_bytes, 5084);
  EXPECT_FALSE(pass.State()->whole_file);
  EXPECT_FALSE(std::move(pass).Finish().has_value()) << "bytes are missing";
}

TEST(EarlyPass, VerticesAreKeptUpToTheCap) {
  std::string face = "f 1 2 3\n", vertices;
  for (int i = 0; i < 10000; ++i) vertices += "v 1 2 3\n";
  const int64_t announced = kMaxEarlyIndexedBytes;
  EarlyPass fine("part.obj", announced), large("part.obj", announced), too_long("part.obj", announced + 1);
  fine.Feed(vertices + face);
  too_long.Feed(vertices + face);
  EXPECT_TRUE(fine.State().has_value());
  EXPECT_FALSE(too_long.State().has_value());
  for (int64_t kept = 0; kept <= kMaxEarlyVertexBytes; kept += 24 * 10000) large.Feed(vertices);
  large.Feed(face);
  EXPECT_FALSE(large.State().has_value());
  // Faces that wait for their vertices count too.
  EarlyPass waiting("part.obj", announced);
  std::string faces;
  for (int i = 0; i < 10000; ++i) faces += "f 7 8 9\n";
  for (int64_t kept = 0; kept <= kMaxEarlyVertexBytes; kept += 4 * 8 * 10000) waiting.Feed(faces);
  EXPECT_FALSE(waiting.State().has_value());
}

TEST(EarlyPass, OtherFilesAreNotMeasured) {
  for (const std::string& bytes : {std::string("PK\x03\x04 and more"), std::string("hello")}) {
    EarlyPass pass("part.bin", static_cast<int64_t>(bytes.size()));
    pass.Feed(bytes);
    EXPECT_FALSE(pass.State().has_value());
    EXPECT_FALSE(std::move(pass).Finish().has_value());
  }
  EarlyPass empty("part.stl", 0);
  EXPECT_FALSE(std::move(empty).Finish().has_value());
}

}  // namespace
}  // namespace millwright::files
