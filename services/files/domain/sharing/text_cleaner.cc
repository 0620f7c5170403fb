#include "services/files/domain/sharing/text_cleaner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/line_end.h"
#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {
namespace {

constexpr size_t kStlHeaderBytes = 80;
// "&#x10FFFF;" and some zeros: longer ones are read as text.
constexpr size_t kMaxReference = 12;

absl::string_view FirstWord(absl::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
}

absl::string_view EndOf(absl::string_view line) {
  const size_t at = line.find_last_not_of("\r\n");
  return at == line.npos ? line : line.substr(at + 1);
}

// Group codes of DXF of which the value is a text, by the list of Autodesk's DXF reference.
bool IsTextCode(int code) {
  return (code >= 0 && code <= 9) || (code >= 100 && code <= 105) || (code >= 300 && code <= 309) ||
         (code >= 410 && code <= 419) || (code >= 430 && code <= 439) || (code >= 470 && code <= 479) || code == 999 ||
         (code >= 1000 && code <= 1009);
}

// Bytes in hexadecimal: thumbnails, proxies, embedded objects.
bool IsBinaryCode(int code) { return (code >= 310 && code <= 319) || code == 1004; }

}  // namespace

TextCleaner::TextCleaner(TextCleanerOptions options, std::function<void(absl::string_view)> sink)
    : options_(std::move(options)),
      sink_(std::move(sink)),
      leaving_(options_.names),
      joined_(leaving_),
      pdf_([this](absl::string_view text) { joined_.Feed(text); }) {}

TextCleaner::Mode TextCleaner::ModeFor(absl::string_view head) const {
  switch (options_.kind) {
    case FileKind::kStl:
      if (LengthFitsCount(head, options_.size)) return Mode::kStlBinary;
      // A damaged one may hold a text anywhere: it is only searched.
      return DetectMeshFormat(head, options_.size) == MeshFormat::kStlAscii ? Mode::kStlText : Mode::kSearch;
    case FileKind::kObj:
      return Mode::kObj;
    case FileKind::kPly:
      return Mode::kPlyHeader;
    case FileKind::kStep:
      return Mode::kStep;
    case FileKind::kDxf:
      return Mode::kDxf;
    case FileKind::kIges:
      return Mode::kIges;
    case FileKind::kPdf:
      return Mode::kPdf;
    default:
      return Mode::kSearch;
  }
}

bool TextCleaner::Holds(absl::string_view text) {
  const bool holds = options_.names.Holds(text) || leaving_.In(text);
  found_ += holds;
  return holds;
}

void TextCleaner::Refuse() {
  ++found_;
  cleanable_ = false;
}

void TextCleaner::Feed(absl::string_view bytes) {
  if (bytes.empty()) return;
  if (mode_ == Mode::kUnknown) mode_ = ModeFor(bytes);
  switch (mode_) {
    case Mode::kStlBinary:
      return FeedHeader(bytes);
    case Mode::kStep:
      return FeedStep(bytes);
    case Mode::kPass:
      return Write(bytes);
    case Mode::kPdf:
      pdf_.Feed(bytes);
      return leaving_.Feed(bytes);
    case Mode::kSearch:
      if (IsXml()) FeedReferences(bytes);
      return leaving_.Feed(bytes);
    default:
      return FeedLines(bytes);
  }
}

void TextCleaner::FeedReferences(absl::string_view bytes) {
  line_.append(bytes.data(), bytes.size());
  // A reference that may go on in the next piece waits for it.
  const size_t begun = line_.rfind('&');
  const size_t whole = begun != line_.npos && line_.size() - begun < kMaxReference ? begun : line_.size();
  joined_.Feed(DecodeCharacterReferences(absl::string_view(line_).substr(0, whole)));
  line_.erase(0, whole);
}

void TextCleaner::FeedHeader(absl::string_view bytes) {
  const size_t taken = std::min(kStlHeaderBytes - head_.size(), bytes.size());
  absl::StrAppend(&head_, bytes.substr(0, taken));
  if (head_.size() < kStlHeaderBytes) return;
  Holds(head_);
  Write(std::string(kStlHeaderBytes, '\0'));
  mode_ = Mode::kPass;
  Write(bytes.substr(taken));
}

