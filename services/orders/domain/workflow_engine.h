// The status machine: may this caller make this move, which moves has he, and what does a move change.
//
//   auto decision = Decide(workflow, facts, {.trigger = "ship", .actors = {Actor::SHOP_STAFF}, .now = now});
//   if (!decision.ok()) return decision.status();          // says what is missing and what is allowed
//   AppliedMove move = Apply(workflow, facts, *decision, request);
//
// Everything is a pure function of its arguments. Thread-safety: any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_ENGINE_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_ENGINE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/orders/domain/facts.h"
#include "services/orders/domain/guards.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// One move seen by one caller.
struct Decision {
  const v1::Transition* transition = nullptr;  // null for an override
  std::string from;
  std::string to;                    // resolved: never "PREVIOUS"; "" if there is no previous state
  std::vector<Refusal> refusals;     // empty: the move is permitted
  std::vector<std::string> inputs;   // guards that the call itself must satisfy; only filled by ListAvailable

  bool allowed() const { return refusals.empty(); }
};

// The move that `request` means, permitted or refused. Errors:
//   INVALID_ARGUMENT ORDER_TRIGGER_UNKNOWN, ORDER_STATE_UNKNOWN: no such trigger or state in the whole definition;
//   FAILED_PRECONDITION ORDER_TRANSITION_NOT_ALLOWED: known, but not from here (type STATE, metadata from, to, allowed)
//     or refused by guards (type = guard id, one violation per missing thing).
absl::StatusOr<Decision> Decide(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request);
// The same for who asks without minding a refusal (the machine, after every fact): nullopt instead of an error, whose
// text costs more than the decision.
std::optional<Decision> DecideQuietly(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request);

// Every move out of the current state, refused ones with each reason, in the definition's order. What the caller can
// supply in the call (a reason, a settlement, the revision) is an input, not a refusal. Moves of the machine itself
// are left out unless the caller is the machine.
std::vector<Decision> ListAvailable(const Workflow& workflow, const OrderFacts& facts, const ActorSet& actors,
                                    absl::Time now);

// A move outside the table: the "Change" button used as an override. Moves fulfilment only. Needs the owner role and
// a reason, never leaves a terminal state, asks for evidence where the target implies an acceptance that the current
// state does not, and for a settlement where it cancels captured money.
absl::StatusOr<Decision> DecideOverride(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request);

// What a move was: one history entry, one event, the mails of its state.
struct AppliedMove {
  std::string trigger;     // "override" for an override
  std::string from, to;
  std::string reason;
  bool automatic = false;
  bool overridden = false;
  bool first_entry = false;  // the order enters `to` for the first time
  int holds_closed = 0;
};

// Writes the move into `facts`: state, previous state, time, timers started anew, automatic moves out of the new
// state suppressed after a step back, an override or a return from an end; a cancel closes the holds. Never touches
// the payment axis. `decision` must be allowed.
AppliedMove Apply(const Workflow& workflow, OrderFacts& facts, const Decision& decision, const MoveRequest& request);

// What the "Change" button means by a text: a state, or one of the two displayed statuses that are no states.
enum class ChangeKind { kMove, kOpenHold, kSetPaymentDue };
ChangeKind ClassifyChange(absl::string_view target);

// A second caller who asks for what a first one just did: same target, decided on the same revision of the order.
// True: answer success with `already_done_by`, even if his etag is stale.
struct LastMove {
  std::string to;
  std::string trigger;
  int64_t order_version_before = 0;  // version on which the first caller decided
};
bool IsAlreadyDone(const Workflow& workflow, const LastMove& last, const MoveRequest& request,
                   int64_t version_seen_by_caller);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_ENGINE_H_
