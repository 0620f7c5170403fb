// The two main journeys, both sides' views, races, money, partial shipments, watch and papers.
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(OrdersTest, ManufacturingFromPlacedToDelivered) {
  const auto created = Create(Buyer(), "place");
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string name = created->name();
  EXPECT_EQ(created->displayed_status(), "Placed");
  EXPECT_EQ(created->payment_state(), v1::Order::READY_FOR_PAYMENT);
  EXPECT_EQ(created->order_number(), "2027-00001");
  EXPECT_EQ(created->gross().units(), 119);
  EXPECT_EQ(files_->pins, 1);

  EXPECT_EQ(ReasonOf(Do(Seller(), name, "release").status()), "ORDER_TRANSITION_NOT_ALLOWED") << "nothing is paid";
  auto paid = Pay(name, 11900, v1::Payment::CAPTURED, "psp-1");
  ASSERT_TRUE(paid.ok()) << paid.status();
  EXPECT_EQ(paid->displayed_status(), "Free for manufacturing");
  EXPECT_EQ(paid->payment_state(), v1::Order::PAID);
  EXPECT_EQ(Pay(name, 11900, v1::Payment::CAPTURED, "psp-1")->payment_state(), v1::Order::PAID) << "booked once";

  for (const auto& [trigger, status] : std::vector<std::pair<const char*, const char*>>{
           {"start_manufacturing", "Manufacturing"}, {"start_post_production", "Post-production"},
           {"ready_for_shipping", "Ready for shipping"}}) {
    const auto moved = Do(Seller(), name, trigger);
    ASSERT_TRUE(moved.ok()) << trigger << moved.status();
    EXPECT_EQ(moved->order().displayed_status(), status);
  }
  v1::ShipOrderRequest ship;
  ship.set_name(name);
  ship.mutable_shipment()->set_tracking_number("T-1");
  const auto shipped = handlers_->ShipOrder(Seller(), ship);
  ASSERT_TRUE(shipped.ok()) << shipped.status();
  EXPECT_EQ(shipped->displayed_status(), "Shipped");
  EXPECT_EQ(shipped->lines(0).shipped_quantity(), 5);
  EXPECT_EQ(Do(Buyer(), name, "deliver")->order().displayed_status(), "Delivered");
  const auto verified = Verify(name);
  EXPECT_TRUE(verified.intact());
  EXPECT_EQ(verified.entry_count(), 8);
  EXPECT_EQ(EventTypes().size(), 8u) << "one event per step";
}

TEST_F(OrdersTest, DentalHandshakeBothSides) {
  catalog_->quote = QuoteOf(true);
  files_->refusal = Error::FailedPrecondition("FILES_BLOCKING", "crown.stl is missing").Build();
  EXPECT_EQ(ReasonOf(Create(Buyer(), "submit").status()), "FILES_BLOCKING");
  files_->refusal = absl::OkStatus();
  EXPECT_THAT(FieldViolationsOf(Create(Buyer(), "submit", false).status()), Contains(HasSubstr("prescriber")));

  const auto draft = Create(Buyer(), "");
  ASSERT_TRUE(draft.ok()) << draft.status();
  const std::string name = draft->name();
  EXPECT_EQ(draft->displayed_status(), "Draft");
  EXPECT_EQ(Status(Seller(), name), "NOT_FOUND") << "the center does not see drafts";
  ASSERT_TRUE(Do(Buyer(), name, "submit").ok());
  EXPECT_EQ(Status(Seller(), name), "Submitted");

  v1::SendOfferRequest send;
  send.set_parent(name);
  auto& price = *send.add_line_prices();
  price.set_line_number(2);
  *price.mutable_net() = Eur(6000);
  EXPECT_EQ(handlers_->SendOffer(Buyer(), send).status().code(), absl::StatusCode::kFailedPrecondition);
  const auto offer = handlers_->SendOffer(Seller(), send);
  ASSERT_TRUE(offer.ok()) << offer.status();
  EXPECT_EQ(offer->net().units(), 110);
  EXPECT_EQ(offer->gross().units(), 130);
  EXPECT_EQ(offer->gross().nanos(), 900'000'000);

  v1::AcceptOfferRequest accept;
  accept.set_name(offer->name());
  accept.set_revision_hash("stale");
  EXPECT_EQ(handlers_->AcceptOffer(Buyer(), accept).status().code(), absl::StatusCode::kAborted);
  accept.set_revision_hash(offer->revision_hash());
  const auto accepted = handlers_->AcceptOffer(Buyer(), accept);
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->displayed_status(), "Approved");
  EXPECT_EQ(accepted->accepted_revision(), 1);
  ASSERT_TRUE(handlers_->AcceptOffer(Buyer(), accept).ok()) << "the second of two at once";

  EXPECT_FALSE(Do(Buyer(), name, "start_production").ok());
  ASSERT_TRUE(Do(Seller(), name, "start_production").ok());
  v1::RecordLotsRequest lots;
  lots.set_name(name);
  lots.set_line_number(1);
  auto& lot = *lots.add_lots();
  lot.set_article("ZI");
  lot.set_manufacturer("M");
  lot.set_lot("L1");
  EXPECT_EQ(handlers_->RecordLots(Buyer(), lots).status().code(), absl::StatusCode::kPermissionDenied);
  ASSERT_TRUE(handlers_->RecordLots(Seller(), lots).ok());
  ASSERT_TRUE(Do(Seller(), name, "ready_for_shipping").ok());
  EXPECT_THAT(PreconditionsOf(Do(Seller(), name, "ship").status()), Contains(HasSubstr("papers_issued")));
  Issue(name, documents::v1::Document::STATEMENT);
  EXPECT_FALSE(Do(Buyer(), name, "ship").ok()) << "the lab ships nothing";
  ASSERT_TRUE(Do(Seller(), name, "ship").ok());
  EXPECT_EQ(Do(Buyer(), name, "deliver")->order().displayed_status(), "Delivered");
  EXPECT_TRUE(Verify(name).intact());
}

