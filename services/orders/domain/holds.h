// Holds: named reasons why production and shipping wait. An order may have several; work resumes when the last one is
// lifted. A hold never touches the fulfilment state, so lifting it loses nothing.
//
// Times are passed in. Thread-safety: plain functions on values.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HOLDS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HOLDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::orders {

inline constexpr size_t kMaxOpenHolds = 100;
inline constexpr size_t kMaxHoldReasonBytes = 16 * 1024;

struct Hold {
  std::string id;
  std::string public_reason;    // the customer reads it
  std::string internal_reason;  // only the seller reads it
  std::string owner;            // member (or "system") that opened it
  std::string kind;             // "manual", "dispute", "overdue": holds of a kind other than manual lift themselves
  absl::Time opened_at;
  absl::Time lifted_at = absl::InfiniteFuture();
  std::string lifted_by;

  bool open() const { return lifted_at == absl::InfiniteFuture(); }
};

int CountOpenHolds(const std::vector<Hold>& holds);
bool HasOpenHold(const std::vector<Hold>& holds);

// Adds `hold`. INVALID_ARGUMENT HOLD_REASON_REQUIRED without a public reason (or a text that is too long),
// RESOURCE_EXHAUSTED HOLD_LIMIT above kMaxOpenHolds, ALREADY_EXISTS for an id in use.
absl::Status OpenHold(std::vector<Hold>& holds, Hold hold);

// Lifts one. NOT_FOUND for an unknown id, FAILED_PRECONDITION HOLD_ALREADY_LIFTED the second time.
absl::Status LiftHold(std::vector<Hold>& holds, absl::string_view id, absl::string_view by, absl::Time now);

// Lifts all that are open (a cancel does this) and answers how many there were.
int CloseAllHolds(std::vector<Hold>& holds, absl::string_view by, absl::Time now);

// How long the order was held between `from` and `to`: overlapping holds count once. A promised date moves by this.
absl::Duration TimeHeld(const std::vector<Hold>& holds, absl::Time from, absl::Time to);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HOLDS_H_
