// The encodings of mail: RFC 2047 encoded words, quoted-printable, base64 lines.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_ENCODING_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_ENCODING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace millwright::notifications {

// True for well-formed UTF-8: no overlong forms, surrogates or values above U+10FFFF.
bool IsUtf8(absl::string_view text);

// `text` on one line: each run of control characters (and line ends) becomes one space, ends are trimmed.
std::string OneLine(absl::string_view text);

// Unstructured header text, ready to stand behind a header name of `name_length` characters and its colon and space.
// Printable ASCII that fits on the line stays as it is; everything else becomes encoded words (=?UTF-8?B?...?=) on
// folded lines, none longer than 76 characters, none cutting a code point. Takes OneLine text.
std::string EncodeHeaderText(absl::string_view text, size_t name_length);

// A display name as a phrase: quoted if ASCII, encoded words otherwise. Takes OneLine text.
std::string EncodePhrase(absl::string_view text);

// Lines of at most 76 characters, ends as CRLF whatever the text has.
std::string QuotedPrintable(absl::string_view text);

// Base64 in lines of 76 characters.
std::string Base64Lines(absl::string_view bytes);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_ENCODING_H_
