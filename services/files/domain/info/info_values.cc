#include "services/files/domain/info/info_values.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"

namespace millwright::files {

std::optional<double> ParseXsDouble(absl::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "INF" || text == "+INF") return INFINITY;
  if (text == "-INF") return -INFINITY;
  if (absl::StartsWith(text, "+")) {
    text.remove_prefix(1);
    if (absl::StartsWith(text, "-")) return std::nullopt;
  }
  // from_chars also knows "inf" and "nan", which XML Schema does not
  if (text.empty() || absl::ascii_isalpha(static_cast<unsigned char>(text[text[0] == '-' ? text.size() > 1 : 0]))) {
    return std::nullopt;
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ptr != end) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range && !absl::SimpleAtod(text, &value)) return std::nullopt;
  if (result.ec == std::errc::invalid_argument) return std::nullopt;
  return value;
}

std::optional<bool> ParseXsBoolean(absl::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::optional<int64_t> ParseXsInteger(absl::string_view text) {
  if (absl::StartsWith(text, "+") && !absl::StartsWith(text, "+-")) text.remove_prefix(1);
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool LooksLikeNumber(absl::string_view text) {
  return text.find_first_not_of("0123456789.+-eE") == text.npos;
}

bool HasDecimalComma(absl::string_view text) {
  bool digit = false, comma = false;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      digit = true;
    } else if (c == ',') {
      comma = true;
    } else if (c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E') {
      return false;
    }
  }
  return digit && comma;
}

bool IsNotFiniteWord(absl::string_view text) {
  return text == "NaN" || text == "INF" || text == "-INF" || text == "+INF";
}

bool IsSaveTime(absl::string_view text) {
  if (text.size() != 12) return false;
  int field[5];
  constexpr int kStart[] = {0, 4, 6, 8, 10}, kSize[] = {4, 2, 2, 2, 2};
  for (int i = 0; i < 5; ++i) {
    const absl::string_view digits = text.substr(kStart[i], kSize[i]);
    if (digits.find_first_not_of("0123456789") != digits.npos || !absl::SimpleAtoi(digits, &field[i])) return false;
  }
  // An absl civil time normalises what does not exist, so that it comes out different.
  const absl::CivilMinute minute(field[0], field[1], field[2], field[3], field[4]);
  return minute.month() == field[1] && minute.day() == field[2] && minute.hour() == field[3] &&
         minute.minute() == field[4];
}

bool IsGuid(absl::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

}  // namespace millwright::files
