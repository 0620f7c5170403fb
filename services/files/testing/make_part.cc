// mw_make_part SHAPE FILE: writes one of the fixture parts and prints what it is. The format follows the suffix: binary
// STL, or .ascii.stl, .obj, .ply, .3mf.
//
//   mw_make_part bracket bracket.stl       angle bracket, 60 x 50 x 55 mm, four holes of 6 mm
//   mw_make_part bushing bushing.stl       flanged bushing, 36 x 36 x 30 mm
//   mw_make_part torus:1000:500 big.stl    a torus of 2 x 1000 x 500 triangles, for measurements
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/files/domain/mesh/analysis.h"
#include "services/files/testing/mesh_formats.h"
#include "services/files/testing/stl_writer.h"
#include "services/files/testing/zip_writer.h"

namespace {

using millwright::files::testing::Mesh;

bool MakeShape(const std::string& shape, Mesh* mesh) {
  const std::vector<std::string> words = absl::StrSplit(shape, ':');
  int around = 0, across = 0;
  if (shape == "bracket") {
    *mesh = millwright::files::testing::MakeAngleBracket();
  } else if (shape == "bushing") {
    *mesh = millwright::files::testing::MakeFlangedBushing();
  } else if (words.size() == 3 && words[0] == "torus" && absl::SimpleAtoi(words[1], &around) &&
             absl::SimpleAtoi(words[2], &across) && around > 2 && across > 2) {
    *mesh = millwright::files::testing::MakeTorus(around, across, 30, 10);
  } else {
    return false;
  }
  return true;
}

std::string Written(const Mesh& mesh, const std::string& name) {
  using namespace millwright::files::testing;  // NOLINT: its writers
  // Every format with the coordinates that binary STL holds, so that all give one volume.
  const Mesh rounded = Rounded(mesh);
  if (absl::EndsWith(name, ".ascii.stl")) return AsciiStl(rounded);
  if (absl::EndsWith(name, ".obj")) return Obj(rounded);
  if (absl::EndsWith(name, ".ply")) return Ply(rounded, PlyForm::kLittleEndian);
  if (absl::EndsWith(name, ".3mf")) return ThreeMf({rounded});
  return BinaryStl(mesh, {.header = "millwright fixture, unit mm"});
}

}  // namespace

int main(int argc, char** argv) {
  Mesh mesh;
  if (argc != 3 || !MakeShape(argv[1], &mesh)) {
    std::fprintf(stderr, "usage: mw_make_part bracket|bushing|torus:AROUND:ACROSS FILE\n");
    return 2;
  }
  const std::string bytes = Written(mesh, argv[2]);
  std::ofstream out(argv[2], std::ios::binary);
  out << bytes;
  out.close();
  if (!out) {
    std::fprintf(stderr, "mw_make_part: can't write %s\n", argv[2]);
    return 1;
  }
  millwright::files::MeshAnalysis analysis(
      {.size = static_cast<int64_t>(bytes.size()), .name = argv[2], .exact = true});
  analysis.Read(millwright::files::MemoryAccess(bytes));
  const millwright::files::MeshReport report = std::move(analysis).Finish();
  const millwright::files::Vec3 size = report.measured.box.size();
  std::printf("%s: %lld triangles, %.6g x %.6g x %.6g mm, area %.12g mm2, volume %.12g mm3, %s\n", argv[2],
              static_cast<long long>(report.measured.triangles), size.x, size.y, size.z, report.measured.area,
              report.volume().value_or(0), std::string(millwright::files::NameOf(report.verdict())).c_str());
  return 0;
}
