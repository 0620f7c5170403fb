// How the lines of a text end, as its first line tells. Whoever reads a format and whoever cleans it for sharing must agree
// on that: a copy whose lines end elsewhere has lost its geometry.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_LINE_END_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_LINE_END_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace millwright::files {

// '\n', also where a CR stands before it, or '\r'; nullopt if `begin`, the first bytes of the text, do not tell yet.
inline std::optional<char> LineEndOf(absl::string_view begin) {
  const size_t end = begin.find_first_of("\r\n");
  if (end == begin.npos || (begin[end] == '\r' && end + 1 == begin.size())) return std::nullopt;
  return begin[end] == '\r' && begin[end + 1] != '\n' ? '\r' : '\n';
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_LINE_END_H_
