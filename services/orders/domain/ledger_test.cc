// Payments, line quantities, holds and cancellation: what is counted, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/cancellation.h"
#include "services/orders/domain/line_ledger.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

using Kind = LedgerEntry::Kind;

LedgerEntry Entry(std::string id, Kind kind, int64_t amount, std::string refers_to = "") {
  LedgerEntry entry;
  entry.id = std::move(id);
  entry.kind = kind;
  entry.amount_minor = amount;
  entry.refers_to = std::move(refers_to);
  return entry;
}

TEST(Payment, StateFollowsFromTheLedger) {
  struct Case {
    const char* what;
    PaymentExpectation expected;
    std::vector<LedgerEntry> entries;
    PaymentState state;
    int64_t balance;
  };
  const PaymentExpectation open = {100, true, false, 0};
  const PaymentExpectation offered = {100, false, false, 0};
  const PaymentExpectation cancelled = {100, true, true, 0};
  const PaymentExpectation retained = {100, true, true, 30};
  const Case cases[] = {
      {"not confirmed", offered, {}, PaymentState::kUnpaid, 100},
      {"confirmed", open, {}, PaymentState::kReadyForPayment, 100},
      {"part", open, {Entry("a", Kind::kCaptured, 40)}, PaymentState::kPartiallyPaid, 60},
      {"paid", open, {Entry("a", Kind::kCaptured, 40), Entry("b", Kind::kManual, 60)}, PaymentState::kPaid, 0},
      {"nothing to pay", {0, true, false, 0}, {}, PaymentState::kPaid, 0},
      {"unpaid again", open, {Entry("a", Kind::kManual, 100), Entry("b", Kind::kReversed, 100, "a")},
       PaymentState::kReadyForPayment, 100},
      {"overpaid", open, {Entry("a", Kind::kCaptured, 120)}, PaymentState::kRefundDue, -20},
      {"overpayment returned", open, {Entry("a", Kind::kCaptured, 120), Entry("b", Kind::kRefunded, 20)},
       PaymentState::kPaid, 0},
      {"part returned", open, {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kRefunded, 20)},
       PaymentState::kPartiallyRefunded, 20},
      {"all returned", open, {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kRefunded, 100)},
       PaymentState::kRefunded, 100},
      {"chargeback", open, {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kChargeback, 100)},
       PaymentState::kDisputed, 100},
      {"chargeback won", open,
       {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kChargeback, 100), Entry("c", Kind::kChargebackWon, 100, "b")},
       PaymentState::kPaid, 0},
      {"chargeback lost", open,
       {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kChargeback, 100), Entry("c", Kind::kChargebackLost, 100, "b")},
       PaymentState::kReadyForPayment, 100},
      {"written off", open, {Entry("a", Kind::kCaptured, 40), Entry("b", Kind::kWrittenOff, 60)},
       PaymentState::kWrittenOff, 0},
      {"cancelled unpaid", cancelled, {}, PaymentState::kUnpaid, 0},
      {"cancelled paid", cancelled, {Entry("a", Kind::kCaptured, 100)}, PaymentState::kRefundDue, -100},
      {"cancelled refunded", cancelled, {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kRefunded, 100)},
       PaymentState::kRefunded, 0},
      {"cancelled, part kept", retained, {Entry("a", Kind::kCaptured, 100), Entry("b", Kind::kRefunded, 70)},
       PaymentState::kPartiallyRefunded, 0},
      {"cancelled, all kept", {100, true, true, 100}, {Entry("a", Kind::kCaptured, 100)}, PaymentState::kPaid, 0},
  };
  for (const Case& c : cases) {
    PaymentLedger ledger;
    for (const LedgerEntry& entry : c.entries) {
      const PaymentExpectation before = {100, true, false, 0};
      EXPECT_TRUE(ledger.Add(entry, before).ok()) << c.what << " " << entry.id;
    }
    const PaymentSummary summary = ledger.Summarize(c.expected);
    EXPECT_EQ(PaymentStateName(summary.state), PaymentStateName(c.state)) << c.what;
    EXPECT_EQ(summary.balance_minor, c.balance) << c.what;
  }
}

