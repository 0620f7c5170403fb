// Values of info files by the lexical rules of XML Schema (w3.org/TR/xmlschema-2): numbers by xs:double, booleans by
// xs:boolean. White space is trimmed by the caller.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_VALUES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_VALUES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace millwright::files {

// "1", "-1.5e3", "NaN", "INF", "-INF". Not "1,5", "inf", "0x1", "".
std::optional<double> ParseXsDouble(absl::string_view text);
// "true", "1", "false", "0".
std::optional<bool> ParseXsBoolean(absl::string_view text);
// "36", "+36", "-1".
std::optional<int64_t> ParseXsInteger(absl::string_view text);
// A number but for a comma where the point should be: "0,6". Its value is never guessed.
// A look that costs next to nothing: only digits, points, signs and exponents. True for "".
bool LooksLikeNumber(absl::string_view text);
bool HasDecimalComma(absl::string_view text);
// NaN or infinite in any spelling of XML Schema; a quick look for geometry whose value nobody needs.
bool IsNotFiniteWord(absl::string_view text);
// 12 digits yyyyMMddHHmm of a date that exists.
bool IsSaveTime(absl::string_view text);
// 8-4-4-4-12 hexadecimal digits, with or without braces.
bool IsGuid(absl::string_view text);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_VALUES_H_
