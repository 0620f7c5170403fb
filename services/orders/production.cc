// Production facts: lots, made, scrapped and cancelled pieces, what failures cost.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "common/money/proto.h"
#include "services/orders/orders_service.h"
#include "services/orders/reprice.h"
#include "services/orders/storage/scrap_store.h"

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

// The net price that is left of a line of which `cancelled` of `left` pieces go.
absl::StatusOr<v1::LinePrice> PriceLeft(const v1::OrderLine& line, int64_t left, int64_t cancelled) {
  v1::LinePrice price;
  price.set_line_number(line.number());
  MW_ASSIGN_OR_RETURN(Money net, FromProto(line.net(), "order.lines.net"));
  const Decimal share = Decimal(left - cancelled) / Decimal(left);
  MW_ASSIGN_OR_RETURN(net.minor_units, MultiplyMinor(net.minor_units, share, Rounding::kHalfUp));
  *price.mutable_net() = ToProto(net);
  return price;
}

}  // namespace

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
    if (request.scrapped_quantity() > 0 && edit.order().replicas_size() >= kMaxReplicas) {
      return Error::ResourceExhausted("REPLICA_LIMIT", "too much of this order was scrapped")
          .Quota("replicas", absl::StrCat("at most ", kMaxReplicas, " per order"));
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
    if (request.scrapped_quantity() > 0) {
      edit.NoteScrap(request.line_number(), request.scrapped_quantity(), request.scrap_code(), request.scrap_reason());
    }
    edit.CountFact();
    return edit.Note("production_recorded", "order.updated", request.scrap_reason(), before);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::CancelLine(const CallInfo& call, const v1::CancelLineRequest& request) {
  auto order = Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    MW_RETURN_IF_ERROR(SellerOnly(viewer));
    MW_RETURN_IF_ERROR(CheckLine(edit.order(), request.line_number(), "line_number"));
    const v1::State* state = edit.workflow().FindState(edit.order().state());
    if (state == nullptr || !IsOpen(*state) || state->offer_on_table()) {
      const bool offered = state != nullptr && state->offer_on_table();
      return Error::FailedPrecondition("ORDER_CLOSED", "no line of this order can be cancelled now")
          .Precondition("STATE", edit.order().name(), offered ? "send a revised offer instead" : "the order has ended");
    }
    const OrderRecord before = edit.record();
    const bool agreed = before.accepted_hash() == before.order().revision_hash();
    std::vector<LineLedger> lines = LinesOf(edit.record());
    LineLedger& line = lines[request.line_number() - 1];
    const int64_t left = line.ordered() - line.cancelled();
    const int64_t count = request.quantity() > 0 ? request.quantity() : left - line.shipped();
    MW_RETURN_IF_ERROR(line.Cancel(count));
    StoreLines(lines, edit.record());
    v1::Order& changed = *edit.record().mutable_order();
    const v1::OrderLine& shown = changed.lines(request.line_number() - 1);
    if (shown.has_net()) {
      google::protobuf::RepeatedPtrField<v1::LinePrice> prices;
      MW_ASSIGN_OR_RETURN(*prices.Add(), PriceLeft(shown, left, count));
      MW_RETURN_IF_ERROR(Reprice(prices, changed));
    }
    // Less of what both agreed on is still agreed on.
    changed.set_revision_hash(RevisionHash(ContentOf(edit.record())));
    if (agreed) edit.record().set_accepted_hash(changed.revision_hash());
    edit.CountFact();
    MW_RETURN_IF_ERROR(edit.Note("line_cancelled", "order.updated", request.reason(), before, {},
                                 absl::StrCat("{\"line\":", request.line_number(), ",\"pieces\":", count, "}")));
    const bool nothing_left = std::all_of(lines.begin(), lines.end(), [](const LineLedger& l) { return l.all_cancelled(); });
    return nothing_left ? MakeCancel(edit, viewer, request.reason(), request.settlement()) : absl::OkStatus();
  });
  if (order.ok()) AfterEnd(call, *order);
  return order;
}

absl::StatusOr<v1::GetFailureCostsResponse> OrdersHandlers::GetFailureCosts(const CallInfo& call,
                                                                            const v1::GetFailureCostsRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  const absl::Time from = request.has_start_time() ? FromTimestamp(request.start_time()) : absl::UnixEpoch();
  const absl::Time to = request.has_end_time() ? FromTimestamp(request.end_time()) : parts_.clock.Now() + absl::Seconds(1);
  MW_ASSIGN_OR_RETURN(const std::vector<ScrapSum> sums,
                      parts_.db.Read([&](Reader& reader) { return SumScrap(reader, request.parent(), from, to); }));
  v1::GetFailureCostsResponse response;
  for (const ScrapSum& sum : sums) {
    v1::FailureCost& cost = *response.add_costs();
    cost.set_scrap_code(sum.code);
    cost.set_pieces(sum.pieces);
    cost.set_replicas(sum.replicas);
    *cost.mutable_cost() = MoneyOf(sum.cost_minor, sum.currency);
  }
  return response;
}

}  // namespace millwright::orders