TEST(Payment, RefusesWhatCannotBe) {
  const PaymentExpectation open = {100, true, false, 0};
  PaymentLedger ledger;
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("a", Kind::kCaptured, 0), open)), "PAYMENT_AMOUNT_INVALID");
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("a", Kind::kRefunded, 1), open)), "PAYMENT_AMOUNT_TOO_HIGH");
  ASSERT_TRUE(ledger.Add(Entry("a", Kind::kCaptured, 60), open).ok());
  EXPECT_EQ(ledger.Add(Entry("a", Kind::kCaptured, 60), open).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("b", Kind::kReversed, 60, "a"), open)), "PAYMENT_REFERENCE_INVALID");
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("b", Kind::kWrittenOff, 41), open)), "PAYMENT_AMOUNT_TOO_HIGH");
  ASSERT_TRUE(ledger.Add(Entry("m", Kind::kManual, 40), open).ok());
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("r", Kind::kReversed, 39, "m"), open)), "PAYMENT_REFERENCE_INVALID");
  ASSERT_TRUE(ledger.Add(Entry("r", Kind::kReversed, 40, "m"), open).ok());
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("s", Kind::kReversed, 40, "m"), open)), "PAYMENT_ALREADY_REVERSED");
  const int64_t huge = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ReasonOf(ledger.Add(Entry("h", Kind::kCaptured, huge), open)), "PAYMENT_AMOUNT_INVALID");
  EXPECT_EQ(ledger.Summarize(open).net_minor, 60) << "a refused entry leaves nothing behind";
}

TEST(Payment, RandomLedgersKeepTheirSums) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    PaymentLedger ledger;
    const PaymentExpectation open = {static_cast<int64_t>(random() % 200), true, random() % 4 == 0, 0};
    for (int i = 0; i < 12; ++i) {
      const auto kind = static_cast<Kind>(random() % 8);
      const std::string refers = absl::StrCat(random() % 12);
      (void)ledger.Add(Entry(absl::StrCat(i), kind, 1 + static_cast<int64_t>(random() % 100), refers), open);
    }
    const PaymentSummary sum = ledger.Summarize(open);
    EXPECT_GE(sum.net_minor, 0) << "more went out than came in";
    EXPECT_GE(sum.disputed_minor, 0);
    EXPECT_EQ(sum.balance_minor, (open.cancelled ? 0 : open.total_minor) - sum.net_minor - sum.written_off_minor);
    EXPECT_EQ(sum.disputed_minor > 0, sum.state == PaymentState::kDisputed);
    if (sum.state == PaymentState::kPaid && !open.cancelled) {
      EXPECT_LE(sum.balance_minor, 0);
    }
    if (sum.state == PaymentState::kReadyForPayment) {
      EXPECT_TRUE(sum.balance_minor > 0 && sum.net_minor == 0);
    }
  }
}

TEST(Payment, TermsAreMetInFiveWays) {
  PaymentSummary open;
  open.total_minor = open.balance_minor = 100;
  EXPECT_FALSE(PaymentTermsMet(open, {}, false));
  EXPECT_TRUE(PaymentTermsMet(open, {}, true)) << "PO accepted";
  EXPECT_TRUE(PaymentTermsMet({}, {}, false)) << "total 0";
  PaymentSummary paid = open;
  paid.balance_minor = 0;
  EXPECT_TRUE(PaymentTermsMet(paid, {}, false)) << "paid";
  paid.disputed_minor = 1;
  EXPECT_FALSE(PaymentTermsMet(paid, {}, false)) << "disputed";
  PaymentTerms deposit;
  deposit.deposit_suffices = true;
  deposit.deposit_minor = 30;
  EXPECT_FALSE(PaymentTermsMet(open, deposit, false));
  open.net_minor = 30;
  EXPECT_TRUE(PaymentTermsMet(open, deposit, false)) << "deposit";
  PaymentTerms account;
  account.on_account = true;
  account.credit_limit_minor = 150;
  account.exposure_minor = 50;
  EXPECT_TRUE(PaymentTermsMet(open, account, false)) << "on account, at the limit";
  account.exposure_minor = 51;
  EXPECT_FALSE(PaymentTermsMet(open, account, false)) << "above the limit";
}

