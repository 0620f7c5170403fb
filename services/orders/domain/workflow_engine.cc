#include "services/orders/domain/workflow_engine.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

std::string ResolveTarget(const Workflow& workflow, const OrderFacts& facts, const v1::Transition& transition) {
  if (transition.to() != kPreviousState) return transition.to();
  return workflow.FindState(facts.previous_state) == nullptr ? "" : facts.previous_state;
}

Decision Weigh(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request, const Row& row) {
  Decision decision;
  decision.transition = row.transition;
  decision.from = facts.state;
  decision.to = ResolveTarget(workflow, facts, *row.transition);
  if (decision.to.empty()) {
    decision.refusals.push_back({"STATE", facts.name, "the order has no earlier state to return to"});
  }
  const GuardInput input{workflow, facts, request, row};
  for (const Guard* guard : row.guards) {
    for (Refusal& refusal : CheckGuard(*guard, input)) decision.refusals.push_back(std::move(refusal));
  }
  return decision;
}

// What the caller could ask for instead: "ship, reprint".
std::string AllowedTriggers(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  std::vector<std::string> allowed;
  for (const Decision& decision : ListAvailable(workflow, facts, request.actors, request.now)) {
    const std::string& trigger = decision.transition->trigger();
    const bool known = !allowed.empty() && allowed.back() == trigger;
    if (decision.allowed() && !known) allowed.push_back(trigger);
  }
  return absl::StrJoin(allowed, ", ");
}

std::string StateName(const Workflow& workflow, absl::string_view id) {
  const v1::State* state = workflow.FindState(id);
  return state == nullptr ? std::string(id) : TextFor(state->display_names(), "en");
}

// Why no cancel leads out of the state, if the wish was one.
std::string CancelRefusal(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  const v1::State* state = workflow.FindState(facts.state);
  const bool wished = absl::StrContains(request.trigger, "cancel") || workflow.IsCancelled(request.target);
  if (!wished || state == nullptr || state->cancel_refusal().empty()) return "";
  return absl::StrCat("; ", state->cancel_refusal());
}

absl::Status NotFromHere(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request,
                         absl::string_view wish) {
  const std::string allowed = AllowedTriggers(workflow, facts, request);
  const std::string from = StateName(workflow, facts.state);
  const std::string cancel_refusal = CancelRefusal(workflow, facts, request);
  return Error::FailedPrecondition("ORDER_TRANSITION_NOT_ALLOWED",
                                   absl::StrCat("an order in `", from, "` has no move to `", wish, "`", cancel_refusal))
      .Precondition("STATE", facts.name,
                    absl::StrCat("`", from, "` does not allow `", wish, "`", cancel_refusal,
                                 allowed.empty() ? "; no move is open to you" : absl::StrCat("; allowed: ", allowed)))
      .Meta("from", facts.state)
      .Meta(request.trigger.empty() ? "to" : "trigger", wish)
      .Meta("allowed", allowed);
}

absl::Status Refuse(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request,
                    const Decision& decision) {
  const std::string trigger = decision.transition == nullptr ? "override" : decision.transition->trigger();
  Error error = Error::FailedPrecondition(
      "ORDER_TRANSITION_NOT_ALLOWED",
      absl::StrCat("`", StateName(workflow, facts.state), "` to `", StateName(workflow, decision.to),
                   "` is not possible yet: ", decision.refusals.front().description));
  for (const Refusal& refusal : decision.refusals) error.Precondition(refusal.guard, refusal.subject, refusal.description);
  return error.Meta("from", facts.state)
      .Meta("to", decision.to)
      .Meta("trigger", trigger)
      .Meta("allowed", AllowedTriggers(workflow, facts, request));
}

