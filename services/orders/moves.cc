// TransitionOrder, CancelOrder, OverrideStatus, holds: what moves an order or keeps it from moving.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/orders/domain/cancellation.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {

absl::Status CheckPrescription(const v1::Order& order);  // create_order.cc

namespace {

// The trigger by which `actors` cancel an order in `state`: the plain cancel, else withdrawing, else discarding.
std::string CancelTrigger(const Workflow& workflow, absl::string_view state, const ActorSet& actors) {
  for (absl::string_view wanted : {"cancel", "withdraw", "discard"}) {
    for (const Row& row : workflow.RowsFrom(state)) {
      const std::string& trigger = row.transition->trigger();
      if (absl::StartsWith(trigger, wanted) && workflow.IsCancelled(row.transition->to()) &&
          row.actors.Intersects(actors)) {
        return trigger;
      }
    }
  }
  return "";
}

absl::StatusOr<Settlement> ParseSettlement(absl::string_view text) {
  const std::string spelling = NormalizeSpelling(text);
  if (spelling.empty()) return Settlement::kUnspecified;
  if (spelling == "refundnow") return Settlement::kRefundNow;
  if (spelling == "refundlater") return Settlement::kRefundLater;
  if (spelling == "retain") return Settlement::kRetain;
  return Error::InvalidArgument("SETTLEMENT_UNKNOWN", "captured money can't be treated like that")
      .Field("settlement", "must be `refund_now`, `refund_later` or `retain`");
}

absl::Status SellerOnly(const Viewer& viewer, absl::string_view what) {
  if (viewer.seller && (viewer.actors.Has(v1::Transition::SHOP_STAFF) || viewer.actors.Has(v1::Transition::CENTER))) {
    return absl::OkStatus();
  }
  return Error::PermissionDenied("SELLER_ONLY", absl::StrCat("only members of the selling company ", what));
}

// Books what a cancel does to captured money; the move itself follows.
absl::Status BookSettlement(OrderEdit& edit, Settlement settlement, absl::string_view reason, bool by_buyer,
                    const std::string& payment_id, absl::Time now, const std::string& actor) {
  const PaymentSummary paid = LedgerOf(edit.record()).Summarize(ExpectationOf(edit.workflow(), edit.record()));
  MW_ASSIGN_OR_RETURN(const SettlementPlan plan, PlanSettlement(paid, settlement, reason, by_buyer));
  edit.record().set_retained_minor(plan.retained_minor);
  if (plan.refund_now_minor == 0) return absl::OkStatus();
  const StepStart before = edit.record();
  auto& row = *edit.record().add_ledger();
  row.set_amount_minor(plan.refund_now_minor);
  v1::Payment& payment = *row.mutable_payment();
  payment.set_name(absl::StrCat(edit.order().name(), "/payments/", payment_id));
  payment.set_kind(v1::Payment::REFUNDED);
  *payment.mutable_amount() = MoneyOf(plan.refund_now_minor, edit.order().gross().currency_code());
  payment.set_booked_by(actor);
  *payment.mutable_create_time() = ToTimestamp(now);
  edit.record().set_refunded_since_cancel_us(absl::ToUnixMicros(now));
  EventExtra extra;
  extra.payment = payment;
  return edit.Note("payment_refunded", "order.payment_changed", reason, before, extra);
}

}  // namespace

absl::Status OrdersHandlers::AcceptPurchaseOrder(OrderEdit& edit, const MoveRequest& request) {
  const StepStart before = edit.record();
  edit.record().mutable_po()->set_accepted(true);
  edit.CountFact();
  v1::Order& order = *edit.record().mutable_order();
  if (!order.has_payment_due_time()) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(order.seller_party().time_zone(), &zone)) zone = absl::UTCTimeZone();
    const int days = edit.record().payment_term_days() > 0 ? edit.record().payment_term_days()
                                                           : edit.workflow().definition().limits().payment_term_days();
    *order.mutable_payment_due_time() = ToTimestamp(StartOfDayAfter(parts_.clock.Now(), days, zone));
  }
  const auto decision = Decide(edit.workflow(), edit.Facts(), request);
  if (decision.ok()) return edit.Move(request);
  // A hold keeps the move back, not the decision: the move follows when the last hold is lifted.
  if (!HasOpenHold(edit.Facts().holds)) return decision.status();
  for (const std::string& violation : PreconditionsOf(decision.status())) {
    if (!absl::StartsWith(violation, "no_open_hold")) return decision.status();
  }
  return edit.Note("po_accepted", "order.updated", request.reason, before);
}