TEST_F(OrdersTest, ForeignOrdersLookAbsent) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::GetOrderRequest get;
  get.set_name(name);
  const absl::Status foreign = handlers_->GetOrder(Stranger(), get).status();
  EXPECT_EQ(foreign.code(), absl::StatusCode::kNotFound);
  get.set_name("orders/seller0001-none");
  EXPECT_EQ(handlers_->GetOrder(Stranger(), get).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Do(Stranger(), name, "cancel_by_admin", "x").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Create(Stranger(), "place").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(OrdersTest, CreateIsRefusedForEachThingMissing) {
  accounts_->contacts = false;
  EXPECT_EQ(ReasonOf(Create(Buyer(), "place").status()), "NOT_A_CONTACT");
  accounts_->contacts = true;
  catalog_->quote.mutable_lines(0)->clear_net();
  EXPECT_THAT(PreconditionsOf(Create(Buyer(), "place").status()), Contains(HasSubstr("lines_priced")));
  EXPECT_EQ(Create(Buyer(), "submit_for_review")->displayed_status(), "Waiting for review");
  clock_.Advance(absl::Hours(24 * 11));
  EXPECT_EQ(ReasonOf(Create(Buyer(), "place").status()), "QUOTE_EXPIRED");
  EXPECT_EQ(ReasonOf(Create(Buyer(), "teleport").status()), "QUOTE_EXPIRED");
}

TEST_F(OrdersTest, RepeatedRequestIdAnswersTheSameAndWritesOnce) {
  CallInfo call = Buyer();
  call.method = "/millwright.orders.v1.OrdersService/CreateOrder";
  call.request_id = "2b2b0f52-0000-4000-8000-000000000001";
  call.request_hash = "h1";
  const auto first = Create(call, "place");
  const auto second = Create(call, "place");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(EventTypes().size(), 1u);
  call.request_hash = "h2";
  EXPECT_EQ(ReasonOf(Create(call, "place").status()), "REQUEST_ID_REUSED");
  CallInfo dry = Buyer();
  dry.validate_only = true;
  EXPECT_TRUE(Create(dry, "place").ok());
  EXPECT_EQ(EventTypes().size(), 1u) << "validate_only writes nothing";
}

TEST_F(OrdersTest, TwoAtOnceAndStaleEtags) {
  catalog_->quote = QuoteOf(true);
  const auto order = Create(Buyer(), "submit");
  ASSERT_TRUE(order.ok()) << order.status();
  const std::string seen = order->etag();
  ASSERT_TRUE(Do(Seller(), order->name(), "approve", "", seen).ok());
  const auto second = Do(Owner(), order->name(), "approve", "", seen);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->already_done_by(), absl::StrCat(kSeller, "/members/sam"));
  const absl::Status loser = Do(Buyer(), order->name(), "withdraw", "mistake", seen).status();
  EXPECT_EQ(loser.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(MetaOf(loser, "state"), "APPROVED");
}

TEST_F(OrdersTest, CancelAgainstApproveHasExactlyOneWinner) {
  catalog_->quote = QuoteOf(true);
  for (int i = 0; i < 30; ++i) {
    const auto order = Create(Buyer(), "submit");
    ASSERT_TRUE(order.ok()) << order.status();
    absl::Status approved, withdrawn;
    std::thread center([&] { approved = Do(Seller(), order->name(), "approve", "", order->etag()).status(); });
    std::thread lab([&] { withdrawn = Do(Buyer(), order->name(), "withdraw", "mistake", order->etag()).status(); });
    center.join();
    lab.join();
    ASSERT_NE(approved.ok(), withdrawn.ok());
    const absl::Status& loser = approved.ok() ? withdrawn : approved;
    if (!approved.ok()) {
      EXPECT_EQ(loser.code(), absl::StatusCode::kNotFound) << "withdrawn orders are gone from the center";
    } else {
      EXPECT_EQ(MetaOf(loser, "state"), "APPROVED");
    }
  }
}

TEST_F(OrdersTest, WithdrawnIsGoneFromTheCenterAndRevoked) {
  catalog_->quote = QuoteOf(true);
  const std::string name = Create(Buyer(), "submit")->name();
  v1::CancelOrderRequest cancel;
  cancel.set_name(name);
  cancel.set_reason("wrong file");
  const auto cancelled = handlers_->CancelOrder(Buyer(), cancel);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->displayed_status(), "Withdrawn");
  EXPECT_THAT(files_->revoked, ElementsAre(name)) << "asked even though files is down";
  EXPECT_EQ(Status(Seller(), name), "NOT_FOUND");
  v1::ListOrdersRequest list;
  list.set_parent(kBuyer);
  EXPECT_EQ(handlers_->ListOrders(Buyer(), list)->orders_size(), 0) << "only by filter";
  list.set_filter("displayed_status = withdrawn");
  EXPECT_EQ(handlers_->ListOrders(Buyer(), list)->orders_size(), 1);
}

