#include "services/files/domain/mesh/mesh_reader.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/files/domain/mesh/obj_reader.h"
#include "services/files/domain/mesh/ply_reader.h"
#include "services/files/domain/mesh/stl_ascii_reader.h"
#include "services/files/domain/mesh/stl_binary_reader.h"

namespace millwright::files {
namespace {

// Control characters other than white space do not occur in ASCII STL, and nearly always in 84 bytes of a binary one.
bool LooksLikeText(absl::string_view head) {
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && !absl::ascii_isspace(byte)) || byte == 0x7F) return false;
  }
  return true;
}

absl::string_view SkipMarkAndSpace(absl::string_view head) {
  if (absl::StartsWith(head, "\xEF\xBB\xBF")) head.remove_prefix(3);
  return absl::StripLeadingAsciiWhitespace(head);
}

// The first lines that are no comments begin with OBJ keywords, and one of them is a vertex. `text` may end in the
// middle of a line.
bool LooksLikeObj(absl::string_view text) {
  constexpr absl::string_view kKeywords[] = {"v", "vt", "vn", "vp", "f", "l", "p", "g", "o", "s", "usemtl", "mtllib"};
  constexpr int kLines = 50;
  bool has_vertex = false, continued = false;
  for (int lines = 0; lines < kLines && !text.empty(); ++lines) {
    const size_t end = text.find('\n');
    if (end == text.npos && lines > 0) break;
    const absl::string_view line = absl::StripAsciiWhitespace(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    const bool belongs_to_line_before = std::exchange(continued, absl::EndsWith(line, "\\"));
    if (belongs_to_line_before || line.empty() || line[0] == '#') continue;
    const absl::string_view word = line.substr(0, line.find_first_of(" \t"));
    if (std::find(std::begin(kKeywords), std::end(kKeywords), word) == std::end(kKeywords)) return false;
    has_vertex = has_vertex || word == "v";
  }
  return has_vertex;
}

bool LooksLikePackage(absl::string_view head) {
  return absl::StrContains(head, "[Content_Types].xml") || absl::StrContains(head, "_rels/.rels") ||
         absl::StrContains(head, "3D/");
}

}  // namespace

absl::string_view NameOf(MeshFormat format) {
  switch (format) {
    case MeshFormat::kNone:
      return "none";
    case MeshFormat::kStlBinary:
      return "binary STL";
    case MeshFormat::kStlAscii:
      return "ASCII STL";
    case MeshFormat::kObj:
      return "OBJ";
    case MeshFormat::kPly:
      return "PLY";
    case MeshFormat::k3mf:
      return "3MF";
  }
  return "none";
}

bool LengthFitsCount(absl::string_view head, int64_t size) {
  if (size < kStlHeaderBytes || static_cast<int64_t>(head.size()) < kStlHeaderBytes) return false;
  uint32_t count;
  std::memcpy(&count, head.data() + 80, sizeof(count));
  const int64_t left_over = size - (kStlHeaderBytes + int64_t{count} * kStlRecordBytes);
  return left_over == 0 || left_over == 1;
}

MeshFormat DetectMeshFormat(absl::string_view head, int64_t size) {
  head = head.substr(0, kMeshDetectionBytes);
  if (LengthFitsCount(head, size)) return MeshFormat::kStlBinary;
  const absl::string_view text = SkipMarkAndSpace(head);
  const bool solid = absl::StartsWithIgnoreCase(text, "solid") && (text.size() == 5 || absl::ascii_isspace(text[5]));
  if (solid) return LooksLikeText(head) || size < kStlHeaderBytes ? MeshFormat::kStlAscii : MeshFormat::kStlBinary;
  if (absl::StartsWith(head, "ply\n") || absl::StartsWith(head, "ply\r")) return MeshFormat::kPly;
  if (absl::StartsWith(head, "PK\x03\x04") && LooksLikePackage(head)) return MeshFormat::k3mf;
  return LooksLikeText(head) && LooksLikeObj(text) ? MeshFormat::kObj : MeshFormat::kNone;
}

MeshFormat ClaimedMeshFormat(absl::string_view name, absl::string_view head) {
  if (absl::EndsWithIgnoreCase(name, ".obj")) return MeshFormat::kObj;
  if (absl::EndsWithIgnoreCase(name, ".ply")) return MeshFormat::kPly;
  if (absl::EndsWithIgnoreCase(name, ".3mf")) return MeshFormat::k3mf;
  if (!absl::EndsWithIgnoreCase(name, ".stl")) return MeshFormat::kNone;
  return LooksLikeText(head.substr(0, kMeshDetectionBytes)) ? MeshFormat::kStlAscii : MeshFormat::kStlBinary;
}

bool IsSinglePrecision(MeshFormat format) { return format == MeshFormat::kStlBinary; }

int64_t ExpectedTriangles(MeshFormat format, int64_t size) {
  switch (format) {
    case MeshFormat::kNone:
      return 0;
    case MeshFormat::kStlBinary:
      return size / kStlRecordBytes;
    case MeshFormat::kStlAscii:
      return size / 200;  // a facet of usual programs has 200 to 300 bytes
    case MeshFormat::kObj:
    case MeshFormat::kPly:
      return size / 30;
    case MeshFormat::k3mf:
      return size / 6;
  }
  return 0;
}

std::unique_ptr<MeshReader> MakeMeshReader(MeshFormat format, int64_t size) {
  switch (format) {
    case MeshFormat::kStlBinary:
      return std::make_unique<StlBinaryReader>(size);
    case MeshFormat::kStlAscii:
      return std::make_unique<StlAsciiReader>();
    case MeshFormat::kObj:
      return std::make_unique<ObjReader>();
    case MeshFormat::kPly:
      return std::make_unique<PlyReader>();
    case MeshFormat::kNone:
    case MeshFormat::k3mf:
      return nullptr;
  }
  return nullptr;
}

}  // namespace millwright::files
