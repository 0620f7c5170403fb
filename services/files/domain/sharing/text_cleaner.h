// Patients' names in the texts of meshes, models and drawings: whether there are any, and a copy without them.
//
// Geometry is never touched. What becomes of texts, by kind:
//   STL        the 80 bytes of a binary header become zeros; behind `solid` and `endsolid` nothing stays; one that is
//              neither a whole binary nor a text is only searched
//   OBJ        comments, `o`, `g`, `usemtl` and `mtllib` are left out, and other statements that hold a name
//   PLY        `comment` and `obj_info` are left out
//   STEP       comments are left out; in strings, their codes (\X\, \X2\, \X4\, \S\) undone, the name is replaced
//   DXF        in every value that is a text (TEXT, MTEXT, ATTRIB, layer and block names, comments) the name is replaced,
//              \U+ and the codes of MTEXT undone
//   IGES       is only searched, its columns joined over line ends
//   PDF        is only searched, as bytes and in its strings; not in compressed streams
//   all others are only searched, as bytes (XML and the entries of a 3MF also with their character references undone):
//              there is no copy of them
//
// Whatever would leave is searched once more as bytes (name_bytes.h): a name where no text should be makes the file one
// without a copy. A copy is only needed if a name was found: files without one travel byte by byte, so that their hashes
// stay.
//
// Streaming, in memory that does not depend on the file; a text of more than kMaxCleanedText bytes has no copy.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CLEANER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CLEANER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/sharing/name_bytes.h"
#include "services/files/domain/sharing/patient_names.h"
#include "services/files/domain/sharing/text_codes.h"

namespace millwright::files {

inline constexpr size_t kMaxCleanedText = 64 * 1024;

struct TextCleanerOptions {
  FileKind kind = FileKind::kUnknown;
  int64_t size = 0;             // of the whole file
  PatientNames names = {};
  std::string replacement = {};  // for a name in a text that stays
};

class TextCleaner {
 public:
  // `sink` gets the copy in pieces; empty: only searches.
  TextCleaner(TextCleanerOptions options, std::function<void(absl::string_view)> sink);
  void Feed(absl::string_view bytes);
  // Once, after the last byte.
  void Finish();

  // Texts that hold a name.
  int64_t found() const { return found_; }
  // False: what the sink got is no copy.
  bool cleanable() const { return cleanable_; }

 private:
  enum class Mode { kUnknown, kStlBinary, kStlText, kObj, kPlyHeader, kStep, kDxf, kIges, kPdf, kSearch, kPass };

  Mode ModeFor(absl::string_view head) const;
  void FeedHeader(absl::string_view bytes);
  void FeedLines(absl::string_view bytes);
  void FeedReferences(absl::string_view bytes);
  bool IsXml() const { return options_.kind == FileKind::kXml || options_.kind == FileKind::k3mf; }
  void FeedStep(absl::string_view bytes);
  void Line(absl::string_view line);  // with its end
  void StlLine(absl::string_view line, absl::string_view text);
  void ObjLine(absl::string_view line, absl::string_view text);
  void PlyLine(absl::string_view line, absl::string_view text);
  void DxfLine(absl::string_view line, absl::string_view text);
  void IgesLine(absl::string_view line);
  bool IsMTextSplit(int code, absl::string_view text);
  bool Holds(absl::string_view text);
  void Refuse();
  void EndStepText();
  void Write(absl::string_view bytes) {
    leaving_.Feed(bytes);
    if (sink_) sink_(bytes);
  }

  const TextCleanerOptions options_;
  const std::function<void(absl::string_view)> sink_;
  Mode mode_ = Mode::kUnknown;
  int64_t found_ = 0;
  bool cleanable_ = true;
  NameBytes leaving_;  // over what is written, or over all bytes where nothing is
  // Over the columns of an IGES, the strings of a PDF, the references of XML, the hexadecimal of a DXF.
  NameBytes joined_;
  PdfStrings pdf_;
  char iges_section_ = 0;
  std::string mtext_;                    // the pieces of an MTEXT so far, at most 4 KiB of them
  std::string head_;                     // of a binary STL
  std::string line_;                     // not ended yet
  char line_end_ = 0;                    // LF or CR, as the first line ends; 0 before
  std::optional<std::string> dxf_code_;  // a group code that waits for its value
  enum class StepState { kPlain, kSlash, kString, kComment, kCommentStar } step_ = StepState::kPlain;
  std::string step_text_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CLEANER_H_
