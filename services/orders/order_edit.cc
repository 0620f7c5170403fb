#include "services/orders/order_edit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/log/log.h"
#include "common/money/money.h"
#include "common/rpc/field_mask.h"
#include "services/orders/storage/scrap_store.h"

namespace millwright::orders {
namespace {

constexpr char kMigrated[] = "order.migrated";  // type of the event

const v1::State& StateIn(const Workflow& workflow, const OrderRecord& record) {
  const v1::State* state = workflow.FindState(record.order().state());
  return state == nullptr ? v1::State::default_instance() : *state;
}

internal::orders::v1::Sight SightOf(const OrderRecord& record, const v1::State& state) {
  internal::orders::v1::Sight sight;
  sight.set_buyer(VisibilityOf(record, state, Side::kBuyer).visible);
  sight.set_seller(VisibilityOf(record, state, Side::kSeller).visible);
  return sight;
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
      const int64_t count = from.has_value() && !request.scrap_recorded ? line.at(*from) : 0;
      const auto code = from.has_value() && *from >= Stage::kShipped ? v1::Replica::TRANSPORT : v1::Replica::OTHER;
      if (count > 0 && line.Scrap(*from, count).ok()) {
        NoteScrap(static_cast<int>(&line - lines.data()) + 1, count, code, request.reason);
      }
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
  if (!request.evidence.empty()) entry.after = absl::StrCat("{\"evidence\":\"", JsonEscape(request.evidence), "\"}");
  return Step(std::move(entry), event_type, before, extra);
}

void OrderEdit::NoteScrap(int line_number, int64_t quantity, v1::Replica::ScrapCode code, const std::string& reason) {
  v1::Order& order = *record_.mutable_order();
  if (order.replicas_size() >= kMaxReplicas) return;  // the line still counts the pieces
  const v1::OrderLine& line = order.lines(line_number - 1);
  const auto of_line = [&](const v1::Replica& replica) { return replica.line_number() == line_number; };
  const auto count = std::count_if(order.replicas().begin(), order.replicas().end(), of_line);
  v1::Replica& replica = *order.add_replicas();
  replica.set_name(absl::StrCat(order.name(), "/lines/", line_number, "/replicas/", count + 1));
  replica.set_line_number(line_number);
  replica.set_quantity(static_cast<int32_t>(quantity));
  replica.set_scrap_code(code == v1::Replica::SCRAP_CODE_UNSPECIFIED ? v1::Replica::OTHER : code);
  replica.set_reason(reason);
  const int64_t pieces = std::max<int64_t>(1, line.quantity() - line.cancelled_quantity());
  const auto cost = MultiplyMinor(MinorOf(line.net()), Decimal(quantity) / Decimal(pieces), Rounding::kHalfUp);
  *replica.mutable_cost() = MoneyOf(cost.ok() ? *cost : 0, order.gross().currency_code());
  *replica.mutable_create_time() = ToTimestamp(context_.now);
  replica.set_recorded_by(actor_.name);
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
  const Workflow& was = event_type == kMigrated ? *migrated_from_ : workflow_;
  if (const v1::State* state = was.FindState(entry.from_state)) *payload.mutable_sight_before() = SightOf(record_, *state);
  *payload.mutable_sight_after() = SightOf(record_, StateIn(workflow_, record_));
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

absl::Time ReminderTime(const v1::Order& order, const v1::Limits& limits) {
  absl::TimeZone seller, buyer;
  if (!absl::LoadTimeZone(order.seller_party().time_zone(), &seller)) seller = absl::UTCTimeZone();
  if (!absl::LoadTimeZone(order.buyer_party().time_zone(), &buyer)) buyer = seller;
  const absl::CivilDay day = absl::ToCivilDay(FromTimestamp(order.payment_due_time()), seller) - limits.reminder_days();
  return absl::FromCivil(absl::CivilHour(day) + kReminderHour, buyer);
}

// Timers that tell before something happens. A row that comes too late or for nothing does nothing (due_work.cc).
absl::Status OrderEdit::ScheduleReminders(const v1::State& state) {
  const v1::Order& order = record_.order();
  const v1::Limits& limits = workflow_.definition().limits();
  const auto schedule = [&](const char* kind, absl::Time due) {
    return context_.due.Schedule(tx_, {.kind = kind, .key = order.name(), .due = due});
  };
  if (order.has_payment_due_time()) {
    const bool moved = before_.order().payment_due_time().SerializeAsString() != order.payment_due_time().SerializeAsString();
    if (moved) record_.set_payment_due_set_us(absl::ToUnixMicros(context_.now));
    const bool reminded = record_.reminded_due_us() == absl::ToUnixMicros(FromTimestamp(order.payment_due_time()));
    const absl::Time when = ReminderTime(order, limits);
    const bool in_time = absl::ToUnixMicros(when) > record_.payment_due_set_us();
    if (limits.reminder_days() > 0 && in_time && !reminded && !order.po_due()) {
      MW_RETURN_IF_ERROR(schedule(kPaymentReminder, when));
    }
  }
  if (state.offer_on_table() && order.has_offer_expire_time() && !record_.offer_expired()) {
    const absl::Time expires = FromTimestamp(order.offer_expire_time());
    const bool warned = record_.warned_expiry_us() == absl::ToUnixMicros(expires);
    if (!warned && expires - kOfferWarning > context_.now) MW_RETURN_IF_ERROR(schedule(kOfferExpiresSoon, expires - kOfferWarning));
  }
  const bool held = std::any_of(order.holds().begin(), order.holds().end(),
                                [](const v1::Hold& hold) { return !hold.has_lift_time(); });
  if (held || order.deadline() == v1::Order::DEADLINE_UNSPECIFIED || order.deadline() == v1::Order::OVERDUE) {
    return absl::OkStatus();
  }
  return schedule(kDeadline, order.deadline() == v1::Order::ON_TRACK ? absl::FromUnixMicros(record_.deadline_risk_us())
                                                                      : FromTimestamp(order.promised_time()) +
                                                                            absl::Microseconds(1));
}

absl::Status OrderEdit::ScheduleTimers() {
  const v1::Order& order = record_.order();
  const v1::Limits& limits = workflow_.definition().limits();
  const v1::State& state = StateIn(workflow_, record_);
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
  for (const v1::CancellationRequest& request : order.cancellation_requests()) {
    if (request.answer() != v1::CancellationRequest::OPEN) continue;
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kRequestLapses, .key = order.name(), .due = FromTimestamp(request.deadline())}));
  }
  MW_RETURN_IF_ERROR(ScheduleReminders(state));
  const bool shipped_now = state.rank() == 60 && before_.order().state() != order.state();
  if (shipped_now && limits.auto_deliver_days() > 0) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(
        tx_, {.kind = kAutoDeliver, .key = order.name(), .due = context_.now + absl::Hours(24) * limits.auto_deliver_days()}));
  }
  return absl::OkStatus();
}

