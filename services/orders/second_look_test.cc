// Files and products are looked at once more by the move that approves.
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SecondLookTest : public OrdersTest {
 protected:
  SecondLookTest() { catalog_->quote = QuoteOf(true); }

  std::string Submitted() {
    auto created = Create(Buyer(), "submit");
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->name() : "";
  }
  void CenterTightensItsLimits() {
    common::v1::Finding& finding = *files_->verdict->add_findings();
    finding.set_finding_class(common::v1::FINDING_CLASS_BLOCKING);
    finding.set_rule("part.implant_line");
    finding.set_file_name("crown.stl");
    finding.set_tooth(26);
    finding.set_message("the implant line is not on the center's list");
  }
  void CenterDropsAProduct() {
    auto& missing = *catalog_->availability->add_unavailable();
    missing.set_part("crown.stl");
    missing.set_tooth(26);
    missing.set_product("AnatomicCrown in ZI");
    missing.set_remedy("the center makes this in other materials");
  }
  v1::ListAvailableTransitionsResponse Available(const CallInfo& call, const std::string& name) {
    v1::ListAvailableTransitionsRequest request;
    request.set_name(name);
    return handlers_->ListAvailableTransitions(call, request).value_or(v1::ListAvailableTransitionsResponse());
  }
};

TEST_F(SecondLookTest, AnApprovalIsRefusedForWhatBecameWrongSinceTheOrder) {
  const std::string name = Submitted();
  CenterTightensItsLimits();
  CenterDropsAProduct();
  const absl::Status refused = Do(Seller(), name, "approve").status();
  EXPECT_EQ(ReasonOf(refused), "ORDER_TRANSITION_NOT_ALLOWED");
  EXPECT_THAT(PreconditionsOf(refused), Contains(HasSubstr("crown.stl, tooth 26: the implant line is not on")));
  EXPECT_THAT(PreconditionsOf(refused), Contains(HasSubstr("AnatomicCrown in ZI is not offered any more")));
  EXPECT_EQ(Status(Seller(), name), "Submitted") << "nothing happened";

  bool shown = false;
  const auto available = Available(Seller(), name);
  for (const auto& transition : available.transitions()) {
    if (transition.trigger() != "approve") continue;
    shown = true;
    EXPECT_FALSE(transition.allowed());
    EXPECT_EQ(transition.refusals_size(), 2);
  }
  EXPECT_TRUE(shown);

  files_->verdict = files::v1::OrderVerdict();
  catalog_->availability = internal::catalog::v1::CheckAvailabilityResponse();
  EXPECT_EQ(Do(Seller(), name, "approve")->order().displayed_status(), "Approved");
}

TEST_F(SecondLookTest, FindingsThatDoNotBlockDoNotStop) {
  const std::string name = Submitted();
  CenterTightensItsLimits();
  files_->verdict->mutable_findings(0)->set_finding_class(common::v1::FINDING_CLASS_NEEDS_CONFIRMATION);
  EXPECT_TRUE(Do(Seller(), name, "approve").ok());
}

TEST_F(SecondLookTest, NobodyApprovesWhatCanNotBeChecked) {
  const std::string name = Submitted();
  files_->verdict = absl::UnavailableError("down");
  EXPECT_TRUE(absl::IsUnavailable(Do(Seller(), name, "approve").status()));
  files_->verdict = Error::NotFound("order", name);  // its freeze has ended
  catalog_->availability = absl::UnavailableError("down");
  EXPECT_TRUE(absl::IsUnavailable(Do(Seller(), name, "approve").status()));
  EXPECT_EQ(Status(Seller(), name), "Submitted");
  // What needs no second look goes on, and is shown.
  const auto available = Available(Buyer(), name);
  ASSERT_GT(available.transitions_size(), 0);
  for (const auto& transition : available.transitions()) {
    EXPECT_EQ(transition.allowed(), transition.trigger() == "withdraw") << transition.trigger();
  }
  EXPECT_EQ(Do(Buyer(), name, "withdraw", "changed our minds")->order().state(), "WITHDRAWN");
}

TEST_F(SecondLookTest, AnAcceptedOfferIsLookedAtToo) {
  const std::string name = Submitted();
  v1::SendOfferRequest send;
  send.set_parent(name);
  const auto offer = handlers_->SendOffer(Seller(), send);
  ASSERT_TRUE(offer.ok()) << offer.status();
  CenterDropsAProduct();
  v1::AcceptOfferRequest accept;
  accept.set_name(offer->name());
  accept.set_revision_hash(offer->revision_hash());
  EXPECT_THAT(PreconditionsOf(handlers_->AcceptOffer(Buyer(), accept).status()),
              ElementsAre(HasSubstr("products_available")));
  catalog_->availability = internal::catalog::v1::CheckAvailabilityResponse();
  EXPECT_EQ(handlers_->AcceptOffer(Buyer(), accept)->displayed_status(), "Approved");
}

TEST_F(SecondLookTest, WhatIsNotOfferedAnyMoreCanNotBeOrdered) {
  CenterDropsAProduct();
  for (bool dental : {true, false}) {
    catalog_->quote = QuoteOf(dental);
    EXPECT_THAT(PreconditionsOf(Create(Buyer(), dental ? "submit" : "place").status()),
                Contains(HasSubstr("AnatomicCrown in ZI")))
        << dental;
  }
  catalog_->quote = QuoteOf(true);
  const auto draft = Create(Buyer(), "save_draft");
  ASSERT_TRUE(draft.ok()) << "a draft is no order yet: " << draft.status();
  EXPECT_THAT(PreconditionsOf(Do(Buyer(), draft->name(), "submit").status()), Contains(HasSubstr("AnatomicCrown in ZI")));
}

TEST_F(SecondLookTest, ABulkMoveAsksForEachOrder) {
  v1::BulkTransitionOrdersRequest bulk;
  bulk.set_parent(kSeller);
  bulk.set_trigger("approve");
  for (int i = 0; i < 2; ++i) bulk.add_orders(Submitted());
  CenterTightensItsLimits();
  auto done = handlers_->BulkTransitionOrders(Seller(), bulk);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->moved_count(), 0);
  for (const auto& result : done->results()) EXPECT_THAT(result.violations(), Contains(HasSubstr("implant line")));
}

}  // namespace
}  // namespace millwright::orders
