// Decide, ListAvailable, override, Apply, and the refusal text of every guard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const ActorSet kStaff = {v1::Transition::SHOP_STAFF};
const ActorSet kOwner = {v1::Transition::SHOP_STAFF, v1::Transition::OWNER};
const ActorSet kCustomer = {v1::Transition::CUSTOMER};

// Breaks one guard: what is changed in willing facts and request, and words that the refusal must say.
struct Broken {
  std::function<void(OrderFacts&, MoveRequest&)> change;
  std::vector<std::string> words;
};

const std::map<std::string, Broken>& BrokenGuards() {
  using F = OrderFacts;
  using R = MoveRequest;
  static const auto& broken = *new std::map<std::string, Broken>{
      {"actor_role", {[](F&, R& r) { r.actors = {v1::Transition::WATCHER}; }, {"you act as watcher", "ask somebody"}}},
      {"offer_accepted", {[](F&, R& r) { r.revision = "old"; }, {"superseded", "accept rev1"}}},
      {"offer_not_expired", {[](F& f, R&) { f.offer_expires_at = kNow - absl::Seconds(1); }, {"expired at 20", "renewal"}}},
      {"lines_priced", {[](F& f, R&) { f.unpriced_lines = {"line 2"}; }, {"line 2: has no price"}}},
      {"files_valid", {[](F& f, R&) { f.blocking_files = {"crown.stl is missing"}; }, {"crown.stl is missing", "upload"}}},
      {"products_available", {[](F& f, R&) { f.unavailable_products = {"tooth 26: A2"}; }, {"tooth 26: A2", "choose"}}},
      {"b2b_membership", {[](F& f, R&) { f.buyer_allowed = false; }, {"companies only", "member"}}},
      {"payment_terms_met", {[](F& f, R&) { f.payment.balance_minor = 77; }, {"77 minor units", "record the payment"}}},
      {"no_open_hold", {[](F& f, R&) { f.holds.push_back(MakeHold("h1", "no powder")); }, {"hold h1", "no powder", "lift"}}},
      {"reason_given", {[](F&, R& r) { r.reason = " \t"; }, {"send `reason`"}}},
      {"po_covering", {[](F& f, R&) { f.po.covers_minor = 99; }, {"covers 99 of 10000", "waive"}}},
      {"quantities_made", {[](F& f, R&) { f.missing_quantities = {"line 1: 3 of 10"}; }, {"line 1: 3 of 10", "record"}}},
      {"papers_issued", {[](F& f, R&) { f.missing_papers = {"declaration"}; }, {"declaration", "issued first"}}},
      {"paid_before_shipping",
       {[](F& f, R&) { f.pay_before_shipping = true; f.payment.balance_minor = 5; }, {"5 minor units", "payment first"}}},
      {"evidence_given", {[](F&, R& r) { r.evidence = ""; }, {"send `evidence`"}}},
      {"settlement_given",
       {[](F& f, R& r) { f.payment.net_minor = 9; r.settlement = Settlement::kUnspecified; }, {"9 minor", "RETAIN"}}},
      {"scrap_recorded", {[](F&, R& r) { r.scrap_recorded = false; r.reason = ""; }, {"scrap reason per line"}}},
      {"no_captured_money", {[](F& f, R&) { f.payment.net_minor = 9; }, {"money is captured"}}},
      {"offer_expired", {[](F&, R&) {}, {"still valid", "accept it"}}},
      {"offer_lapsed", {[](F& f, R&) { f.offer_lapsed = false; }, {"not lapsed"}}},
      {"payment_demanded_first", {[](F& f, R&) { f.payment_demanded_first = false; }, {"does not ask for payment first"}}},
      {"payment_terms_open", {[](F&, R&) {}, {"are met", "release"}}},
      {"release_automatic", {[](F& f, R&) { f.release_automatic = false; }, {"by hand", "staff"}}},
      {"stock_lines_only", {[](F& f, R&) { f.stock_lines_only = false; }, {"start manufacturing first"}}},
      {"all_collected", {[](F& f, R&) { f.pieces_ordered = 10; f.pieces_collected = 4; }, {"4 of 10"}}},
      {"delivery_due_or_reported", {[](F& f, R&) { f.delivery_reported = false; }, {"nobody reported"}}},
      {"within_reopen_window", {[](F& f, R&) { f.state_entered_at = kNow - absl::Hours(31 * 24); }, {"30 days", "claim"}}},
      {"within_undo_window", {[](F& f, R&) { f.state_entered_at = kNow - absl::Hours(25); }, {"24 hours", "reorder"}}},
      {"nothing_refunded", {[](F& f, R&) { f.refunded_since_cancel_at = kNow; }, {"refunded or credited"}}},
      {"partner_rules_met", {[](F& f, R&) { f.partner_rules_met = false; }, {"the center decides"}}},
      {"parent_cancelled", {[](F& f, R&) { f.parent_cancelled = false; }, {"not cancelled"}}},
      {"erp_removal_rejects", {[](F& f, R&) { f.erp.removal_rejects = false; }, {"recorded and reported"}}},
      {"erp_edition_entitled",
       {[](F& f, R&) { f.erp.edition_entitled = false; f.erp.missing_licence = "Subiekt nexo PRO"; }, {"Subiekt nexo PRO"}}},
      {"erp_document_removed", {[](F& f, R&) { f.erp.document_removed = false; }, {"cancel in the ERP"}}},
  };
  return broken;
}

