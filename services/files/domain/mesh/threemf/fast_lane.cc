#include "services/files/domain/mesh/threemf/fast_lane.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "absl/strings/match.h"

namespace millwright::files {
namespace {

constexpr size_t kMostBytes = 1024;  // of one element; longer ones are for the XML parser

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The whole element "<name .../>" at the begin of `text`, as what stands between name and "/>".
FastRead Element(absl::string_view& text, absl::string_view opening, absl::string_view* attributes, int64_t* lines) {
  size_t begin = 0;
  while (begin < text.size() && IsSpace(text[begin])) *lines += text[begin++] == '\n';
  text.remove_prefix(begin);
  const size_t end = text.substr(0, kMostBytes).find('>');
  if (end == text.npos) return text.size() < kMostBytes ? FastRead::kIncomplete : FastRead::kOther;
  const absl::string_view element = text.substr(0, end + 1);
  if (!absl::StartsWith(element, opening) || element.size() < opening.size() + 2 || element[end - 1] != '/') {
    return FastRead::kOther;
  }
  *attributes = element.substr(opening.size(), end - 1 - opening.size());
  return FastRead::kDone;
}

// ` name="value"`, in that order and nothing else.
bool TakeAttribute(absl::string_view& attributes, absl::string_view opening, absl::string_view* value) {
  if (!absl::StartsWith(attributes, opening)) return false;
  attributes.remove_prefix(opening.size());
  const size_t quote = attributes.find('"');
  if (quote == attributes.npos) return false;
  *value = attributes.substr(0, quote);
  attributes.remove_prefix(quote + 1);
  return true;
}

template <class T>
bool Parse(absl::string_view text, T* value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

bool OnlyBlanks(absl::string_view text) { return text.empty() || text == " "; }

}  // namespace

FastRead TakeVertex(absl::string_view& text, Vec3* vertex, int64_t* lines) {
  absl::string_view attributes, value;
  const FastRead read = Element(text, "<vertex ", &attributes, lines);
  if (read != FastRead::kDone) return read;
  const size_t size = static_cast<size_t>(attributes.data() + attributes.size() - text.data()) + 2;
  const bool fine = TakeAttribute(attributes, "x=\"", &value) && Parse(value, &vertex->x) &&
                    TakeAttribute(attributes, " y=\"", &value) && Parse(value, &vertex->y) &&
                    TakeAttribute(attributes, " z=\"", &value) && Parse(value, &vertex->z) && OnlyBlanks(attributes);
  if (!fine) return FastRead::kOther;
  text.remove_prefix(size);
  return FastRead::kDone;
}

FastRead TakeTriangle(absl::string_view& text, std::array<uint32_t, 3>* triangle, int64_t* lines) {
  constexpr absl::string_view kOpenings[3] = {"v1=\"", " v2=\"", " v3=\""};
  absl::string_view attributes, value;
  const FastRead read = Element(text, "<triangle ", &attributes, lines);
  if (read != FastRead::kDone) return read;
  const size_t size = static_cast<size_t>(attributes.data() + attributes.size() - text.data()) + 2;
  for (int i = 0; i < 3; ++i) {
    int64_t index = 0;
    if (!TakeAttribute(attributes, kOpenings[i], &value) || !Parse(value, &index) || index < 0) return FastRead::kOther;
    (*triangle)[i] = static_cast<uint32_t>(std::min<int64_t>(index, UINT32_MAX));
  }
  // Properties (pid, p1 ...) change nothing of the geometry, but the XML parser should see that they are well-formed.
  if (!OnlyBlanks(attributes)) return FastRead::kOther;
  text.remove_prefix(size);
  return FastRead::kDone;
}

}  // namespace millwright::files
