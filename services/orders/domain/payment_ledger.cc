#include "services/orders/domain/payment_ledger.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

using Kind = LedgerEntry::Kind;
using Wide = __int128;

struct Sums {
  Wide captured = 0, refunded = 0, open_chargebacks = 0, lost_chargebacks = 0, written_off = 0;
  Wide net() const { return captured - refunded - open_chargebacks - lost_chargebacks; }
};

Sums SumUp(const std::vector<LedgerEntry>& entries) {
  Sums sums;
  for (const LedgerEntry& entry : entries) {
    const Wide amount = entry.amount_minor;
    switch (entry.kind) {
      case Kind::kCaptured:
      case Kind::kManual: sums.captured += amount; break;
      case Kind::kReversed: sums.captured -= amount; break;
      case Kind::kRefunded: sums.refunded += amount; break;
      case Kind::kChargeback: sums.open_chargebacks += amount; break;
      case Kind::kChargebackWon: sums.open_chargebacks -= amount; break;
      case Kind::kChargebackLost:
        sums.open_chargebacks -= amount;
        sums.lost_chargebacks += amount;
        break;
      case Kind::kWrittenOff: sums.written_off += amount; break;
    }
  }
  return sums;
}

bool Fits(Wide value) {
  return value <= std::numeric_limits<int64_t>::max() && value >= std::numeric_limits<int64_t>::min();
}

Wide ExpectedOf(const PaymentExpectation& expectation) {
  return expectation.cancelled ? expectation.retained_minor : expectation.total_minor;
}

PaymentState Derive(const Sums& sums, const PaymentExpectation& expectation) {
  const Wide net = sums.net();
  const Wide expected = ExpectedOf(expectation);
  if (sums.open_chargebacks > 0) return PaymentState::kDisputed;
  if (net > expected && net > 0) return PaymentState::kRefundDue;
  if (sums.refunded > 0 && net <= 0) return PaymentState::kRefunded;
  if (expectation.cancelled) {
    if (sums.refunded > 0) return PaymentState::kPartiallyRefunded;
    if (net > 0) return net >= expected ? PaymentState::kPaid : PaymentState::kPartiallyPaid;
    return PaymentState::kUnpaid;
  }
  if (sums.written_off > 0 && net + sums.written_off >= expected) return PaymentState::kWrittenOff;
  if (net >= expected) return expectation.confirmed || net > 0 ? PaymentState::kPaid : PaymentState::kUnpaid;
  if (sums.refunded > 0) return PaymentState::kPartiallyRefunded;
  if (net > 0) return PaymentState::kPartiallyPaid;
  return expectation.confirmed ? PaymentState::kReadyForPayment : PaymentState::kUnpaid;
}

absl::Status TooMuch(absl::string_view what, absl::string_view limit, int64_t most) {
  return Error::FailedPrecondition("PAYMENT_AMOUNT_TOO_HIGH", absl::StrCat("the ", what, " is more than ", limit))
      .Precondition("LEDGER", "amount", absl::StrCat("at most ", most, " minor units are possible: lower the amount"))
      .Meta("mostMinor", absl::StrCat(most));
}

}  // namespace

absl::string_view PaymentStateName(PaymentState state) {
  switch (state) {
    case PaymentState::kUnpaid: return "UNPAID";
    case PaymentState::kReadyForPayment: return "READY_FOR_PAYMENT";
    case PaymentState::kPartiallyPaid: return "PARTIALLY_PAID";
    case PaymentState::kPaid: return "PAID";
    case PaymentState::kRefundDue: return "REFUND_DUE";
    case PaymentState::kPartiallyRefunded: return "PARTIALLY_REFUNDED";
    case PaymentState::kRefunded: return "REFUNDED";
    case PaymentState::kDisputed: return "DISPUTED";
    case PaymentState::kWrittenOff: return "WRITTEN_OFF";
  }
  return "UNPAID";
}

