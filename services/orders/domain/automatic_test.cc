// Automatic moves are level-triggered and suppressed after a step back; the displayed status is one table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/domain/automatic_moves.h"
#include "services/orders/domain/displayed_status.h"
#include "services/orders/domain/line_ledger.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

OrderFacts Unpaid(const std::string& state) {
  OrderFacts facts = WillingFacts(state);
  facts.payment.balance_minor = facts.payment.total_minor;
  facts.payment_demanded_first = false;
  facts.delivery_reported = false;
  facts.offer_lapsed = false;
  facts.partner_rules_met = facts.parent_cancelled = false;
  return facts;
}

std::string SettledState(const char* workflow, OrderFacts& facts) {
  const SettleResult result = Settle(*Builtin(workflow), facts, kNow);
  EXPECT_FALSE(result.cut_by_loop_guard);
  return facts.state;
}

TEST(Settle, PaymentTermsReleaseFromEachOfThreeStates) {
  for (const char* state : {"PLACED", "PO_PROVIDED", "WAITING_FOR_PAYMENT"}) {
    OrderFacts facts = Unpaid(state);
    EXPECT_EQ(SettledState("manufacturing", facts), state);
    facts.payment.balance_minor = 0;
    EXPECT_EQ(SettledState("manufacturing", facts), "FREE_FOR_MANUFACTURING");
    OrderFacts manual = Unpaid(state);
    manual.payment.balance_minor = 0;
    manual.release_automatic = false;
    EXPECT_EQ(SettledState("manufacturing", manual), state);
  }
}

TEST(Settle, AHoldDelaysButNeverLosesAnEarnedMove) {
  for (const bool pays_first : {true, false}) {
    OrderFacts facts = Unpaid("PLACED");
    if (pays_first) facts.payment.balance_minor = 0;
    ASSERT_TRUE(OpenHold(facts.holds, MakeHold("h1", "address unclear")).ok());
    EXPECT_EQ(SettledState("manufacturing", facts), "PLACED");
    facts.payment.balance_minor = 0;
    EXPECT_EQ(SettledState("manufacturing", facts), "PLACED");
    ASSERT_TRUE(LiftHold(facts.holds, "h1", "me", kNow).ok());
    EXPECT_EQ(SettledState("manufacturing", facts), "FREE_FOR_MANUFACTURING");
  }
}

TEST(Settle, PaymentFirstThenReleaseIsAChainWhenTermsAreMetLater) {
  OrderFacts facts = Unpaid("PLACED");
  facts.payment_demanded_first = true;
  EXPECT_EQ(SettledState("manufacturing", facts), "WAITING_FOR_PAYMENT");
  facts.payment.balance_minor = 0;
  const SettleResult result = Settle(*Builtin("manufacturing"), facts, kNow);
  ASSERT_EQ(result.moves.size(), 1u);
  EXPECT_EQ(result.moves[0].to, "FREE_FOR_MANUFACTURING");
  EXPECT_TRUE(result.moves[0].automatic);
  EXPECT_EQ(result.moves[0].reason, "payment terms are met");
}

TEST(Settle, AfterAStepBackItWaitsForANewFact) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = Unpaid("FREE_FOR_MANUFACTURING");
  facts.payment.balance_minor = 0;
  const MoveRequest back = WillingRequest("return_to_placed", {v1::Transition::SHOP_STAFF});
  Apply(*workflow, facts, *Decide(*workflow, facts, back), back);
  EXPECT_EQ(SettledState("manufacturing", facts), "PLACED");
  ASSERT_TRUE(OpenHold(facts.holds, MakeHold("h1", "x")).ok());
  ASSERT_TRUE(LiftHold(facts.holds, "h1", "me", kNow).ok());
  EXPECT_EQ(SettledState("manufacturing", facts), "PLACED") << "a hold is no new fact";
  CountFact(facts);
  EXPECT_EQ(SettledState("manufacturing", facts), "FREE_FOR_MANUFACTURING");
}

