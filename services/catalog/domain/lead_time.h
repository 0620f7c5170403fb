// Business days: when a promise falls due, and which lead-time tiers can be offered.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LEAD_TIME_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LEAD_TIME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/catalog/domain/price_book.h"

namespace millwright::catalog {

// Refuses an unknown weekday, a malformed holiday, a cut-off outside 0..1440 and a week without working day
// (INVALID_PRICE_RULE).
absl::Status CheckCalendar(const Calendar& calendar);

// The day that is `business_days` after the day an order counts from: the day of `from` in `zone`, or the next
// business day if that is none or the cut-off has passed. 0 days is that first day itself.
absl::CivilDay PromiseDay(const Calendar& calendar, const absl::TimeZone& zone, absl::Time from, int64_t business_days);

// Machine hours already promised in a tier's window, as the order desk counts them.
struct TierLoad {
  std::string tier;
  Decimal promised_hours;
};
template <typename V>
void Describe(V& v, TierLoad& l) {
  v("tier", l.tier);
  v("promised_hours", l.promised_hours);
}

// OK, or FAILED_PRECONDITION, LEAD_TIME_FULL: hours needed, promised and available.
absl::Status CheckCapacity(const LeadTimeTier& tier, const std::vector<TierLoad>& load, Decimal hours_needed);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LEAD_TIME_H_
