// mw_info_corpus DIR: writes the corpus of info files into a folder, as seeds for fuzzing.
// mw_info_corpus --large BYTES FILE: writes one large construction info.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "services/files/testing/info_corpus.h"

int main(int argc, char** argv) {
  using namespace millwright::files::testing;  // NOLINT
  if (argc == 4 && std::string(argv[1]) == "--large") {
    std::ofstream out(argv[3], std::ios::binary);
    WriteLargeInfo(std::atoll(argv[2]), [&](const std::string& piece) { out << piece; });
    return out.flush() ? 0 : 1;
  }
  if (argc != 2) {
    std::fprintf(stderr, "usage: mw_info_corpus DIR | --large BYTES FILE\n");
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  int number = 0;
  for (const CorpusFile& file : InfoCorpus()) {
    if (file.bytes.size() > 64 * 1024) continue;
    std::ofstream out(absl::StrCat(argv[1], "/", number++), std::ios::binary);
    out << file.bytes;
    if (!out.flush()) return 1;
  }
  std::printf("%d files\n", number);
  return 0;
}