TEST(Settle, OverrideReopenAndUndoSuppressToo) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = Unpaid("MANUFACTURING");
  facts.payment.balance_minor = 0;
  MoveRequest change = WillingRequest("", {v1::Transition::OWNER});
  change.target = "Placed";
  Apply(*workflow, facts, *DecideOverride(*workflow, facts, change), change);
  EXPECT_EQ(SettledState("manufacturing", facts), "PLACED");

  facts = Unpaid("CANCELED_BY_ADMIN");
  facts.payment.balance_minor = 0;
  const MoveRequest undo = WillingRequest("undo_cancel", {v1::Transition::OWNER});
  Apply(*workflow, facts, *Decide(*workflow, facts, undo), undo);
  EXPECT_EQ(SettledState("manufacturing", facts), "PLACED");
}

TEST(Settle, TimersAreNotSuppressedButStartAnew) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("DELIVERED");
  facts.previous_state = "SHIPPED";
  facts.delivery_reported = false;
  facts.delivery_due = true;
  const MoveRequest reopen = WillingRequest("reopen", {v1::Transition::OWNER});
  Apply(*workflow, facts, *Decide(*workflow, facts, reopen), reopen);
  EXPECT_EQ(SettledState("manufacturing", facts), "SHIPPED") << "the timer of the first time does not count";
  facts.delivery_due = true;
  EXPECT_EQ(SettledState("manufacturing", facts), "DELIVERED");
}

TEST(Settle, AnOfferLapsesButNeverWithCapturedMoney) {
  OrderFacts facts = Unpaid("FIRM_OFFER_SENT");
  facts.offer_lapsed = true;
  facts.payment.net_minor = 1;
  EXPECT_EQ(SettledState("manufacturing", facts), "FIRM_OFFER_SENT");
  facts.payment.net_minor = 0;
  EXPECT_EQ(SettledState("manufacturing", facts), "CANCELED_BY_ADMIN");
}

TEST(Settle, TheOrderFollowsItsLeastAdvancedLineAcrossRows) {
  OrderFacts facts = Unpaid("FREE_FOR_MANUFACTURING");
  facts.lines_state = "POST_PRODUCTION";
  EXPECT_EQ(SettledState("manufacturing", facts), "POST_PRODUCTION");
  facts.lines_state = "RE_PRINTING";
  EXPECT_EQ(SettledState("manufacturing", facts), "RE_PRINTING");
  facts.lines_state = "SHIPPED";
  facts.missing_papers = {"delivery_note"};
  EXPECT_EQ(SettledState("manufacturing", facts), "RE_PRINTING") << "the papers are still missing";
  facts.missing_papers.clear();
  facts.holds.push_back(MakeHold("h1", "x"));
  EXPECT_EQ(SettledState("manufacturing", facts), "RE_PRINTING") << "held";
  ASSERT_TRUE(LiftHold(facts.holds, "h1", "me", kNow).ok());
  EXPECT_EQ(SettledState("manufacturing", facts), "SHIPPED");
}

TEST(Settle, PartnerRulesApproveAndAddOnsFollowTheirParent) {
  OrderFacts facts = Unpaid("SUBMITTED");
  EXPECT_EQ(SettledState("dental", facts), "SUBMITTED");
  facts.partner_rules_met = true;
  EXPECT_EQ(SettledState("dental", facts), "APPROVED");
  for (const char* state : {"SUBMITTED", "OFFER_SENT"}) {
    OrderFacts add_on = Unpaid(state);
    add_on.parent_cancelled = true;
    EXPECT_EQ(SettledState("dental", add_on), "WITHDRAWN");
  }
  OrderFacts approved = Unpaid("APPROVED");
  approved.parent_cancelled = true;
  EXPECT_EQ(SettledState("dental", approved), "APPROVED") << "the center decides";
}