absl::Status OrdersHandlers::MakeMove(OrderEdit& edit, const Viewer& viewer, const MoveRequest& request) {
  if (request.trigger == "accept_po") return AcceptPurchaseOrder(edit, request);
  if (request.trigger == "submit") MW_RETURN_IF_ERROR(CheckPrescription(edit.order()));
  if (request.trigger == "ship") return Ship(edit, {}, request.actors);
  MoveRequest move = request;
  if (request.trigger == "submit") move.revision = edit.order().revision_hash();
  const auto decision = Decide(edit.workflow(), edit.Facts(), move);
  if (!decision.ok()) return decision.status();
  if (edit.workflow().IsCancelled(decision->to)) {
    const bool by_buyer = viewer.buyer && !viewer.seller;
    MW_RETURN_IF_ERROR(BookSettlement(edit, move.settlement, move.reason, by_buyer, parts_.ids.Ulid(), move.now,
                              viewer.role));
    CloseRequests(edit, viewer.role);
  }
  MW_RETURN_IF_ERROR(edit.Move(move));
  if (request.trigger == "reject_po" || request.trigger == "withdraw_po") {
    edit.record().clear_po();
    edit.record().mutable_order()->clear_po_number();
  }
  return absl::OkStatus();
}

// After a cancel committed: files takes the grants back at once; the order's event repeats it.
void OrdersHandlers::AfterEnd(const CallInfo& call, const v1::Order& order) {
  if (call.validate_only) return;
  WorkflowPtr workflow = workflows_->Builtin(order.workflow());
  if (workflow == nullptr) {
    workflow = parts_.db.Read([&](Reader& reader) { return workflows_->PinnedBy(reader, order); }).value_or(nullptr);
  }
  if (workflow == nullptr || !workflow->IsCancelled(order.state())) return;
  (void)parts_.neighbours.files->RevokeGrants(call, order.name());
}

absl::StatusOr<OrdersHandlers::Prepared> OrdersHandlers::PrepareMove(const CallInfo& call, const std::string& name,
                                                                     const std::string& trigger) {
  MW_ASSIGN_OR_RETURN(Found found, Load(call, name));
  const bool submits = trigger == "submit";
  if (submits && found.record.order().state() == "DRAFT") MW_RETURN_IF_ERROR(Pin(call, found.record));
  Prepared prepared;
  MW_ASSIGN_OR_RETURN(prepared.neighbours,
                      AskNeighbours(parts_.neighbours, call, *found.workflow, found.record.order(),
                                    found.record.order().state(), trigger, /*just_pinned=*/submits));
  if (submits) prepared.pinned = std::move(found.record);
  return prepared;
}