TEST(Guards, EachRefusesWithItsNameItsSubjectAndARemedy) {
  const auto workflow = Builtin("manufacturing");
  const Row& row = workflow->RowsFrom("PLACED").front();
  for (const Guard& guard : AllGuards()) {
    const auto broken = BrokenGuards().find(std::string(guard.name));
    ASSERT_NE(broken, BrokenGuards().end()) << "add a refusal-text case for " << guard.name;
    OrderFacts facts = WillingFacts("PLACED");
    MoveRequest request = WillingRequest("provide_po", kCustomer);
    const bool opposite = guard.name == "offer_expired" || guard.name == "payment_terms_open";
    if (!opposite) {
      EXPECT_THAT(CheckGuard(guard, {*workflow, facts, request, row}), IsEmpty()) << guard.name;
    }
    broken->second.change(facts, request);
    const std::vector<Refusal> refusals = CheckGuard(guard, {*workflow, facts, request, row});
    ASSERT_EQ(refusals.size(), 1u) << guard.name;
    EXPECT_EQ(refusals[0].guard, guard.name);
    EXPECT_EQ(refusals[0].subject, facts.name);
    for (const std::string& word : broken->second.words) EXPECT_THAT(refusals[0].description, HasSubstr(word));
  }
  EXPECT_EQ(BrokenGuards().size(), AllGuards().size());
}

TEST(Guards, TheFourteenPublishedOnesAreAllThere) {
  std::vector<std::string> published;
  for (const Guard& guard : AllGuards()) {
    if (guard.published) published.emplace_back(guard.name);
  }
  EXPECT_THAT(published,
              ElementsAre("actor_role", "offer_accepted", "offer_not_expired", "lines_priced", "files_valid",
                          "products_available", "b2b_membership", "payment_terms_met", "no_open_hold", "reason_given",
                          "po_covering", "quantities_made", "papers_issued", "paid_before_shipping"));
}

// Every guard of every row really guards: break it and the move is refused by that name.
TEST(Guards, EveryGuardOfEveryRowIsEnforced) {
  for (const char* id : {"manufacturing", "dental", "erp"}) {
    const auto workflow = Builtin(id);
    for (const v1::Transition& transition : workflow->definition().transitions()) {
      for (const std::string& from : transition.from()) {
        std::vector<std::string> names(transition.guards().begin(), transition.guards().end());
        names.insert(names.end(), transition.conditions().begin(), transition.conditions().end());
        for (const std::string& name : names) {
          OrderFacts facts = WillingFacts(from);
          MoveRequest request = WillingRequest(transition.trigger(), {static_cast<Actor>(transition.actors(0))});
          BrokenGuards().at(name).change(facts, request);
          const auto decision = Decide(*workflow, facts, request);
          EXPECT_FALSE(decision.ok()) << from << " " << transition.trigger() << " ignores " << name;
          EXPECT_THAT(PreconditionsOf(decision.status()), Contains(HasSubstr(name)));
        }
      }
    }
  }
}

TEST(Decide, IllegalMoveSaysWhatIsAllowed) {
  const auto workflow = Builtin("manufacturing");
  const auto decision = Decide(*workflow, WillingFacts("DELIVERED"), WillingRequest("ship", kOwner));
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(decision.status()), "ORDER_TRANSITION_NOT_ALLOWED");
  EXPECT_EQ(MetaOf(decision.status(), "from"), "DELIVERED");
  EXPECT_EQ(MetaOf(decision.status(), "allowed"), "reopen");
  EXPECT_THAT(PreconditionsOf(decision.status()), ElementsAre(HasSubstr("STATE orders/shop000001-x: `Delivered`")));
}

