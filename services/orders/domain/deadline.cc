#include "services/orders/domain/deadline.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

// Index in BusinessCalendar::working; absl counts Monday as 0, too.
size_t IndexOf(absl::CivilDay day) { return static_cast<size_t>(absl::GetWeekday(day)); }

absl::Status Bad(absl::string_view field, absl::string_view what) {
  return Error::InvalidArgument("SETTINGS_INVALID", "the settings can't be kept").Field(absl::StrCat("settings.", field), what);
}

}  // namespace

bool BusinessCalendar::IsBusinessDay(absl::CivilDay day) const {
  return working[IndexOf(day)] && !holidays.contains(day);
}

absl::CivilDay BusinessCalendar::Add(absl::CivilDay day, int days) const {
  const int step = days < 0 ? -1 : 1;
  for (int left = std::abs(days); left > 0;) {
    day += step;
    if (IsBusinessDay(day)) --left;
  }
  return day;
}

absl::StatusOr<BusinessCalendar> CalendarOf(const v1::OrderSettings& settings, const absl::TimeZone& zone) {
  BusinessCalendar calendar;
  calendar.zone = zone;
  if (!settings.business_weekdays().empty()) {
    calendar.working.fill(false);
    for (int day : settings.business_weekdays()) {
      if (day < 1 || day > 7) return Bad("business_weekdays", "must hold 1 (Monday) to 7 (Sunday)");
      calendar.working[static_cast<size_t>(day - 1)] = true;
    }
  }
  if (settings.holidays_size() > kMaxHolidays) return Bad("holidays", absl::StrCat("at most ", kMaxHolidays, " days"));
  for (const std::string& text : settings.holidays()) {
    absl::CivilDay day;
    if (text.size() != 10 || !absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
      return Bad("holidays", absl::StrCat("`", text.substr(0, 32), "` is no day: write 2026-12-25"));
    }
    calendar.holidays.insert(day);
  }
  return calendar;
}

absl::Time PromiseAfter(const BusinessCalendar& calendar, absl::Time now, int business_days) {
  const absl::CivilDay day = calendar.Add(absl::ToCivilDay(now, calendar.zone), business_days);
  return absl::FromCivil(day + 1, calendar.zone) - absl::Microseconds(1);
}

absl::Time RiskTime(const BusinessCalendar& calendar, absl::Time promised, int days) {
  return absl::FromCivil(calendar.Add(absl::ToCivilDay(promised, calendar.zone), -days), calendar.zone);
}

absl::Time ShiftPromise(const BusinessCalendar& calendar, absl::Time promised, absl::Time from, absl::Time to) {
  int days = 0;
  const absl::CivilDay last = absl::ToCivilDay(to, calendar.zone);
  for (absl::CivilDay day = absl::ToCivilDay(from, calendar.zone) + 1; day <= last; ++day) {
    days += calendar.IsBusinessDay(day) ? 1 : 0;
  }
  if (days == 0) return promised;
  const absl::CivilDay old_day = absl::ToCivilDay(promised, calendar.zone);
  const absl::CivilDay new_day = calendar.Add(old_day, days);
  // The time of the day is kept, counted from its end: the days of a clock change are longer or shorter.
  return absl::FromCivil(new_day + 1, calendar.zone) - (absl::FromCivil(old_day + 1, calendar.zone) - promised);
}

absl::Time HeldSince(const std::vector<Hold>& holds, absl::Time now) {
  absl::Time since = now;
  for (bool grown = true; grown;) {
    grown = false;
    for (const Hold& hold : holds) {
      if (hold.opened_at < since && hold.lifted_at >= since) {
        since = hold.opened_at;
        grown = true;
      }
    }
  }
  return since;
}

}  // namespace millwright::orders
