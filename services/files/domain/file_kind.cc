#include "services/files/domain/file_kind.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {
namespace {

struct Magic {
  absl::string_view bytes;
  FileKind kind;
};
constexpr Magic kMagics[] = {
    {"%PDF-", FileKind::kPdf},
    {"\x89PNG\r\n\x1A\n", FileKind::kImage},
    {"\xFF\xD8\xFF", FileKind::kImage},
    {"GIF8", FileKind::kImage},
    {"PK\x03\x04", FileKind::kZip},
    {"MZ", FileKind::kExecutable},
    {"\x7F"
     "ELF",
     FileKind::kExecutable},
    {"#!", FileKind::kExecutable},
    {"AutoCAD Binary DXF\r\n", FileKind::kBinaryDxf},
    {"AC10", FileKind::kDwg},
    {"ISO-10303-21", FileKind::kStep},
};

struct Suffix {
  absl::string_view suffix;
  FileKind kind;
};
constexpr Suffix kSuffixes[] = {
    {"stl", FileKind::kStl},
    {"obj", FileKind::kObj},
    {"ply", FileKind::kPly},
    {"3mf", FileKind::k3mf},
    {"step", FileKind::kStep},
    {"stp", FileKind::kStep},
    {"iges", FileKind::kIges},
    {"igs", FileKind::kIges},
    {"dxf", FileKind::kDxf},
    {"dwg", FileKind::kDwg},
    {"constructioninfo", FileKind::kConstructionInfo},
    {"modelinfo", FileKind::kModelInfo},
    {"dentalproject", FileKind::kDentalProject},
    {"3ox", FileKind::k3ShapeOrder},
    {"xml", FileKind::kXml},
    {"pdf", FileKind::kPdf},
    {"png", FileKind::kImage},
    {"jpg", FileKind::kImage},
    {"jpeg", FileKind::kImage},
    {"gif", FileKind::kImage},
    {"zip", FileKind::kZip},
    {"exe", FileKind::kExecutable},
    {"txt", FileKind::kText},
    {"csv", FileKind::kText},
};

// Plain ASCII of what may be UTF-16: enough to find a root element.
std::string WithoutZeros(absl::string_view head) {
  const bool wide = absl::StartsWith(head, "\xFF\xFE") || absl::StartsWith(head, "\xFE\xFF") ||
                    (head.size() > 1 && (head[0] == '\0' || head[1] == '\0'));
  std::string text;
  for (const char c : head) {
    if (!wide || c != '\0') text.push_back(c);
  }
  for (absl::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
    if (absl::StartsWith(text, mark)) text.erase(0, mark.size());
  }
  return text;
}

// The local name of the root element, "" if `text` is no XML as far as one can see.
absl::string_view RootOf(absl::string_view text) {
  for (;;) {
    text = absl::StripLeadingAsciiWhitespace(text);
    absl::string_view end;
    if (absl::StartsWith(text, "<?")) {
      end = "?>";
    } else if (absl::StartsWith(text, "<!--")) {
      end = "-->";
    } else if (absl::StartsWith(text, "<!")) {
      end = ">";  // DOCTYPE: refused by the reader, but XML
    } else {
      break;
    }
    const size_t at = text.find(end);
    if (at == text.npos) return "";
    text.remove_prefix(at + end.size());
  }
  if (text.size() < 2 || text[0] != '<') return "";
  text = text.substr(1, text.find_first_of(" \t\r\n/>", 1) - 1);
  const size_t colon = text.rfind(':');
  return colon == text.npos ? text : text.substr(colon + 1);
}

FileKind KindOfXml(absl::string_view text) {
  const absl::string_view root = RootOf(text);
  if (root == "ConstuctionInfo" || root == "ConstructionInfo") return FileKind::kConstructionInfo;
  if (absl::EqualsIgnoreCase(root, "ModelInfo")) return FileKind::kModelInfo;
  if (root == "Treatment") return FileKind::kDentalProject;
  if (absl::StrContains(text, "schemas.3shape.com/3OX")) return FileKind::k3ShapeOrder;
  return absl::StartsWith(text, "<?xml") || !root.empty() ? FileKind::kXml : FileKind::kUnknown;
}

bool LooksLikeDxf(absl::string_view text) {
  // Group codes and values on lines of their own; comments (999) may come first.
  const std::vector<absl::string_view> lines = absl::StrSplit(text.substr(0, 1024), '\n');
  if (lines.size() < 4) return false;
  const absl::string_view code = absl::StripAsciiWhitespace(lines[0]);
  return code == "999" || (code == "0" && absl::StripAsciiWhitespace(lines[1]) == "SECTION");
}

bool LooksLikeIges(absl::string_view text) {
  // Column 73 of the first line is the letter of the start section.
  const size_t end = text.find_first_of("\r\n");
  return end >= 73 && end <= 80 && end != text.npos && text[72] == 'S';
}

// 3MF is one of many packages that begin with a list of content types; letters and sheets of offices are others.
bool LooksLike3mf(absl::string_view head) {
  if (absl::StrContains(head, "3D/")) return true;
  for (const absl::string_view folder : {"word/", "xl/", "ppt/", "docProps/", "FixedDocSeq.fdseq"}) {
    if (absl::StrContains(head, folder)) return false;
  }
  return absl::StrContains(head, "[Content_Types].xml");
}

bool LooksLikeText(absl::string_view head) {
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && !absl::ascii_isspace(byte)) return false;
  }
  return true;
}

}  // namespace

