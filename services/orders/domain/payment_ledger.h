// The payment axis: an append-only ledger, and the payment state that follows from it. The state is never set by hand.
//
// Amounts are int64 minor units of the order's one currency (cents), always positive in an entry; the kind gives the
// sign. Sums are made in 128 bits and refused when they leave the range, so no sequence of entries overflows.
//
//   net      = captured + manual − reversed − refunded − chargebacks that are open or lost
//   expected = the order's total; after a cancel what the shop retains (0 unless it says so)
//   balance  = expected − net − written off
//
// Thread-safety: plain values.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_PAYMENT_LEDGER_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_PAYMENT_LEDGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::orders {

enum class PaymentState {
  kUnpaid,             // nothing is owed yet (not confirmed), or the order was cancelled without a payment
  kReadyForPayment,    // confirmed, balance above 0, not cancelled
  kPartiallyPaid,      // something is paid, something is open
  kPaid,               // balance 0
  kRefundDue,          // more was paid than is expected: overpaid, cut down, or paid after a cancel
  kPartiallyRefunded,  // some of the money went back and less than the total is left
  kRefunded,           // all of the money went back
  kDisputed,           // a chargeback is open
  kWrittenOff,         // the rest will never come
};

// "READY_FOR_PAYMENT": the name on the wire.
absl::string_view PaymentStateName(PaymentState state);

struct LedgerEntry {
  enum class Kind {
    kCaptured,            // a payment provider took the money
    kManual,              // MarkPaid: booked by a member
    kReversed,            // MarkUnpaid: takes back the manual entry `refers_to`
    kRefunded,            // sent back to the customer
    kChargeback,          // the customer's bank took it back; opens a dispute
    kChargebackWon,       // the dispute about `refers_to` was won: the money is ours again
    kChargebackLost,      // the dispute about `refers_to` was lost: the money is gone, the dispute is over
    kWrittenOff,          // given up
  };
  std::string id;         // unique in the ledger; the provider's id for captures, so that a repeated event is found
  Kind kind = Kind::kCaptured;
  int64_t amount_minor = 0;
  std::string refers_to;  // id of the entry that a reversal or a dispute's end is about
  std::string actor;
  std::string note;
  absl::Time at;
};

// What an order expects.
struct PaymentExpectation {
  int64_t total_minor = 0;
  bool confirmed = false;       // the customer agreed: Placed, Approved or later
  bool cancelled = false;
  int64_t retained_minor = 0;   // after a cancel: what the shop keeps
};

struct PaymentSummary {
  PaymentState state = PaymentState::kUnpaid;
  int64_t total_minor = 0;       // the order's total, also after a cancel
  int64_t captured_minor = 0;    // captured and manual, less reversed
  int64_t refunded_minor = 0;
  int64_t disputed_minor = 0;    // open chargebacks
  int64_t written_off_minor = 0;
  int64_t net_minor = 0;         // what the shop holds
  int64_t balance_minor = 0;     // what the customer still owes; negative: what the shop owes

  bool settled() const { return balance_minor <= 0 && disputed_minor == 0; }
};

class PaymentLedger {
 public:
  PaymentLedger() = default;
  // Entries as they were stored; they were checked when they were added.
  explicit PaymentLedger(std::vector<LedgerEntry> entries) : entries_(std::move(entries)) {}

  // Appends after checking: a positive amount; an id not used before (ALREADY_EXISTS, so that a provider's repeated
  // event is recognised); refunds and chargebacks no more than the shop holds; a reversal of a manual entry, once and
  // in full; a write-off no more than the open balance; all sums within int64.
  absl::Status Add(LedgerEntry entry, const PaymentExpectation& expectation);

  PaymentSummary Summarize(const PaymentExpectation& expectation) const;
  const std::vector<LedgerEntry>& entries() const { return entries_; }

 private:
  const LedgerEntry* Find(absl::string_view id) const;
  absl::Status CheckReference(const LedgerEntry& entry) const;

  std::vector<LedgerEntry> entries_;
};

// When production may start before everything is paid.
struct PaymentTerms {
  bool deposit_suffices = false;
  int64_t deposit_minor = 0;
  bool on_account = false;
  int64_t credit_limit_minor = 0;
  int64_t exposure_minor = 0;   // open balances of the customer's other orders
};

// The predicate of the automatic release: paid; or the deposit paid where the terms say so; or a PO accepted; or on
// account within the credit limit; or nothing to pay. A disputed payment meets no terms but those of account and PO.
bool PaymentTermsMet(const PaymentSummary& payment, const PaymentTerms& terms, bool po_accepted);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_PAYMENT_LEDGER_H_
