#include "services/notifications/domain/mime_encoding.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace millwright::notifications {
namespace {

constexpr size_t kMaxHeaderLine = 76;
constexpr absl::string_view kWordBegin = "=?UTF-8?B?", kWordEnd = "?=";
constexpr absl::string_view kFold = "\r\n ";

unsigned char At(absl::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

// Bytes of the code point at `i`, 0 if malformed (RFC 3629, section 4).
size_t CodePointLength(absl::string_view text, size_t i) {
  unsigned char lead = At(text, i);
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((At(text, i + k) & 0xC0) != 0x80) return 0;
  }
  unsigned char second = At(text, i + 1);
  bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  bool surrogate = lead == 0xED && second > 0x9F;
  bool too_big = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_big ? 0 : length;
}

bool IsPrintableAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

// Encoded words for `text`; the first line has `used` characters already.
std::string EncodeWords(absl::string_view text, size_t used) {
  std::string out;
  size_t begin = 0;
  while (begin < text.size()) {
    // Base64 makes 4 characters of 3 bytes; a word needs 12 more.
    size_t room = kMaxHeaderLine - std::min(used, kMaxHeaderLine - 24) - kWordBegin.size() - kWordEnd.size();
    size_t bytes = room / 4 * 3, end = begin;
    while (end < text.size()) {
      size_t length = std::max<size_t>(CodePointLength(text, end), 1);
      if (end + length - begin > bytes) break;
      end += length;
    }
    absl::StrAppend(&out, begin == 0 ? "" : kFold, kWordBegin,
                    absl::Base64Escape(text.substr(begin, end - begin)), kWordEnd);
    begin = end;
    used = 1;
  }
  return out;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    size_t length = CodePointLength(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string OneLine(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char c = At(text, i);
    // C1 controls are C2 80 to C2 9F; U+2028 and U+2029 end lines for some readers.
    bool c1 = c == 0xC2 && i + 1 < text.size() && At(text, i + 1) < 0xA0;
    bool separator = c == 0xE2 && i + 2 < text.size() && At(text, i + 1) == 0x80 &&
                     (At(text, i + 2) == 0xA8 || At(text, i + 2) == 0xA9);
    if (c >= 0x20 && c != 0x7F && !c1 && !separator) {
      if (c != ' ' || (!out.empty() && out.back() != ' ')) out += text[i];
      continue;
    }
    i += c1 ? 1 : separator ? 2 : 0;
    if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string EncodeHeaderText(absl::string_view text, size_t name_length) {
  size_t used = name_length + 2;
  bool plain = IsPrintableAscii(text) && !absl::StrContains(text, "=?") && used + text.size() <= kMaxHeaderLine;
  return plain ? std::string(text) : EncodeWords(text, used);
}

std::string EncodePhrase(absl::string_view text) {
  if (!IsPrintableAscii(text) || absl::StrContains(text, "=?") || text.size() > 60) {
    // An address list folds before each mailbox, so at most "From: " stands on the line. 42 bytes fit into one word.
    return EncodeWords(text, 6);
  }
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string QuotedPrintable(absl::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  size_t column = 0;
  auto put = [&](absl::string_view piece) {
    if (column + piece.size() > 75) {  // one more for the soft line break
      out += "=\r\n";
      column = 0;
    }
    out.append(piece.data(), piece.size());
    column += piece.size();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char c = At(text, i);
    bool line_end = c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if (line_end) {
      if (c == '\r') ++i;
      out += "\r\n";
      column = 0;
      continue;
    }
    // A space before a line end would be lost on the way.
    bool last = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    bool plain = (c > 0x20 && c < 0x7F && c != '=') || (c == ' ' && !last);
    // A dot, or "From ", at the start of a line is something to SMTP and mbox.
    if (column == 0 && (c == '.' || c == 'F')) plain = false;
    if (plain) {
      put(text.substr(i, 1));
    } else {
      char code[3] = {'=', kHex[c >> 4], kHex[c & 15]};
      put(absl::string_view(code, 3));
    }
  }
  return out;
}

std::string Base64Lines(absl::string_view bytes) {
  std::string encoded = absl::Base64Escape(bytes), out;
  for (size_t i = 0; i < encoded.size(); i += 76) {
    absl::StrAppend(&out, absl::string_view(encoded).substr(i, 76), "\r\n");
  }
  return out;
}

}  // namespace millwright::notifications
