// What the state of an order means for the files it uses. States are those of the built-in workflows; an unknown state
// (of a company's own workflow) counts as open and ordered.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_PHASE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_PHASE_H_

#include "absl/strings/string_view.h"

namespace millwright::files {

enum class OrderPhase {
  kDraft,  // nothing is shared yet
  kOrdered,
  kApproved,
  kInProduction,
  kDelivered,  // an end; the seller keeps its access
  kRework,     // an end: access is revoked, the files can be edited
  kCancelled,  // the same
  kTakenBack,  // the same; the project is as if it had not been ordered
};

OrderPhase OrderPhaseOf(absl::string_view state);

inline bool IsOpen(OrderPhase phase) {
  return phase == OrderPhase::kOrdered || phase == OrderPhase::kApproved || phase == OrderPhase::kInProduction;
}
inline bool Revokes(OrderPhase phase) {
  return phase == OrderPhase::kRework || phase == OrderPhase::kCancelled || phase == OrderPhase::kTakenBack;
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_PHASE_H_
