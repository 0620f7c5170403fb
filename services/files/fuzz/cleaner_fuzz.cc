// Copies without the patient's name: a file read in pieces gives the copy that it gives as a whole, and a copy holds no
// text with the name and is its own copy. The first byte chooses the kind of file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/files/domain/sharing/text_cleaner.h"

namespace millwright::files {
namespace {

// A letter sequence that fuzzers come across by dictionary, and that stands for the patient.
constexpr char kPatient[] = "Quirin";
constexpr FileKind kKinds[] = {FileKind::kStl, FileKind::kObj, FileKind::kPly, FileKind::kStep, FileKind::kDxf,
                               FileKind::kPdf, FileKind::kIges, FileKind::kXml};
constexpr size_t kFirstPiece = 1024;  // the kind of an STL is decided by it

const PatientNames& Patient() {
  static const auto* const names = new PatientNames({kPatient});
  return *names;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Cleaned {
  std::string copy;
  int64_t found = 0;
  bool cleanable = true;
  bool operator==(const Cleaned&) const = default;
};

Cleaned Clean(FileKind kind, absl::string_view bytes, size_t piece) {
  Cleaned result;
  TextCleaner cleaner({.kind = kind, .size = static_cast<int64_t>(bytes.size()), .names = Patient(), .replacement = "C-1"},
                      [&](absl::string_view text) { result.copy.append(text.data(), text.size()); });
  const size_t first = std::min(bytes.size(), kFirstPiece);
  cleaner.Feed(bytes.substr(0, first));
  for (size_t at = first; at < bytes.size(); at += std::min(piece, bytes.size() - at)) cleaner.Feed(bytes.substr(at, piece));
  cleaner.Finish();
  result.found = cleaner.found();
  result.cleanable = cleaner.cleanable();
  return result;
}

}  // namespace
}  // namespace millwright::files

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millwright::files;  // NOLINT
  if (size == 0) return 0;
  const FileKind kind = kKinds[data[0] % std::size(kKinds)];
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Cleaned whole = Clean(kind, bytes, SIZE_MAX);
  Require(whole == Clean(kind, bytes, 7));
  if (!whole.cleanable || kind == FileKind::kPdf || kind == FileKind::kXml) return 0;  // these have no copy
  const Cleaned again = Clean(kind, whole.copy, SIZE_MAX);
  Require(again.cleanable && again.found == 0 && again.copy == whole.copy);
  return 0;
}