TEST_F(OrdersTest, ListsPageStablyAndCountsFollow) {
  std::set<std::string> names;
  for (int i = 0; i < 7; ++i) {
    clock_.Advance(absl::Seconds(i % 3));
    names.insert(Create(Buyer(), "place")->name());
  }
  ASSERT_TRUE(Do(Seller(), *names.begin(), "cancel_by_admin", "no powder").ok());
  for (const char* order_by : {"", "create_time", "update_time desc", "order_number"}) {
    v1::ListOrdersRequest list;
    list.set_parent(kSeller);
    list.set_view(v1::ListOrdersRequest::INCOMING);
    list.set_page_size(3);
    list.set_order_by(order_by);
    std::set<std::string> seen;
    do {
      const auto page = handlers_->ListOrders(Seller(), list);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const v1::Order& order : page->orders()) EXPECT_TRUE(seen.insert(order.name()).second) << order_by;
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    EXPECT_EQ(seen, names) << order_by;
  }
  v1::CountOrdersRequest count;
  count.set_parent(kSeller);
  count.set_view(v1::ListOrdersRequest::INCOMING);
  std::map<std::string, int64_t> counts;
  const auto counted = handlers_->CountOrders(Seller(), count);
  for (const v1::StatusCount& status : counted->counts()) {
    counts[status.displayed_status()] = status.order_count();
  }
  EXPECT_EQ(counts, (std::map<std::string, int64_t>{{"Placed", 6}, {"Canceled by admin", 1}}));
  v1::ListOrdersRequest list;
  list.set_parent(kBuyer);
  list.set_view(v1::ListOrdersRequest::MINE);
  list.set_filter("displayed_status = \"cancelled by admin\" AND create_time >= \"2020-01-01T00:00:00Z\"");
  EXPECT_EQ(handlers_->ListOrders(Buyer(), list)->orders_size(), 1);
  list.set_filter("displayed_status = \"lost in space\"");
  EXPECT_EQ(ReasonOf(handlers_->ListOrders(Buyer(), list).status()), "FILTER_INVALID");
  list.set_filter("");
  list.set_parent(kSeller);
  EXPECT_EQ(handlers_->ListOrders(Buyer(), list).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(OrdersTest, HoldsDelayTheReleaseAndShowTheirReason) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::PlaceHoldRequest place;
  place.set_parent(name);
  place.mutable_hold()->set_public_reason("address unclear");
  place.mutable_hold()->set_internal_reason("smells of fraud");
  EXPECT_EQ(handlers_->PlaceHold(Buyer(), place).status().code(), absl::StatusCode::kPermissionDenied);
  const auto held = handlers_->PlaceHold(Seller(), place);
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->displayed_status(), "On hold");
  v1::GetOrderRequest get;
  get.set_name(name);
  EXPECT_EQ(handlers_->GetOrder(Buyer(), get)->holds(0).internal_reason(), "");
  EXPECT_EQ(Pay(name, 11900, v1::Payment::MANUAL)->state(), "PLACED");
  v1::LiftHoldRequest lift;
  lift.set_name(held->holds(0).name());
  const auto lifted = handlers_->LiftHold(Seller(), lift);
  ASSERT_TRUE(lifted.ok()) << lifted.status();
  EXPECT_EQ(lifted->displayed_status(), "Free for manufacturing");
  EXPECT_EQ(ReasonOf(handlers_->LiftHold(Seller(), lift).status()), "HOLD_ALREADY_LIFTED");
}