absl::StatusOr<v1::TransitionOrderResponse> OrdersHandlers::TransitionIn(Transaction& tx, const CallInfo& call,
                                                                         const v1::TransitionOrderRequest& request,
                                                                         const Prepared& prepared) {
  MW_ASSIGN_OR_RETURN(const Settlement settlement, ParseSettlement(request.settlement()));
  MW_ASSIGN_OR_RETURN(Found found, Find(tx, call, request.name()));
  v1::TransitionOrderResponse out;
  const auto& last = found.record.last_move();
  const bool still_there = last.to_state() == found.record.order().state();
  const bool same_revision = request.etag() == EtagOf(last.version_before());
  if (still_there && same_revision && last.trigger() == request.trigger()) {
    *out.mutable_order() = CutFor(found.viewer, found.record.order());
    out.set_already_done_by(last.actor());
    return out;
  }
  const absl::Time now = parts_.clock.Now();
  OrderEdit edit(Context(now), *found.workflow, tx, std::move(found.record), ActorOf(call, found.viewer));
  MW_RETURN_IF_ERROR(edit.Check(request.etag()));
  edit.Learn(prepared.neighbours);
  if (prepared.pinned.has_value()) {
    const OrderRecord& pinned = *prepared.pinned;
    if (pinned.version() != edit.version()) {
      return Error::Aborted("ETAG_MISMATCH", "the order changed while its files were being frozen: submit again")
          .Meta("state", edit.order().state());
    }
    edit.record().mutable_order()->mutable_shared_files()->CopyFrom(pinned.order().shared_files());
    edit.record().mutable_order()->set_project_revision_hash(pinned.order().project_revision_hash());
    *edit.record().mutable_order()->mutable_prescription() = pinned.order().prescription();
  }
  MoveRequest move;
  move.trigger = request.trigger();
  move.reason = request.reason();
  if (!request.teeth().empty()) absl::StrAppend(&move.reason, " (teeth ", absl::StrJoin(request.teeth(), ", "), ")");
  move.evidence = request.evidence();
  move.settlement = settlement;
  move.now = now;
  move.actors = found.viewer.actors;
  MW_RETURN_IF_ERROR(MakeMove(edit, found.viewer, move));
  MW_RETURN_IF_ERROR(edit.Settle());
  MW_RETURN_IF_ERROR(edit.Save());
  *out.mutable_order() = CutFor(found.viewer, edit.order());
  for (const std::string& status : edit.passed()) out.add_passed(status);
  return out;
}

absl::StatusOr<v1::TransitionOrderResponse> OrdersHandlers::TransitionOrder(const CallInfo& call,
                                                                            const v1::TransitionOrderRequest& request) {
  MW_ASSIGN_OR_RETURN(const auto replay, FindReplay<v1::TransitionOrderResponse>(call, parts_.db));
  if (replay.has_value()) return *replay;
  MW_ASSIGN_OR_RETURN(const Prepared prepared, PrepareMove(call, request.name(), request.trigger()));
  auto response = Mutate<v1::TransitionOrderResponse>(call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) {
    return TransitionIn(tx, call, request, prepared);
  });
  if (response.ok()) AfterEnd(call, response->order());
  return response;
}

absl::Status OrdersHandlers::MakeCancel(OrderEdit& edit, const Viewer& viewer, const std::string& reason,
                                        const std::string& settlement) {
  MoveRequest move;
  MW_ASSIGN_OR_RETURN(move.settlement, ParseSettlement(settlement));
  move.trigger = CancelTrigger(edit.workflow(), edit.order().state(), viewer.actors);
  if (move.trigger.empty()) {
    // Nobody's cancel: the engine says why and what is allowed.
    move.trigger = viewer.seller ? "cancel_by_admin" : "cancel_by_customer";
    if (!edit.workflow().KnowsTrigger(move.trigger)) move.trigger = "cancel";
    if (!edit.workflow().KnowsTrigger(move.trigger)) move.trigger = "discard";
  }
  move.reason = reason;
  move.actors = viewer.actors;
  move.now = parts_.clock.Now();
  return MakeMove(edit, viewer, move);
}

absl::StatusOr<v1::Order> OrdersHandlers::CancelOrder(const CallInfo& call, const v1::CancelOrderRequest& request) {
  auto order = Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) {
    return MakeCancel(edit, viewer, request.reason(), request.settlement());
  });
  if (order.ok()) AfterEnd(call, *order);
  return order;
}

