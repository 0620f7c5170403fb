// Lines and pieces: replicas with scrap codes and their cost, partial pickups, cancelled pieces and what follows for prices.
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ProductionTest : public OrdersTest {
 protected:
  std::string InManufacturing() {
    const std::string name = Create(Buyer(), "place")->name();
    EXPECT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
    EXPECT_TRUE(Do(Seller(), name, "start_manufacturing").ok());
    return name;
  }
  absl::StatusOr<v1::Order> Scrap(const std::string& name, int line, int pieces, v1::Replica::ScrapCode code) {
    v1::RecordProductionRequest request;
    request.set_name(name);
    request.set_line_number(line);
    request.set_scrapped_quantity(pieces);
    request.set_scrap_code(code);
    request.set_scrap_reason("seen on the bed");
    return handlers_->RecordProduction(Seller(), request);
  }
  absl::StatusOr<v1::Order> Cancel(const CallInfo& call, const std::string& name, int line, int pieces,
                                   const std::string& settlement = "") {
    v1::CancelLineRequest request;
    request.set_name(name);
    request.set_line_number(line);
    request.set_quantity(pieces);
    request.set_reason("fewer are needed");
    request.set_settlement(settlement);
    return handlers_->CancelLine(call, request);
  }
};

TEST_F(ProductionTest, ScrappedPiecesBecomeReplicasAndTheirCostIsReported) {
  const std::string name = InManufacturing();
  ASSERT_TRUE(Scrap(name, 1, 2, v1::Replica::WARPED).ok());
  v1::RecordProductionRequest made;
  made.set_name(name);
  made.set_line_number(1);
  made.set_made_quantity(5);
  ASSERT_TRUE(handlers_->RecordProduction(Seller(), made).ok());
  const auto again = Scrap(name, 1, 1, v1::Replica::SCRAP_CODE_UNSPECIFIED);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->replicas_size(), 2);
  EXPECT_EQ(again->replicas(0).name(), absl::StrCat(name, "/lines/1/replicas/1"));
  EXPECT_EQ(again->replicas(0).scrap_code(), v1::Replica::WARPED);
  EXPECT_EQ(again->replicas(0).cost().units(), 20) << "two of five pieces of 50.00";
  EXPECT_EQ(again->replicas(1).name(), absl::StrCat(name, "/lines/1/replicas/2"));
  EXPECT_EQ(again->replicas(1).scrap_code(), v1::Replica::OTHER);
  EXPECT_EQ(again->lines(0).scrapped_quantity(), 3);
  EXPECT_EQ(ReasonOf(Scrap(name, 1, 6, v1::Replica::WARPED).status()), "LINE_QUANTITY_TOO_HIGH") << "more than was started";
  const std::string other = InManufacturing();
  ASSERT_TRUE(Scrap(other, 2, 5, v1::Replica::WARPED).ok());

  v1::GetFailureCostsRequest request;
  request.set_parent(kSeller);
  const auto costs = handlers_->GetFailureCosts(Seller(), request);
  ASSERT_TRUE(costs.ok()) << costs.status();
  ASSERT_EQ(costs->costs_size(), 2);
  EXPECT_EQ(costs->costs(0).scrap_code(), v1::Replica::WARPED);
  EXPECT_EQ(costs->costs(0).pieces(), 7);
  EXPECT_EQ(costs->costs(0).replicas(), 2);
  EXPECT_EQ(costs->costs(0).cost().units(), 70);
  *request.mutable_start_time() = ToTimestamp(clock_.Now() + absl::Seconds(1));
  EXPECT_EQ(handlers_->GetFailureCosts(Seller(), request)->costs_size(), 0);
  EXPECT_EQ(handlers_->GetFailureCosts(Buyer(), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ProductionTest, PartialPickupsWithBadgeAndDeliveredOnceAllIsCollected) {
  const std::string name = InManufacturing();
  ASSERT_TRUE(Do(Seller(), name, "ready_for_pickup").ok());
  v1::RecordPickupRequest request;
  request.set_name(name);
  auto& item = *request.add_items();
  item.set_line_number(1);
  item.set_quantity(6);
  EXPECT_EQ(ReasonOf(handlers_->RecordPickup(Seller(), request).status()), "LINE_QUANTITY_TOO_HIGH");
  item.set_quantity(3);
  EXPECT_EQ(ReasonOf(handlers_->RecordPickup(Buyer(), request).status()), "SELLER_ONLY");
  const auto part = handlers_->RecordPickup(Seller(), request);
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->displayed_status(), "Ready for pickup");
  EXPECT_THAT(part->badges(), ElementsAre("3 of 10 collected"));
  EXPECT_TRUE(part->shipments(0).pickup());
  EXPECT_THAT(PreconditionsOf(Do(Seller(), name, "deliver").status()), Contains(HasSubstr("all_collected")));
  request.clear_items();
  const auto rest = handlers_->RecordPickup(Seller(), request);
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->displayed_status(), "Delivered");
  EXPECT_EQ(rest->shipments(1).items_size(), 2);
  EXPECT_THAT(rest->badges(), IsEmpty());
  EXPECT_FALSE(handlers_->RecordPickup(Seller(), request).ok());
  EXPECT_TRUE(Verify(name).intact());
}

TEST_F(ProductionTest, CancelledPiecesTakeTheirPriceAlongAndTheLastCancelsTheOrder) {
  const std::string name = Create(Buyer(), "place")->name();
  EXPECT_EQ(ReasonOf(Cancel(Buyer(), name, 1, 2).status()), "SELLER_ONLY");
  EXPECT_EQ(ReasonOf(Cancel(Seller(), name, 3, 1).status()), "LINE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Cancel(Seller(), name, 1, 6).status()), "LINE_QUANTITY_TOO_HIGH");
  const auto fewer = Cancel(Seller(), name, 1, 2);
  ASSERT_TRUE(fewer.ok()) << fewer.status();
  EXPECT_EQ(fewer->lines(0).net().units(), 30);
  EXPECT_EQ(fewer->lines(0).cancelled_quantity(), 2);
  EXPECT_EQ(MinorOf(fewer->net()), 8000);
  EXPECT_EQ(MinorOf(fewer->gross()), 9520);
  EXPECT_EQ(Pay(name, 9520, v1::Payment::CAPTURED)->displayed_status(), "Free for manufacturing") << "still agreed";
  ASSERT_TRUE(Cancel(Seller(), name, 1, 0).ok());
  EXPECT_THAT(PreconditionsOf(Cancel(Seller(), name, 2, 0).status()), Contains(HasSubstr("settlement_given")));
  EXPECT_EQ(Status(Seller(), name), "Free for manufacturing") << "nothing was changed";
  const auto gone = Cancel(Seller(), name, 2, 0, "refund_now");
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(gone->displayed_status(), "Canceled by admin");
  EXPECT_EQ(gone->payment_state(), v1::Order::REFUNDED);
  EXPECT_EQ(ReasonOf(Cancel(Seller(), name, 2, 1).status()), "ORDER_CLOSED");
}

}  // namespace
}  // namespace millwright::orders
