// Cancellation requests, bulk moves, finding orders, exports: what is built on moves and lists.
#include "common/rpc/validator.h"
#include "services/orders/domain/csv.h"
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Collected : StreamWriter<google::api::HttpBody> {
  std::string data;
  int messages = 0;
  bool Write(const google::api::HttpBody& body) override {
    data.append(body.data());
    ++messages;
    return true;
  }
};

class RequestsTest : public OrdersTest {
 protected:
  absl::StatusOr<v1::Order> Ask(const CallInfo& call, const std::string& name, const std::string& reason) {
    v1::CreateCancellationRequestRequest request;
    request.set_parent(name);
    request.set_reason(reason);
    return handlers_->CreateCancellationRequest(call, request);
  }
  absl::StatusOr<v1::Order> Answer(const CallInfo& call, const std::string& request_name, bool granted,
                                   const std::string& text, const std::string& settlement = "") {
    v1::AnswerCancellationRequestRequest request;
    request.set_name(request_name);
    request.set_granted(granted);
    request.set_answer_text(text);
    request.set_settlement(settlement);
    return handlers_->AnswerCancellationRequest(call, request);
  }
  std::string Paid() {
    const std::string name = Create(Buyer(), "place")->name();
    EXPECT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
    return name;
  }
  std::vector<std::string> Search(const CallInfo& call, const std::string& parent, const std::string& text,
                                  const std::string& filter = "") {
    v1::ListOrdersRequest request;
    request.set_parent(parent);
    request.set_search(text);
    request.set_filter(filter);
    const auto listed = handlers_->ListOrders(call, request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<std::string> numbers;
    for (const v1::Order& order : listed->orders()) numbers.push_back(order.order_number());
    return numbers;
  }
};

TEST_F(RequestsTest, CancellationRequestsMergeAndAreAnsweredOnce) {
  const std::string name = Paid();
  EXPECT_EQ(ReasonOf(Ask(Seller(), name, "x").status()), "BUYER_ONLY");
  EXPECT_EQ(Ask(Stranger(), name, "x").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(Ask(Buyer(), name, " ").status()), "REASON_REQUIRED");
  ASSERT_TRUE(Ask(Buyer(), name, "wrong material").ok());
  const auto asked = Ask(Buyer(), name, "and too late");
  ASSERT_TRUE(asked.ok()) << asked.status();
  ASSERT_EQ(asked->cancellation_requests_size(), 1);
  EXPECT_THAT(asked->cancellation_requests(0).reasons(), ElementsAre("wrong material", "and too late"));
  const std::string request = asked->cancellation_requests(0).name();
  EXPECT_EQ(ReasonOf(Answer(Buyer(), request, true, "").status()), "SELLER_ONLY");
  EXPECT_EQ(ReasonOf(Answer(Seller(), request, false, "").status()), "REASON_REQUIRED");
  EXPECT_THAT(PreconditionsOf(Answer(Seller(), request, true, "").status()), Contains(HasSubstr("settlement_given")));
  EXPECT_EQ(Status(Buyer(), name), "Free for manufacturing") << "a refused answer leaves everything as it was";
  const auto granted = Answer(Seller(), request, true, "", "refund_later");
  ASSERT_TRUE(granted.ok()) << granted.status();
  EXPECT_EQ(granted->displayed_status(), "Canceled by admin");
  EXPECT_EQ(granted->payment_state(), v1::Order::REFUND_DUE);
  EXPECT_EQ(granted->cancellation_requests(0).answer(), v1::CancellationRequest::GRANTED);
  EXPECT_EQ(ReasonOf(Answer(Seller(), request, false, "no").status()), "REQUEST_CLOSED");
  EXPECT_EQ(ReasonOf(Ask(Buyer(), name, "again").status()), "ORDER_CLOSED");
  EXPECT_THAT(EventTypes(), Contains("order.updated"));
}

TEST_F(RequestsTest, UnansweredRequestsLapseAndTheOrderGoesOn) {
  const std::string name = Paid();
  const auto asked = Ask(Buyer(), name, "wrong material");
  clock_.Advance(absl::Hours(72) - absl::Seconds(1));
  const auto run = [&] {
    ASSERT_TRUE(database_.db().Write([&](Transaction& tx) {
      return handlers_->RunDue(tx, {.kind = kRequestLapses, .key = name, .due = clock_.Now()});
    }).ok());
  };
  run();
  v1::GetOrderRequest get;
  get.set_name(name);
  EXPECT_EQ(handlers_->GetOrder(Buyer(), get)->cancellation_requests(0).answer(), v1::CancellationRequest::OPEN);
  clock_.Advance(absl::Seconds(1));
  run();
  EXPECT_EQ(handlers_->GetOrder(Buyer(), get)->cancellation_requests(0).answer(), v1::CancellationRequest::LAPSED);
  EXPECT_EQ(Status(Buyer(), name), "Free for manufacturing");
  EXPECT_EQ(ReasonOf(Answer(Seller(), asked->cancellation_requests(0).name(), true, "").status()), "REQUEST_CLOSED");
  for (int i = 1; i < kMaxCancellationRequests; ++i) {
    const auto again = Ask(Buyer(), name, "please");
    ASSERT_TRUE(again.ok()) << i << again.status();
    ASSERT_TRUE(Answer(Seller(), again->cancellation_requests(i).name(), false, "it is being made").ok());
  }
  EXPECT_EQ(ReasonOf(Ask(Buyer(), name, "please").status()), "REQUEST_LIMIT");
}

TEST_F(RequestsTest, AnOverrideIntoACancelledEndSettlesTheMoney) {
  const std::string name = Paid();
  ASSERT_TRUE(Ask(Buyer(), name, "wrong material").ok());
  v1::OverrideStatusRequest change;
  change.set_name(name);
  change.set_to_state("CANCELED_BY_CUSTOMER");
  change.set_reason("agreed by phone");
  EXPECT_THAT(PreconditionsOf(handlers_->OverrideStatus(Owner(), change).status()), Contains(HasSubstr("settlement_given")));
  change.set_settlement("retain");
  const auto cancelled = handlers_->OverrideStatus(Owner(), change);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->payment_state(), v1::Order::PAID) << "the shop keeps it";
  EXPECT_EQ(cancelled->cancellation_requests(0).answer(), v1::CancellationRequest::GRANTED);
  EXPECT_EQ(ReasonOf(Do(Seller(), name, "undo_cancel", "oops").status()), "ORDER_TRANSITION_NOT_ALLOWED") << "owners only";
  clock_.Advance(absl::Hours(24) + absl::Seconds(1));
  EXPECT_THAT(PreconditionsOf(Do(Owner(), name, "undo_cancel", "oops").status()), Contains(HasSubstr("within_undo_window")));
  clock_.Advance(-absl::Seconds(1));
  EXPECT_EQ(Do(Owner(), name, "undo_cancel", "oops")->order().displayed_status(), "Free for manufacturing");
  change.set_to_state("nowhere");
  EXPECT_EQ(ReasonOf(handlers_->OverrideStatus(Owner(), change).status()), "ORDER_STATE_UNKNOWN");
}