void TextCleaner::FeedLines(absl::string_view bytes) {
  if (line_end_ == 0) {
    absl::StrAppend(&line_, bytes);
    const std::optional<char> line_end = LineEndOf(line_);
    if (!line_end.has_value() && line_.size() <= kMaxCleanedText) return;
    line_end_ = line_end.value_or('\n');
    return FeedLines(std::exchange(line_, std::string()));
  }
  while (!bytes.empty()) {
    if (mode_ == Mode::kPass) return Write(bytes);
    const size_t end = bytes.find(line_end_);
    const absl::string_view piece = bytes.substr(0, end == bytes.npos ? bytes.npos : end + 1);
    bytes.remove_prefix(piece.size());
    const bool whole = end != absl::string_view::npos;
    if (line_.empty() && whole && piece.size() <= kMaxCleanedText) {
      Line(piece);
      continue;
    }
    absl::StrAppend(&line_, piece);
    if (line_.size() > kMaxCleanedText) {
      // Too long to be kept: searched in pieces that overlap by more than a name has.
      Holds(line_);
      cleanable_ = false;
      line_.erase(0, line_.size() - 512);
    }
    if (whole) Line(std::exchange(line_, std::string()));
  }
}

void TextCleaner::Line(absl::string_view line) {
  const absl::string_view text = absl::StripAsciiWhitespace(line);
  switch (mode_) {
    case Mode::kStlText:
      return StlLine(line, text);
    case Mode::kObj:
      return ObjLine(line, text);
    case Mode::kPlyHeader:
      return PlyLine(line, text);
    case Mode::kIges:
      return IgesLine(line);
    default:
      return DxfLine(line, text);
  }
}

// Texts go on in the next line of a section: 72 columns of it, 64 in the parameters.
void TextCleaner::IgesLine(absl::string_view line) {
  Write(line);
  const char section = line.size() > 72 ? line[72] : '\0';
  if (section != iges_section_) joined_.Feed("\n");
  iges_section_ = section;
  joined_.Feed(line.substr(0, section == 'P' ? 64 : 72));
}

void TextCleaner::StlLine(absl::string_view line, absl::string_view text) {
  const absl::string_view word = FirstWord(text);
  if (!absl::EqualsIgnoreCase(word, "solid") && !absl::EqualsIgnoreCase(word, "endsolid")) return Write(line);
  Holds(text.substr(word.size()));
  Write(absl::StrCat(word, EndOf(line)));
}

void TextCleaner::ObjLine(absl::string_view line, absl::string_view text) {
  const size_t comment = line.find('#');
  const absl::string_view word = FirstWord(absl::StripAsciiWhitespace(line.substr(0, comment)));
  if (word == "o" || word == "g" || word == "usemtl" || word == "mtllib") {
    Holds(text.substr(word.size()));
    return;
  }
  const absl::string_view statement = line.substr(0, comment);
  if (comment != line.npos) Holds(line.substr(comment));
  // Geometry holds numbers; what else holds a name is none.
  const bool geometry =
      word == "v" || word == "vn" || word == "vt" || word == "vp" || word == "f" || word == "l" || word == "p";
  if (!geometry && Holds(statement)) return;
  if (comment == line.npos) return Write(line);
  if (comment > 0) Write(absl::StrCat(statement, EndOf(line)));
}

void TextCleaner::PlyLine(absl::string_view line, absl::string_view text) {
  const absl::string_view word = FirstWord(text);
  if (word == "comment" || word == "obj_info") {
    Holds(text.substr(word.size()));
    return;
  }
  // Elements and properties are called by their names further on.
  if (Holds(text)) cleanable_ = false;
  Write(line);
  if (text == "end_header") mode_ = Mode::kPass;
}