absl::Status CheckWish(const Workflow& workflow, const MoveRequest& request, const v1::State* target) {
  if (request.trigger.empty() && request.target.empty()) {
    return Error::InvalidArgument("ORDER_TRIGGER_UNKNOWN", "the call names no move")
        .Field("trigger", "must be set: ListAvailableTransitions answers what is possible");
  }
  if (!request.trigger.empty() && !workflow.KnowsTrigger(request.trigger)) {
    return Error::InvalidArgument("ORDER_TRIGGER_UNKNOWN", "no move of this workflow has that trigger")
        .Field("trigger", absl::StrCat("`", request.trigger.substr(0, 64), "` is unknown in ", workflow.pin(),
                                       ": ListAvailableTransitions answers what is possible"));
  }
  if (!request.target.empty() && target == nullptr) {
    return Error::InvalidArgument("ORDER_STATE_UNKNOWN", "this workflow has no such status")
        .Field("target_state", absl::StrCat("`", request.target.substr(0, 64), "` is no status of ", workflow.pin(),
                                            ": GetWorkflow lists them"));
  }
  return absl::OkStatus();
}

// The row that the wish means: the first that is allowed, else the one whose refusals help this caller most.
std::optional<Decision> Best(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request,
                             const v1::State* target) {
  std::optional<Decision> best;
  bool best_by_role = false;
  for (const Row& row : workflow.RowsFrom(facts.state)) {
    if (!request.trigger.empty() && row.transition->trigger() != request.trigger) continue;
    if (target != nullptr && ResolveTarget(workflow, facts, *row.transition) != target->id()) continue;
    const bool by_role = row.actors.Intersects(request.actors);
    if (best && best_by_role && !by_role) continue;  // tell the caller about his own row, not about another's
    Decision decision = Weigh(workflow, facts, request, row);
    if (decision.allowed()) return decision;
    if (!best || (by_role && !best_by_role)) {
      best = std::move(decision);
      best_by_role = by_role;
    }
  }
  return best;
}

void CheckOverride(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request,
                   const v1::State& target, std::vector<Refusal>& refusals) {
  const auto refuse = [&](absl::string_view guard, absl::string_view text) {
    refusals.push_back({std::string(guard), facts.name, std::string(text)});
  };
  const v1::State* current = workflow.FindState(facts.state);
  if (!request.actors.Has(v1::Transition::OWNER)) {
    refuse("actor_role", "a move outside the table is for an owner of the seller: ask one");
  }
  if (absl::StripAsciiWhitespace(request.reason).empty()) refuse("reason_given", "a reason is needed: send `reason`");
  if (current == nullptr || !IsOpen(*current)) {
    refuse("STATE", "an override never leaves an end: reopen the order or undo the cancel instead");
  }
  if (target.id() == facts.state) refuse("STATE", "the order is in that status already");
  const bool agreed = current != nullptr && current->implies_acceptance();
  if (target.implies_acceptance() && !agreed && request.evidence.empty()) {
    refuse("evidence_given", "this status says that the customer agreed: send `evidence`, a note or a file");
  }
  if (target.kind() == v1::State::TERMINAL_CANCELLED && facts.payment.net_minor > 0 &&
      request.settlement == Settlement::kUnspecified) {
    refuse("settlement_given", "money is captured: send `settlement`: REFUND_NOW, REFUND_LATER or RETAIN");
  }
}

}  // namespace

absl::StatusOr<Decision> Decide(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  const v1::State* target = request.target.empty() ? nullptr : workflow.ParseState(request.target);
  MW_RETURN_IF_ERROR(CheckWish(workflow, request, target));
  std::optional<Decision> best = Best(workflow, facts, request, target);
  if (!best) return NotFromHere(workflow, facts, request, request.trigger.empty() ? target->id() : request.trigger);
  if (!best->allowed()) return Refuse(workflow, facts, request, *best);
  return *std::move(best);
}

std::optional<Decision> DecideQuietly(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  const v1::State* target = request.target.empty() ? nullptr : workflow.ParseState(request.target);
  if (!CheckWish(workflow, request, target).ok()) return std::nullopt;
  std::optional<Decision> best = Best(workflow, facts, request, target);
  if (best && !best->allowed()) return std::nullopt;
  return best;
}

