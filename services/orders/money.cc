// Payments: the ledger of an order.
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/proto.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

LedgerEntry::Kind KindOf(v1::Payment::Kind kind) {
  switch (kind) {
    case v1::Payment::REFUNDED: return LedgerEntry::Kind::kRefunded;
    case v1::Payment::MANUAL: return LedgerEntry::Kind::kManual;
    case v1::Payment::REVERSED: return LedgerEntry::Kind::kReversed;
    case v1::Payment::CHARGEBACK: return LedgerEntry::Kind::kChargeback;
    case v1::Payment::CHARGEBACK_WON: return LedgerEntry::Kind::kChargebackWon;
    case v1::Payment::WRITTEN_OFF: return LedgerEntry::Kind::kWrittenOff;
    default: return LedgerEntry::Kind::kCaptured;
  }
}

// The entry that a reversal or a won dispute is about: the one its reference names, else the newest that is not ended.
std::string EndedBy(const OrderRecord& record, v1::Payment::Kind kind, const std::string& reference) {
  if (kind != v1::Payment::REVERSED && kind != v1::Payment::CHARGEBACK_WON) return "";
  const v1::Payment::Kind wanted = kind == v1::Payment::REVERSED ? v1::Payment::MANUAL : v1::Payment::CHARGEBACK;
  std::string newest;
  for (const auto& row : record.ledger()) {
    if (row.payment().kind() != wanted) continue;
    const std::string id(LastSegment(row.payment().name()));
    if (!reference.empty() && (row.payment().reference() == reference || row.payment().name() == reference)) return id;
    bool ended = false;
    for (const auto& other : record.ledger()) ended |= other.refers_to() == id;
    if (!ended) newest = id;
  }
  return newest;
}

// True if the same money was booked before: the provider told it twice.
bool IsRepeated(const OrderRecord& record, const v1::Payment& payment) {
  if (payment.reference().empty()) return false;
  for (const auto& row : record.ledger()) {
    if (row.payment().reference() == payment.reference() && row.payment().kind() == payment.kind()) return true;
  }
  return false;
}

// A chargeback opens a hold by itself while the order is open.
void OpenDisputeHold(OrderEdit& edit, const std::string& id, absl::Time now) {
  OrderFacts facts = edit.Facts();
  Hold hold;
  hold.id = id;
  hold.public_reason = "The payment of this order is disputed.";
  hold.owner = "system";
  hold.kind = "dispute";
  hold.opened_at = now;
  if (millwright::orders::OpenHold(facts.holds, hold).ok()) StoreFacts(facts, edit.record());
}

void LiftDisputeHolds(OrderEdit& edit, absl::Time now) {
  OrderFacts facts = edit.Facts();
  for (const Hold& hold : std::vector<Hold>(facts.holds)) {
    if (hold.open() && hold.kind == "dispute") {
      (void)millwright::orders::LiftHold(facts.holds, hold.id, "system", now);
    }
  }
  StoreFacts(facts, edit.record());
}

}  // namespace

absl::StatusOr<v1::Order> OrdersHandlers::RecordPayment(const CallInfo& call, const v1::RecordPaymentRequest& request) {
  return Edit(call, request.parent(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction& tx) -> absl::Status {
    if (!viewer.seller) {
      return Error::PermissionDenied("SELLER_ONLY", "only members of the selling company book payments");
    }
    if (IsRepeated(edit.record(), request.payment())) return absl::OkStatus();
    const v1::Order& order = edit.order();
    MW_ASSIGN_OR_RETURN(const Money amount, FromProto(request.payment().amount(), "payment.amount"));
    if (request.payment().amount().currency_code() != order.gross().currency_code()) {
      return Error::InvalidArgument("CURRENCY_MISMATCH", "the payment has another currency than the order")
          .Field("payment.amount.currency_code", absl::StrCat("must be ", order.gross().currency_code()));
    }
    if (edit.record().ledger_size() >= kMaxLedgerEntries) {
      return Error::ResourceExhausted("LEDGER_FULL", "the order's ledger is full")
          .Quota("payments", absl::StrCat("at most ", kMaxLedgerEntries, " entries per order"));
    }
    const absl::Time now = parts_.clock.Now();
    const StepStart before = edit.record();
    LedgerEntry entry;
    entry.id = parts_.ids.Ulid();
    entry.kind = KindOf(request.payment().kind());
    entry.amount_minor = amount.minor_units;
    entry.refers_to = EndedBy(edit.record(), request.payment().kind(), request.payment().reference());
    PaymentLedger ledger = LedgerOf(edit.record());
    MW_RETURN_IF_ERROR(ledger.Add(entry, ExpectationOf(edit.workflow(), edit.record())));

    auto& row = *edit.record().add_ledger();
    row.set_amount_minor(entry.amount_minor);
    row.set_refers_to(entry.refers_to);
    v1::Payment& payment = *row.mutable_payment();
    payment = request.payment();
    payment.set_name(absl::StrCat(order.name(), "/payments/", entry.id));
    payment.set_booked_by(call.principal.member);
    *payment.mutable_create_time() = ToTimestamp(now);
    edit.CountFact();
    if (payment.kind() == v1::Payment::REFUNDED && edit.workflow().IsCancelled(order.state())) {
      edit.record().set_refunded_since_cancel_us(absl::ToUnixMicros(now));
    }
    if (payment.kind() == v1::Payment::CHARGEBACK && !edit.workflow().IsTerminal(order.state())) {
      OpenDisputeHold(edit, absl::StrCat("dispute-", edit.record().holds_size() + 1), now);
    }
    if (payment.kind() == v1::Payment::CHARGEBACK_WON) {
      LiftDisputeHolds(edit, now);
      MW_RETURN_IF_ERROR(RestartClock(edit, tx));
    }
    const PaymentSummary summary = LedgerOf(edit.record()).Summarize(ExpectationOf(edit.workflow(), edit.record()));
    if (summary.balance_minor <= 0) edit.record().mutable_order()->set_po_due(false);
    EventExtra extra;
    extra.payment = payment;
    return edit.Note("payment_recorded", "order.payment_changed", "", before, extra);
  });
}

absl::StatusOr<v1::ListPaymentsResponse> OrdersHandlers::ListPayments(const CallInfo& call,
                                                                      const v1::ListPaymentsRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      pager_.Begin(request.page_size(), request.page_token(), absl::StrCat("payments/", request.parent())));
  MW_ASSIGN_OR_RETURN(const Found found, Load(call, request.parent()));
  int start = 0;
  if (!page.first() && !absl::SimpleAtoi(page.keys[0], &start)) return absl::InternalError("page key");
  v1::ListPaymentsResponse response;
  for (int i = start; i < found.record.ledger_size(); ++i) {
    if (response.payments_size() == page.size) {
      response.set_next_page_token(pager_.Token(page, {absl::StrCat(i)}));
      break;
    }
    *response.add_payments() = found.record.ledger(i).payment();
  }
  return response;
}

}  // namespace millwright::orders
