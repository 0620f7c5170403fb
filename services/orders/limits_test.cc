// The published limits of one order, at the limit and one above.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

class LimitsTest : public OrdersTest {
 protected:
  // A paid order of 2 x `quantity` pieces.
  std::string Large(int quantity) {
    for (catalog::v1::QuoteLine& line : *catalog_->quote.mutable_lines()) line.set_quantity(quantity);
    const std::string name = Create(Buyer(), "place")->name();
    EXPECT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
    return name;
  }
};

TEST_F(LimitsTest, AThousandShipments) {
  const std::string name = Large(kMaxShipments);
  for (const char* trigger : {"start_manufacturing", "ready_for_shipping"}) ASSERT_TRUE(Do(Seller(), name, trigger).ok());
  v1::ShipOrderRequest ship;
  ship.set_name(name);
  auto& item = *ship.mutable_shipment()->add_items();
  item.set_line_number(1);
  item.set_quantity(1);
  for (int i = 0; i < kMaxShipments; ++i) ASSERT_TRUE(handlers_->ShipOrder(Seller(), ship).ok()) << i;
  item.set_line_number(2);
  const absl::Status refused = handlers_->ShipOrder(Seller(), ship).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "SHIPMENT_LIMIT");
  EXPECT_EQ(Status(Seller(), name), "Ready for shipping") << "nothing changed";
}

TEST_F(LimitsTest, AThousandReplicas) {
  const std::string name = Large(2 * kMaxReplicas);
  ASSERT_TRUE(Do(Seller(), name, "start_manufacturing").ok());
  v1::RecordProductionRequest record;
  record.set_name(name);
  record.set_line_number(1);
  record.set_scrapped_quantity(1);
  record.set_scrap_reason("warped");
  for (int i = 0; i < kMaxReplicas; ++i) ASSERT_TRUE(handlers_->RecordProduction(Seller(), record).ok()) << i;
  EXPECT_EQ(ReasonOf(handlers_->RecordProduction(Seller(), record).status()), "REPLICA_LIMIT");
  record.set_scrapped_quantity(0);
  record.set_made_quantity(1);
  EXPECT_TRUE(handlers_->RecordProduction(Seller(), record).ok()) << "work goes on";
}

TEST_F(LimitsTest, AThousandLedgerEntries) {
  const std::string name = Create(Buyer(), "place")->name();
  for (int i = 0; i < kMaxLedgerEntries; ++i) ASSERT_TRUE(Pay(name, 1, v1::Payment::CAPTURED).ok()) << i;
  const absl::Status refused = Pay(name, 1, v1::Payment::CAPTURED).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  v1::ListPaymentsRequest list;
  list.set_parent(name);
  list.set_page_size(1000);
  EXPECT_EQ(handlers_->ListPayments(Seller(), list)->payments_size(), kMaxLedgerEntries) << "the refused one left nothing";
}

}  // namespace
}  // namespace millwright::orders