TEST(Lines, APieceGoesAlongTheTable) {
  LineLedger line = *LineLedger::Create("1", 10, true);
  EXPECT_EQ(ReasonOf(line.Move(Stage::kFree, Stage::kReady, 1)), "LINE_MOVE_NOT_ALLOWED");
  ASSERT_TRUE(line.Move(Stage::kFree, Stage::kManufacturing, 7).ok());
  EXPECT_EQ(line.MissingText(), "line 1: 3 of 10 still to be made (3 not started)");
  ASSERT_TRUE(line.Scrap(Stage::kManufacturing, 2).ok());
  EXPECT_EQ(line.MissingText(), "line 1: 5 of 10 still to be made (3 not started, 2 to reprint)");
  EXPECT_EQ(line.started(), 7);
  EXPECT_EQ(line.MoveAllThatMay(Stage::kReady), 5);
  EXPECT_EQ(line.made(), 5);
  EXPECT_EQ(ReasonOf(line.Move(Stage::kReady, Stage::kShipped, 6)), "LINE_QUANTITY_TOO_HIGH");
  ASSERT_TRUE(line.Move(Stage::kReady, Stage::kShipped, 5).ok());
  EXPECT_EQ(ReasonOf(line.Cancel(6)), "LINE_QUANTITY_TOO_HIGH") << "shipped pieces stay";
  ASSERT_TRUE(line.Cancel(5).ok());
  EXPECT_EQ(line.LeastAdvanced(), Stage::kShipped);
  EXPECT_EQ(line.scrapped(), 2) << "what was scrapped stays on record";
  LineLedger stock = *LineLedger::Create("2", 4, false);
  EXPECT_EQ(stock.MissingText(), "");
  EXPECT_EQ(stock.MoveAllThatMay(Stage::kReady), 4);
  EXPECT_FALSE(LineLedger::Create("3", 0, true).ok());
  EXPECT_FALSE(LineLedger::Create("3", kMaxQuantity + 1, true).ok());
}

TEST(Lines, RandomMovesKeepTheInvariants) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 1000; ++round) {
    LineLedger line = *LineLedger::Create("1", 1 + static_cast<int64_t>(random() % 50), random() % 4 != 0);
    for (int i = 0; i < 40; ++i) {
      const auto from = static_cast<Stage>(1 + random() % kStages), to = static_cast<Stage>(1 + random() % kStages);
      const auto count = static_cast<int64_t>(random() % 12);
      switch (random() % 4) {
        case 0: (void)line.Scrap(from, count); break;
        case 1: (void)line.Cancel(count); break;
        case 2: (void)line.MoveAllThatMay(to); break;
        default: (void)line.Move(from, to, count);
      }
      int64_t sum = line.cancelled();
      std::array<int64_t, kStages> at{};
      for (int s = 0; s < kStages; ++s) {
        at[s] = line.at(static_cast<Stage>(s + 1));
        ASSERT_GE(at[s], 0);
        sum += at[s];
      }
      ASSERT_EQ(sum, line.ordered());
      ASSERT_LE(line.made() + line.scrapped(), line.started());
      ASSERT_LE(line.shipped(), line.made());
      ASSERT_LE(line.shipped() + line.cancelled(), line.ordered());
      const auto restored =
          LineLedger::Restore("1", line.to_make(), line.ordered(), line.cancelled(), line.scrapped(), at);
      ASSERT_TRUE(restored.ok());
      ASSERT_EQ(restored->made(), line.made());
    }
  }
  EXPECT_FALSE(LineLedger::Restore("1", true, 10, 0, 0, {9, 0, 0, 0, 0, 0, 0}).ok());
  EXPECT_FALSE(LineLedger::Restore("1", true, 10, 0, 0, {11, -1, 0, 0, 0, 0, 0}).ok());
}

TEST(Lines, TheOrderShowsItsLeastAdvancedLine) {
  const auto workflow = Builtin("manufacturing");
  LineLedger a = *LineLedger::Create("1", 2, true), b = *LineLedger::Create("2", 3, true);
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, ""), "FREE_FOR_MANUFACTURING");
  a.MoveAllThatMay(Stage::kManufacturing);
  b.MoveAllThatMay(Stage::kManufacturing);
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, ""), "MANUFACTURING");
  ASSERT_TRUE(b.Scrap(Stage::kManufacturing, 1).ok());
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, ""), "RE_PRINTING");
  ASSERT_TRUE(b.Cancel(1).ok());
  a.MoveAllThatMay(Stage::kReady);
  b.MoveAllThatMay(Stage::kReady);
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, "READY_FOR_PICKUP"), "READY_FOR_PICKUP");
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, ""), "READY_FOR_SHIPPING");
  ASSERT_TRUE(a.Cancel(2).ok());
  ASSERT_TRUE(b.Cancel(2).ok());
  EXPECT_EQ(StateOfLines(*workflow, {a, b}, ""), "") << "the last line is cancelled";
  EXPECT_EQ(StateOfLines(*Builtin("dental"), {*LineLedger::Create("1", 1, true)}, ""), "APPROVED");
}

