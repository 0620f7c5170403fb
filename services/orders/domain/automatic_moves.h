// The machine's own moves, level-triggered: after every fact all of them are evaluated again, so the order in which
// facts arrive does not matter and nothing is lost.
//
// Suppression: after a step back, an override, a reopening or an undone cancel, automatic moves out of that state wait
// until a new payment, PO, line or carrier fact arrives (`CountFact`). Timers are not suppressed, they start anew.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_AUTOMATIC_MOVES_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_AUTOMATIC_MOVES_H_

#include <vector>

#include "services/orders/domain/workflow_engine.h"

namespace millwright::orders {

// A chain longer than this is cut: a definition that passes the linter never makes one.
inline constexpr int kMaxAutomaticChain = 16;

struct SettleResult {
  std::vector<AppliedMove> moves;   // in order; each is a history entry, an event and a status mail
  std::vector<const v1::Transition*> transitions;  // the row of each move
  bool cut_by_loop_guard = false;   // the chain came back to a state it had passed, or grew too long
};

// Makes every automatic move that may be made now, writing them into `facts`.
SettleResult Settle(const Workflow& workflow, OrderFacts& facts, absl::Time now);

// To be called for each payment, PO, line or carrier fact, before Settle.
void CountFact(OrderFacts& facts);

// True while automatic moves out of the current state wait for a new fact.
bool IsSuppressed(const OrderFacts& facts);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_AUTOMATIC_MOVES_H_
