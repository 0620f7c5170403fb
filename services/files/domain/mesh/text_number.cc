#include "services/files/domain/mesh/text_number.h"

#include <charconv>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace millwright::files {
namespace {

// The words that Microsoft's C library prints: 1.#INF, -1.#IND, 1.#QNAN, nan(ind), nan(snan).
bool ParseSpecial(absl::string_view text, double* value) {
  if (absl::StartsWith(text, "-")) text.remove_prefix(1);
  if (absl::StartsWithIgnoreCase(text, "1.#INF")) {
    *value = INFINITY;
    return true;
  }
  if (absl::StartsWithIgnoreCase(text, "1.#") || absl::StartsWithIgnoreCase(text, "nan(")) {
    *value = NAN;
    return true;
  }
  return false;
}

}  // namespace

bool ParseTextNumber(absl::string_view text, double* value) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  if (result.ec == std::errc() && result.ptr == end) return true;
  // from_chars leaves values out of range alone; absl gives infinity or zero for them
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) return absl::SimpleAtod(text, value);
  return ParseSpecial(text, value);
}

}  // namespace millwright::files
