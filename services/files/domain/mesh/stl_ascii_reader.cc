#include "services/files/domain/mesh/stl_ascii_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/mesh/text_number.h"

namespace millwright::files {
namespace {

constexpr size_t kBatch = 256;  // triangles handed on at a time
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// By table: this is asked for every byte.
struct SpaceTable {
  bool is[256] = {};
  constexpr SpaceTable() {
    for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) is[static_cast<unsigned char>(c)] = true;
  }
};
constexpr SpaceTable kSpace;

bool IsSpace(char c) { return kSpace.is[static_cast<unsigned char>(c)]; }

size_t LengthOfToken(absl::string_view bytes) {
  const char *at = bytes.data(), *end = at + bytes.size();
  while (at != end && !IsSpace(*at)) ++at;
  return static_cast<size_t>(at - bytes.data());
}

// What a message may show of a token that is not understood.
std::string Shown(absl::string_view token) {
  std::string shown = absl::CHexEscape(token.substr(0, 40));
  return absl::StrCat("\"", shown, token.size() > 40 ? "..." : "", "\"");
}

}  // namespace

void StlAsciiReader::Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  while (!bytes.empty() && state_ != State::kFailed) {
    if (state_ == State::kSolidName || state_ == State::kEndName) {
      EatName(bytes);
      continue;
    }
    if (carry_.empty() && IsSpace(bytes[0])) {
      SkipSpace(bytes);
      continue;
    }
    const size_t length = LengthOfToken(bytes);
    const bool cut_off = length == bytes.size();
    if (carry_.size() + length > kMaxToken) {
      Fail(Rule::kMeshSyntax, absl::StrCat("a word of more than ", kMaxToken, " bytes"), findings);
      break;
    }
    if (cut_off || !carry_.empty()) carry_.append(bytes.data(), length);
    if (cut_off) break;
    Token(carry_.empty() ? bytes.substr(0, length) : absl::string_view(carry_), findings);
    carry_.clear();
    bytes.remove_prefix(length);
    if (batch_.size() >= kBatch) Flush(sink);
  }
  Flush(sink);
}

void StlAsciiReader::SkipSpace(absl::string_view& bytes) {
  const char *at = bytes.data(), *end = at + bytes.size();
  int64_t lines = 0;
  for (; at != end && IsSpace(*at); ++at) lines += *at == '\n';
  line_ += lines;
  bytes.remove_prefix(static_cast<size_t>(at - bytes.data()));
}

void StlAsciiReader::EatName(absl::string_view& bytes) {
  const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
  if (state_ == State::kSolidName) name_.append(bytes.data(), std::min(end, kMaxSolidName - name_.size()));
  const bool reached = end < bytes.size();
  bytes.remove_prefix(end);
  if (!reached) return;
  if (state_ == State::kSolidName) {
    if (names_.size() < kMaxSolidNames) names_.push_back(std::string(absl::StripAsciiWhitespace(name_)));
    name_.clear();
    state_ = State::kInSolid;
  } else {
    state_ = State::kOutside;
  }
}

void StlAsciiReader::Token(absl::string_view token, FindingList& findings) {
  if (state_ == State::kNormal || state_ == State::kVertex) return Number(token, findings);
  Keyword(token, findings);
}

void StlAsciiReader::Keyword(absl::string_view token, FindingList& findings) {
  switch (state_) {
    case State::kOutside:
      if (solids_ == 0 && absl::StartsWith(token, kByteOrderMark)) token.remove_prefix(kByteOrderMark.size());
      if (token.empty()) break;
      if (Expect(token, "solid", State::kSolidName, findings)) ++solids_;
      break;
    case State::kInSolid:
      if (absl::EqualsIgnoreCase(token, "endsolid")) {
        state_ = State::kEndName;
      } else if (Expect(token, "facet", State::kNormalWord, findings)) {
        vertices_ = 0;
      }
      break;
    case State::kNormalWord:
      numbers_ = 0;
      Expect(token, "normal", State::kNormal, findings);
      break;
    case State::kOuter:
      Expect(token, "outer", State::kLoop, findings);
      break;
    case State::kLoop:
      Expect(token, "loop", State::kVertexWord, findings);
      break;
    case State::kVertexWord:
      numbers_ = 0;
      Expect(token, "vertex", State::kVertex, findings);
      break;
    case State::kEndLoop:
      Expect(token, "endloop", State::kEndFacet, findings);
      break;
    case State::kEndFacet:
      Expect(token, "endfacet", State::kInSolid, findings);
      break;
    case State::kSolidName:
    case State::kNormal:
    case State::kVertex:
    case State::kEndName:
    case State::kFailed:
      break;
  }
}

bool StlAsciiReader::Expect(absl::string_view token, absl::string_view keyword, State next, FindingList& findings) {
  // Nearly always as everybody writes it.
  if (token == keyword || absl::EqualsIgnoreCase(token, keyword)) {
    state_ = next;
    return true;
  }
  const absl::string_view place = state_ == State::kEndLoop ? " after the three vertices of a facet" : "";
  Fail(Rule::kMeshSyntax, absl::StrCat("\"", keyword, "\" expected", place, ", found ", Shown(token)), findings);
  return false;
}

void StlAsciiReader::Number(absl::string_view token, FindingList& findings) {
  double value = 0;
  if (!ParseTextNumber(token, &value)) {
    const bool comma = token.find(',') != token.npos && token.find_first_not_of("+-0123456789.,eE") == token.npos;
    Fail(comma ? Rule::kMeshDecimalComma : Rule::kMeshSyntax, absl::StrCat(Shown(token), " is not a number"), findings);
    return;
  }
  if (state_ == State::kVertex) coordinates_[vertices_ * 3 + numbers_] = value;
  if (++numbers_ < 3) return;
  if (state_ == State::kNormal) {
    state_ = State::kOuter;
  } else if (++vertices_ < 3) {
    state_ = State::kVertexWord;
  } else {
    const double* c = coordinates_;
    batch_.push_back({{{c[0], c[1], c[2]}, {c[3], c[4], c[5]}, {c[6], c[7], c[8]}}});
    state_ = State::kEndLoop;
  }
}

void StlAsciiReader::Fail(Rule rule, std::string message, FindingList& findings) {
  findings.Add(rule, {.element = absl::StrCat("line ", line_)}, absl::StrCat("Line ", line_, ": ", message, "."));
  state_ = State::kFailed;
}

void StlAsciiReader::Flush(TriangleSink& sink) {
  if (!batch_.empty()) sink.Add(batch_);
  batch_.clear();
}

void StlAsciiReader::Finish(TriangleSink& sink, FindingList& findings) {
  const std::string end = "\n";  // ends a last token or name without final newline
  Feed(end, sink, findings);
  if (state_ == State::kFailed) return;
  if (state_ != State::kOutside) {
    findings.Add(Rule::kMeshTruncated, {.element = absl::StrCat("line ", line_ - 1)},
                 absl::StrCat("The file ends in line ", line_ - 1, " without \"endsolid\"."));
  }
  if (solids_ > 1) {
    findings.Add(Rule::kMeshSeveralSolids, {}, absl::StrCat("The file holds ", solids_, " solids; they are one part."),
                 absl::StrCat(solids_));
  }
}

}  // namespace millwright::files
