#include "services/notifications/domain/order_mail.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/money/money.h"
#include "common/money/proto.h"

namespace millwright::notifications {
namespace {

using internal::orders::v1::OrderEvent;
using millwright::orders::v1::HistoryEntry;
using millwright::orders::v1::Order;
using millwright::orders::v1::Payment;

std::string Amount(const google::type::Money& proto, const Audience& audience) {
  auto money = FromProto(proto, "amount");
  return money.ok() ? FormatLocalized(*money, audience.language) : "";
}

std::string Day(const google::protobuf::Timestamp& time, const Audience& audience) {
  const char* format = audience.language == "de" ? "%d.%m.%Y" : "%Y-%m-%d";
  return absl::FormatTime(format, absl::FromUnixSeconds(time.seconds()), audience.zone);
}

// The last microsecond of a day is the day, not midnight after it.
std::string DayAndTime(const google::protobuf::Timestamp& time, const Audience& audience) {
  return absl::StrCat(Day(time, audience),
                      absl::FormatTime(" %H:%M %Z", absl::FromUnixSeconds(time.seconds()), audience.zone));
}

Actor ActorOf(absl::string_view role) {
  if (role == "customer" || role == "lab") return Actor::kCustomer;
  if (role == "shop_staff" || role == "owner" || role == "center" || role == "watcher") return Actor::kShop;
  return Actor::kAutomatic;
}

Cause CauseOf(const HistoryEntry& entry) {
  if (entry.is_override()) return Cause::kOverride;
  if (entry.action() == "accept_po") return Cause::kPoAccepted;
  if (entry.action() == "reject_po") return Cause::kPoRejected;
  if (entry.action() == "reopen") return Cause::kReopened;
  if (entry.action() == "undo_cancel") return Cause::kCancelUndone;
  return Cause::kMove;
}

// The history entry says whether it was a move; some moves come under types of their own.
bool IsMove(absl::string_view type, const HistoryEntry& entry) {
  return type == "order.created" || type == "order.state_changed" || type == "order.offer_sent" ||
         entry.state_before() != entry.state_after();
}

// A company's own workflow follows the mails of its base.
const std::string& MatrixOf(const Order& order) {
  return order.base_workflow().empty() ? order.workflow() : order.base_workflow();
}

// States that a company added are called what the order displayed.
std::string StateName(const StatusNames& names, const Order& order, const std::string& state, const std::string& displayed) {
  std::string name = names.Name(MatrixOf(order), state, "en");
  return name == state && !displayed.empty() ? displayed : name;
}

StatusStep StepOf(const OrderEvent& event, const StatusNames& names) {
  const Order& order = event.order();
  const HistoryEntry& entry = event.entry();
  StatusStep step;
  const std::string& to = entry.state_after().empty() ? order.state() : entry.state_after();
  step.from = StateName(names, order, entry.state_before(), entry.displayed_before());
  step.to = StateName(names, order, to, entry.displayed_after());
  step.actor = ActorOf(entry.actor_role());
  step.cause = CauseOf(entry);
  step.first = event.state_entry_count() <= 1;
  // An order that nobody was told about ends quietly; a withdrawn one was known.
  const std::string& before = entry.state_before();
  const bool known = !before.empty() && before != "NEW" && !names.Hidden(MatrixOf(order), before);
  step.hidden = names.Hidden(MatrixOf(order), to) && !known;
  step.revision = order.offer_revision();
  return step;
}

std::optional<EventKind> PaymentKind(const OrderEvent& event) {
  switch (event.payment().kind()) {
    case Payment::CAPTURED:
    case Payment::MANUAL:
      return event.order().payment_state() == Order::PARTIALLY_PAID ? EventKind::kPartPayment : EventKind::kPaid;
    case Payment::REFUNDED: return EventKind::kRefund;
    case Payment::REVERSED: return EventKind::kUnpaid;
    case Payment::CHARGEBACK:
    case Payment::CHARGEBACK_WON: return EventKind::kDispute;
    default: return std::nullopt;
  }
}

int OpenHolds(const Order& order) {
  return static_cast<int>(std::count_if(order.holds().begin(), order.holds().end(),
                                        [](const auto& hold) { return !hold.has_lift_time(); }));
}

// Facts that orders notes without a move, by what the history calls them.
std::optional<EventKind> NotedKind(absl::string_view action) {
  static constexpr std::pair<const char*, EventKind> kNoted[] = {
      {"po_accepted", EventKind::kPoAccepted},
      {"po_rejected", EventKind::kPoRejected},
      {"payment_due", EventKind::kPoPaymentDue},
      {"payment_reminder", EventKind::kPaymentReminder},
      {"payment_failed", EventKind::kPaymentFailed},
      {"offer_expires_soon", EventKind::kOfferExpiring},
      {"offer_expired", EventKind::kOfferExpired},
      {"line_cancelled", EventKind::kLineCancelled},
      {"change_order_proposed", EventKind::kChangeOrderProposed},
      {"change_order_answered", EventKind::kChangeOrderAnswered},
      {"address_changed", EventKind::kAddressChanged},
      {"file_changed", EventKind::kFileChanged},
      {"deadline_at_risk", EventKind::kDeadlineAtRisk},
      {"cancellation_requested", EventKind::kCancellationRequested},
      {"cancellation_answered", EventKind::kCancellationAnswered},
      {"cancellation_lapsed", EventKind::kCancellationLapsed},
      {"shipment_recorded", EventKind::kShipmentSent},
      {"shipment_returned", EventKind::kShipmentReturned},
      {"shipment_lost", EventKind::kShipmentLost},
      {"add_on_created", EventKind::kAddOnCreated},
      {"add_on_joined", EventKind::kAddOnJoined},
      {"add_on_detached", EventKind::kAddOnDetached},
      {"add_on_cancelled", EventKind::kAddOnCancelled},
  };
  for (const auto& [name, kind] : kNoted) {
    if (action == name) return kind;
  }
  return std::nullopt;
}

std::optional<EventKind> KindOf(absl::string_view type, const OrderEvent& event) {
  if (IsMove(type, event.entry())) return EventKind::kStatusChanged;
  if (type == "order.payment_changed") return PaymentKind(event);
  if (type == "order.hold_placed") return EventKind::kHoldOpened;
  if (type == "order.hold_lifted") {
    return OpenHolds(event.order()) == 0 ? std::optional(EventKind::kHoldsLifted) : std::nullopt;
  }
  if (type == "order.shipment_recorded") return EventKind::kShipmentSent;
  return NotedKind(event.entry().action());
}

void AddShipment(const Order& order, MailEvent& mail) {
  if (order.shipments().empty()) return;
  const auto& shipment = *order.shipments().rbegin();
  mail.tracking = shipment.carrier();
  if (!shipment.tracking_number().empty()) {
    absl::StrAppend(&mail.tracking, mail.tracking.empty() ? "" : " ", shipment.tracking_number());
  }
  std::vector<std::string> contents;
  for (const auto& item : shipment.items()) {
    for (const auto& line : order.lines()) {
      if (line.number() == item.line_number()) contents.push_back(absl::StrCat(item.quantity(), " x ", line.title()));
    }
  }
  mail.contents = absl::StrJoin(contents, ", ");
}

}  // namespace

std::optional<MailEvent> MailEventOf(absl::string_view event_id, absl::string_view event_type, const OrderEvent& event,
                                     const StatusNames& names, const Audience& audience) {
  std::optional<EventKind> kind = KindOf(event_type, event);
  if (!kind.has_value()) return std::nullopt;
  const Order& order = event.order();
  MailEvent mail;
  mail.id = std::string(event_id);
  mail.kind = *kind;
  if (*kind == EventKind::kStatusChanged) mail.steps = {StepOf(event, names)};
  mail.order_was_held = OpenHolds(order) > 1;
  mail.from_displayed = event.entry().displayed_before();
  mail.reason = event.has_hold() ? event.hold().public_reason() : event.entry().reason();
  mail.internal_reason = event.hold().internal_reason();
  mail.comment = *kind == EventKind::kStatusChanged ? event.offer().message() : "";
  mail.actor_name = event.entry().actor_role();
  mail.amount = event.has_payment() ? Amount(event.payment().amount(), audience) : "";
  const bool about_goods = *kind == EventKind::kShipmentSent || *kind == EventKind::kShipmentReturned ||
                           *kind == EventKind::kShipmentLost ||
                           (*kind == EventKind::kStatusChanged && order.state() == "SHIPPED");
  if (about_goods) AddShipment(order, mail);
  return mail;
}

OrderSnapshot SnapshotOf(const OrderEvent& event, const Audience& audience) {
  const Order& order = event.order();
  OrderSnapshot snapshot;
  snapshot.order = order.name();
  snapshot.workflow = MatrixOf(order);
  snapshot.number = order.order_number();
  snapshot.status = order.displayed_status();
  snapshot.title = order.buyer_reference();
  snapshot.customer_name = order.buyer_party().display_name();
  snapshot.shop_name = order.seller_party().display_name();
  for (const auto& line : order.lines()) {
    snapshot.lines.push_back({absl::StrCat(line.quantity() - line.cancelled_quantity()), line.title(),
                              line.has_net() ? Amount(line.net(), audience) : ""});
  }
  snapshot.total = order.has_gross() ? Amount(order.gross(), audience) : "";
  const bool open_balance = order.has_balance() && (order.balance().units() > 0 || order.balance().nanos() > 0);
  snapshot.balance = open_balance ? Amount(order.balance(), audience) : "";
  snapshot.due_date = open_balance && order.has_payment_due_time() ? Day(order.payment_due_time(), audience) : "";
  snapshot.promised_date = order.has_promised_time() ? Day(order.promised_time(), audience) : "";
  snapshot.valid_until = order.has_offer_expire_time() ? DayAndTime(order.offer_expire_time(), audience) : "";
  snapshot.po_number = order.po_number();
  snapshot.has_billing_contact = true;
  return snapshot;
}

std::vector<PlannedMail> PlanOrderMails(absl::string_view event_id, absl::string_view event_type,
                                        const OrderEvent& event, const StatusNames& names, const Audience& audience) {
  std::optional<MailEvent> what = MailEventOf(event_id, event_type, event, names, audience);
  if (!what.has_value()) return {};
  std::vector<PlannedMail> mails = PlanMails(*what, SnapshotOf(event, audience));
  for (PlannedMail& mail : mails) {
    for (const char* variable : {"status_from", "status_to", "status"}) {
      const std::string* english = mail.variables.Find(variable);
      if (english == nullptr) continue;
      mail.variables.Set(variable, names.Translate(MatrixOf(event.order()), *english, audience.language));
    }
  }
  return mails;
}

}  // namespace millwright::notifications