absl::StatusOr<v1::Order> OrdersHandlers::OverrideStatus(const CallInfo& call, const v1::OverrideStatusRequest& request) {
  auto order = Edit(call, request.name(), request.etag(),
                    [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer, "change the status by hand"));
    const StepStart before = edit.record();
    const absl::Time now = parts_.clock.Now();
    switch (ClassifyChange(request.to_state())) {
      case ChangeKind::kOpenHold: {
        OrderFacts facts = edit.Facts();
        Hold hold;
        hold.id = parts_.ids.Ulid();
        hold.public_reason = request.reason();
        hold.owner = call.principal.member;
        hold.kind = "manual";
        hold.opened_at = now;
        MW_RETURN_IF_ERROR(millwright::orders::OpenHold(facts.holds, hold));
        StoreFacts(facts, edit.record());
        EventExtra extra;
        extra.hold = edit.order().holds(edit.order().holds_size() - 1);
        return edit.Note("hold_placed", "order.hold_placed", request.reason(), before, extra);
      }
      case ChangeKind::kSetPaymentDue: {
        v1::Order& changed = *edit.record().mutable_order();
        *changed.mutable_payment_due_time() = ToTimestamp(now);
        changed.set_po_due(true);
        return edit.Note("payment_due", "order.displayed_changed", request.reason(), before);
      }
      case ChangeKind::kMove:
        break;
    }
    MoveRequest move;
    MW_ASSIGN_OR_RETURN(move.settlement, ParseSettlement(request.settlement()));
    move.target = request.to_state();
    move.actors = viewer.actors;
    move.reason = request.reason();
    move.evidence = request.evidence();
    move.now = now;
    MW_ASSIGN_OR_RETURN(const Decision decision, DecideOverride(edit.workflow(), edit.Facts(), move));
    if (edit.workflow().IsCancelled(decision.to)) {
      MW_RETURN_IF_ERROR(BookSettlement(edit, move.settlement, move.reason, false, parts_.ids.Ulid(), now, viewer.role));
      CloseRequests(edit, call.principal.member);
    }
    return edit.ApplyDecision(decision, move);
  });
  if (order.ok()) AfterEnd(call, *order);
  return order;
}

absl::StatusOr<v1::Order> OrdersHandlers::PlaceHold(const CallInfo& call, const v1::PlaceHoldRequest& request) {
  return Edit(call, request.parent(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer, "place holds"));
    if (edit.workflow().IsTerminal(edit.order().state())) {
      return Error::FailedPrecondition("ORDER_CLOSED", "an order that has ended can't be held")
          .Precondition("STATE", edit.order().name(), "reopen it first, or open a claim");
    }
    const StepStart before = edit.record();
    OrderFacts facts = edit.Facts();
    Hold hold;
    hold.id = parts_.ids.Ulid();
    hold.public_reason = request.hold().public_reason();
    hold.internal_reason = request.hold().internal_reason();
    hold.owner = call.principal.member;
    hold.kind = "manual";
    hold.opened_at = parts_.clock.Now();
    MW_RETURN_IF_ERROR(OpenHold(facts.holds, hold));
    StoreFacts(facts, edit.record());
    EventExtra extra;
    extra.hold = edit.order().holds(edit.order().holds_size() - 1);
    return edit.Note("hold_placed", "order.hold_placed", hold.public_reason, before, extra);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::LiftHold(const CallInfo& call, const v1::LiftHoldRequest& request) {
  const std::string order = request.name().substr(0, request.name().find("/holds/"));
  return Edit(call, order, request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer, "lift holds"));
    const StepStart before = edit.record();
    OrderFacts facts = edit.Facts();
    MW_RETURN_IF_ERROR(millwright::orders::LiftHold(facts.holds, LastSegment(request.name()), call.principal.member,
                                                    parts_.clock.Now()));
    StoreFacts(facts, edit.record());
    MW_RETURN_IF_ERROR(RestartClock(edit, tx));
    EventExtra extra;
    for (const v1::Hold& hold : edit.order().holds()) {
      if (hold.name() == request.name()) extra.hold = hold;
    }
    return edit.Note("hold_lifted", "order.hold_lifted", "", before, extra);
  });
}

}  // namespace millwright::orders
