// mw_measure [--early] FILE...: analyses mesh files and prints what the files service would store, with the time and
// the peak memory it took. The program that the P6 measurement runs against admesh and prusa-slicer.
//
//   --early   the pass that runs while an upload arrives: box, area, volume, counts, proof of an open mesh; constant
//             memory. Without it the exact pass: edges, shells, voids.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "services/files/domain/mesh/analysis.h"

namespace {

using namespace millwright::files;  // NOLINT: a program of one file

constexpr size_t kReadBytes = 256 * 1024;

bool Measure(const char* path, bool exact) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    std::perror(path);
    return false;
  }
  const auto start = std::chrono::steady_clock::now();
  MeshAnalysis analysis({.size = info.st_size, .name = path, .exact = exact});
  std::vector<char> buffer(kReadBytes);
  ssize_t n;
  while ((n = read(fd, buffer.data(), buffer.size())) > 0) analysis.Feed({buffer.data(), static_cast<size_t>(n)});
  close(fd);
  if (n < 0) {
    std::perror(path);
    return false;
  }
  const MeshReport report = std::move(analysis).Finish();
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
  for (const Finding& finding : report.findings) {
    std::printf("  %s: %s: %s\n", std::string(NameOf(finding.severity)).c_str(),
                std::string(InfoOf(finding.rule).id).c_str(), finding.message.c_str());
  }
  std::printf("  %.1f ms, peak memory %ld MB\n", took.count(), usage.ru_maxrss / 1024);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const bool early = argc > 1 && std::string(argv[1]) == "--early";
  if (argc < (early ? 3 : 2)) {
    std::fprintf(stderr, "usage: mw_measure [--early] FILE...\n");
    return 2;
  }
  bool ok = true;
  for (int i = early ? 2 : 1; i < argc; ++i) ok = Measure(argv[i], !early) && ok;
  return ok ? 0 : 1;
}