std::vector<Decision> ListAvailable(const Workflow& workflow, const OrderFacts& facts, const ActorSet& actors,
                                    absl::Time now) {
  MoveRequest request;
  request.actors = actors;
  request.now = now;
  const ActorSet machine = {v1::Transition::AUTOMATIC};
  std::vector<Decision> decisions;
  for (const Row& row : workflow.RowsFrom(facts.state)) {
    if (row.actors.bits() == machine.bits() && !actors.Has(v1::Transition::AUTOMATIC)) continue;
    Decision decision = Weigh(workflow, facts, request, row);
    std::vector<Refusal> kept;
    std::set<std::string> inputs;
    for (Refusal& refusal : decision.refusals) {
      const Guard* guard = FindGuard(refusal.guard);
      const bool quoted = refusal.guard != "offer_accepted" || !facts.current_revision.empty();
      if (guard != nullptr && guard->from_request && quoted) {
        inputs.insert(refusal.guard);
      } else {
        kept.push_back(std::move(refusal));
      }
    }
    decision.refusals = std::move(kept);
    decision.inputs.assign(inputs.begin(), inputs.end());
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

absl::StatusOr<Decision> DecideOverride(const Workflow& workflow, const OrderFacts& facts, const MoveRequest& request) {
  const v1::State* target = workflow.ParseState(request.target);
  if (target == nullptr) {
    return Error::InvalidArgument("ORDER_STATE_UNKNOWN", "this workflow has no such status")
        .Field("target_state", absl::StrCat("`", request.target.substr(0, 64), "` is no status of ", workflow.pin(),
                                            ": GetWorkflow lists them"));
  }
  Decision decision;
  decision.from = facts.state;
  decision.to = target->id();
  CheckOverride(workflow, facts, request, *target, decision.refusals);
  if (!decision.allowed()) return Refuse(workflow, facts, request, decision);
  return decision;
}

AppliedMove Apply(const Workflow& workflow, OrderFacts& facts, const Decision& decision, const MoveRequest& request) {
  AppliedMove move;
  move.overridden = decision.transition == nullptr;
  move.trigger = move.overridden ? "override" : decision.transition->trigger();
  move.from = decision.from;
  move.to = decision.to;
  move.reason = request.reason;
  move.automatic = request.actors.Has(v1::Transition::AUTOMATIC);
  move.first_entry = facts.entered.insert(decision.to).second;

  const bool from_end = workflow.IsTerminal(decision.from);
  const bool stepped_back = !move.overridden && decision.transition->step_back();
  if (decision.to != decision.from) {
    facts.previous_state = decision.from == kNewState ? "" : decision.from;
    facts.state = decision.to;
  }
  facts.state_entered_at = request.now;
  facts.offer_lapsed = false;
  facts.delivery_due = false;
  facts.delivery_reported = false;
  if (!request.revision.empty() && request.revision == facts.current_revision) facts.accepted_revision = request.revision;
  facts.suppressed_state.clear();
  if (stepped_back || move.overridden || from_end) {
    facts.suppressed_state = decision.to;
    facts.suppressed_at = facts.fact_count;
  }
  if (workflow.IsCancelled(decision.to)) move.holds_closed = CloseAllHolds(facts.holds, "cancel", request.now);
  return move;
}

ChangeKind ClassifyChange(absl::string_view target) {
  const std::string spelling = NormalizeSpelling(target);
  if (spelling == "onhold") return ChangeKind::kOpenHold;
  if (spelling == "popaymentdue" || spelling == "paymentdue") return ChangeKind::kSetPaymentDue;
  return ChangeKind::kMove;
}

bool IsAlreadyDone(const Workflow& workflow, const LastMove& last, const MoveRequest& request,
                   int64_t version_seen_by_caller) {
  if (version_seen_by_caller != last.order_version_before) return false;
  if (!request.trigger.empty()) return request.trigger == last.trigger;
  const v1::State* target = workflow.ParseState(request.target);
  return target != nullptr && target->id() == last.to;
}

}  // namespace millwright::orders
