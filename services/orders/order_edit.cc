#include "services/orders/order_edit.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"

namespace millwright::orders {
namespace {

const v1::State& StateOf(const Workflow& workflow, const OrderRecord& record) {
  const v1::State* state = workflow.FindState(record.order().state());
  return state == nullptr ? v1::State::default_instance() : *state;
}

}  // namespace

OrderEdit::OrderEdit(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord before,
                     OrderRecord record, EditActor actor)
    : context_(context), workflow_(workflow), tx_(tx), before_(std::move(before)), record_(std::move(record)),
      actor_(std::move(actor)) {
  record_.set_version(before_.version() + 1);
}

OrderEdit::OrderEdit(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord record,
                     EditActor actor)
    : OrderEdit(context, workflow, tx, record, record, std::move(actor)) {}

OrderEdit OrderEdit::New(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord record,
                         EditActor actor) {
  OrderEdit edit(context, workflow, tx, OrderRecord(), std::move(record), std::move(actor));
  edit.is_new_ = true;
  return edit;
}

absl::Status OrderEdit::Check(absl::string_view etag) const {
  if (etag.empty() || etag == EtagOf(before_.version())) return absl::OkStatus();
  return Error::Aborted("ETAG_MISMATCH", absl::StrCat("the order was changed by ", before_.last_move().actor().empty()
                                                                                        ? "somebody else"
                                                                                        : before_.last_move().actor(),
                                                      ": it is `", before_.order().displayed_status(),
                                                      "` now; read it and decide again"))
      .Resource("order", order().name())
      .Meta("etag", EtagOf(before_.version()))
      .Meta("state", before_.order().state())
      .Meta("displayedStatus", before_.order().displayed_status());
}

absl::Status OrderEdit::Move(MoveRequest request, const EventExtra& extra, absl::string_view event_type) {
  request.now = context_.now;
  if (request.actors.empty()) request.actors = actor_.actors;
  MW_ASSIGN_OR_RETURN(const Decision decision, Decide(workflow_, Facts(), request));
  return ApplyDecision(decision, request, extra, event_type);
}

absl::Status OrderEdit::ApplyDecision(const Decision& decision, const MoveRequest& request, const EventExtra& extra,
                                      absl::string_view event_type) {
  MW_RETURN_IF_ERROR(Record(decision, request, actor_, extra, event_type));
  auto& last = *record_.mutable_last_move();
  last.set_trigger(decision.transition == nullptr ? "override" : decision.transition->trigger());
  last.set_to_state(decision.to);
  last.set_actor(actor_.name);
  last.set_version_before(before_.version());
  return absl::OkStatus();
}

void OrderEdit::MoveLines(const Decision& decision, const MoveRequest& request) {
  const std::optional<Stage> to = StageOfState(workflow_, decision.to);
  if (!to.has_value()) return;
  const std::optional<Stage> from = StageOfState(workflow_, decision.from);
  std::vector<LineLedger> lines = LinesOf(record_);
  for (LineLedger& line : lines) {
    if (decision.transition == nullptr) {
      line.ForceAll(*to);
    } else if (*to == Stage::kReprinting) {
      if (from.has_value() && !request.scrap_recorded && line.at(*from) > 0) (void)line.Scrap(*from, line.at(*from));
    } else {
      line.FollowOrder(from.value_or(Stage::kFree), *to);
    }
  }
  StoreLines(lines, record_);
}

absl::Status OrderEdit::Record(const Decision& decision, const MoveRequest& request, const EditActor& actor,
                               const EventExtra& extra, absl::string_view event_type) {
  const StepStart before = record_;
  OrderFacts facts = Facts();
  const AppliedMove move = Apply(workflow_, facts, decision, request);
  StoreFacts(facts, record_);
  ++(*record_.mutable_entries())[move.to];
  const bool tells_why = !move.automatic || workflow_.IsCancelled(move.to);
  record_.mutable_order()->set_status_reason(tells_why ? request.reason : "");
  if (!move.automatic || decision.transition == nullptr || facts.lines_state != decision.to) MoveLines(decision, request);
  HistoryEntry entry;
  entry.actor = actor.name;
  entry.role = actor.role;
  entry.trigger = move.trigger;
  entry.reason = move.reason;
  entry.marks = move.overridden ? "override" : "";
  if (!request.evidence.empty()) entry.after = absl::StrCat("{\"evidence\":\"", absl::CHexEscape(request.evidence), "\"}");
  return Step(std::move(entry), event_type, before, extra);
}

absl::Status OrderEdit::Note(absl::string_view action, absl::string_view event_type, absl::string_view reason,
                             const StepStart& before, const EventExtra& extra, absl::string_view details) {
  HistoryEntry entry;
  entry.actor = actor_.name;
  entry.role = actor_.role;
  entry.trigger = std::string(action);
  entry.reason = std::string(reason);
  entry.after = std::string(details);
  return Step(std::move(entry), event_type, before, extra);
}

absl::Status OrderEdit::Step(HistoryEntry entry, absl::string_view event_type, const StepStart& before,
                             const EventExtra& extra) {
  v1::Order& order = *record_.mutable_order();
  *order.mutable_update_time() = ToTimestamp(context_.now);
  order.set_etag(EtagOf(record_.version()));
  RefreshOrder(workflow_, record_);
  entry.at = context_.now;
  entry.from_state = before.state;
  entry.to_state = order.state();
  entry.from_displayed = before.displayed;
  entry.to_displayed = order.displayed_status();
  entry.request_id = actor_.request_id;
  entry.trace_id = actor_.trace;
  Chain(order.name(), record_.history_count(), record_.history_head(), entry);
  record_.set_history_count(entry.sequence);
  record_.set_history_head(entry.hash);
  const v1::HistoryEntry stored = HistoryToProto(entry);
  MW_RETURN_IF_ERROR(context_.store.AppendHistory(tx_, order.name(), stored));
  if (passed_.empty() || passed_.back() != order.displayed_status()) passed_.push_back(order.displayed_status());
  changed_ = true;

  internal::orders::v1::OrderEvent payload;
  *payload.mutable_order() = order;
  *payload.mutable_entry() = stored;
  const auto count = record_.entries().find(order.state());
  payload.set_state_entry_count(count == record_.entries().end() ? 0 : count->second);
  if (extra.payment) *payload.mutable_payment() = *extra.payment;
  if (extra.offer) *payload.mutable_offer() = *extra.offer;
  if (extra.hold) *payload.mutable_hold() = *extra.hold;
  payload.set_payment_state_before(before.payment);
  Event event;
  event.tenant = std::string(LastSegment(order.seller()));
  event.aggregate = order.name();
  event.type = std::string(event_type);
  event.time = context_.now;
  event.actor = entry.actor;
  event.trace = actor_.trace;
  event.after = payload.SerializeAsString();
  return context_.outbox.Append(tx_, std::move(event)).status();
}

absl::Status OrderEdit::Settle() {
  EditActor machine = actor_;
  machine.name = "automatic";
  machine.role = "automatic";
  machine.actors = {v1::Transition::AUTOMATIC};
  for (int round = 0; round < kMaxAutomaticChain; ++round) {
    // The domain settles on a copy; each of its moves is then recorded for real, so that lines follow step by step.
    OrderFacts facts = Facts();
    const SettleResult settled = millwright::orders::Settle(workflow_, facts, context_.now);
    if (settled.moves.empty()) return absl::OkStatus();
    const AppliedMove& move = settled.moves.front();
    Decision decision;
    decision.from = move.from;
    decision.to = move.to;
    decision.transition = settled.transitions.front();
    MoveRequest request;
    request.trigger = move.trigger;
    request.actors = machine.actors;
    request.reason = move.reason;
    request.now = context_.now;
    MW_RETURN_IF_ERROR(Record(decision, request, machine, {}, "order.state_changed"));
    record_.clear_suppressed_state();
  }
  return absl::OkStatus();
}

absl::Status OrderEdit::ScheduleTimers() {
  const v1::Order& order = record_.order();
  const v1::Limits& limits = workflow_.definition().limits();
  const v1::State& state = StateOf(workflow_, record_);
  const bool waiting = IsOpen(state) && !state.implies_acceptance() && order.has_offer_expire_time();
  if (waiting && !record_.offer_expired()) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kOfferExpires, .key = order.name(), .due = FromTimestamp(order.offer_expire_time())}));
  }
  if (waiting && state.offer_on_table() && limits.offer_lapse_days() > 0 && !record_.offer_lapsed()) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kOfferLapses,
              .key = order.name(),
              .due = FromTimestamp(order.offer_expire_time()) + absl::Hours(24) * limits.offer_lapse_days()}));
  }
  if (order.has_payment_due_time() && !order.po_due()) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kPaymentDue, .key = order.name(), .due = FromTimestamp(order.payment_due_time())}));
  }
  const bool shipped_now = state.rank() == 60 && before_.order().state() != order.state();
  if (shipped_now && limits.auto_deliver_days() > 0) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kAutoDeliver, .key = order.name(), .due = context_.now + absl::Hours(24) * limits.auto_deliver_days()}));
  }
  return absl::OkStatus();
}

absl::Status OrderEdit::Save() {
  if (!changed_) return absl::OkStatus();
  MW_RETURN_IF_ERROR(ScheduleTimers());
  const v1::State& state = StateOf(workflow_, record_);
  if (is_new_) return context_.store.Insert(tx_, record_, state);
  return context_.store.Update(tx_, before_, StateOf(workflow_, before_), record_, state);
}

}  // namespace millwright::orders
