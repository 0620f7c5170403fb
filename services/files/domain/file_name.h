// Names of uploaded files: which are refused, and when two of them mean the same (file-rules, section 3).
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_NAME_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_NAME_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace millwright::files {

inline constexpr size_t kMaxFileNameBytes = 255;

// Why `name` is refused, as the end of a sentence ("holds a path separator"); nullopt if it is fine. Refused are:
// empty, over 255 bytes, no UTF-8, '/', '\', ':', control characters, "." and "..", bidirectional and zero-width marks.
// "a..b.stl", blanks and any script are fine.
std::optional<std::string> WhyNameRefused(absl::string_view name);

// The form in which names are compared: Unicode case folding, then NFC. Bytes that are no UTF-8 stay as they are.
std::string FoldName(absl::string_view name);

// CON, NUL, COM1 and the like, with or without suffix: names that a Windows computer can't store.
bool IsReservedName(absl::string_view name);

// The suffix without its point, in lower case: "part.STL" -> "stl". "" if there is none.
std::string SuffixOf(absl::string_view name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_NAME_H_