absl::Status OrderEdit::Migrate(const Workflow& from, const std::string& name, const v1::State& to,
                                absl::string_view reason) {
  const StepStart before = record_;
  migrated_from_ = &from;
  v1::Order& order = *record_.mutable_order();
  const std::string details = absl::StrCat("{\"from\":\"", from.pin(), "\",\"to\":\"", workflow_.pin(), "\"}");
  order.set_workflow(name);
  order.set_workflow_version(workflow_.definition().version());
  order.set_state(to.id());
  if (workflow_.FindState(record_.previous_state()) == nullptr) record_.clear_previous_state();
  if (to.id() != before.state) {
    record_.set_state_entered_us(absl::ToUnixMicros(context_.now));
    ++(*record_.mutable_entries())[to.id()];
  }
  return Note("migrated", kMigrated, reason, before, {}, details);
}

absl::Status OrderEdit::SaveScrap() {
  const v1::Order& order = record_.order();
  for (int i = before_.order().replicas_size(); i < order.replicas_size(); ++i) {
    const v1::Replica& replica = order.replicas(i);
    ScrapRecord scrap;
    scrap.at = context_.now;
    scrap.replica = replica.name();
    scrap.code = replica.scrap_code();
    scrap.quantity = replica.quantity();
    scrap.currency = replica.cost().currency_code();
    scrap.cost_minor = MinorOf(replica.cost());
    MW_RETURN_IF_ERROR(InsertScrap(tx_, order.seller(), scrap));
  }
  return absl::OkStatus();
}

absl::Status OrderEdit::Save() {
  if (!changed_) return absl::OkStatus();
  MW_RETURN_IF_ERROR(SaveScrap());
  MW_RETURN_IF_ERROR(ScheduleTimers());
  const v1::State& state = StateIn(workflow_, record_);
  if (is_new_) return context_.store.Insert(tx_, record_, state);
  const Workflow& was = migrated_from_ == nullptr ? workflow_ : *migrated_from_;
  return context_.store.Update(tx_, before_, StateIn(was, before_), record_, state);
}

}  // namespace millwright::orders