// Section 1: fulfilment, open hold, po_due, balance -> displayed status.
TEST(DisplayedStatus, TheWholeTable) {
  struct Case {
    const char* state;
    bool held, due;
    int64_t balance;
    const char* text;
  };
  const Case cases[] = {
      {"PLACED", false, false, 100, "Placed"},
      {"PLACED", true, false, 100, "On hold"},
      {"PLACED", true, true, 100, "On hold"},
      {"PLACED", false, true, 100, "PO Payment due"},
      {"PLACED", false, true, 0, "Placed"},
      {"PLACED", false, true, -5, "Placed"},
      {"MANUFACTURING", true, false, 0, "On hold"},
      {"DELIVERED", false, true, 100, "PO Payment due"},
      {"DELIVERED", true, true, 100, "PO Payment due"},
      {"DELIVERED", true, false, 0, "Delivered"},
      {"CANCELED_BY_CUSTOMER", true, true, 100, "Canceled by customer"},
      {"CANCELED_BY_ADMIN", false, true, 100, "Canceled by admin"},
      {"DRAFT", true, false, 0, "On hold"},
  };
  const auto workflow = Builtin("manufacturing");
  for (const Case& c : cases) {
    OrderFacts facts = WillingFacts(c.state);
    if (c.held) facts.holds.push_back(MakeHold("h1", "x"));
    facts.po_due = c.due;
    facts.payment.balance_minor = c.balance;
    const DisplayedStatus status = Display(*workflow, facts, "en");
    EXPECT_EQ(status.text, c.text) << c.state << c.held << c.due << c.balance;
    EXPECT_EQ(status.state, c.state) << "the axes stay apart";
  }
}

TEST(DisplayedStatus, BadgesLanguagesAndSpellings) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("READY_FOR_SHIPPING");
  facts.pieces_ordered = 10;
  facts.pieces_shipped = 3;
  EXPECT_EQ(Display(*workflow, facts, "en").badges.at(0).text, "3 of 10 shipped");
  EXPECT_EQ(Display(*workflow, facts, "de-AT").badges.at(0).text, "3 von 10 versendet");
  EXPECT_EQ(Display(*workflow, facts, "de-AT").text, "Versandbereit");
  EXPECT_EQ(Display(*workflow, facts, "fr").text, "Ready for shipping");
  facts = WillingFacts("FIRM_OFFER_SENT");
  facts.offer_expired = true;
  EXPECT_EQ(Display(*workflow, facts, "en").badges.at(0).text, "offer expired");
  EXPECT_EQ(ParseDisplayed(*workflow, "on hold"), kOnHold);
  EXPECT_EQ(ParseDisplayed(*workflow, "Wstrzymane"), kOnHold);
  EXPECT_EQ(ParseDisplayed(*workflow, "cancelled-by-customer"), "CANCELED_BY_CUSTOMER");
  EXPECT_EQ(ParseDisplayed(*workflow, "lost"), "");
}

TEST(CustomerPage, LabelsAndPaymentChoices) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = Unpaid("WAITING_FOR_REVIEW");
  CustomerPage page = PageOf(*workflow, facts, true, "en");
  EXPECT_EQ(page.label, "Budget offer");
  EXPECT_FALSE(page.may_pay_now);
  facts.state = "FIRM_OFFER_SENT";
  EXPECT_EQ(PageOf(*workflow, facts, true, "en").label, "Firm offer");
  EXPECT_FALSE(PageOf(*workflow, facts, true, "en").may_pay_now);
  facts.offer_expired = true;
  EXPECT_EQ(PageOf(*workflow, facts, true, "en").label, "Offer expired");
  facts = Unpaid("PLACED");
  facts.holds.push_back(MakeHold("h1", "x"));
  page = PageOf(*workflow, facts, true, "en");
  EXPECT_EQ(page.label, "On hold");
  EXPECT_EQ(page.payment_label, "Ready for Payment");
  EXPECT_TRUE(page.may_pay_now && page.may_download_invoice);
  EXPECT_FALSE(PageOf(*workflow, facts, false, "en").may_pay_now) << "no online payment at this shop";
  facts.payment.balance_minor = 0;
  EXPECT_EQ(PageOf(*workflow, facts, true, "en").payment_label, "");
  facts = Unpaid("CANCELED_BY_ADMIN");
  EXPECT_FALSE(PageOf(*workflow, facts, true, "en").may_pay_now);
}

}  // namespace
}  // namespace millwright::orders
