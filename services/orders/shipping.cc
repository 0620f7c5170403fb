// Production and shipping facts: lots, made and scrapped pieces, parcels; and UpdateOrder.
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

// In production: the states whose rank says that goods exist.
absl::Status CheckInProduction(const OrderEdit& edit) {
  if (StageOfState(edit.workflow(), edit.order().state()).has_value()) return absl::OkStatus();
  return Error::FailedPrecondition("ORDER_NOT_IN_PRODUCTION", "nothing of this order is in production")
      .Precondition("STATE", edit.order().name(), absl::StrCat("`", edit.order().displayed_status(),
                                                               "`: release or approve the order first"));
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

}  // namespace

absl::Status OrdersHandlers::Ship(OrderEdit& edit, const v1::Shipment& wanted, const ActorSet& actors) {
  const absl::Time now = parts_.clock.Now();
  MoveRequest move;
  move.trigger = "ship";
  move.now = now;
  move.actors = actors;
  MW_RETURN_IF_ERROR(Decide(edit.workflow(), edit.Facts(), move).status());
  if (edit.order().shipments_size() >= kMaxShipments) {
    return Error::ResourceExhausted("SHIPMENT_LIMIT", "the order has too many shipments")
        .Quota("shipments", absl::StrCat("at most ", kMaxShipments, " per order"));
  }
  std::vector<LineLedger> lines = LinesOf(edit.record());
  MW_ASSIGN_OR_RETURN(const std::vector<v1::ShipmentItem> items, ItemsOf(wanted, lines));
  for (size_t i = 0; i < items.size(); ++i) {
    MW_RETURN_IF_ERROR(CheckLine(edit.order(), items[i].line_number(), absl::StrCat("shipment.items[", i, "].line_number")));
    MW_RETURN_IF_ERROR(lines[items[i].line_number() - 1].Move(Stage::kReady, Stage::kShipped, items[i].quantity()));
  }
  const StepStart before = edit.record();
  StoreLines(lines, edit.record());
  v1::Order& order = *edit.record().mutable_order();
  edit.record().set_shipment_count(edit.record().shipment_count() + 1);
  v1::Shipment& shipment = *order.add_shipments();
  shipment = wanted;
  shipment.set_name(absl::StrCat(order.name(), "/shipments/", edit.record().shipment_count()));
  *shipment.mutable_create_time() = ToTimestamp(now);
  shipment.clear_items();
  for (const v1::ShipmentItem& item : items) *shipment.add_items() = item;
  edit.CountFact();
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

absl::StatusOr<v1::Order> OrdersHandlers::RecordLots(const CallInfo& call, const v1::RecordLotsRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer));
    MW_RETURN_IF_ERROR(CheckLine(edit.order(), request.line_number(), "line_number"));
    MW_RETURN_IF_ERROR(CheckInProduction(edit));
    const StepStart before = edit.record();
    v1::OrderLine& line = *edit.record().mutable_order()->mutable_lines(request.line_number() - 1);
    if (line.lots_size() + request.lots_size() > 1000) {
      return Error::ResourceExhausted("LOT_LIMIT", "the line has too many lots").Quota("lots", "at most 1,000 per line");
    }
    for (const v1::MaterialLot& lot : request.lots()) *line.add_lots() = lot;
    edit.CountFact();
    return edit.Note("lots_recorded", "order.lots_recorded", "", before);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::RecordProduction(const CallInfo& call,
                                                           const v1::RecordProductionRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer));
    MW_RETURN_IF_ERROR(CheckLine(edit.order(), request.line_number(), "line_number"));
    MW_RETURN_IF_ERROR(CheckInProduction(edit));
    if (request.made_quantity() == 0 && request.scrapped_quantity() == 0) {
      return Error::InvalidArgument("LINE_QUANTITY_INVALID", "nothing was made and nothing scrapped")
          .Field("made_quantity", "this or scrapped_quantity must be 1 or more");
    }
    if (request.scrapped_quantity() > 0 && request.scrap_reason().empty()) {
      return Error::InvalidArgument("REASON_REQUIRED", "scrapped pieces need a reason")
          .Field("scrap_reason", "must say what was wrong with them");
    }
    const StepStart before = edit.record();
    std::vector<LineLedger> lines = LinesOf(edit.record());
    LineLedger& line = lines[request.line_number() - 1];
    int64_t made = request.made_quantity();
    for (Stage from : {Stage::kManufacturing, Stage::kReprinting}) {  // remade pieces count as made too
      const int64_t count = std::min<int64_t>(made, line.at(from));
      if (count > 0) MW_RETURN_IF_ERROR(line.Move(from, Stage::kPostProduction, count));
      made -= count;
    }
    if (made > 0) MW_RETURN_IF_ERROR(line.Move(Stage::kManufacturing, Stage::kPostProduction, made + line.at(Stage::kManufacturing)));
    int64_t scrapped = request.scrapped_quantity();
    for (Stage from : {Stage::kManufacturing, Stage::kPostProduction, Stage::kReady}) {
      const int64_t count = std::min<int64_t>(scrapped, line.at(from));
      if (count > 0) MW_RETURN_IF_ERROR(line.Scrap(from, count));
      scrapped -= count;
    }
    if (scrapped > 0) MW_RETURN_IF_ERROR(line.Scrap(Stage::kManufacturing, scrapped + line.at(Stage::kManufacturing)));
    StoreLines(lines, edit.record());
    edit.CountFact();
    return edit.Note("production_recorded", "order.updated", request.scrap_reason(), before);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::UpdateOrder(const CallInfo& call, const v1::UpdateOrderRequest& request) {
  return Edit(call, request.order().name(), request.order().etag(),
              [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    const StepStart before = edit.record();
    v1::Order changed = edit.order();
    MW_RETURN_IF_ERROR(ApplyUpdateMask(request.order(), request.update_mask(), changed));
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
    if (agreed_prescription && edit.order().workflow() == "dental" && !viewer.seller) {
      return Error::FailedPrecondition("ORDER_APPROVED", "the prescription is part of what both sides approved")
          .Precondition("STATE", edit.order().name(), "ask the center for a change order");
    }
    if (!viewer.seller && changed.assignee() != edit.order().assignee()) {
      return Error::PermissionDenied("SELLER_ONLY", "only the selling company assigns its members");
    }
    if (!viewer.buyer && changed.buyer_reference() != edit.order().buyer_reference()) {
      return Error::PermissionDenied("BUYER_ONLY", "the buyer's own number is the buyer's to change");
    }
    *edit.record().mutable_order() = std::move(changed);
    const v1::State* state = edit.workflow().FindState(edit.order().state());
    // Before the agreement, changed words are another revision to agree to.
    if (content && state != nullptr && !state->implies_acceptance()) {
      edit.record().mutable_order()->set_revision_hash(RevisionHash(ContentOf(edit.record())));
    }
    return edit.Note("updated", "order.updated", "", before);
  });
}

}  // namespace millwright::orders
