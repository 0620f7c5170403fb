#include "services/catalog/domain/lead_time.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

absl::Status Bad(absl::string_view field, absl::string_view rule) {
  return Error::InvalidArgument("INVALID_PRICE_RULE", absl::StrCat(field, " ", rule)).Field(field, rule);
}

bool IsBusinessDay(const Calendar& calendar, absl::CivilDay day) {
  int64_t weekday = static_cast<int64_t>(absl::GetWeekday(day)) + 1;  // absl counts from Monday = 0
  const auto& working = calendar.working_weekdays;
  if (std::find(working.begin(), working.end(), weekday) == working.end()) return false;
  std::string text = absl::FormatCivilTime(day);
  return std::find(calendar.holidays.begin(), calendar.holidays.end(), text) == calendar.holidays.end();
}

}  // namespace

absl::Status CheckCalendar(const Calendar& calendar) {
  if (calendar.working_weekdays.empty()) return Bad("calendar.working_weekdays", "must name at least one day");
  for (int64_t day : calendar.working_weekdays) {
    if (day < 1 || day > 7) return Bad("calendar.working_weekdays", "uses 1 (Monday) to 7 (Sunday)");
  }
  if (calendar.cutoff_minute < 0 || calendar.cutoff_minute > 24 * 60) {
    return Bad("calendar.cutoff_minute", "must be between 0 and 1440");
  }
  for (const std::string& holiday : calendar.holidays) {
    absl::CivilDay day;
    if (holiday.size() != 10 || !absl::ParseCivilTime(holiday, &day) || absl::FormatCivilTime(day) != holiday) {
      return Bad("calendar.holidays", absl::StrCat("has `", holiday, "`; write days as 2026-12-25"));
    }
  }
  return absl::OkStatus();
}

absl::CivilDay PromiseDay(const Calendar& calendar, const absl::TimeZone& zone, absl::Time from,
                          int64_t business_days) {
  absl::CivilSecond local = absl::ToCivilSecond(from, zone);
  absl::CivilDay day(local);
  bool late = local.hour() * 60 + local.minute() >= calendar.cutoff_minute;
  if (late) ++day;
  while (!IsBusinessDay(calendar, day)) ++day;
  for (int64_t left = business_days; left > 0; --left) {
    do ++day;
    while (!IsBusinessDay(calendar, day));
  }
  return day;
}

absl::Status CheckCapacity(const LeadTimeTier& tier, const std::vector<TierLoad>& load, Decimal hours_needed) {
  if (tier.capacity_hours == Decimal(0)) return absl::OkStatus();
  Decimal promised;
  for (const TierLoad& entry : load) {
    if (entry.tier == tier.id) promised += entry.promised_hours;
  }
  if (promised + hours_needed <= tier.capacity_hours) return absl::OkStatus();
  return Error::FailedPrecondition("LEAD_TIME_FULL", absl::StrCat("lead time `", tier.id, "` has no capacity left"))
      .Precondition("CAPACITY", tier.id,
                    absl::StrCat("needs ", hours_needed.ToFixed(2), " machine hours; ", promised.ToFixed(2), " of ",
                                 tier.capacity_hours.ToFixed(2), " are promised; choose a longer lead time"));
}

}  // namespace millwright::catalog
