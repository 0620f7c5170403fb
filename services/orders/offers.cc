// Offers: sending a revision, accepting exactly that one.
#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "common/money/proto.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/orders/orders_service.h"
#include "services/orders/reprice.h"

namespace millwright::orders {
namespace {

v1::Offer OfferOf(const OrderRecord& record, const std::string& message) {
  const v1::Order& order = record.order();
  v1::Offer offer;
  offer.set_name(absl::StrCat(order.name(), "/offers/", order.offer_revision()));
  offer.set_revision(order.offer_revision());
  offer.set_revision_hash(order.revision_hash());
  offer.set_current(true);
  *offer.mutable_lines() = order.lines();
  *offer.mutable_net() = order.net();
  *offer.mutable_tax() = order.tax();
  *offer.mutable_gross() = order.gross();
  *offer.mutable_expire_time() = order.offer_expire_time();
  offer.set_message(message);
  return offer;
}

int32_t RevisionOf(absl::string_view offer_name) {
  int32_t revision = 0;
  return absl::SimpleAtoi(LastSegment(offer_name), &revision) ? revision : 0;
}

std::string OrderOf(const std::string& offer_name) { return offer_name.substr(0, offer_name.find("/offers/")); }

// "current" is a fact of the order, not of the stored revision.
v1::Offer Shown(v1::Offer offer, const OrderRecord& record) {
  offer.set_current(offer.revision_hash() == record.order().revision_hash() &&
                    offer.revision() == record.order().offer_revision());
  return offer;
}

}  // namespace

absl::StatusOr<v1::Offer> OrdersHandlers::SendOffer(const CallInfo& call, const v1::SendOfferRequest& request) {
  const absl::Time now = parts_.clock.Now();
  return Mutate<v1::Offer>(call, parts_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Offer> {
    MW_ASSIGN_OR_RETURN(Found found, Find(tx, call, request.parent()));
    OrderEdit edit(Context(now), *found.workflow, tx, std::move(found.record), ActorOf(call, found.viewer));
    MW_RETURN_IF_ERROR(edit.Check(request.etag()));
    v1::Order& order = *edit.record().mutable_order();
    MW_RETURN_IF_ERROR(Reprice(request.line_prices(), order));
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(order.seller_party().time_zone(), &zone)) zone = absl::UTCTimeZone();
    const int default_days = found.workflow->definition().limits().offer_valid_days();
    const int days = request.valid_days() > 0 ? request.valid_days() : (default_days > 0 ? default_days : kDefaultOfferDays);
    *order.mutable_offer_expire_time() = ToTimestamp(EndOfDayAfter(now, days, zone));
    order.set_offer_revision(order.offer_revision() + 1);
    order.set_revision_hash(RevisionHash(ContentOf(edit.record())));
    edit.record().set_offer_expired(false);
    edit.record().set_offer_lapsed(false);
    v1::Offer offer = OfferOf(edit.record(), request.message());
    *offer.mutable_create_time() = ToTimestamp(now);
    EventExtra extra;
    extra.offer = offer;
    MoveRequest move;
    move.actors = found.viewer.actors;
    move.reason = request.message();
    const v1::State* state = found.workflow->FindState(order.state());
    const bool first = state != nullptr && !state->offer_on_table() && !state->implies_acceptance();
    move.trigger = first ? "send_offer" : "revise_offer";
    MW_RETURN_IF_ERROR(edit.Move(move, extra, "order.offer_sent"));
    MW_RETURN_IF_ERROR(store_.PutOffer(tx, order.name(), offer));
    MW_RETURN_IF_ERROR(edit.Settle());
    MW_RETURN_IF_ERROR(edit.Save());
    return offer;
  });
}

absl::StatusOr<v1::Offer> OrdersHandlers::GetOffer(const CallInfo& call, const v1::GetOfferRequest& request) {
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::Offer> {
    const std::string order = OrderOf(request.name());
    auto found = Find(reader, call, order);
    if (absl::IsNotFound(found.status())) return Error::NotFound("offer", request.name());
    if (!found.ok()) return found.status();
    MW_ASSIGN_OR_RETURN(std::optional<v1::Offer> offer, store_.FindOffer(reader, order, RevisionOf(request.name())));
    if (!offer.has_value()) return Error::NotFound("offer", request.name());
    return Shown(*std::move(offer), found->record);
  });
}

absl::StatusOr<v1::ListOffersResponse> OrdersHandlers::ListOffers(const CallInfo& call,
                                                                  const v1::ListOffersRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      pager_.Begin(request.page_size(), request.page_token(), absl::StrCat("offers/", request.parent())));
  int32_t before = std::numeric_limits<int32_t>::max();
  if (!page.first() && !absl::SimpleAtoi(page.keys[0], &before)) return absl::InternalError("page key");
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::ListOffersResponse> {
    MW_ASSIGN_OR_RETURN(const Found found, Find(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(std::vector<v1::Offer> offers, store_.Offers(reader, request.parent(), before, page.size + 1));
    v1::ListOffersResponse response;
    for (v1::Offer& offer : offers) {
      if (response.offers_size() == page.size) {
        response.set_next_page_token(pager_.Token(page, {absl::StrCat(response.offers(page.size - 1).revision())}));
        break;
      }
      *response.add_offers() = Shown(std::move(offer), found.record);
    }
    return response;
  });
}

