#include "services/orders/domain/automatic_moves.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace millwright::orders {
namespace {

bool Holds(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request, const Row& row,
           const std::vector<const Guard*>& guards) {
  const GuardInput input{workflow, facts, request, row};
  return std::all_of(guards.begin(), guards.end(),
                     [&](const Guard* guard) { return CheckGuard(*guard, input).empty(); });
}

// The row whose guards protect the entry into `to`: the direct one if the table has it, else any that leads there
// with the goods. Lines may carry an order across rows; its guards hold all the same.
const Row* EntryRow(const Workflow& workflow, absl::string_view from, absl::string_view to) {
  for (const Row& row : workflow.RowsFrom(from)) {
    if (row.transition->to() == to) return &row;
  }
  for (const v1::State& state : workflow.definition().states()) {
    for (const Row& row : workflow.RowsFrom(state.id())) {
      if (row.transition->to() == to && row.transition->production()) return &row;
    }
  }
  return nullptr;
}

std::optional<Decision> FollowLines(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  const v1::State* current = workflow.FindState(facts.state);
  const v1::State* wanted = workflow.FindState(facts.lines_state);
  if (current == nullptr || wanted == nullptr || wanted->rank() == 0 || wanted->rank() == current->rank()) return {};
  const Row* row = EntryRow(workflow, facts.state, facts.lines_state);
  if (row == nullptr) return {};
  if (wanted->rank() > current->rank()) {
    // The role and the caller's own inputs do not apply to the machine; what protects the goods does.
    static constexpr absl::string_view kProtecting[] = {"no_open_hold", "papers_issued", "paid_before_shipping"};
    const GuardInput input{workflow, facts, request, *row};
    for (absl::string_view name : kProtecting) {
      const Guard* guard = FindGuard(name);
      const bool needed = name == "no_open_hold" ||
                          std::find(row->guards.begin(), row->guards.end(), guard) != row->guards.end();
      if (needed && !CheckGuard(*guard, input).empty()) return {};
    }
  }
  Decision decision;
  decision.transition = row->transition;
  decision.from = facts.state;
  decision.to = facts.lines_state;
  return decision;
}

// The first automatic move that may be made now.
std::optional<std::pair<Decision, MoveRequest>> NextMove(const Workflow& workflow, const OrderFacts& facts,
                                                         absl::Time now) {
  for (const AutomaticRow& automatic : workflow.AutomaticFrom(facts.state)) {
    if (IsSuppressed(facts) && !automatic.move->timer()) continue;
    MoveRequest request;
    request.actors = {v1::Transition::AUTOMATIC};
    request.reason = automatic.move->reason().empty() ? "automatic" : automatic.move->reason();
    request.now = now;
    if (automatic.move->follow_lines()) {
      if (auto decision = FollowLines(workflow, facts, request)) return std::make_pair(*decision, request);
      continue;
    }
    if (automatic.row == nullptr || !Holds(workflow, facts, request, *automatic.row, automatic.conditions)) continue;
    request.trigger = automatic.move->trigger();
    if (auto decision = DecideQuietly(workflow, facts, request)) return std::make_pair(*decision, request);
  }
  return {};
}

}  // namespace

SettleResult Settle(const Workflow& workflow, OrderFacts& facts, absl::Time now) {
  SettleResult result;
  std::set<std::string> passed = {facts.state};
  while (auto next = NextMove(workflow, facts, now)) {
    const auto& [decision, request] = *next;
    if (result.moves.size() >= kMaxAutomaticChain || !passed.insert(decision.to).second) {
      result.cut_by_loop_guard = true;
      break;
    }
    result.transitions.push_back(decision.transition);
    result.moves.push_back(Apply(workflow, facts, decision, request));
    // A row shared with a step back must not make the machine wait for a fact that it just used.
    facts.suppressed_state.clear();
  }
  return result;
}

void CountFact(OrderFacts& facts) { ++facts.fact_count; }

bool IsSuppressed(const OrderFacts& facts) {
  return facts.suppressed_state == facts.state && facts.fact_count <= facts.suppressed_at;
}

}  // namespace millwright::orders
