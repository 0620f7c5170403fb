// Whether something that was learned from a neighbour may still be believed.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_FRESH_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_FRESH_H_

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace millwright::orders {

// Not if the clock was set back behind `learned` meanwhile.
inline bool IsFresh(const Clock& clock, absl::Time learned, absl::Duration ttl) {
  const absl::Duration age = clock.Now() - learned;
  return age >= absl::ZeroDuration() && age < ttl;
}

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_FRESH_H_
