// Every guard and condition of every workflow: ONE list, in guards.cc. A new guard is one entry there, its name in a
// definition, and one line in the refusal-text test.
//
// A guard is a pure function of facts and request. It answers "" when it holds, else one or more sentences for the
// caller: what is missing and what to do about it.
//
// Guards proper are the published fourteen of the status machine. Conditions belong to single moves: windows of time,
// evidence, settlement. Both are evaluated alike and refuse alike.
//
// Thread-safety: the list is immutable.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_GUARDS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_GUARDS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/orders/domain/facts.h"

namespace millwright::orders {

struct Row;
class Workflow;

// What a guard may look at.
struct GuardInput {
  const Workflow& workflow;
  const OrderFacts& facts;
  const MoveRequest& request;
  const Row& row;
};

struct Guard {
  absl::string_view name;
  bool published;       // one of the fourteen guards; false: a condition of single moves
  bool from_request;    // the caller can satisfy it in the very call (a reason, a settlement)
  absl::string_view meaning;
  std::vector<std::string> (*check)(const GuardInput& input);  // one sentence per thing missing; empty: it holds
};

// A guard that did not hold: what goes into PreconditionFailure.
struct Refusal {
  std::string guard;        // machine-readable: "payment_terms_met"
  std::string subject;      // "orders/..."
  std::string description;  // what is missing, and the remedy
};

// All of them, guards first.
std::span<const Guard> AllGuards();
const Guard* FindGuard(absl::string_view name);
// "actor_role, offer_accepted, ...": for error texts.
const std::string& KnownGuards();

// The refusals of one guard; empty if it holds.
std::vector<Refusal> CheckGuard(const Guard& guard, const GuardInput& input);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_GUARDS_H_