TEST_F(OrdersTest, PurchaseOrderReleasesAndFallsDue) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::RecordPurchaseOrderRequest po;
  po.set_name(name);
  po.set_po_number("4711");
  *po.mutable_amount() = Eur(100);
  EXPECT_THAT(PreconditionsOf(handlers_->RecordPurchaseOrder(Buyer(), po).status()), Contains(HasSubstr("po_covering")));
  po.clear_amount();
  EXPECT_EQ(handlers_->RecordPurchaseOrder(Buyer(), po)->displayed_status(), "PO provided");
  const std::string other = Create(Buyer(), "place")->name();
  po.set_name(other);
  EXPECT_EQ(handlers_->RecordPurchaseOrder(Buyer(), po).status().code(), absl::StatusCode::kAlreadyExists);
  const auto accepted = Do(Seller(), name, "accept_po");
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->order().displayed_status(), "Free for manufacturing");
  ASSERT_TRUE(accepted->order().has_payment_due_time());
  clock_.Advance(absl::Hours(24 * 15));
  ASSERT_TRUE(database_.db().Write([&](Transaction& tx) {
    return handlers_->RunDue(tx, {.kind = kPaymentDue, .key = name, .due = clock_.Now()});
  }).ok());
  EXPECT_EQ(Status(Buyer(), name), "PO Payment due");
  EXPECT_EQ(Pay(name, 11900, v1::Payment::CAPTURED)->displayed_status(), "Free for manufacturing");
}

TEST_F(OrdersTest, PartialShipmentsWithBadge) {
  const std::string name = Create(Buyer(), "place")->name();
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  for (const char* trigger : {"start_manufacturing", "ready_for_shipping"}) ASSERT_TRUE(Do(Seller(), name, trigger).ok());
  v1::ShipOrderRequest ship;
  ship.set_name(name);
  auto& item = *ship.mutable_shipment()->add_items();
  item.set_line_number(1);
  item.set_quantity(6);
  EXPECT_EQ(ReasonOf(handlers_->ShipOrder(Seller(), ship).status()), "LINE_QUANTITY_TOO_HIGH");
  item.set_quantity(3);
  const auto part = handlers_->ShipOrder(Seller(), ship);
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->displayed_status(), "Ready for shipping");
  EXPECT_THAT(part->badges(), ElementsAre("3 of 10 shipped"));
  ship.mutable_shipment()->clear_items();
  const auto rest = handlers_->ShipOrder(Seller(), ship);
  EXPECT_EQ(rest->displayed_status(), "Shipped");
  ASSERT_EQ(rest->shipments_size(), 2);
  EXPECT_EQ(rest->shipments(1).items_size(), 2);
  EXPECT_THAT(rest->badges(), IsEmpty());
}

TEST_F(OrdersTest, ScrapSendsTheOrderToRePrintingAndBack) {
  const std::string name = Create(Buyer(), "place")->name();
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  ASSERT_TRUE(Do(Seller(), name, "start_manufacturing").ok());
  v1::RecordProductionRequest record;
  record.set_name(name);
  record.set_line_number(1);
  record.set_scrapped_quantity(2);
  EXPECT_EQ(ReasonOf(handlers_->RecordProduction(Seller(), record).status()), "REASON_REQUIRED");
  record.set_scrap_reason("warped");
  EXPECT_EQ(handlers_->RecordProduction(Seller(), record)->displayed_status(), "Re-printing");
  EXPECT_THAT(PreconditionsOf(Do(Seller(), name, "ready_for_shipping").status()), Contains(HasSubstr("quantities_made")));
  record.set_scrapped_quantity(0);
  record.set_made_quantity(5);
  EXPECT_EQ(handlers_->RecordProduction(Seller(), record)->displayed_status(), "Manufacturing") << "line 2 is behind";
  EXPECT_EQ(Do(Seller(), name, "ready_for_shipping")->order().displayed_status(), "Ready for shipping");
}

