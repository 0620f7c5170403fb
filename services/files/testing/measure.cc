// mw_measure [--early|--facts|--disk] FILE...: analyses mesh files and prints what the files service would store, with the
// time and the peak memory it took. The program that the P6 measurement runs against admesh and prusa-slicer.
//
//   --early   the pass that runs while an upload arrives: box, area, volume, counts, proof of an open mesh; constant
//             memory. Without it the exact pass: edges, shells, voids.
//   --facts   the exact pass, and the facts of the solid: hull, oriented box, thinnest wall.
//   --disk    the exact pass on disk, in the current folder, as if there were no memory for it.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "services/files/domain/mesh/analysis.h"
#include "services/files/storage/scratch_files.h"
#include "services/files/testing/open_file.h"

namespace {

using namespace millwright::files;  // NOLINT: a program of one file

void PrintFacts(const SolidFacts& facts) {
  if (facts.hull_volume.has_value()) std::printf("  hull volume %.15g\n", *facts.hull_volume);
  if (facts.oriented_box.has_value()) {
    const auto& edges = facts.oriented_box->edges;
    std::printf("  oriented box %.9g x %.9g x %.9g\n", edges[0], edges[1], edges[2]);
  }
  if (facts.thinnest_wall.has_value()) std::printf("  thinnest wall %.6g\n", *facts.thinnest_wall);
}

enum class Pass { kEarly, kExact, kFacts, kDisk };

bool Measure(const char* path, Pass pass) {
  const millwright::files::testing::OpenFile file(path);
  if (!file.ok()) {
    std::perror(path);
    return false;
  }
  const auto start = std::chrono::steady_clock::now();
  int files = 0;
  ScratchFiles scratch([&files] { return "mw_measure.scratch" + std::to_string(files++); });
  MeshAnalysis analysis({.size = file.size(),
                         .name = path,
                         .exact = pass != Pass::kEarly,
                         .solid_facts = pass == Pass::kFacts,
                         .scratch = &scratch,
                         .exact_memory_bytes = pass == Pass::kDisk ? 0 : kExactMemoryBytes});
  if (!analysis.Read(file)) {
    std::perror(path);
    return false;
  }
  const MeshReport report = std::move(analysis).Finish();
  if (!scratch.status().ok()) {
    std::fprintf(stderr, "%s\n", scratch.status().ToString().c_str());
    return false;
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const Vec3 size = report.measured.box.size();
  const Topology topology = report.topology.value_or(Topology{});
  std::printf(
      "%s\n  format %s, triangles %lld, vertices %lld, edges %lld, shells %lld, voids %lld\n"
      "  box %.9g x %.9g x %.9g, area %.15g, signed volume %.15g\n"
      "  open edges %lld, non-manifold %lld, inconsistent %lld, zero area %lld, flipped %lld\n",
      path, std::string(NameOf(report.format)).c_str(), static_cast<long long>(report.measured.triangles),
      static_cast<long long>(topology.vertices), static_cast<long long>(topology.edges),
      static_cast<long long>(topology.shells), static_cast<long long>(topology.voids), size.x, size.y, size.z,
      report.measured.area, report.measured.signed_volume, static_cast<long long>(topology.open_edges),
      static_cast<long long>(topology.non_manifold_edges), static_cast<long long>(topology.inconsistent_edges),
      static_cast<long long>(report.measured.zero_area), static_cast<long long>(topology.flipped_triangles));
  if (const auto centre = report.centre_of_mass()) {
    std::printf("  centre of mass %.9g %.9g %.9g\n", centre->x, centre->y, centre->z);
  }
  if (pass == Pass::kFacts) PrintFacts(report.facts);
  for (const Finding& finding : report.findings) {
    std::printf("  %s: %s: %s\n", std::string(NameOf(finding.severity)).c_str(),
                std::string(InfoOf(finding.rule).id).c_str(), finding.message.c_str());
  }
  std::printf("  %.1f ms, peak memory %ld MB\n", took.count(), usage.ru_maxrss / 1024);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string flag = argc > 1 ? argv[1] : "";
  const Pass pass = flag == "--early" ? Pass::kEarly : flag == "--facts" ? Pass::kFacts
                    : flag == "--disk"  ? Pass::kDisk
                                        : Pass::kExact;
  const int first = pass == Pass::kExact ? 1 : 2;
  if (argc <= first) {
    std::fprintf(stderr, "usage: mw_measure [--early|--facts|--disk] FILE...\n");
    return 2;
  }
  bool ok = true;
  for (int i = first; i < argc; ++i) ok = Measure(argv[i], pass) && ok;
  return ok ? 0 : 1;
}
