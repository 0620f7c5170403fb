#include "services/files/domain/drawing/dxf_text.h"

#include <glib.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {
namespace {

using Owned = std::unique_ptr<char, decltype(&g_free)>;

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c) && c != '\\'; });
}

// What iconv calls the code page: "ANSI_1250" is CP1250, "dos850" CP850.
std::string EncodingOf(absl::string_view code_page) {
  for (const absl::string_view prefix : {"ansi_", "dos"}) {
    if (absl::StartsWithIgnoreCase(code_page, prefix)) return absl::StrCat("CP", code_page.substr(prefix.size()));
  }
  return "CP1252";
}

std::string Utf8(absl::string_view value, const std::string& code_page) {
  const auto size = static_cast<gssize>(value.size());
  if (g_utf8_validate(value.data(), size, nullptr)) return std::string(value);
  const std::string encoding = EncodingOf(code_page);
  const Owned converted(g_convert(value.data(), size, "UTF-8", encoding.c_str(), nullptr, nullptr, nullptr), &g_free);
  if (converted != nullptr) return converted.get();
  return Owned(g_utf8_make_valid(value.data(), size), &g_free).get();
}

// "\U+0119" -> "ę"
std::string WithoutEscapes(absl::string_view text) {
  std::string result;
  while (!text.empty()) {
    absl::string_view rest = text;
    const uint32_t code = TakeDxfEscape(rest).value_or(0);
    if (code != 0 && g_unichar_validate(code)) {
      char bytes[6];
      result.append(bytes, static_cast<size_t>(g_unichar_to_utf8(code, bytes)));
      text = rest;
    } else {
      result.push_back(text[0]);
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace

std::string DxfText(absl::string_view value, const std::string& code_page) {
  return IsPlain(value) ? std::string(value) : WithoutEscapes(Utf8(value, code_page));
}

std::optional<uint32_t> TakeDxfEscape(absl::string_view& text) {
  constexpr size_t kDigits = 4;
  absl::string_view rest = text;
  const bool begins = absl::ConsumePrefix(&rest, "\\U+") || absl::ConsumePrefix(&rest, "\\u+");
  if (!begins || rest.size() < kDigits) return std::nullopt;
  uint32_t code = 0;
  if (std::from_chars(rest.data(), rest.data() + kDigits, code, 16).ptr != rest.data() + kDigits) return std::nullopt;
  text = rest.substr(kDigits);
  return code;
}

std::string FoldedDxfName(absl::string_view name) { return IsPlain(name) ? absl::AsciiStrToLower(name) : FoldName(name); }

}  // namespace millwright::files
