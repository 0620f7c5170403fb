// What time brings about, and what the documents service tells: facts that no member wrote.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/documents/v1/documents_service.pb.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {

absl::Status LapseRequests(OrderEdit& edit, absl::Time now);  // cancellations.cc

namespace {

// At risk before the promise, overdue after it. A hold stops the clock: the row is armed anew when it is lifted.
absl::Status AlertDeadline(OrderEdit& edit, absl::Time now) {
  const StepStart before = edit.record();
  v1::Order& order = *edit.record().mutable_order();
  if (order.deadline() == v1::Order::DEADLINE_UNSPECIFIED || HasOpenHold(edit.Facts().holds)) return absl::OkStatus();
  if (now > FromTimestamp(order.promised_time())) {
    if (order.deadline() == v1::Order::OVERDUE) return absl::OkStatus();
    order.set_deadline(v1::Order::OVERDUE);
    return edit.Note("deadline_overdue", "order.updated", "", before);
  }
  const bool at_risk = absl::ToUnixMicros(now) >= edit.record().deadline_risk_us();
  if (!at_risk || order.deadline() == v1::Order::AT_RISK) return absl::OkStatus();
  order.set_deadline(v1::Order::AT_RISK);
  return edit.Note("deadline_at_risk", "order.updated", "", before);
}

}  // namespace

absl::Status OrdersHandlers::RunDue(Transaction& tx, const DueRow& row) {
  const absl::Time now = parts_.clock.Now();
  return EditByMachine(tx, row.key, "automatic", [&](OrderEdit& edit) -> absl::Status {
    const StepStart before = edit.record();
    OrderRecord& record = edit.record();
    const v1::Order& order = record.order();
    const v1::State* state = edit.workflow().FindState(order.state());
    const bool undecided = state != nullptr && IsOpen(*state) && !state->implies_acceptance();
    const bool expired = order.has_offer_expire_time() && FromTimestamp(order.offer_expire_time()) < now;
    if (row.kind == kOfferExpires) {
      if (!undecided || !expired || record.offer_expired()) return absl::OkStatus();
      record.set_offer_expired(true);
      return edit.Note("offer_expired", "order.displayed_changed", "", before);
    }
    if (row.kind == kOfferLapses) {
      if (state == nullptr || !state->offer_on_table() || !expired) return absl::OkStatus();
      record.set_offer_lapsed(true);
      record.set_offer_expired(true);
      return edit.Note("offer_lapsed", "order.updated", "", before);
    }
    if (row.kind == kPaymentDue) {
      const bool due = order.has_payment_due_time() && FromTimestamp(order.payment_due_time()) <= now;
      if (!due || order.po_due() || edit.workflow().IsCancelled(order.state())) return absl::OkStatus();
      if (edit.Facts().payment.balance_minor <= 0) return absl::OkStatus();
      record.mutable_order()->set_po_due(true);
      return edit.Note("payment_due", "order.displayed_changed", "", before);
    }
    if (row.kind == kPaymentReminder) {
      const int64_t due_us = absl::ToUnixMicros(FromTimestamp(order.payment_due_time()));
      const bool owed = edit.Facts().payment.balance_minor > 0 && !edit.workflow().IsCancelled(order.state());
      const bool late = now < ReminderTime(order, edit.workflow().definition().limits()) || order.po_due();
      if (!order.has_payment_due_time() || !owed || late || record.reminded_due_us() == due_us) return absl::OkStatus();
      record.set_reminded_due_us(due_us);
      return edit.Note("payment_reminder", "order.updated", "", before);
    }
    if (row.kind == kOfferExpiresSoon) {
      const absl::Time expires = FromTimestamp(order.offer_expire_time());
      const bool waits = state != nullptr && state->offer_on_table() && order.has_offer_expire_time() && !expired;
      const bool warned = record.warned_expiry_us() == absl::ToUnixMicros(expires);
      if (!waits || warned || now < expires - kOfferWarning) return absl::OkStatus();
      record.set_warned_expiry_us(absl::ToUnixMicros(expires));
      return edit.Note("offer_expires_soon", "order.updated", "", before);
    }
    if (row.kind == kDeadline) return AlertDeadline(edit, now);
    if (row.kind == kRequestLapses) return LapseRequests(edit, now);
    if (row.kind == kAutoDeliver) {
      const absl::Time since = absl::FromUnixMicros(record.state_entered_us());
      const int days = edit.workflow().definition().limits().auto_deliver_days();
      if (state == nullptr || state->rank() != 60 || since + absl::Hours(24) * days > now) return absl::OkStatus();
      record.set_delivery_due(true);
      return edit.Note("delivery_due", "order.updated", "", before);
    }
    return absl::OkStatus();
  });
}

absl::Status OrdersHandlers::ApplyDocument(Transaction& tx, const Event& event) {
  if (event.type != "document.issued" && event.type != "document.incomplete") return absl::OkStatus();
  documents::v1::Document document;
  if (!document.ParseFromString(event.after)) return absl::DataLossError("an event of documents can't be read");
  const std::string kind = absl::AsciiStrToLower(documents::v1::Document::Kind_Name(document.kind()));
  const std::string order_name = document.name().substr(0, document.name().find("/documents/"));
  return EditByMachine(tx, order_name, "service:documents", [&](OrderEdit& edit) -> absl::Status {
    const StepStart before = edit.record();
    const std::string unchanged = edit.order().SerializeAsString();
    v1::Order& order = *edit.record().mutable_order();
    std::vector<std::string> missing;
    for (const std::string& text : order.missing_for_papers()) {
      if (!absl::StartsWith(text, absl::StrCat(kind, ":"))) missing.push_back(text);
    }
    const auto& issued = order.issued_papers();
    const bool known = std::find(issued.begin(), issued.end(), kind) != issued.end();
    if (event.type == "document.issued" && !known) order.add_issued_papers(kind);
    if (event.type == "document.incomplete") {
      for (const std::string& what : document.missing()) missing.push_back(absl::StrCat(kind, ": ", what));
    }
    order.clear_missing_for_papers();
    for (const std::string& text : missing) order.add_missing_for_papers(text);
    const bool same = order.SerializeAsString() == unchanged;
    if (same) return absl::OkStatus();
    return edit.Note(event.type == "document.issued" ? "paper_issued" : "paper_incomplete", "order.updated", kind, before);
  });
}

}  // namespace millwright::orders
