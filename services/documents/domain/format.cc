#include "services/documents/domain/format.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "common/money/currency.h"

namespace millwright::documents {
namespace {

constexpr char kNoBreakSpace[] = "\u00A0";

absl::string_view GroupSeparator(Language language) {
  switch (language) {
    case Language::kGerman: return ".";
    case Language::kPolish: return kNoBreakSpace;
    default: return ",";
  }
}

char DecimalPoint(Language language) {
  return language == Language::kGerman || language == Language::kPolish ? ',' : '.';
}

std::string Group(std::string digits, absl::string_view separator) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) absl::StrAppend(&out, separator);
    out += digits[i];
  }
  return out;
}

absl::TimeZone ZoneOf(absl::string_view name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

}  // namespace

std::string FormatAmount(int64_t minor, absl::string_view currency, Language language) {
  // Through uint64 so that the smallest int64 has an absolute value.
  uint64_t absolute = minor < 0 ? 0 - static_cast<uint64_t>(minor) : static_cast<uint64_t>(minor);
  std::string digits = absl::StrCat(absolute);
  auto known = Currency::Parse(currency);
  size_t fraction = known.ok() ? static_cast<size_t>(known->exponent()) : 2;
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  std::string whole = Group(digits.substr(0, digits.size() - fraction), GroupSeparator(language));
  std::string sign = minor < 0 ? "-" : "";
  if (fraction == 0) return absl::StrCat(sign, whole);
  return absl::StrCat(sign, whole, std::string(1, DecimalPoint(language)), digits.substr(digits.size() - fraction));
}

std::string FormatDecimal(absl::string_view decimal, absl::string_view currency, Language language) {
  std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(decimal, absl::MaxSplits('.', 1));
  auto known = Currency::Parse(currency);
  size_t digits = known.ok() ? static_cast<size_t>(known->exponent()) : 2;
  std::string fraction(parts.second);
  while (fraction.size() > digits && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() < digits) fraction.append(digits - fraction.size(), '0');
  return fraction.empty() ? std::string(parts.first)
                          : absl::StrCat(parts.first, std::string(1, DecimalPoint(language)), fraction);
}

std::string FormatRate(int32_t basis_points, Language language) {
  std::string text = absl::StrCat(basis_points / 100);
  int rest = basis_points % 100;
  if (rest != 0) {
    absl::StrAppendFormat(&text, "%c%02d", DecimalPoint(language), rest);
    if (text.back() == '0') text.pop_back();
  }
  return absl::StrCat(text, kNoBreakSpace, "%");
}

std::string FormatSize(int64_t bytes, Language language) {
  if (bytes < 1024) return absl::StrCat(bytes, kNoBreakSpace, "B");
  static constexpr std::array<const char*, 3> kUnits = {"KiB", "MiB", "GiB"};
  size_t unit = 0;
  int64_t scale = 1024;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1024) {
    scale *= 1024;
    ++unit;
  }
  int64_t tenths = bytes / scale * 10 + bytes % scale * 10 / scale;  // cut, not rounded: 1023.99 KiB stays KiB
  return absl::StrFormat("%d%c%d%s%s", tenths / 10, DecimalPoint(language), tenths % 10, kNoBreakSpace, kUnits[unit]);
}

std::string FormatDate(absl::CivilDay day, Language language) {
  if (language == Language::kGerman) return absl::StrFormat("%02d.%02d.%04d", day.day(), day.month(), day.year());
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::string FormatDate(absl::Time time, absl::string_view time_zone, Language language) {
  return FormatDate(absl::ToCivilDay(time, ZoneOf(time_zone)), language);
}

std::string FormatDateTime(absl::Time time, absl::string_view time_zone, Language language) {
  absl::TimeZone zone = ZoneOf(time_zone);
  return absl::StrCat(FormatDate(absl::ToCivilDay(time, zone), language), absl::FormatTime(" %H:%M %Z", time, zone));
}

bool IsCivilDate(absl::string_view text) {
  absl::CivilDay day;
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && absl::ParseCivilTime(text, &day) &&
         FormatDate(day, Language::kEnglish) == text;
}

std::string FormatStoredDate(absl::string_view stored, Language language) {
  absl::CivilDay day;
  if (!IsCivilDate(stored) || !absl::ParseCivilTime(stored, &day)) return std::string(stored);
  return FormatDate(day, language);
}

}  // namespace millwright::documents
