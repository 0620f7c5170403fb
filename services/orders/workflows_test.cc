// Workflows of companies' own: made, linted, simulated, drawn, pinned, migrated; who sees them; their limits.
#include <google/protobuf/text_format.h>

#include "absl/strings/str_replace.h"
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRush[] = "companies/seller0001/workflows/rush";

// The built-in job-shop workflow under another id, with some texts replaced.
v1::WorkflowDefinition Rush(const std::vector<std::pair<std::string, std::string>>& replaced = {}) {
  v1::WorkflowDefinition definition = WorkflowRegistry::Create().value()->Builtin("manufacturing")->definition();
  std::string text;
  google::protobuf::TextFormat::PrintToString(definition, &text);
  v1::WorkflowDefinition changed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrReplaceAll(text, replaced), &changed));
  changed.set_id("rush");
  changed.set_base("manufacturing");
  changed.set_version(0);
  return changed;
}

class WorkflowsTest : public OrdersTest {
 protected:
  absl::StatusOr<v1::CreateWorkflowResponse> Make(const v1::WorkflowDefinition& definition, const CallInfo& call = Owner(),
                                                  const std::string& parent = kSeller) {
    v1::CreateWorkflowRequest request;
    request.set_parent(parent);
    *request.mutable_workflow() = definition;
    return handlers_->CreateWorkflow(call, request);
  }
  absl::StatusOr<v1::GetWorkflowResponse> Get(const CallInfo& call, const std::string& name, int version = 0) {
    v1::GetWorkflowRequest request;
    request.set_name(name);
    request.set_version(version);
    return handlers_->GetWorkflow(call, request);
  }
  absl::StatusOr<v1::Order> Place(const std::string& workflow) {
    v1::CreateOrderRequest request;
    request.set_quote("quotes/seller0001-q");
    request.set_workflow(workflow);
    return handlers_->CreateOrder(Buyer(), request);
  }
  absl::StatusOr<v1::MigrateOrdersResponse> Migrate(v1::MigrateOrdersRequest request, bool dry = false) {
    request.set_name(kRush);
    request.set_reason("new hall");
    CallInfo call = Owner();
    call.validate_only = dry;
    return handlers_->MigrateOrders(call, request);
  }
  std::vector<std::string> Lint(const v1::WorkflowDefinition& definition) {
    v1::LintWorkflowRequest request;
    request.set_parent(kSeller);
    *request.mutable_workflow() = definition;
    const auto response = handlers_->LintWorkflow(Seller(), request);
    if (!response.ok()) return FieldViolationsOf(response.status());
    std::vector<std::string> found;
    for (const v1::LintFinding& finding : response->findings()) {
      found.push_back(absl::StrCat(finding.rule(), " ", finding.culprit()));
    }
    return found;
  }
};