TEST(Decide, UnknownNamesAreBadInput) {
  const auto workflow = Builtin("manufacturing");
  EXPECT_EQ(ReasonOf(Decide(*workflow, WillingFacts("PLACED"), WillingRequest("teleport", kStaff)).status()),
            "ORDER_TRIGGER_UNKNOWN");
  MoveRequest request = WillingRequest("", kStaff);
  EXPECT_EQ(ReasonOf(Decide(*workflow, WillingFacts("PLACED"), request).status()), "ORDER_TRIGGER_UNKNOWN");
  request.target = "Nowhere";
  EXPECT_EQ(ReasonOf(Decide(*workflow, WillingFacts("PLACED"), request).status()), "ORDER_STATE_UNKNOWN");
}

TEST(Decide, TargetIsAcceptedInEverySpelling) {
  const auto workflow = Builtin("manufacturing");
  for (const char* spelling : {"Canceled by admin", "cancelled by admin", "CANCELED_BY_ADMIN", "Cancelled-By-Admin",
                               "canceledbyadmin", "Vom Betrieb storniert", "Anulowane przez zakład"}) {
    MoveRequest request = WillingRequest("", kStaff);
    request.target = spelling;
    const auto decision = Decide(*workflow, WillingFacts("PLACED"), request);
    ASSERT_TRUE(decision.ok()) << spelling << decision.status();
    EXPECT_EQ(decision->to, "CANCELED_BY_ADMIN");
  }
  EXPECT_EQ(workflow->ParseState("reprinting"), workflow->FindState("RE_PRINTING"));
  EXPECT_EQ(workflow->ParseState("Post production"), workflow->FindState("POST_PRODUCTION"));
  EXPECT_EQ(Builtin("dental")->ParseState("Canceled"), Builtin("dental")->FindState("CANCELLED"));
  EXPECT_EQ(workflow->ParseState(""), nullptr);
  EXPECT_EQ(ClassifyChange("on-hold"), ChangeKind::kOpenHold);
  EXPECT_EQ(ClassifyChange("PO Payment due"), ChangeKind::kSetPaymentDue);
  EXPECT_EQ(ClassifyChange("Shipped"), ChangeKind::kMove);
}

TEST(Decide, ErpRefusesACancelWithTheReason) {
  const auto decision = Decide(*Builtin("erp"), WillingFacts("SAVED"), [] {
    MoveRequest request = WillingRequest("", {v1::Transition::SHOP_STAFF});
    request.target = "Saved";
    return request;
  }());
  EXPECT_EQ(ReasonOf(decision.status()), "ORDER_TRANSITION_NOT_ALLOWED");
  MoveRequest request = WillingRequest("", kStaff);
  request.target = "DISCARDED";
  OrderFacts facts = WillingFacts("SAVED");
  facts.erp.document_removed = false;
  EXPECT_THAT(PreconditionsOf(Decide(*Builtin("erp"), facts, request).status()),
              Contains(HasSubstr("cancel in the ERP")));
}

TEST(ListAvailable, AnswersEveryMoveWithItsRefusals) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("READY_FOR_SHIPPING");
  facts.missing_papers = {"delivery_note"};
  facts.holds.push_back(MakeHold("h1", "address unclear"));
  std::map<std::string, Decision> by_trigger;
  for (const Decision& decision : ListAvailable(*workflow, facts, kStaff, kNow)) {
    by_trigger[decision.transition->trigger()] = decision;
  }
  ASSERT_EQ(by_trigger.size(), 6u);
  EXPECT_EQ(by_trigger["ship"].refusals.size(), 2u);
  EXPECT_THAT(by_trigger["cancel_by_admin"].refusals, IsEmpty());
  EXPECT_THAT(by_trigger["cancel_by_admin"].inputs, ElementsAre("reason_given"));
  EXPECT_THAT(by_trigger["reprint"].inputs, ElementsAre("scrap_recorded"));
  for (const Decision& decision : ListAvailable(*workflow, facts, kCustomer, kNow)) {
    EXPECT_THAT(decision.refusals, Contains(testing::Field(&Refusal::guard, "actor_role")));
  }
}