TEST_F(OrdersTest, CancelOfCapturedMoneyNeedsASettlement) {
  const std::string name = Create(Buyer(), "place")->name();
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  v1::CancelOrderRequest cancel;
  cancel.set_name(name);
  cancel.set_reason("machine broke");
  EXPECT_FALSE(handlers_->CancelOrder(Buyer(), cancel).ok()) << "too late for the customer";
  EXPECT_THAT(PreconditionsOf(handlers_->CancelOrder(Seller(), cancel).status()), Contains(HasSubstr("settlement_given")));
  cancel.set_settlement("refund_now");
  const auto cancelled = handlers_->CancelOrder(Seller(), cancel);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->displayed_status(), "Canceled by admin");
  EXPECT_EQ(cancelled->payment_state(), v1::Order::REFUNDED);
}

TEST_F(OrdersTest, OverrideIsTheOwnersAndMarked) {
  const std::string name = Create(Buyer(), "submit_for_review")->name();
  v1::OverrideStatusRequest change;
  change.set_name(name);
  change.set_to_state("Manufacturing");
  change.set_reason("agreed by phone");
  EXPECT_THAT(PreconditionsOf(handlers_->OverrideStatus(Seller(), change).status()), Contains(HasSubstr("actor_role")));
  EXPECT_THAT(PreconditionsOf(handlers_->OverrideStatus(Owner(), change).status()), Contains(HasSubstr("evidence_given")));
  change.set_evidence("call of \"3 May\"\nwith Zoë \x01");
  EXPECT_EQ(handlers_->OverrideStatus(Owner(), change)->displayed_status(), "Manufacturing");
  v1::ListHistoryRequest list;
  list.set_parent(name);
  const auto history = handlers_->ListHistory(Buyer(), list);
  const v1::HistoryEntry& last = history->entries(history->entries_size() - 1);
  EXPECT_TRUE(last.is_override());
  google::protobuf::Struct details;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(last.details(), &details).ok()) << last.details();
  EXPECT_EQ(details.fields().at("evidence").string_value(), "call of \"3 May\"\nwith Zoë \x01");
  change.set_to_state("on hold");
  EXPECT_EQ(handlers_->OverrideStatus(Owner(), change)->displayed_status(), "On hold");
}

TEST_F(OrdersTest, OffersExpireAndLapseByDueRows) {
  const std::string name = Create(Buyer(), "submit_for_review")->name();
  v1::SendOfferRequest send;
  send.set_parent(name);
  send.set_valid_days(1);
  const auto offer = handlers_->SendOffer(Seller(), send);
  ASSERT_TRUE(offer.ok()) << offer.status();
  clock_.Advance(absl::Hours(24 * 3));
  v1::AcceptOfferRequest accept;
  accept.set_name(offer->name());
  accept.set_revision_hash(offer->revision_hash());
  EXPECT_THAT(PreconditionsOf(handlers_->AcceptOffer(Buyer(), accept).status()), Contains(HasSubstr("offer_not_expired")));
  const auto run = [&](const char* kind) {
    ASSERT_TRUE(database_.db().Write([&](Transaction& tx) {
      return handlers_->RunDue(tx, {.kind = kind, .key = name, .due = clock_.Now()});
    }).ok());
  };
  run(kOfferExpires);
  v1::GetOrderRequest get;
  get.set_name(name);
  EXPECT_THAT(handlers_->GetOrder(Buyer(), get)->badges(), ElementsAre("offer expired"));
  run(kOfferLapses);
  EXPECT_EQ(Status(Buyer(), name), "Canceled by admin");
}

TEST_F(OrdersTest, AvailableTransitionsNameTheirRefusals) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::ListAvailableTransitionsRequest request;
  request.set_name(name);
  request.set_language_code("de");
  const auto available = handlers_->ListAvailableTransitions(Seller(), request);
  bool found = false;
  for (const v1::AvailableTransition& transition : available->transitions()) {
    if (transition.trigger() != "release") continue;
    found = true;
    EXPECT_FALSE(transition.allowed());
    EXPECT_EQ(transition.refusals(0).guard(), "payment_terms_met");
    EXPECT_EQ(transition.to_display_name(), "Freigegeben zur Fertigung");
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace millwright::orders
