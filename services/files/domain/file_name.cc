#include "services/files/domain/file_name.h"

#include <glib.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::files {
namespace {

using GString8 = std::unique_ptr<char, decltype(&g_free)>;

bool IsInvisibleMark(gunichar c) {
  return c == 0x00AD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

}  // namespace

std::optional<std::string> WhyNameRefused(absl::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxFileNameBytes)
    return absl::StrCat("has ", name.size(), " bytes; at most ", kMaxFileNameBytes, " are allowed");
  if (!g_utf8_validate(name.data(), static_cast<gssize>(name.size()), nullptr)) return "is no UTF-8";
  if (name == "." || name == "..") return "is a folder";
  for (const char* at = name.data(); at < name.data() + name.size(); at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (c == '/' || c == '\\') return "holds a path separator";
    if (c == ':') return "holds a colon (a drive letter or stream)";
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return absl::StrFormat("holds the control character U+%04X", c);
    if (IsInvisibleMark(c)) return absl::StrFormat("holds the invisible mark U+%04X", c);
  }
  return std::nullopt;
}

std::string FoldName(absl::string_view name) {
  const auto size = static_cast<gssize>(name.size());
  if (!g_utf8_validate(name.data(), size, nullptr)) return std::string(name);
  // Normalised before and after: folding can decompose, and composed letters have foldings of their own.
  const GString8 composed(g_utf8_normalize(name.data(), size, G_NORMALIZE_NFC), &g_free);
  const GString8 folded(g_utf8_casefold(composed.get(), -1), &g_free);
  const GString8 result(g_utf8_normalize(folded.get(), -1, G_NORMALIZE_NFC), &g_free);
  return std::string(result.get());
}

bool IsReservedName(absl::string_view name) {
  const std::string stem = absl::AsciiStrToUpper(name.substr(0, name.find('.')));
  for (absl::string_view reserved : {"CON", "PRN", "AUX", "NUL"}) {
    if (stem == reserved) return true;
  }
  return stem.size() == 4 && (stem.substr(0, 3) == "COM" || stem.substr(0, 3) == "LPT") && stem[3] >= '1' &&
         stem[3] <= '9';
}

std::string SuffixOf(absl::string_view name) {
  const size_t point = name.rfind('.');
  if (point == absl::string_view::npos || point == 0) return "";
  return absl::AsciiStrToLower(name.substr(point + 1));
}

}  // namespace millwright::files
