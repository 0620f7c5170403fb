// Parcels and pickups; and UpdateOrder.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

absl::Status CheckLine(const v1::Order& order, int32_t number, absl::string_view field) {
  if (number >= 1 && number <= order.lines_size()) return absl::OkStatus();
  return Error::InvalidArgument("LINE_UNKNOWN", "the order has no such line")
      .Field(field, absl::StrCat("must be 1 to ", order.lines_size()));
}

absl::Status SellerOnly(const Viewer& viewer) {
  if (viewer.seller) return absl::OkStatus();
  return Error::PermissionDenied("SELLER_ONLY", "only members of the selling company record production and shipping");
}

// What a parcel holds: as asked, or everything that is ready.
absl::StatusOr<std::vector<v1::ShipmentItem>> ItemsOf(const v1::Shipment& shipment, const std::vector<LineLedger>& lines) {
  std::vector<v1::ShipmentItem> items(shipment.items().begin(), shipment.items().end());
  for (size_t i = 0; i < lines.size() && shipment.items().empty(); ++i) {
    if (lines[i].at(Stage::kReady) == 0) continue;
    v1::ShipmentItem item;
    item.set_line_number(static_cast<int32_t>(i) + 1);
    item.set_quantity(static_cast<int32_t>(lines[i].at(Stage::kReady)));
    items.push_back(item);
  }
  return items;
}

// Moves what leaves the house to `to`, and notes the parcel.
absl::Status Take(OrderEdit& edit, const v1::Shipment& wanted, const std::vector<v1::ShipmentItem>& items, Stage to,
                  std::vector<LineLedger>& lines) {
  if (edit.order().shipments_size() >= kMaxShipments) {
    return Error::ResourceExhausted("SHIPMENT_LIMIT", "the order has too many shipments")
        .Quota("shipments", absl::StrCat("at most ", kMaxShipments, " per order"));
  }
  for (size_t i = 0; i < items.size(); ++i) {
    MW_RETURN_IF_ERROR(CheckLine(edit.order(), items[i].line_number(), absl::StrCat("items[", i, "].line_number")));
    MW_RETURN_IF_ERROR(lines[items[i].line_number() - 1].Move(Stage::kReady, to, items[i].quantity()));
  }
  StoreLines(lines, edit.record());
  v1::Order& order = *edit.record().mutable_order();
  edit.record().set_shipment_count(edit.record().shipment_count() + 1);
  v1::Shipment& shipment = *order.add_shipments();
  shipment = wanted;
  shipment.set_name(absl::StrCat(order.name(), "/shipments/", edit.record().shipment_count()));
  *shipment.mutable_create_time() = ToTimestamp(edit.now());
  shipment.clear_items();
  for (const v1::ShipmentItem& item : items) *shipment.add_items() = item;
  edit.CountFact();
  return absl::OkStatus();
}

}  // namespace

absl::Status OrdersHandlers::Ship(OrderEdit& edit, const v1::Shipment& wanted, const ActorSet& actors) {
  MoveRequest move;
  move.trigger = "ship";
  move.now = edit.now();
  move.actors = actors;
  MW_RETURN_IF_ERROR(Decide(edit.workflow(), edit.Facts(), move).status());
  std::vector<LineLedger> lines = LinesOf(edit.record());
  MW_ASSIGN_OR_RETURN(const std::vector<v1::ShipmentItem> items, ItemsOf(wanted, lines));
  const StepStart before = edit.record();
  MW_RETURN_IF_ERROR(Take(edit, wanted, items, Stage::kShipped, lines));
  const bool all = std::all_of(lines.begin(), lines.end(), [](const LineLedger& line) {
    return line.shipped() + line.cancelled() == line.ordered();
  });
  if (all) return edit.Move(move);
  return edit.Note("shipment_recorded", "order.shipment_recorded", "", before);
}

absl::StatusOr<v1::Order> OrdersHandlers::ShipOrder(const CallInfo& call, const v1::ShipOrderRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer));
    return Ship(edit, request.shipment(), viewer.actors);
  });
}