TEST_F(WorkflowsTest, AnOwnWorkflowDrivesOrdersAndIsSeenByThoseWhoseOrdersItDrives) {
  const auto made = Make(Rush({{"\"Placed\"", "\"Booked\""}}));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->name(), kRush);
  EXPECT_EQ(made->definition().version(), 1);
  EXPECT_GT(made->automatic_chains_size(), 0) << "simulated before it was saved";
  EXPECT_EQ(Get(Buyer(), kRush).status().code(), absl::StatusCode::kNotFound) << "none of the buyer's business yet";
  EXPECT_EQ(Get(Stranger(), kRush).status().code(), absl::StatusCode::kNotFound);

  const auto order = Place(kRush);
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_EQ(order->displayed_status(), "Booked");
  EXPECT_EQ(order->workflow(), kRush);
  EXPECT_EQ(order->base_workflow(), "manufacturing");
  const auto seen = Get(Buyer(), kRush);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_THAT(seen->dot(), HasSubstr("Booked"));
  EXPECT_THAT(seen->svg(), HasSubstr("<svg"));
  EXPECT_EQ(seen->creator(), "companies/seller0001/members/olga");
  EXPECT_EQ(Pay(order->name(), 11900, v1::Payment::CAPTURED)->displayed_status(), "Free for manufacturing");

  v1::ListOrdersRequest list;
  list.set_parent(kSeller);
  list.set_view(v1::ListOrdersRequest::INCOMING);
  list.set_filter(absl::StrCat("displayed_status != booked AND workflow = \"", kRush, "\""));
  EXPECT_EQ(handlers_->ListOrders(Seller(), list)->orders_size(), 1);
  v1::WatchOrdersRequest watch;
  watch.set_parent(kBuyer);
  watch.set_resume_token(outbox_->TokenOf(0));
  EXPECT_EQ((*(*handlers_->WatchOrders(Buyer(), watch))->Next())->changes_size(), 3) << "watchers see it as well";
  const auto foreign = Make(Rush(), As("companies/stranger01", "eve", {"owner"}), "companies/stranger01");
  ASSERT_TRUE(foreign.ok());
  EXPECT_EQ(ReasonOf(Place(foreign->name()).status()), "WORKFLOW_UNKNOWN") << "another seller's";
}

