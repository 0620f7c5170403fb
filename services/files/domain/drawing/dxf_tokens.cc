#include "services/files/domain/drawing/dxf_tokens.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace millwright::files {

bool DxfTokens::Feed(absl::string_view bytes, FindingList& findings) {
  while (!bytes.empty() && !ended_) {
    const size_t end = bytes.find('\n');
    const absl::string_view piece = bytes.substr(0, end);
    if (carry_.size() + piece.size() > kMaxLine) {
      findings.Add(Rule::kDrawingLimit, {.element = absl::StrCat("line ", line_ + 1)},
                   absl::StrCat("Line ", line_ + 1, " has more than ", kMaxLine, " bytes."),
                   absl::StrCat("> ", kMaxLine, " bytes"), absl::StrCat(kMaxLine, " bytes"));
      ended_ = true;
      break;
    }
    if (end == bytes.npos || !carry_.empty()) carry_.append(piece.data(), piece.size());
    if (end == bytes.npos) break;
    bytes.remove_prefix(end + 1);
    if (!Line(carry_.empty() ? piece : absl::string_view(carry_), findings)) ended_ = true;
    carry_.clear();
  }
  return !ended_;
}

void DxfTokens::Finish(FindingList& findings) {
  if (!carry_.empty()) Feed("\n", findings);
}

bool DxfTokens::Line(absl::string_view line, FindingList& findings) {
  ++line_;
  if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
  if (has_code_) {
    has_code_ = false;
    return take_(code_, line);
  }
  if (line_ == 1 && absl::StartsWith(line, "\xEF\xBB\xBF")) line.remove_prefix(3);
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(line), &code_)) {
    findings.Add(Rule::kDrawingSyntax, {.element = absl::StrCat("line ", line_)},
                 absl::StrCat("Line ", line_, ": \"", absl::CHexEscape(line.substr(0, 40)),
                              "\" is not the number of a group code."));
    return false;
  }
  has_code_ = true;
  return true;
}

}  // namespace millwright::files