TEST_F(RequestsTest, BulkMovesAnswerPerOrderAndOneRequestIdHoldsForAll) {
  const std::string ready = Paid(), unpaid = Create(Buyer(), "place")->name();
  v1::BulkTransitionOrdersRequest request;
  request.set_parent(kSeller);
  request.set_trigger("start_manufacturing");
  for (const std::string& name : {ready, unpaid, std::string("orders/seller0001-none")}) request.add_orders(name);
  CallInfo call = Seller();
  call.method = "/millwright.orders.v1.OrdersService/BulkTransitionOrders";
  call.request_id = "2b2b0f52-0000-4000-8000-000000000007";
  call.request_hash = "h";
  const size_t events = EventTypes().size();
  const auto bulk = handlers_->BulkTransitionOrders(call, request);
  ASSERT_TRUE(bulk.ok()) << bulk.status();
  ASSERT_EQ(bulk->results_size(), 3);
  EXPECT_EQ(bulk->moved_count(), 1);
  EXPECT_TRUE(bulk->results(0).moved());
  EXPECT_EQ(bulk->results(0).displayed_status(), "Manufacturing");
  EXPECT_EQ(bulk->results(1).reason(), "ORDER_TRANSITION_NOT_ALLOWED");
  EXPECT_THAT(bulk->results(1).violations(), Contains(HasSubstr("payment_terms_met")));
  EXPECT_EQ(bulk->results(1).displayed_status(), "Placed");
  EXPECT_EQ(bulk->results(2).code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(EventTypes().size(), events + 1);
  EXPECT_EQ(handlers_->BulkTransitionOrders(call, request)->SerializeAsString(), bulk->SerializeAsString());
  EXPECT_EQ(EventTypes().size(), events + 1) << "once";
  request.set_parent(kBuyer);
  EXPECT_EQ(handlers_->BulkTransitionOrders(Seller(), request).status().code(), absl::StatusCode::kNotFound);
  request.clear_orders();
  for (int i = 0; i < kMaxBulk; ++i) request.add_orders(ready);
  EXPECT_TRUE(ValidateRequest(request).ok());
  request.add_orders(ready);
  EXPECT_THAT(FieldViolationsOf(ValidateRequest(request)), Contains("orders: has 101 elements; at most 100 are allowed"));
}

TEST_F(RequestsTest, OneSearchFindsNumberPoTrackingFileCaseCodeAndOwnKeys) {
  v1::CreateOrderRequest create;
  create.set_quote("quotes/seller0001-q");
  create.set_external_id("ERP-77");
  create.set_buyer_reference("Hip Stem");
  create.mutable_prescription()->set_case_code("CASE-0815");
  (*create.mutable_metadata())["color"] = "red";
  catalog_->quote.mutable_lines(0)->set_file_name("0815_Incisor-left.STL");
  const auto first = handlers_->CreateOrder(Buyer(), create);
  ASSERT_TRUE(first.ok()) << first.status();
  catalog_->quote = QuoteOf(false);
  const std::string second = Paid();
  v1::RecordPurchaseOrderRequest po;
  po.set_name(second);
  po.set_po_number("PO/4711");
  ASSERT_TRUE(handlers_->RecordPurchaseOrder(Buyer(), po).ok());
  for (const char* trigger : {"start_manufacturing", "ready_for_shipping"}) ASSERT_TRUE(Do(Seller(), second, trigger).ok());
  v1::ShipOrderRequest ship;
  ship.set_name(second);
  ship.mutable_shipment()->set_tracking_number("ZX999");
  ASSERT_TRUE(handlers_->ShipOrder(Seller(), ship).ok());

  for (const auto& [call, parent] : {std::pair(Buyer(), kBuyer), std::pair(Seller(), kSeller)}) {
    for (const char* text : {"2027-00001", "1", "erp-77", "hip", "CASE-08", "0815", "incisor", " LEFT "}) {
      EXPECT_THAT(Search(call, parent, text), ElementsAre("2027-00001")) << text;
    }
    for (const char* text : {"2", "po/47", "zx9"}) EXPECT_THAT(Search(call, parent, text), ElementsAre("2027-00002")) << text;
    for (const char* text : {"ncisor", "nothing", "%", "'"}) EXPECT_THAT(Search(call, parent, text), IsEmpty()) << text;
    EXPECT_EQ(Search(call, parent, "2027-").size(), 2u);
    EXPECT_EQ(Search(call, parent, "part2").size(), 2u);
    EXPECT_THAT(Search(call, parent, "2027-", "metadata.color = red"), ElementsAre("2027-00001"));
    EXPECT_THAT(Search(call, parent, "", "po_number = \"PO/4711\" AND open_holds = 0"), ElementsAre("2027-00002"));
    EXPECT_THAT(Search(call, parent, "", "metadata.color != red"), ElementsAre("2027-00002"));
  }
  EXPECT_THAT(Search(Stranger(), "companies/stranger01", "incisor"), IsEmpty());

  v1::UpdateOrderRequest update;
  update.mutable_order()->set_name(first->name());
  update.mutable_update_mask()->add_paths("metadata");
  (*update.mutable_order()->mutable_metadata())["size"] = "L";
  ASSERT_TRUE(handlers_->UpdateOrder(Seller(), update).ok());
  EXPECT_THAT(Search(Buyer(), kBuyer, "", "metadata.color = red"), IsEmpty());
  EXPECT_THAT(Search(Buyer(), kBuyer, "", "metadata.size = L"), ElementsAre("2027-00001"));
  (*update.mutable_order()->mutable_metadata())["Bad Key"] = "x";
  EXPECT_EQ(ReasonOf(handlers_->UpdateOrder(Seller(), update).status()), "METADATA_INVALID");
  EXPECT_EQ(handlers_->CreateOrder(Buyer(), create).status().code(), absl::StatusCode::kAlreadyExists) << "external_id";
}

TEST_F(RequestsTest, BadFiltersAndForeignTokensAreRefused) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Create(Buyer(), "place").ok());
  v1::ListOrdersRequest list;
  list.set_parent(kBuyer);
  list.set_page_size(1);
  const std::string token = handlers_->ListOrders(Buyer(), list)->next_page_token();
  list.set_page_token(token);
  EXPECT_TRUE(handlers_->ListOrders(Buyer(), list).ok());
  list.set_filter("state = PLACED");
  EXPECT_EQ(ReasonOf(handlers_->ListOrders(Buyer(), list).status()), "PAGE_TOKEN_INVALID") << "another filter";
  list.clear_filter();
  list.set_search("2027");
  EXPECT_EQ(ReasonOf(handlers_->ListOrders(Buyer(), list).status()), "PAGE_TOKEN_INVALID") << "another search";
  list.clear_page_token();
  list.clear_search();
  for (const std::string& filter : {std::string(10'240, '('), std::string("state = NOWHERE"), std::string("metadata. = x"),
                                    std::string("secret = 1"), std::string("open_holds = many")}) {
    list.set_filter(filter);
    EXPECT_EQ(ReasonOf(handlers_->ListOrders(Buyer(), list).status()), "FILTER_INVALID") << filter.substr(0, 40);
  }
  list.set_filter(std::string(4097, 'x'));
  EXPECT_THAT(FieldViolationsOf(ValidateRequest(list)), Contains(HasSubstr("at most 4096")));
}

TEST_F(RequestsTest, ExportsAreCompleteAndSafeToOpen) {
  v1::CreateOrderRequest create;
  create.set_quote("quotes/seller0001-q");
  create.set_buyer_reference("=HYPERLINK(\"http://evil\"),x");
  ASSERT_TRUE(handlers_->CreateOrder(Buyer(), create).ok());
  for (int i = 0; i < 250; ++i) ASSERT_TRUE(Create(Buyer(), "place").ok());
  v1::ExportOrdersRequest request;
  request.set_parent(kBuyer);
  request.set_order_by("order_number");
  Collected csv;
  ASSERT_TRUE(handlers_->ExportOrders(Buyer(), request, csv).ok());
  EXPECT_EQ(csv.messages, 2) << "streamed";
  EXPECT_EQ(std::count(csv.data.begin(), csv.data.end(), '\n'), 252);
  EXPECT_THAT(csv.data, StartsWith("order_number,name,"));
  EXPECT_THAT(csv.data, HasSubstr("\"'=HYPERLINK(\"\"http://evil\"\"),x\""));
  EXPECT_THAT(csv.data, HasSubstr(",EUR,100.00,19.00,119.00,119.00,0,,NONE"));
  request.set_parent(kSeller);
  EXPECT_EQ(handlers_->ExportOrders(Buyer(), request, csv).code(), absl::StatusCode::kNotFound);

  const std::string name = Paid();
  v1::ExportHistoryRequest history;
  history.set_parent(name);
  Collected lines;
  ASSERT_TRUE(handlers_->ExportHistory(Buyer(), history, lines).ok());
  EXPECT_EQ(std::count(lines.data.begin(), lines.data.end(), '\n'), 3);
  EXPECT_THAT(lines.data, StartsWith("{\"sequence\":\"1\""));
  EXPECT_THAT(lines.data, HasSubstr("\"previous_hash\""));
  EXPECT_EQ(handlers_->ExportHistory(Stranger(), history, lines).code(), absl::StatusCode::kNotFound);
}

TEST(Csv, CellsThatWouldRunAsFormulasAreDefused) {
  EXPECT_EQ(CsvLine({"a", "b,c", "d\"e", "", "-12.50", "-1+1", "@x", "x\ny"}),
            "a,\"b,c\",\"d\"\"e\",,-12.50,'-1+1,'@x,\"x\ny\"\r\n");
}

}  // namespace
}  // namespace millwright::orders
