#include "services/orders/domain/simulation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/displayed_status.h"

namespace millwright::orders {
namespace {

using Fact = v1::SimulatedEvent;

constexpr int64_t kTotalMinor = 10000;
constexpr int64_t kPieces = 10;

OrderFacts NewOrder(const Workflow& workflow, absl::Time start) {
  OrderFacts facts;
  facts.name = "orders/simulated";
  facts.current_revision = "revision-1";
  facts.offer_expires_at = start + absl::Hours(24) * 14;
  facts.payment.total_minor = kTotalMinor;
  facts.payment.balance_minor = kTotalMinor;
  facts.pieces_ordered = kPieces;
  for (const v1::PaperRule& rule : workflow.definition().paper_rules()) {
    if (!rule.required_before().empty()) facts.missing_papers.push_back(rule.paper());
  }
  return facts;
}

// What the shop holds now; state and balance follow by the rules of live orders.
void SetPaid(const Workflow& workflow, OrderFacts& facts, int64_t net_minor) {
  PaymentExpectation expectation;
  const v1::State* state = workflow.FindState(facts.state);
  expectation.total_minor = kTotalMinor;
  expectation.confirmed = state != nullptr && state->implies_acceptance();
  expectation.cancelled = workflow.IsCancelled(facts.state);
  std::vector<LedgerEntry> entries;
  if (net_minor > 0) {
    entries.emplace_back();
    entries.back().id = "payment-1";
    entries.back().amount_minor = net_minor;
  }
  facts.payment = PaymentLedger(std::move(entries)).Summarize(expectation);
  if (facts.payment.balance_minor <= 0) facts.po_due = false;
}

absl::Status PlaceSimulatedHold(const Workflow& workflow, OrderFacts& facts, absl::Time now) {
  if (workflow.IsTerminal(facts.state)) {
    return Error::FailedPrecondition("ORDER_CLOSED", "an order that has ended can't be held")
        .Precondition("STATE", facts.name, "place the hold before the end");
  }
  Hold hold;
  hold.id = absl::StrCat("hold-", facts.holds.size() + 1);
  hold.public_reason = "simulated";
  hold.opened_at = now;
  return OpenHold(facts.holds, std::move(hold));
}

absl::Status ApplyFact(const Workflow& workflow, OrderFacts& facts, Fact::Fact fact, absl::Time now) {
  switch (fact) {
    case Fact::PAID: SetPaid(workflow, facts, kTotalMinor); CountFact(facts); break;
    case Fact::PAYMENT_REVERSED: SetPaid(workflow, facts, 0); CountFact(facts); break;
    case Fact::PO_RECORDED: facts.po.recorded = true; facts.po.covers_minor = kTotalMinor; CountFact(facts); break;
    case Fact::PO_ACCEPTED: facts.po.recorded = facts.po.accepted = true; CountFact(facts); break;
    case Fact::PAYMENT_DUE: facts.po_due = facts.payment.balance_minor > 0; break;
    case Fact::HOLD_PLACED: return PlaceSimulatedHold(workflow, facts, now);
    case Fact::HOLDS_LIFTED: (void)CloseAllHolds(facts.holds, "simulated", now); break;
    case Fact::OFFER_EXPIRED: facts.offer_expired = true; facts.offer_expires_at = now - absl::Microseconds(1); break;
    case Fact::OFFER_LAPSED:
      facts.offer_expired = facts.offer_lapsed = true;
      facts.offer_expires_at = now - absl::Microseconds(1);
      break;
    case Fact::PAPERS_ISSUED: facts.missing_papers.clear(); break;
    case Fact::PIECES_SCRAPPED: facts.missing_quantities = {"line 1: pieces still to be made"}; CountFact(facts); break;
    case Fact::PIECES_MADE: facts.missing_quantities.clear(); CountFact(facts); break;
    case Fact::DELIVERY_REPORTED: facts.delivery_reported = true; CountFact(facts); break;
    case Fact::DELIVERY_OVERDUE: facts.delivery_due = true; break;
    case Fact::PARENT_CANCELLED: facts.parent_cancelled = true; break;
    case Fact::ERP_DOCUMENT_REMOVED: facts.erp.document_removed = facts.erp.removal_rejects = true; break;
    default: break;
  }
  return absl::OkStatus();
}

void AddMove(const AppliedMove& move, v1::SimulatedStep& step) {
  v1::SimulatedMove& made = *step.add_moves();
  made.set_trigger(move.trigger);
  made.set_from(move.from);
  made.set_to(move.to);
  made.set_automatic(move.automatic);
}

absl::Status MakeMove(const Workflow& workflow, const v1::SimulatedEvent& event, absl::Time now, OrderFacts& facts,
                      v1::SimulatedStep& step) {
  MoveRequest request;
  request.trigger = event.trigger();
  request.target = event.override_to_state();
  for (int actor : event.actors()) request.actors.Add(static_cast<Actor>(actor));
  request.reason = event.reason();
  request.evidence = event.evidence();
  request.revision = facts.current_revision;
  request.settlement = Settlement::kRefundLater;
  request.scrap_recorded = true;
  request.now = now;
  auto decision = request.target.empty() ? Decide(workflow, facts, request) : DecideOverride(workflow, facts, request);
  if (!decision.ok()) return decision.status();
  AddMove(Apply(workflow, facts, *decision, request), step);
  return absl::OkStatus();
}

absl::Status Play(const Workflow& workflow, const v1::SimulatedEvent& event, absl::Time now, OrderFacts& facts,
                  v1::SimulatedStep& step) {
  const bool has_fact = event.fact() != Fact::FACT_UNSPECIFIED;
  const int wishes = !event.trigger().empty() + !event.override_to_state().empty() + has_fact;
  if (wishes > 1 || (wishes == 0 && event.hours() == 0)) {
    return Error::InvalidArgument("SIMULATION_EVENT_INVALID", "an event is one move, one fact, or time")
        .Field("events", "set exactly one of trigger, override_to_state and fact, or hours alone");
  }
  if (has_fact && facts.state == kNewState) {
    return Error::FailedPrecondition("SIMULATION_EVENT_INVALID", "the order does not exist yet")
        .Precondition("STATE", facts.name, "begin with a trigger that leads from NEW");
  }
  if (has_fact) return ApplyFact(workflow, facts, event.fact(), now);
  if (wishes == 0) return absl::OkStatus();
  return MakeMove(workflow, event, now, facts, step);
}

void Explain(const absl::Status& status, v1::SimulatedStep& step) {
  step.set_reason(ReasonOf(status));
  const auto add = [&step](const std::string& guard, absl::string_view description) {
    v1::Refusal& refusal = *step.add_refusals();
    refusal.set_guard(guard);
    refusal.set_description(std::string(description));
  };
  for (const std::string& text : PreconditionsOf(status)) {  // "type subject: description"
    const size_t space = text.find(' '), colon = text.find(": ");
    add(text.substr(0, space), colon == std::string::npos ? text : text.substr(colon + 2));
  }
  for (const std::string& text : FieldViolationsOf(status)) add("INPUT", text);
  if (step.refusals().empty()) add("INPUT", status.message());
}

}  // namespace

std::vector<v1::SimulatedStep> Simulate(const Workflow& workflow,
                                        const google::protobuf::RepeatedPtrField<v1::SimulatedEvent>& events,
                                        absl::Time start) {
  OrderFacts facts = NewOrder(workflow, start);
  absl::Time now = start;
  std::vector<v1::SimulatedStep> steps;
  for (const v1::SimulatedEvent& event : events) {
    now += absl::Hours(event.hours());
    v1::SimulatedStep step;
    const absl::Status status = Play(workflow, event, now, facts, step);
    step.set_accepted(status.ok());
    if (!status.ok()) Explain(status, step);
    SetPaid(workflow, facts, facts.payment.net_minor);
    if (facts.state != kNewState) {
      for (const AppliedMove& move : Settle(workflow, facts, now).moves) AddMove(move, step);
      SetPaid(workflow, facts, facts.payment.net_minor);
      const DisplayedStatus status_shown = Display(workflow, facts, "en");
      step.set_displayed_status(status_shown.text);
      v1::Order::PaymentState payment = v1::Order::UNPAID;
      (void)v1::Order::PaymentState_Parse(status_shown.payment, &payment);
      step.set_payment_state(payment);
    }
    step.set_state(facts.state);
    steps.push_back(std::move(step));
  }
  return steps;
}

ChainReport SimulateAutomaticMoves(const Workflow& workflow, absl::Time now) {
  struct Profile {
    const char* name;
    void (*set)(const Workflow&, OrderFacts&, absl::Time);
  };
  static constexpr Profile kProfiles[] = {
      {"paid, nothing held", [](const Workflow& w, OrderFacts& facts, absl::Time) { SetPaid(w, facts, kTotalMinor); }},
      {"unpaid, demanded first", [](const Workflow&, OrderFacts& facts, absl::Time) { facts.payment_demanded_first = true; }},
      {"offer lapsed", [](const Workflow&, OrderFacts& facts, absl::Time at) {
         facts.offer_expired = facts.offer_lapsed = true;
         facts.offer_expires_at = at - absl::Hours(1);
       }},
      {"delivery overdue", [](const Workflow& w, OrderFacts& facts, absl::Time) {
         SetPaid(w, facts, kTotalMinor);
         facts.delivery_due = true;
       }},
      {"parent cancelled", [](const Workflow&, OrderFacts& facts, absl::Time) { facts.parent_cancelled = true; }},
  };
  ChainReport report;
  for (const v1::State& state : workflow.definition().states()) {
    if (workflow.AutomaticFrom(state.id()).empty()) continue;
    for (const Profile& profile : kProfiles) {
      OrderFacts facts = NewOrder(workflow, now);
      facts.state = state.id();
      facts.accepted_revision = facts.current_revision;
      facts.partner_rules_met = true;
      facts.missing_papers.clear();
      profile.set(workflow, facts, now);
      const SettleResult settled = Settle(workflow, facts, now);
      v1::AutomaticChain chain;
      chain.set_from(state.id());
      chain.set_facts(profile.name);
      std::string path = state.id();
      for (const AppliedMove& move : settled.moves) {
        chain.add_passed(move.to);
        absl::StrAppend(&path, " -> ", move.to);
      }
      if (settled.cut_by_loop_guard && report.loop.empty()) report.loop = path;
      if (!settled.moves.empty()) report.chains.push_back(std::move(chain));
    }
  }
  return report;
}

}  // namespace millwright::orders
