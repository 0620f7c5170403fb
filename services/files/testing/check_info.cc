// mw_check_info FILE: reads and judges one construction info, and prints how fast and in how much memory, as JSON.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"

namespace {

int64_t ResidentBytes() {
  int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace millwright::files;  // NOLINT
  if (argc != 2) {
    std::fprintf(stderr, "usage: mw_check_info FILE\n");
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "%s can't be opened\n", argv[1]);
    return 1;
  }
  std::string piece(256 * 1024, '\0');
  InfoReader reader({.name = argv[1], .limits = {.max_bytes = int64_t{4} << 30}});
  int64_t bytes = 0, before = 0, most = 0;
  const auto start = std::chrono::steady_clock::now();
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    reader.Feed(absl::string_view(piece.data(), static_cast<size_t>(in.gcount())));
    bytes += in.gcount();
    // After the first pieces, which bring in the code and expat's buffers.
    if (bytes <= 1 << 20) before = ResidentBytes();
    if (bytes % (8 << 20) < static_cast<int64_t>(piece.size())) most = std::max(most, ResidentBytes());
  }
  const InfoReport report = std::move(reader).Finish();
  const std::vector<Finding> findings = CheckConstruction(report.facts, {.info_name = argv[1], .files = {}});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  int64_t points = 0;
  for (const ToothFact& tooth : report.facts.teeth) points += tooth.margin.points;
  std::printf(
      "{\"mb_per_second\": %.3f, \"bytes\": %lld, \"rss_growth_bytes\": %lld, \"teeth\": %zu, \"points\": %lld, "
      "\"findings\": %zu}\n",
      static_cast<double>(bytes) / 1e6 / seconds, static_cast<long long>(bytes),  // NOLINT: what printf takes
      static_cast<long long>(std::max<int64_t>(0, most - before)), report.facts.teeth.size(),  // NOLINT
      static_cast<long long>(points), findings.size() + report.findings.size());  // NOLINT
  return 0;
}
