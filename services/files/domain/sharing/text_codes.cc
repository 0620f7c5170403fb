#include "services/files/domain/sharing/text_codes.h"

#include <glib.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "services/files/domain/drawing/dxf_text.h"

namespace millwright::files {
namespace {

void AppendCharacter(uint32_t character, std::string& out) {
  char utf8[6];
  out.append(utf8, static_cast<size_t>(g_unichar_to_utf8(character, utf8)));
}

bool IsCharacter(uint32_t value) { return value != 0 && g_unichar_validate(value); }

// `digits` digits at the beginning of `text`; nullopt if there are fewer.
std::optional<uint32_t> Hex(absl::string_view text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  uint32_t value = 0;
  for (const char c : text.substr(0, digits)) {
    const int digit = g_ascii_xdigit_value(c);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

// Characters of `digits` digits up to \X0\ or the first that is none.
void AppendWide(absl::string_view& text, size_t digits, std::string& out) {
  uint32_t high = 0;
  while (const auto value = Hex(text, digits)) {
    text.remove_prefix(digits);
    if (*value >= 0xD800 && *value < 0xDC00) {  // of a pair, which the standard does not have and programs write
      high = *value;
      continue;
    }
    const bool pair = high != 0 && *value >= 0xDC00 && *value < 0xE000;
    const uint32_t character = pair ? 0x10000 + ((high - 0xD800) << 10) + (*value - 0xDC00) : *value;
    if (IsCharacter(character)) AppendCharacter(character, out);
    high = 0;
  }
  absl::ConsumePrefix(&text, "\\X0\\");
}

// A code at the beginning of `text`, which begins with a backslash; false if it is none.
bool StepCode(absl::string_view& text, std::string& out) {
  if (absl::ConsumePrefix(&text, "\\X2\\")) {
    AppendWide(text, 4, out);
  } else if (absl::ConsumePrefix(&text, "\\X4\\")) {
    AppendWide(text, 8, out);
  } else if (absl::ConsumePrefix(&text, "\\X0\\")) {
  } else if (absl::StartsWith(text, "\\X\\") && Hex(text.substr(3), 2).has_value()) {
    const uint32_t value = *Hex(text.substr(3), 2);
    if (IsCharacter(value)) AppendCharacter(value, out);
    text.remove_prefix(5);
  } else if (absl::StartsWith(text, "\\S\\") && text.size() > 3) {
    AppendCharacter((static_cast<unsigned char>(text[3]) & 0x7Fu) + 0x80, out);
    text.remove_prefix(4);
  } else if (text.size() > 3 && text[1] == 'P' && text[3] == '\\') {
    text.remove_prefix(4);
  } else if (absl::ConsumePrefix(&text, "\\\\")) {
    out.push_back('\\');
  } else {
    return false;
  }
  return true;
}

// A code of MTEXT at the beginning of `text`, which begins with a backslash.
void DxfCode(absl::string_view& text, std::string& out) {
  if (const std::optional<uint32_t> value = TakeDxfEscape(text)) {
    if (IsCharacter(*value)) AppendCharacter(*value, out);
    return;
  }
  const char code = text.size() > 1 ? text[1] : '\0';
  const size_t end = text.find(';');
  if (absl::string_view("fFHWQTACcp").find(code) != absl::string_view::npos && end != text.npos) {
    text.remove_prefix(end + 1);
  } else if (absl::string_view("LlOoKk").find(code) != absl::string_view::npos) {
    text.remove_prefix(2);
  } else if (code == 'P' || code == '~' || code == 'S') {
    out.push_back(' ');
    text.remove_prefix(2);
  } else {  // an escaped letter, or a backslash
    text.remove_prefix(1);
    if (text.empty()) return;
    out.push_back(text[0]);
    text.remove_prefix(1);
  }
}

}  // namespace

std::string DecodeStepText(absl::string_view raw) {
  std::string joined(raw), out;
  joined.erase(std::remove_if(joined.begin(), joined.end(), [](char c) { return c == '\r' || c == '\n'; }), joined.end());
  absl::string_view text = joined;
  while (!text.empty()) {
    if (text[0] == '\\' && StepCode(text, out)) continue;
    out.push_back(text[0]);
    text.remove_prefix(1);
  }
  return out;
}

std::string EncodeStepText(absl::string_view utf8) {
  std::string out;
  for (const char* at = utf8.data(); at < utf8.data() + utf8.size();) {
    // What is no UTF-8 was an 8-bit letter already.
    const gunichar c = g_utf8_get_char_validated(at, utf8.data() + utf8.size() - at);
    if (c == static_cast<gunichar>(-1) || c == static_cast<gunichar>(-2)) {
      out.push_back(*at++);
      continue;
    }
    at = g_utf8_next_char(at);
    if (c == '\\' || c == '\'') {
      out.append(2, static_cast<char>(c));
    } else if (c >= 0x20 && c < 0x7F) {
      out.push_back(static_cast<char>(c));
    } else if (c > 0xFFFF) {
      absl::StrAppendFormat(&out, "\\X4\\%08X\\X0\\", c);
    } else {
      absl::StrAppendFormat(&out, "\\X2\\%04X\\X0\\", c);
    }
  }
  return out;
}

std::string DecodeDxfText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text[0] == '\\') {
      DxfCode(text, out);
      continue;
    }
    int value = 0;
    const bool percent = absl::StartsWith(text, "%%") && text.size() >= 5 &&
                         std::all_of(text.begin() + 2, text.begin() + 5, [&](char c) {
                           value = value * 10 + (c - '0');
                           return absl::ascii_isdigit(static_cast<unsigned char>(c));
                         });
    if (percent) {
      if (IsCharacter(static_cast<uint32_t>(value))) AppendCharacter(static_cast<uint32_t>(value), out);
      text.remove_prefix(5);
      continue;
    }
    if (text[0] != '{' && text[0] != '}') out.push_back(text[0]);
    text.remove_prefix(1);
  }
  return out;
}

