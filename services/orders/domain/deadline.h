// The deadline clock: a promise in the seller's business calendar, when it is at risk, and what a hold does to it.
//
// A promise is the end of a business day in the seller's zone. The alert comes before it: at the start of the business day
// that lies `at_risk_business_days` before it. While an order is held the clock stands: when the last hold is lifted, the
// promise moves by as many business days as began while it was held.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DEADLINE_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DEADLINE_H_

#include <array>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "millwright/orders/v1/settings.pb.h"
#include "services/orders/domain/holds.h"

namespace millwright::orders {

inline constexpr int kDefaultAtRiskBusinessDays = 1;
inline constexpr int kMaxHolidays = 1000;

struct BusinessCalendar {
  std::array<bool, 7> working = {true, true, true, true, true, false, false};  // Monday first
  std::set<absl::CivilDay> holidays;
  absl::TimeZone zone = absl::UTCTimeZone();

  bool IsBusinessDay(absl::CivilDay day) const;
  // `days` business days after `day`; 0 is `day` itself. Negative: before it.
  absl::CivilDay Add(absl::CivilDay day, int days) const;
};

// INVALID_ARGUMENT SETTINGS_INVALID for a weekday outside 1 to 7, a week without business days, a day that is none
// ("2026-02-30"), or too many holidays.
absl::StatusOr<BusinessCalendar> CalendarOf(const v1::OrderSettings& settings, const absl::TimeZone& zone);

// The last microsecond of the business day that lies `business_days` after the day of `now`.
absl::Time PromiseAfter(const BusinessCalendar& calendar, absl::Time now, int business_days);

// The start of the business day `days` before the day of the promise.
absl::Time RiskTime(const BusinessCalendar& calendar, absl::Time promised, int days);

// The promise of an order that was held from `from` to `to`.
absl::Time ShiftPromise(const BusinessCalendar& calendar, absl::Time promised, absl::Time from, absl::Time to);

// Since when the order has been held without a break, looking back from `now`; `now` if it was not.
absl::Time HeldSince(const std::vector<Hold>& holds, absl::Time now);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DEADLINE_H_
