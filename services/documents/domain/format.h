// How amounts, dates, sizes and rates are written in each language. Pure functions, any thread.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FORMAT_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

// The bare number of a table cell, grouped, with the decimals of the currency; common/money's FormatLocalized is the
// form with the code. 123450, EUR: "1,234.50" (en), "1.234,50" (de), "1 234,50" (pl, with no-break spaces).
std::string FormatAmount(int64_t minor, absl::string_view currency, Language language);

// A decimal as it came ("12.3456") with the language's point, at least the currency's decimals, no further zeros.
std::string FormatDecimal(absl::string_view decimal, absl::string_view currency, Language language);

// 2300: "23 %", 850: "8.5 %" (en) or "8,5 %"; no-break space.
std::string FormatRate(int32_t basis_points, Language language);

// 1536: "1.5 KiB" (en), "1,5 KiB"; below 1 KiB "17 B".
std::string FormatSize(int64_t bytes, Language language);

// 22 Nov 2026 is "2026-11-22" (en, pl) or "22.11.2026" (de).
std::string FormatDate(absl::CivilDay day, Language language);
// The day of an instant in `time_zone`; with the minute and the zone's abbreviation in FormatDateTime.
std::string FormatDate(absl::Time time, absl::string_view time_zone, Language language);
std::string FormatDateTime(absl::Time time, absl::string_view time_zone, Language language);
// A civil date as stored ("2026-11-22"); text that is no such date is returned as it is.
std::string FormatStoredDate(absl::string_view stored, Language language);

// True for "YYYY-MM-DD" that names a real day.
bool IsCivilDate(absl::string_view text);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FORMAT_H_