const LedgerEntry* PaymentLedger::Find(absl::string_view id) const {
  for (const LedgerEntry& entry : entries_) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

absl::Status PaymentLedger::CheckReference(const LedgerEntry& entry) const {
  const bool reversal = entry.kind == Kind::kReversed;
  const bool dispute_end = entry.kind == Kind::kChargebackWon || entry.kind == Kind::kChargebackLost;
  if (!reversal && !dispute_end) return absl::OkStatus();
  const LedgerEntry* target = Find(entry.refers_to);
  const Kind needed = reversal ? Kind::kManual : Kind::kChargeback;
  if (target == nullptr || target->kind != needed) {
    return Error::InvalidArgument("PAYMENT_REFERENCE_INVALID", "the entry refers to nothing that it could end")
        .Field("payment.refers_to", reversal ? "must name a manual payment of this order: only those are reversed, "
                                               "captured money is refunded"
                                             : "must name a chargeback of this order");
  }
  for (const LedgerEntry& other : entries_) {
    if (other.refers_to == entry.refers_to) {
      return Error::FailedPrecondition("PAYMENT_ALREADY_REVERSED", "that entry was ended before")
          .Precondition("LEDGER", entry.refers_to, absl::StrCat("ended by ", other.id, "; nothing is left to do"));
    }
  }
  if (target->amount_minor != entry.amount_minor) {
    return Error::InvalidArgument("PAYMENT_REFERENCE_INVALID", "an entry is ended in full")
        .Field("payment.amount", absl::StrCat("must be ", target->amount_minor, " minor units"));
  }
  return absl::OkStatus();
}

absl::Status PaymentLedger::Add(LedgerEntry entry, const PaymentExpectation& expectation) {
  if (entry.amount_minor <= 0) {
    return Error::InvalidArgument("PAYMENT_AMOUNT_INVALID", "a ledger entry needs an amount above 0")
        .Field("payment.amount", "must be above 0; the kind of the entry gives the direction");
  }
  if (entry.id.empty() || Find(entry.id) != nullptr) {
    return Error::AlreadyExists("payment", entry.id, "an entry of this id is booked on the order");
  }
  MW_RETURN_IF_ERROR(CheckReference(entry));
  const Sums before = SumUp(entries_);
  const Wide held = before.net();
  if (entry.kind == Kind::kRefunded && entry.amount_minor > held) {
    return TooMuch("refund", "the shop holds", static_cast<int64_t>(held));
  }
  if (entry.kind == Kind::kChargeback && entry.amount_minor > held) {
    return TooMuch("chargeback", "the shop holds", static_cast<int64_t>(held));
  }
  if (entry.kind == Kind::kReversed && entry.amount_minor > held) {
    return TooMuch("reversal", "the shop holds", static_cast<int64_t>(held));
  }
  const Wide open = ExpectedOf(expectation) - held - before.written_off;
  if (entry.kind == Kind::kWrittenOff && entry.amount_minor > open) {
    return TooMuch("write-off", "the open balance", static_cast<int64_t>(open > 0 ? open : 0));
  }
  entries_.push_back(std::move(entry));
  const Sums after = SumUp(entries_);
  if (!Fits(after.captured) || !Fits(after.refunded) || !Fits(ExpectedOf(expectation) - after.net())) {
    entries_.pop_back();
    return Error::OutOfRange("PAYMENT_AMOUNT_INVALID", "the sums of the ledger would leave the range of 64 bits");
  }
  return absl::OkStatus();
}

PaymentSummary PaymentLedger::Summarize(const PaymentExpectation& expectation) const {
  const Sums sums = SumUp(entries_);
  PaymentSummary summary;
  summary.state = Derive(sums, expectation);
  summary.total_minor = expectation.total_minor;
  summary.captured_minor = static_cast<int64_t>(sums.captured);
  summary.refunded_minor = static_cast<int64_t>(sums.refunded);
  summary.disputed_minor = static_cast<int64_t>(sums.open_chargebacks);
  summary.written_off_minor = static_cast<int64_t>(sums.written_off);
  summary.net_minor = static_cast<int64_t>(sums.net());
  summary.balance_minor = static_cast<int64_t>(ExpectedOf(expectation) - sums.net() - sums.written_off);
  return summary;
}

bool PaymentTermsMet(const PaymentSummary& payment, const PaymentTerms& terms, bool po_accepted) {
  if (payment.total_minor == 0 || po_accepted) return true;
  if (payment.settled()) return true;
  const bool disputed = payment.disputed_minor > 0;
  if (!disputed && terms.deposit_suffices && payment.net_minor >= terms.deposit_minor) return true;
  if (!terms.on_account) return false;
  const Wide exposure = Wide{terms.exposure_minor} + payment.balance_minor;
  return exposure <= terms.credit_limit_minor;
}

}  // namespace millwright::orders