TEST(Holds, SeveralLiftedOneByOne) {
  std::vector<Hold> holds;
  EXPECT_EQ(ReasonOf(OpenHold(holds, MakeHold("a", ""))), "HOLD_REASON_REQUIRED");
  EXPECT_EQ(ReasonOf(OpenHold(holds, MakeHold("a", std::string(kMaxHoldReasonBytes + 1, 'x')))), "HOLD_REASON_TOO_LONG");
  Hold a = MakeHold("a", "no powder"), b = MakeHold("b", "address");
  a.opened_at = kNow;
  b.opened_at = kNow + absl::Hours(1);
  ASSERT_TRUE(OpenHold(holds, a).ok());
  ASSERT_TRUE(OpenHold(holds, b).ok());
  EXPECT_EQ(OpenHold(holds, a).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(LiftHold(holds, "a", "me", kNow + absl::Hours(2)).ok());
  EXPECT_TRUE(HasOpenHold(holds));
  EXPECT_EQ(ReasonOf(LiftHold(holds, "a", "me", kNow)), "HOLD_ALREADY_LIFTED");
  EXPECT_EQ(LiftHold(holds, "c", "me", kNow).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(LiftHold(holds, "b", "me", kNow + absl::Hours(4)).ok());
  EXPECT_FALSE(HasOpenHold(holds));
  EXPECT_EQ(TimeHeld(holds, kNow - absl::Hours(1), kNow + absl::Hours(9)), absl::Hours(4)) << "overlap counts once";
  for (size_t i = 0; i < kMaxOpenHolds; ++i) ASSERT_TRUE(OpenHold(holds, MakeHold(absl::StrCat(i), "x")).ok());
  EXPECT_EQ(ReasonOf(OpenHold(holds, MakeHold("one more", "x"))), "HOLD_LIMIT");
  EXPECT_EQ(CloseAllHolds(holds, "cancel", kNow), static_cast<int>(kMaxOpenHolds));
}

TEST(Cancellation, SettlementAndRequests) {
  PaymentSummary paid;
  paid.net_minor = 100;
  EXPECT_EQ(ReasonOf(PlanSettlement(paid, Settlement::kUnspecified, "r", false).status()), "SETTLEMENT_REQUIRED");
  EXPECT_EQ(PlanSettlement(paid, Settlement::kRefundNow, "", false)->refund_now_minor, 100);
  EXPECT_EQ(PlanSettlement(paid, Settlement::kRefundLater, "", false)->refund_now_minor, 0);
  EXPECT_EQ(PlanSettlement(paid, Settlement::kRetain, "made to order", false)->retained_minor, 100);
  EXPECT_EQ(ReasonOf(PlanSettlement(paid, Settlement::kRetain, " ", false).status()), "REASON_REQUIRED");
  EXPECT_EQ(PlanSettlement(paid, Settlement::kRetain, "mine", true)->retained_minor, 0) << "the customer can't decide that";

  const auto workflow = Builtin("manufacturing");
  std::vector<CancellationRequest> requests;
  CancellationRequest request;
  request.id = "r1";
  request.reasons = {"too late"};
  request.deadline = kNow + absl::Hours(1);
  EXPECT_EQ(ReasonOf(FileRequest(*workflow, WillingFacts("DELIVERED"), requests, request).status()), "ORDER_CLOSED");
  EXPECT_EQ(*FileRequest(*workflow, WillingFacts("MANUFACTURING"), requests, request), 0u);
  EXPECT_EQ(*FileRequest(*workflow, WillingFacts("MANUFACTURING"), requests, request), 0u) << "requests merge";
  EXPECT_EQ(requests[0].reasons.size(), 2u);
  EXPECT_FALSE(LapseRequest(requests[0], kNow));
  EXPECT_EQ(ReasonOf(AnswerRequest(requests[0], false, "me", "")), "REASON_REQUIRED");
  ASSERT_TRUE(AnswerRequest(requests[0], false, "me", "already printed").ok());
  EXPECT_EQ(ReasonOf(AnswerRequest(requests[0], true, "me", "")), "REQUEST_CLOSED");
  EXPECT_EQ(*FileRequest(*workflow, WillingFacts("MANUFACTURING"), requests, request), 1u);
  EXPECT_TRUE(LapseRequest(requests[1], kNow + absl::Hours(1)));
  EXPECT_FALSE(LapseRequest(requests[1], kNow + absl::Hours(2)));
}

}  // namespace
}  // namespace millwright::orders