TEST(Apply, WritesOnlyFulfilment) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("MANUFACTURING");
  facts.payment.balance_minor = 5;
  const MoveRequest request = WillingRequest("start_post_production", kStaff);
  const AppliedMove move = Apply(*workflow, facts, *Decide(*workflow, facts, request), request);
  EXPECT_EQ(facts.state, "POST_PRODUCTION");
  EXPECT_EQ(facts.previous_state, "MANUFACTURING");
  EXPECT_EQ(facts.payment.balance_minor, 5);
  EXPECT_TRUE(move.first_entry);
  EXPECT_FALSE(move.automatic);
}

TEST(Apply, SelfMoveKeepsThePreviousState) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("FIRM_OFFER_SENT");
  facts.previous_state = "WAITING_FOR_REVIEW";
  const MoveRequest request = WillingRequest("revise_offer", kStaff);
  Apply(*workflow, facts, *Decide(*workflow, facts, request), request);
  EXPECT_EQ(facts.previous_state, "WAITING_FOR_REVIEW");
}

TEST(Apply, CancelClosesHoldsAndUndoReturns) {
  const auto workflow = Builtin("manufacturing");
  OrderFacts facts = WillingFacts("MANUFACTURING");
  ASSERT_TRUE(OpenHold(facts.holds, MakeHold("h1", "no powder")).ok());
  MoveRequest cancel = WillingRequest("cancel_by_admin", kStaff);
  EXPECT_EQ(Apply(*workflow, facts, *Decide(*workflow, facts, cancel), cancel).holds_closed, 1);
  EXPECT_FALSE(HasOpenHold(facts.holds));
  MoveRequest undo = WillingRequest("undo_cancel", kOwner);
  Apply(*workflow, facts, *Decide(*workflow, facts, undo), undo);
  EXPECT_EQ(facts.state, "MANUFACTURING");
}

TEST(Override, NeedsOwnerReasonAndEvidenceAndNeverLeavesAnEnd) {
  const auto workflow = Builtin("manufacturing");
  const auto reasons = [&](const OrderFacts& facts, MoveRequest request) {
    return PreconditionsOf(DecideOverride(*workflow, facts, request).status());
  };
  MoveRequest request = WillingRequest("", kOwner);
  request.target = "Shipped";
  EXPECT_TRUE(DecideOverride(*workflow, WillingFacts("WAITING_FOR_REVIEW"), request).ok());
  request.evidence = "";
  EXPECT_THAT(reasons(WillingFacts("WAITING_FOR_REVIEW"), request), ElementsAre(HasSubstr("evidence_given")));
  EXPECT_TRUE(DecideOverride(*workflow, WillingFacts("PLACED"), request).ok()) << "accepted already";
  request.reason = "";
  request.actors = kStaff;
  EXPECT_THAT(reasons(WillingFacts("PLACED"), request),
              UnorderedElementsAre(HasSubstr("actor_role"), HasSubstr("reason_given")));
  request = WillingRequest("", kOwner);
  request.target = "Placed";
  for (const char* end : {"DELIVERED", "CANCELED_BY_CUSTOMER", "CANCELED_BY_ADMIN", "DISCARDED"}) {
    EXPECT_THAT(reasons(WillingFacts(end), request), ElementsAre(HasSubstr("never leaves an end")));
  }
  EXPECT_THAT(reasons(WillingFacts("PLACED"), request), ElementsAre(HasSubstr("in that status already")));
  request.target = "Canceled by admin";
  request.settlement = Settlement::kUnspecified;
  OrderFacts paid = WillingFacts("PLACED");
  paid.payment.net_minor = 10000;
  EXPECT_THAT(reasons(paid, request), ElementsAre(HasSubstr("settlement_given")));
}

TEST(TwoAtOnce, SecondSameWishOnTheSameRevisionIsDone) {
  const auto workflow = Builtin("dental");
  const LastMove last = {"APPROVED", "approve", 7};
  MoveRequest request = WillingRequest("approve", {v1::Transition::CENTER});
  EXPECT_TRUE(IsAlreadyDone(*workflow, last, request, 7));
  EXPECT_FALSE(IsAlreadyDone(*workflow, last, request, 6));
  request.trigger = "withdraw";
  EXPECT_FALSE(IsAlreadyDone(*workflow, last, request, 7));
  request.trigger = "";
  request.target = "approved";
  EXPECT_TRUE(IsAlreadyDone(*workflow, last, request, 7));
}

}  // namespace
}  // namespace millwright::orders