void TextCleaner::DxfLine(absl::string_view line, absl::string_view text) {
  if (!dxf_code_.has_value()) {
    dxf_code_ = std::string(line);
    return;
  }
  int code = 0;
  const bool is_code = absl::SimpleAtoi(absl::StripAsciiWhitespace(*dxf_code_), &code);
  const bool is_text = is_code && IsTextCode(code);
  if (is_code && IsBinaryCode(code)) joined_.Feed(absl::HexStringToBytes(text.substr(0, text.size() / 2 * 2)));
  Write(*std::exchange(dxf_code_, std::nullopt));
  if (is_text && IsMTextSplit(code, text)) return Refuse();
  if (!is_text) return Write(line);
  if (options_.names.Holds(text)) {
    ++found_;
    return Write(absl::StrCat(options_.names.Replace(text, options_.replacement), EndOf(line)));
  }
  const std::string plain = DecodeDxfText(text);
  if (!Holds(plain)) return Write(line);
  Write(absl::StrCat(options_.names.Replace(plain, options_.replacement), EndOf(line)));
}

// True if the name begins in one piece of a long text (group 3) and ends in the next.
bool TextCleaner::IsMTextSplit(int code, absl::string_view text) {
  if (code != 3 && code != 1) {
    mtext_.clear();
    return false;
  }
  const std::string plain = DecodeDxfText(text);
  const bool before = options_.names.Holds(mtext_);
  absl::StrAppend(&mtext_, plain);
  const bool split = !before && !options_.names.Holds(plain) && options_.names.Holds(mtext_);
  // Behind a name that was found it begins anew, so that it is not found again.
  if (before || code == 1 || options_.names.Holds(plain)) mtext_.clear();
  if (mtext_.size() > 4096) mtext_.erase(0, mtext_.size() - 512);
  return split;
}

void TextCleaner::EndStepText() {
  const std::string plain = DecodeStepText(step_text_);
  if (step_ != StepState::kString) {  // comments go
    if (!Holds(step_text_)) Holds(plain);
  } else if (Holds(plain)) {
    Write(EncodeStepText(options_.names.Replace(plain, options_.replacement)));
  } else {
    Write(step_text_);
  }
  step_text_.clear();
}

void TextCleaner::FeedStep(absl::string_view bytes) {
  std::string plain;
  auto flush = [&] {
    Write(plain);
    plain.clear();
  };
  for (const char c : bytes) {
    switch (step_) {
      case StepState::kPlain:
      case StepState::kSlash:
        if (step_ == StepState::kSlash && c == '*') {
          step_ = StepState::kComment;
          continue;
        }
        if (step_ == StepState::kSlash) plain.push_back('/');
        step_ = c == '/' ? StepState::kSlash : c == '\'' ? StepState::kString : StepState::kPlain;
        if (c != '/') plain.push_back(c);
        continue;
      case StepState::kString:
        if (c != '\'') break;
        flush();
        EndStepText();
        plain.push_back(c);
        step_ = StepState::kPlain;
        continue;
      case StepState::kComment:
      case StepState::kCommentStar:
        if (step_ == StepState::kCommentStar && c == '/') {
          EndStepText();
          step_ = StepState::kPlain;
          continue;
        }
        step_ = c == '*' ? StepState::kCommentStar : StepState::kComment;
        break;
    }
    step_text_.push_back(c);
    if (step_text_.size() > kMaxCleanedText) {
      cleanable_ = false;
      Holds(step_text_);
      step_text_.erase(0, step_text_.size() - 512);
    }
  }
  flush();
}

void TextCleaner::Finish() {
  if (mode_ == Mode::kStlBinary) Write(head_);
  if (mode_ == Mode::kStep) {
    if (step_ == StepState::kSlash) Write("/");
    if (!step_text_.empty()) EndStepText();
  }
  if (mode_ == Mode::kSearch) {
    joined_.Feed(DecodeCharacterReferences(std::exchange(line_, std::string())));
  } else if (!line_.empty()) {
    Line(std::exchange(line_, std::string()));
  }
  if (dxf_code_.has_value()) Write(*dxf_code_);
  leaving_.Finish();
  joined_.Finish();
  if (leaving_.found() || joined_.found()) Refuse();
}

}  // namespace millwright::files