absl::string_view NameOf(FileKind kind) {
  constexpr absl::string_view kNames[] = {
      "unknown",    "empty",          "STL",          "OBJ",        "PLY", "3MF",
      "STEP",       "IGES",           "DXF",          "binary DXF", "DWG", "construction info",
      "model info", "dental project", "3Shape order", "XML",        "PDF", "image",
      "ZIP",        "executable",     "text"};
  return kNames[static_cast<size_t>(kind)];
}

FileKind DetectKind(absl::string_view head, int64_t size) {
  if (size == 0) return FileKind::kEmpty;
  head = head.substr(0, kKindDetectionBytes);
  // An STL whose length fits its count is one, whatever its header says.
  const MeshFormat mesh = DetectMeshFormat(head, size);
  if (mesh == MeshFormat::kStlBinary || mesh == MeshFormat::kStlAscii) return FileKind::kStl;
  if (mesh == MeshFormat::kPly) return FileKind::kPly;
  for (const Magic& magic : kMagics) {
    if (!absl::StartsWith(head, magic.bytes)) continue;
    const bool package = magic.kind == FileKind::kZip && LooksLike3mf(head);
    return package ? FileKind::k3mf : magic.kind;
  }
  const std::string text = WithoutZeros(head);
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "<")) return KindOfXml(text);
  if (LooksLikeDxf(text)) return FileKind::kDxf;
  if (LooksLikeIges(text)) return FileKind::kIges;
  if (!LooksLikeText(head)) return FileKind::kUnknown;
  return mesh == MeshFormat::kObj ? FileKind::kObj : FileKind::kText;
}

FileKind ClaimedKind(absl::string_view name) {
  const std::string suffix = SuffixOf(name);
  for (const Suffix& known : kSuffixes) {
    if (suffix == known.suffix) return known.kind;
  }
  return FileKind::kUnknown;
}

FileKind EffectiveKind(FileKind content, absl::string_view name) {
  const FileKind claimed = ClaimedKind(name);
  if (content == FileKind::kZip && claimed == FileKind::k3mf) return claimed;  // its reader finds out
  const bool vague = content == FileKind::kUnknown || content == FileKind::kText || content == FileKind::kXml ||
                     content == FileKind::kEmpty;
  return vague && claimed != FileKind::kUnknown ? claimed : content;
}

std::optional<Finding> JudgeSuffix(FileKind content, absl::string_view name) {
  const FileKind claimed = ClaimedKind(name);
  const bool specific = content != FileKind::kEmpty && content != FileKind::kUnknown && content != FileKind::kText;
  const bool fits = claimed == content || claimed == FileKind::kUnknown ||
                    (claimed == FileKind::kXml && IsInfo(content)) ||
                    // A root that is not among the first bytes; its reader finds it, or says that it is another one.
                    (content == FileKind::kXml && IsInfo(claimed)) ||
                    (claimed == FileKind::kZip && content == FileKind::k3mf) ||
                    (claimed == FileKind::k3mf && content == FileKind::kZip) ||
                    (claimed == FileKind::kDxf && content == FileKind::kBinaryDxf);
  // What is not recognised may be a broken file of the claimed kind; its own reader says so.
  if (fits || !specific) return std::nullopt;
  return MakeFinding(Rule::kFileWrongSuffix, {.file = std::string(name)},
                     absl::StrCat("The content is ", NameOf(content), ", the suffix says ", NameOf(claimed), "."),
                     std::string(NameOf(content)), std::string(NameOf(claimed)));
}

bool IsOrderFile(FileKind kind, absl::string_view name) {
  return kind == FileKind::kDentalProject || kind == FileKind::k3ShapeOrder ||
         (kind == FileKind::kXml && absl::StartsWithIgnoreCase(name, "ImplantDirectionPosition"));
}

}  // namespace millwright::files