absl::Status OrdersHandlers::HandOver(OrderEdit& edit, const v1::RecordPickupRequest& request, const ActorSet& actors) {
  MoveRequest move;
  move.trigger = "deliver";
  move.now = edit.now();
  move.actors = actors;
  OrderFacts facts = edit.Facts();
  facts.pieces_collected = 0;  // what was collected before does not forbid to collect more
  MW_RETURN_IF_ERROR(Decide(edit.workflow(), facts, move).status());
  v1::Shipment wanted;
  *wanted.mutable_items() = request.items();
  wanted.set_pickup(true);
  std::vector<LineLedger> lines = LinesOf(edit.record());
  MW_ASSIGN_OR_RETURN(const std::vector<v1::ShipmentItem> items, ItemsOf(wanted, lines));
  if (items.empty()) {
    return Error::FailedPrecondition("LINE_QUANTITY_TOO_HIGH", "nothing is ready to be collected")
        .Precondition("LINE", edit.order().name(), "make pieces ready first")
        .Meta("available", "0");
  }
  const StepStart before = edit.record();
  MW_RETURN_IF_ERROR(Take(edit, wanted, items, Stage::kDelivered, lines));
  const bool all = std::all_of(lines.begin(), lines.end(), [](const LineLedger& line) {
    return line.at(Stage::kDelivered) + line.cancelled() == line.ordered();
  });
  if (all) return edit.Move(move);
  return edit.Note("pickup_recorded", "order.shipment_recorded", "", before);
}

absl::StatusOr<v1::Order> OrdersHandlers::RecordPickup(const CallInfo& call, const v1::RecordPickupRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer));
    return HandOver(edit, request, viewer.actors);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::UpdateOrder(const CallInfo& call, const v1::UpdateOrderRequest& request) {
  return Edit(call, request.order().name(), request.order().etag(),
              [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    const StepStart before = edit.record();
    v1::Order changed = edit.order();
    MW_RETURN_IF_ERROR(ApplyUpdateMask(request.order(), request.update_mask(), changed));
    MW_RETURN_IF_ERROR(CheckMetadata(changed.metadata()));
    const std::optional<Stage> stage = StageOfState(edit.workflow(), edit.order().state());
    const bool shipped = edit.workflow().IsTerminal(edit.order().state()) || (stage && *stage >= Stage::kShipped);
    const auto differs = [](const google::protobuf::Message& a, const google::protobuf::Message& b) {
      return a.SerializeAsString() != b.SerializeAsString();
    };
    const bool content = differs(changed.shipping_address(), edit.order().shipping_address()) ||
                         changed.notes() != edit.order().notes() ||
                         differs(changed.prescription(), edit.order().prescription());
    if (shipped && content) {
      return Error::FailedPrecondition("ORDER_SHIPPED", "address, notes and prescription are fixed once it has shipped")
          .Precondition("STATE", edit.order().name(), "tell the carrier, or open a claim");
    }
    const bool agreed_prescription = stage.has_value() && differs(changed.prescription(), edit.order().prescription());
    if (agreed_prescription && edit.workflow().dental() && !viewer.seller) {
      return Error::FailedPrecondition("ORDER_APPROVED", "the prescription is part of what both sides approved")
          .Precondition("STATE", edit.order().name(), "ask the center for a change order");
    }
    if (!viewer.seller && changed.assignee() != edit.order().assignee()) {
      return Error::PermissionDenied("SELLER_ONLY", "only the selling company assigns its members");
    }
    if (!viewer.buyer && changed.buyer_reference() != edit.order().buyer_reference()) {
      return Error::PermissionDenied("BUYER_ONLY", "the buyer's own number is the buyer's to change");
    }
    const v1::Order was = std::exchange(*edit.record().mutable_order(), std::move(changed));
    const v1::State* state = edit.workflow().FindState(edit.order().state());
    // Before the agreement, changed words are another revision to agree to.
    if (content && state != nullptr && !state->implies_acceptance()) {
      edit.record().mutable_order()->set_revision_hash(RevisionHash(ContentOf(edit.record())));
    }
    const bool moved = differs(edit.order().shipping_address(), was.shipping_address());
    return edit.Note(moved ? "address_changed" : "updated", "order.updated", "", before);
  });
}

}  // namespace millwright::orders