std::string DecodeCharacterReferences(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = absl::StartsWith(text, "&#") ? text.substr(0, 12).find(';') : text.npos;
    if (end == text.npos) {
      out.push_back(text[0]);
      text.remove_prefix(1);
      continue;
    }
    absl::string_view digits = text.substr(2, end - 2);
    const bool hex = absl::ConsumePrefix(&digits, "x");
    uint32_t value = 0;
    const bool sound = !digits.empty() && std::all_of(digits.begin(), digits.end(), [&](char c) {
      const int digit = hex ? g_ascii_xdigit_value(c) : g_ascii_digit_value(c);
      value = std::min<uint32_t>(value * (hex ? 16 : 10) + static_cast<uint32_t>(std::max(digit, 0)), 0x110000);
      return digit >= 0;
    });
    if (sound && IsCharacter(value)) {
      AppendCharacter(value, out);
    } else {
      out.append(text.data(), end + 1);
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

void PdfStrings::Feed(absl::string_view bytes) {
  for (const char c : bytes) {
    Byte(c);
    if (text_.size() > kMaxStringBytes) End();
  }
}

void PdfStrings::End() {
  std::string text;
  text.swap(text_);
  if (state_ == State::kHex) {
    std::string bytes;
    for (size_t i = 0; i < text.size(); i += 2) {
      const int low = i + 1 < text.size() ? g_ascii_xdigit_value(text[i + 1]) : 0;
      bytes.push_back(static_cast<char>(g_ascii_xdigit_value(text[i]) << 4 | low));
    }
    text = std::move(bytes);
  }
  state_ = State::kOutside;
  sink_(text);
}

void PdfStrings::Byte(char c) {
  switch (state_) {
    case State::kOutside:
      if (c == '(') {
        state_ = State::kLiteral;
        depth_ = 1;
      } else if (c == '<') {
        state_ = State::kHex;
      }
      return;
    case State::kHex:
      if (g_ascii_isxdigit(c)) {
        text_.push_back(c);
      } else if (!g_ascii_isspace(c)) {  // ">", or it was no string: "<<" of a dictionary
        End();
        if (c == '(') Byte(c);
      }
      return;
    case State::kOctal:
      if (c >= '0' && c <= '7' && digits_ < 3) {
        octal_ = octal_ * 8 + (c - '0');
        ++digits_;
        return;
      }
      text_.push_back(static_cast<char>(octal_));
      state_ = State::kLiteral;
      return Literal(c);
    case State::kEscape:
      return Escape(c);
    case State::kLiteral:
      return Literal(c);
  }
}

void PdfStrings::Escape(char c) {
  state_ = State::kLiteral;
  if (c >= '0' && c <= '7') {
    state_ = State::kOctal;
    octal_ = c - '0';
    digits_ = 1;
  } else if (c != '\r' && c != '\n') {
    text_.push_back(absl::string_view("nrtbf").find(c) == absl::string_view::npos ? c : ' ');
  }
}

void PdfStrings::Literal(char c) {
  if (c == '\\') {
    state_ = State::kEscape;
    return;
  }
  depth_ += c == '(' ? 1 : c == ')' ? -1 : 0;
  if (depth_ == 0) return End();
  text_.push_back(c);
}

}  // namespace millwright::files
