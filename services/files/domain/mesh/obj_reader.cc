#include "services/files/domain/mesh/obj_reader.h"

#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/files/domain/line_end.h"
#include "services/files/domain/mesh/text_number.h"

namespace millwright::files {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Takes the next word off `text`; empty at the end.
absl::string_view NextWord(absl::string_view& text) {
  size_t begin = 0;
  while (begin < text.size() && IsBlank(text[begin])) ++begin;
  size_t end = begin;
  while (end < text.size() && !IsBlank(text[end])) ++end;
  const absl::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

std::string Shown(absl::string_view word) { return absl::StrCat("\"", absl::CHexEscape(word.substr(0, 40)), "\""); }

}  // namespace

void ObjReader::Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  if (failed_) return;
  if (line_end_ != 0) return Lines(bytes, sink, findings);
  carry_.append(bytes.data(), bytes.size());
  const std::optional<char> line_end = LineEndOf(carry_);
  if (!line_end.has_value() && carry_.size() <= kMaxLine) return;
  line_end_ = line_end.value_or('\n');
  const std::string begin = std::exchange(carry_, {});
  absl::string_view text = begin;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  Lines(text, sink, findings);
}

void ObjReader::Lines(absl::string_view bytes, TriangleSink& sink, FindingList& findings) {
  while (!bytes.empty() && !failed_) {
    const size_t end = bytes.find(line_end_);
    const absl::string_view piece = bytes.substr(0, end);
    if (carry_.size() + piece.size() > kMaxLine) {
      Fail(Rule::kMeshSyntax, absl::StrCat("a line has more than ", kMaxLine, " bytes"), findings);
      break;
    }
    if (end == bytes.npos) {
      carry_.append(piece.data(), piece.size());
      break;
    }
    bytes.remove_prefix(end + 1);
    ++line_;
    if (carry_.empty() && (piece.empty() || (piece.back() != '\\' && piece.back() != '\r'))) {
      Line(piece, sink, findings);
      continue;
    }
    carry_.append(piece.data(), piece.size());
    if (!carry_.empty() && carry_.back() == '\r') carry_.pop_back();
    if (!carry_.empty() && carry_.back() == '\\') {
      carry_.back() = ' ';  // the next line belongs to this one
      continue;
    }
    Line(carry_, sink, findings);
    carry_.clear();
  }
  faces_.Flush(sink);
}

void ObjReader::Line(absl::string_view line, TriangleSink& sink, FindingList& findings) {
  const absl::string_view word = NextWord(line);
  if (word == "v") {
    Vertex(line, findings);
  } else if (word == "f" || word == "fo") {  // "fo": what old programs wrote
    Face(line, sink, findings);
  } else if (word == "surf") {
    if (surfaces_++ == 0) first_surface_ = line_;
  }
}

void ObjReader::Vertex(absl::string_view rest, FindingList& findings) {
  double c[3];
  for (double& coordinate : c) {
    const absl::string_view word = NextWord(rest);
    if (ParseTextNumber(word, &coordinate)) continue;
    const bool comma = word.find(',') != word.npos && word.find_first_not_of("+-0123456789.,eE") == word.npos;
    return Fail(comma ? Rule::kMeshDecimalComma : Rule::kMeshSyntax, absl::StrCat(Shown(word), " is not a number"),
                findings);
  }
  faces_.AddVertex({c[0], c[1], c[2]});
}

void ObjReader::Face(absl::string_view rest, TriangleSink& sink, FindingList& findings) {
  indices_.clear();
  for (absl::string_view word = NextWord(rest); !word.empty(); word = NextWord(rest)) {
    if (word[0] == '#') break;
    const absl::string_view vertex = word.substr(0, word.find('/'));
    int64_t index = 0;
    const auto result = std::from_chars(vertex.data(), vertex.data() + vertex.size(), index);
    if (result.ec != std::errc() || result.ptr != vertex.data() + vertex.size() || index == 0) {
      return Fail(Rule::kMeshSyntax, absl::StrCat(Shown(word), " is not the index of a vertex"), findings);
    }
    if (indices_.size() == kMaxPolygonCorners) {
      return Fail(Rule::kMeshSyntax, absl::StrCat("a face has more than ", kMaxPolygonCorners, " corners"), findings);
    }
    // -1 is the last vertex so far.
    indices_.push_back(index > 0 ? index - 1 : faces_.vertex_count() + index);
  }
  faces_.AddFace(indices_, sink);
}

void ObjReader::Fail(Rule rule, absl::string_view message, FindingList& findings) {
  findings.Add(rule, {.element = absl::StrCat("line ", line_)}, absl::StrCat("Line ", line_, ": ", message, "."));
  failed_ = true;
}

void ObjReader::Finish(TriangleSink& sink, FindingList& findings) {
  if (!carry_.empty()) Feed(line_end_ == '\r' ? "\r" : "\n", sink, findings);
  if (failed_) return;
  if (surfaces_ > 0) {
    findings.Add(Rule::kMeshExtension, {.element = absl::StrCat("line ", first_surface_)},
                 absl::StrCat(surfaces_, " free-form surfaces are not read; the first is in line ", first_surface_, "."),
                 absl::StrCat(surfaces_), "0");
  }
  faces_.Finish(sink, findings);
}

}  // namespace millwright::files