absl::Status OrdersHandlers::ProvidePo(OrderEdit& edit, Transaction& tx, absl::string_view number, int64_t covers_minor) {
  v1::Order& order = *edit.record().mutable_order();
  MW_RETURN_IF_ERROR(store_.ClaimKey(tx, order.buyer(), OrderStore::KeyKind::kPurchaseOrder, number, order.name()));
  const StepStart before = edit.record();
  auto& po = *edit.record().mutable_po();
  po.set_number(std::string(number));
  po.set_covers_minor(covers_minor);
  po.set_accepted(false);
  order.set_po_number(std::string(number));
  edit.CountFact();
  MoveRequest move;
  move.trigger = "provide_po";
  move.now = parts_.clock.Now();
  if (edit.workflow().KnowsTrigger("provide_po")) {
    for (const Row& row : edit.workflow().RowsFrom(order.state())) {
      if (row.transition->trigger() == "provide_po") return edit.Move(move);
    }
  }
  // A purchase order that comes later than its state is a fact without a move; it must cover the order all the same.
  if (covers_minor < MinorOf(order.gross())) {
    return Error::FailedPrecondition("PO_NOT_COVERING", "the purchase order covers less than the order")
        .Precondition("po_covering", order.name(), "send one that covers the gross total");
  }
  return edit.Note("po_recorded", "order.updated", "", before);
}

absl::StatusOr<v1::Order> OrdersHandlers::AcceptOffer(const CallInfo& call, const v1::AcceptOfferRequest& request) {
  const std::string name = OrderOf(request.name());
  MW_ASSIGN_OR_RETURN(const auto replay, FindReplay<v1::Order>(call, parts_.db));
  if (replay.has_value()) return *replay;
  MW_ASSIGN_OR_RETURN(const Prepared prepared, PrepareMove(call, name, "accept_offer"));
  return Edit(call, name, "", [&](OrderEdit& edit, const Viewer& viewer, Transaction& tx) -> absl::Status {
    edit.Learn(prepared.neighbours);
    MW_ASSIGN_OR_RETURN(std::optional<v1::Offer> offer, store_.FindOffer(tx, name, RevisionOf(request.name())));
    if (!offer.has_value()) return Error::NotFound("offer", request.name());
    v1::Order& order = *edit.record().mutable_order();
    const bool current = order.revision_hash() == request.revision_hash() && offer->revision() == order.offer_revision();
    if (!current) {
      return Error::Aborted("OFFER_SUPERSEDED", "another revision of the offer is current: review and accept that one")
          .Resource("offer", absl::StrCat(name, "/offers/", order.offer_revision()))
          .Meta("currentRevision", absl::StrCat(order.offer_revision()))
          .Meta("state", order.state());
    }
    if (order.accepted_revision() == offer->revision() && edit.record().last_move().trigger() == "accept_offer") {
      return absl::OkStatus();  // two at once: the second gets success
    }
    MW_RETURN_IF_ERROR(edit.Check(request.etag()));
    const absl::Time now = parts_.clock.Now();
    order.set_accepted_revision(offer->revision());
    offer->set_accepted_by(call.principal.member);
    *offer->mutable_accept_time() = ToTimestamp(now);
    EventExtra extra;
    extra.offer = *offer;
    MoveRequest move;
    move.trigger = "accept_offer";
    move.revision = request.revision_hash();
    move.evidence = request.evidence();
    move.actors = viewer.actors;
    MW_RETURN_IF_ERROR(edit.Move(move, extra, "order.offer_accepted"));
    MW_RETURN_IF_ERROR(store_.PutOffer(tx, name, *offer));
    if (request.po_number().empty()) return absl::OkStatus();
    return ProvidePo(edit, tx, request.po_number(), MinorOf(order.gross()));
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::RecordPurchaseOrder(const CallInfo& call,
                                                              const v1::RecordPurchaseOrderRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer&, Transaction& tx) -> absl::Status {
    int64_t covers = MinorOf(edit.order().gross());
    if (request.has_amount()) {
      MW_ASSIGN_OR_RETURN(const Money amount, FromProto(request.amount(), "amount"));
      if (request.amount().currency_code() != edit.order().gross().currency_code()) {
        return Error::InvalidArgument("CURRENCY_MISMATCH", "the purchase order has another currency")
            .Field("amount.currency_code", absl::StrCat("must be ", edit.order().gross().currency_code()));
      }
      covers = amount.minor_units;
    }
    return ProvidePo(edit, tx, request.po_number(), covers);
  });
}

}  // namespace millwright::orders
