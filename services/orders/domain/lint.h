// Finds what is wrong with a workflow as a whole, and names the culprit. A definition with any finding is refused.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINT_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

struct LintFinding {
  std::string rule;     // UNREACHABLE_STATE, DEAD_END, NO_CANCEL, AMBIGUOUS_TRIGGER, AUTOMATIC_LOOP
  std::string culprit;  // the state, "STATE/trigger", or the loop "A -> B -> A"
  std::string text;     // what is wrong and how to repair it
};

//   UNREACHABLE_STATE  no chain of moves leads there from a new order;
//   DEAD_END           an open state from which no end can be reached;
//   NO_CANCEL          an open state that neither can be cancelled nor says why not (`cancel_refusal`);
//   AMBIGUOUS_TRIGGER  one caller, one trigger, two rows;
//   AUTOMATIC_LOOP     automatic moves that run in a circle without a new fact.
// A move that only AUTOMATIC may ask for counts only if an automatic move asks for it.
std::vector<LintFinding> Lint(const Workflow& workflow);

// OK, or INVALID_ARGUMENT WORKFLOW_LINT with a field violation per finding.
absl::Status LintStatus(const Workflow& workflow);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINT_H_
