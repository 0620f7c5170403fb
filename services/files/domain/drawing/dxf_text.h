// Texts of a DXF as UTF-8: names of layers and blocks, as people write them.
//
// Up to R2004 they are in the code page that the header names ($DWGCODEPAGE, such as ANSI_1250), from R2007 on in UTF-8;
// in both "\U+0119" is a character. What is neither becomes U+FFFD.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TEXT_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace millwright::files {

// `code_page` as the header names it; "" is ANSI_1252.
std::string DxfText(absl::string_view value, const std::string& code_page);

// Takes "\U+hhhh" off the beginning of `text` and answers its number, which may be that of no character; nullopt if `text`
// begins with something else.
std::optional<uint32_t> TakeDxfEscape(absl::string_view& text);

// Equal for names that differ in case only: DXF compares names so. As FoldName, quick for ASCII.
std::string FoldedDxfName(absl::string_view name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TEXT_H_