TEST_F(WorkflowsTest, VersionsNeverChangeAndOrdersStayOnTheirs) {
  ASSERT_TRUE(Make(Rush()).ok());
  const std::string old = Place(kRush)->name();
  ASSERT_EQ(Make(Rush({{"\"Placed\"", "\"Booked\""}}))->definition().version(), 2);
  v1::WorkflowDefinition late = Rush();
  late.set_version(2);
  EXPECT_EQ(ReasonOf(Make(late).status()), "ETAG_MISMATCH") << "somebody else saved version 2";
  EXPECT_EQ(Status(Buyer(), old), "Placed");
  EXPECT_EQ(Place(kRush)->displayed_status(), "Booked");
  EXPECT_EQ(Get(Owner(), kRush, 1)->newest_version(), 2);
  EXPECT_EQ(Get(Owner(), kRush, 3).status().code(), absl::StatusCode::kNotFound);
  v1::ListWorkflowsRequest list;
  list.set_page_size(3);
  list.set_parent(kSeller);
  const auto first = handlers_->ListWorkflows(Seller(), list);
  ASSERT_EQ(first->workflows_size(), 3) << "the built-in ones come first";
  list.set_page_token(first->next_page_token());
  const auto second = handlers_->ListWorkflows(Seller(), list);
  ASSERT_EQ(second->workflows_size(), 1);
  EXPECT_EQ(second->workflows(0).version(), 2);
  EXPECT_EQ(handlers_->ListWorkflows(Buyer(), list).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(WorkflowsTest, MigrationReportsPerOrderAndADryRunChangesNothing) {
  ASSERT_TRUE(Make(Rush()).ok());
  const std::string placed = Place(kRush)->name(), made = Place(kRush)->name(), gone = Place(kRush)->name();
  const std::string review = Create(Buyer(), "submit_for_review")->name();
  ASSERT_TRUE(Pay(made, 11900, v1::Payment::CAPTURED).ok());
  ASSERT_TRUE(Do(Seller(), made, "start_manufacturing").ok());
  ASSERT_TRUE(Do(Buyer(), gone, "cancel_by_customer", "mistake").ok());
  ASSERT_TRUE(Make(Rush({{"\"MANUFACTURING\"", "\"ON_THE_MACHINE\""}})).ok());

  const auto dry = Migrate({}, true);
  ASSERT_TRUE(dry.ok()) << dry.status();
  ASSERT_EQ(dry->orders_size(), 2) << "ended orders stay where they are";
  EXPECT_TRUE(dry->orders(0).migrated());
  EXPECT_EQ(dry->orders(1).order(), made);
  EXPECT_EQ(dry->orders(1).reason(), "MIGRATION_NOT_POSSIBLE");
  EXPECT_THAT(dry->orders(1).description(), HasSubstr("MANUFACTURING"));
  v1::GetOrderRequest get;
  get.set_name(placed);
  EXPECT_EQ(handlers_->GetOrder(Buyer(), get)->workflow_version(), 1) << "nothing was written";

  v1::MigrateOrdersRequest request;
  auto& mapping = *request.add_state_mappings();
  mapping.set_from_state("MANUFACTURING");
  mapping.set_to_state("SHIPPED");
  request.add_orders(review);
  request.add_orders("orders/seller0001-none");
  const auto odd = Migrate(request);
  ASSERT_TRUE(odd.ok()) << odd.status();
  EXPECT_TRUE(odd->orders(0).migrated()) << "from the built-in one to the company's own: " << odd->orders(0).description();
  EXPECT_FALSE(odd->orders(1).migrated());
  request.clear_orders();
  mapping.set_to_state("CANCELED_BY_ADMIN");
  EXPECT_THAT(Migrate(request, true)->orders(1).description(), HasSubstr("neither ends nor reopens"));
  mapping.set_to_state("ON_THE_MACHINE");
  request.set_page_size(1);
  std::vector<std::string> migrated;
  do {
    const auto page = Migrate(request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::OrderMigration& report : page->orders()) {
      if (report.migrated()) migrated.push_back(absl::StrCat(report.from_state(), " ", report.to_state()));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(migrated, ElementsAre("PLACED PLACED", "MANUFACTURING ON_THE_MACHINE"));
  get.set_name(made);
  EXPECT_EQ(handlers_->GetOrder(Buyer(), get)->workflow_version(), 2);
  EXPECT_EQ(Do(Seller(), made, "ready_for_shipping")->order().displayed_status(), "Ready for shipping");
  EXPECT_TRUE(Verify(made).intact());
  v1::CountOrdersRequest count;
  count.set_parent(kSeller);
  count.set_view(v1::ListOrdersRequest::INCOMING);
  int64_t total = 0;
  const auto counted = handlers_->CountOrders(Seller(), count);
  for (const v1::StatusCount& status : counted->counts()) total += status.order_count();
  EXPECT_EQ(total, 4);
}

TEST_F(WorkflowsTest, SimulationShowsEachStepAndItsRefusals) {
  v1::SimulateWorkflowRequest request;
  request.set_parent(kSeller);
  request.set_name("workflows/manufacturing");
  const auto add = [&](const char* trigger, v1::Transition::Actor actor) {
    auto& event = *request.add_events();
    event.set_trigger(trigger);
    event.add_actors(actor);
  };
  request.add_events()->set_fact(v1::SimulatedEvent::PAID);
  add("place", v1::Transition::CUSTOMER);
  add("release", v1::Transition::SHOP_STAFF);
  request.add_events()->set_fact(v1::SimulatedEvent::PAID);
  request.add_events()->set_fact(v1::SimulatedEvent::HOLD_PLACED);
  add("start_manufacturing", v1::Transition::SHOP_STAFF);
  request.add_events()->set_fact(v1::SimulatedEvent::HOLDS_LIFTED);
  add("start_manufacturing", v1::Transition::SHOP_STAFF);
  add("teleport", v1::Transition::OWNER);
  const auto simulated = handlers_->SimulateWorkflow(Seller(), request);
  ASSERT_TRUE(simulated.ok()) << simulated.status();
  ASSERT_EQ(simulated->steps_size(), 9);
  EXPECT_EQ(simulated->steps(0).reason(), "SIMULATION_EVENT_INVALID") << "the order does not exist yet";
  EXPECT_EQ(simulated->steps(1).displayed_status(), "Placed");
  EXPECT_EQ(simulated->steps(1).payment_state(), v1::Order::READY_FOR_PAYMENT);
  ASSERT_FALSE(simulated->steps(2).accepted());
  EXPECT_EQ(simulated->steps(2).refusals(0).guard(), "payment_terms_met");
  ASSERT_EQ(simulated->steps(3).moves_size(), 1);
  EXPECT_TRUE(simulated->steps(3).moves(0).automatic());
  EXPECT_EQ(simulated->steps(3).state(), "FREE_FOR_MANUFACTURING");
  EXPECT_EQ(simulated->steps(4).displayed_status(), "On hold");
  EXPECT_EQ(simulated->steps(5).refusals(0).guard(), "no_open_hold");
  EXPECT_EQ(simulated->steps(7).state(), "MANUFACTURING");
  EXPECT_EQ(simulated->steps(8).reason(), "ORDER_TRIGGER_UNKNOWN");
  EXPECT_THAT(EventTypes(), IsEmpty()) << "a simulation writes nothing";
  request.set_name("workflows/none");
  EXPECT_EQ(handlers_->SimulateWorkflow(Seller(), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(WorkflowsTest, FaultyDefinitionsNameTheirCulprits) {
  v1::WorkflowDefinition definition = Rush();
  v1::State& island = *definition.add_states();
  island.set_id("ISLAND");
  island.set_kind(v1::State::OPEN);
  auto& name = *island.add_display_names();
  name.set_language_code("en");
  name.set_text("Island");
  EXPECT_THAT(Lint(definition), testing::UnorderedElementsAre("UNREACHABLE_STATE ISLAND", "DEAD_END ISLAND", "NO_CANCEL ISLAND"));
  EXPECT_EQ(ReasonOf(Make(definition).status()), "WORKFLOW_LINT");
  EXPECT_THAT(FieldViolationsOf(Make(definition).status()), Contains(HasSubstr("ISLAND")));

  definition = Rush();
  for (auto id : {"manufacturing", "", "Rush", "9x", "a b"}) {
    definition.set_id(id);
    EXPECT_THAT(FieldViolationsOf(Make(definition).status()), Contains(HasSubstr("workflow.id"))) << id;
  }
  definition = Rush();
  definition.set_base("erp");
  EXPECT_THAT(FieldViolationsOf(Make(definition).status()), Contains(HasSubstr("workflow.base")));
  definition = Rush();
  definition.mutable_states(0)->mutable_display_names(0)->set_text(std::string(1 << 20, 'x'));
  EXPECT_THAT(FieldViolationsOf(Make(definition).status()), Contains(HasSubstr("1048576 bytes")));
  definition = Rush();
  definition.mutable_states(0)->mutable_display_names(0)->set_text(std::string(kMaxNameBytes, 'x'));
  EXPECT_TRUE(Make(definition).ok()) << "at the limit";
  definition = Rush();
  while (definition.states_size() < 10'000) *definition.add_states() = definition.states(0);
  EXPECT_THAT(FieldViolationsOf(Make(definition).status()), Contains(HasSubstr("10000 entries, at most 200")));
  EXPECT_EQ(Make(Rush(), Buyer()).status().code(), absl::StatusCode::kNotFound) << "not the caller's company";
  EXPECT_EQ(EventTypes().size(), 0u);
}

TEST_F(WorkflowsTest, VersionsAndWorkflowsAreLimited) {
  v1::WorkflowDefinition definition = Rush();
  for (int i = 0; i < kMaxWorkflows; ++i) {
    definition.set_id(absl::StrCat("w", i));
    ASSERT_TRUE(Make(definition).ok()) << i;
  }
  definition.set_id("one-more");
  EXPECT_EQ(ReasonOf(Make(definition).status()), "WORKFLOW_LIMIT");
  definition.set_id("w0");
  for (int version = 2; version <= kMaxWorkflowVersions; ++version) {
    ASSERT_EQ(Make(definition)->definition().version(), version) << "versions are counted apart";
  }
  EXPECT_EQ(ReasonOf(Make(definition).status()), "WORKFLOW_LIMIT");
}

}  // namespace
}  // namespace millwright::orders
