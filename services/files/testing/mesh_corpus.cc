#include "services/files/testing/mesh_corpus.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "services/files/testing/mesh_formats.h"
#include "services/files/testing/stl_writer.h"
#include "services/files/testing/zip_writer.h"

namespace millwright::files::testing {
namespace {

// A body of revolution in `slices` is a stack of frusta over regular polygons.
double RevolvedVolume(const std::vector<ProfilePoint>& profile, int slices) {
  const double polygon = slices / 2.0 * std::sin(2 * std::numbers::pi / slices);  // area for radius 1
  double sum = 0;
  for (size_t i = 0; i < profile.size(); ++i) {
    const ProfilePoint &a = profile[i], &b = profile[(i + 1) % profile.size()];
    sum += (b.z - a.z) * (a.radius * a.radius + a.radius * b.radius + b.radius * b.radius) / 3;
  }
  return std::abs(sum) * polygon;
}

std::vector<ProfilePoint> TorusProfile(int across, double major_radius, double minor_radius) {
  std::vector<ProfilePoint> profile;
  for (int i = 0; i < across; ++i) {
    const double angle = 2 * std::numbers::pi * i / across;
    profile.push_back({major_radius + minor_radius * std::cos(angle), minor_radius * std::sin(angle)});
  }
  return profile;
}

std::vector<ProfilePoint> SphereProfile(int stacks, double radius) {
  std::vector<ProfilePoint> profile;
  for (int i = 0; i <= stacks; ++i) {
    const double latitude = std::numbers::pi * i / stacks;
    profile.push_back({radius * std::sin(latitude), -radius * std::cos(latitude)});
  }
  return profile;
}

struct Format {
  const char* name;
  const char* file;
  std::string (*write)(const Mesh&);
};
const Format kFormats[] = {
    {"binary STL", "part.stl", [](const Mesh& m) { return BinaryStl(m); }},
    {"ASCII STL", "part.stl", [](const Mesh& m) { return AsciiStl(m); }},
    {"ASCII STL, upper case, CRLF", "part.stl",
     [](const Mesh& m) { return AsciiStl(m, {.line_end = "\r\n", .upper_case = true, .final_newline = false}); }},
    {"OBJ", "part.obj", [](const Mesh& m) { return Obj(m); }},
    {"PLY ASCII", "part.ply", [](const Mesh& m) { return Ply(m, PlyForm::kAscii); }},
    {"PLY little endian", "part.ply", [](const Mesh& m) { return Ply(m, PlyForm::kLittleEndian); }},
    {"PLY big endian", "part.ply", [](const Mesh& m) { return Ply(m, PlyForm::kBigEndian); }},
    {"3MF", "part.3mf", [](const Mesh& m) { return ThreeMf({m}); }},
};

CorpusMesh Damaged(const CorpusShape& shape, const std::string& how, Mesh mesh, Rule rule) {
  return {.name = shape.name + ", " + how,
          .file = "part.stl",
          .bytes = AsciiStl(mesh),
          .volume = std::nullopt,
          .rule = rule,
          .verdict = Severity::kBlocking};
}

void AddDamaged(const CorpusShape& shape, std::vector<CorpusMesh>& corpus) {
  const size_t pick = shape.mesh.size() / 3;
  Mesh mesh = shape.mesh;
  mesh.erase(mesh.begin() + static_cast<std::ptrdiff_t>(pick));
  corpus.push_back(Damaged(shape, "a triangle missing", mesh, Rule::kMeshOpenEdge));
  corpus.back().open_edges = 3;

  mesh = shape.mesh;
  mesh.push_back(mesh[pick]);
  corpus.push_back(Damaged(shape, "a triangle doubled", mesh, Rule::kMeshNonManifoldEdge));
  corpus.back().non_manifold_edges = 3;

  mesh = shape.mesh;
  std::swap(mesh[pick].corner[0], mesh[pick].corner[1]);
  corpus.push_back(Damaged(shape, "a triangle flipped", mesh, Rule::kMeshInconsistentEdge));
  corpus.back().inconsistent_edges = 3;
  corpus.back().flipped = 1;

  mesh = shape.mesh;
  mesh[pick].corner[1].y = NAN;
  corpus.push_back(Damaged(shape, "a coordinate NaN", mesh, Rule::kMeshNotFinite));
  corpus.back().open_edges = 3;

  corpus.push_back(Damaged(shape, "inside out", Flipped(shape.mesh), Rule::kMeshInverted));
  corpus.back().verdict = Severity::kNeedsConfirmation;
  corpus.back().volume = shape.volume;

  mesh = shape.mesh;
  const Vec3 corner = mesh[pick].corner[0];
  mesh.push_back({{corner, corner, mesh[pick].corner[1]}});
  corpus.push_back(Damaged(shape, "a triangle without area", mesh, Rule::kMeshZeroArea));
  corpus.back().verdict = Severity::kInformation;
  corpus.back().volume = shape.volume;

  corpus.push_back(Damaged(shape, "cut off", shape.mesh, Rule::kMeshTruncated));
  corpus.back().bytes = BinaryStl(shape.mesh);
  corpus.back().bytes.pop_back();
  corpus.back().open_edges = 3;
}

}  // namespace

std::vector<CorpusShape> CorpusShapes() {
  std::vector<CorpusShape> shapes;
  for (const auto& [x, y, z] : {std::array{1.0, 1.0, 1.0}, {10.0, 20.0, 30.0}, {100.0, 80.0, 0.5}, {0.25, 4.0, 16.0}}) {
    shapes.push_back({"box " + std::to_string(static_cast<int>(x * y * z)), MakeBox({x, y, z}), x * y * z});
  }
  shapes.push_back({"box far away", MakeBox({2, 3, 5}, {4096, -8192, 1024}), 30});
  shapes.push_back({"tetrahedron", MakeTetrahedron(6), 36});
  shapes.push_back({"two boxes", Joined(MakeBox({1, 2, 3}), MakeBox({2, 2, 2}, {5, 0, 0})), 14});
  shapes.push_back({"box with a void", Joined(MakeBox({8, 8, 8}), Flipped(MakeBox({2, 2, 2}, {3, 3, 3}))), 504});
  for (const int n : {3, 8, 24}) {
    shapes.push_back(
        {"torus " + std::to_string(n), MakeTorus(2 * n, n, 30, 10), RevolvedVolume(TorusProfile(n, 30, 10), 2 * n)});
    shapes.push_back(
        {"ball " + std::to_string(n), MakeSphere(n, n + 2, 7), RevolvedVolume(SphereProfile(n, 7), n + 2)});
  }
  const std::vector<ProfilePoint> ring = {{5, 0}, {5, 12}, {8, 10}, {9, 0}};
  shapes.push_back({"conical ring", Revolve(ring, 20), RevolvedVolume(ring, 20)});
  shapes.push_back(
      {"staircase", MakeLayered({.cell = 2, .layers = {{3, {"###", "###"}}, {3, {"## ", "#  "}}}}), 4 * 3 * (6 + 3)});
  return shapes;
}

std::vector<CorpusMesh> MeshCorpus() {
  std::vector<CorpusMesh> corpus;
  for (const CorpusShape& shape : CorpusShapes()) {
    for (const Format& format : kFormats) {
      corpus.push_back({.name = shape.name + ", " + format.name,
                        .file = format.file,
                        .bytes = format.write(shape.mesh),
                        .volume = shape.volume,
                        .rule = std::nullopt});
    }
    AddDamaged(shape, corpus);
  }
  return corpus;
}

}  // namespace millwright::files::testing
