// From an event to a sent mail: exactly once, whatever happens in between; and who may read the list.
#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/events/scheduler.h"
#include "common/storage/scratch_database.h"
#include "embedded/notifications_workflows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "millwright/accounts/v1/company.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/notifications/domain/mime.h"
#include "services/notifications/domain/order_mail.h"
#include "services/notifications/mail_planner.h"
#include "services/notifications/mail_worker.h"
#include "services/notifications/notifications_service.h"

namespace millwright::notifications {
namespace {

using internal::accounts::v1::ResolveMailboxesResponse;
using internal::orders::v1::OrderEvent;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kBuyer[] = "companies/buyer00001", kSeller[] = "companies/seller0001";
constexpr char kOrder[] = "orders/seller0001-0000000000000000000000000a";

class FakeDirectory : public Directory {
 public:
  absl::StatusOr<ResolveMailboxesResponse> Resolve(const std::string& company, const std::string& member) override {
    if (down) return absl::UnavailableError("accounts is down");
    if (company == "companies/unknown") return absl::NotFoundError("no such company");
    ResolveMailboxesResponse boxes;
    const bool buyer = company == kBuyer;
    boxes.mutable_company()->set_display_name(buyer ? "Zahntechnik Müller" : "Frezarnia Łódź");
    boxes.mutable_company()->set_email(buyer ? "desk@buyer.example" : "orders@seller.example");
    boxes.mutable_company()->set_language_code(buyer ? "de" : "pl-PL");
    boxes.mutable_company()->set_time_zone("Europe/Berlin");
    if (!member.empty()) {
      boxes.set_member_email(buyer ? "jane@buyer.example" : "piotr@seller.example");
      boxes.set_member_display_name(buyer ? "Jane" : "Piotr");
    }
    if (buyer) boxes.set_billing_email("billing@buyer.example");
    return boxes;
  }
  bool down = false;
};

class FakeTransport : public MailTransport {
 public:
  struct Sent {
    std::string from;
    std::vector<std::string> recipients;
    std::string message;
  };
  SmtpResult Send(const std::string& from, const std::vector<std::string>& recipients,
                  const std::string& message) override {
    SmtpResult result;
    result.outcome = outcome;
    result.detail = "as the test wants";
    if (outcome == SmtpOutcome::kDelivered) sent.push_back({from, recipients, message});
    return result;
  }
  SmtpOutcome outcome = SmtpOutcome::kDelivered;
  std::vector<Sent> sent;
};

StatusNames Names() {
  std::vector<std::string> texts;
  for (const EmbeddedFile& file : WorkflowFiles()) texts.emplace_back(file.content);
  return *StatusNames::Parse(texts);
}

OrderEvent Moved(const std::string& workflow, const std::string& before, const std::string& after) {
  OrderEvent event;
  auto& order = *event.mutable_order();
  order.set_name(kOrder);
  order.set_order_number("2026-000017");
  order.set_buyer(kBuyer);
  order.set_seller(kSeller);
  order.set_ordered_by(absl::StrCat(kBuyer, "/members/jane"));
  order.set_workflow(workflow);
  order.set_state(after);
  order.set_displayed_status("Placed");
  order.mutable_seller_party()->set_display_name("Frezarnia Łódź");
  order.mutable_gross()->set_currency_code("EUR");
  order.mutable_gross()->set_units(1234);
  auto& line = *order.add_lines();
  line.set_number(1);
  line.set_title("Bracket");
  line.set_quantity(3);
  event.mutable_entry()->set_state_before(before);
  event.mutable_entry()->set_state_after(after);
  event.mutable_entry()->set_actor_role("customer");
  event.set_state_entry_count(1);
  return event;
}

class MailsTest : public ::testing::Test {
 protected:
  MailsTest() { Start(); }
  void Start() {
    planner = std::make_unique<MailPlanner>(names, due, ids, clock, "mill.example");
    worker = std::make_unique<MailWorker>(
        MailWorker::Parts{scratch.db(), directory, transport, catalog, names, clock, "orders@mill.example", "mill.example"});
    scheduler = std::make_unique<Scheduler>(scratch.db(), due, Scheduler::Options{.clock = &clock});
    scheduler->HandleWork(kMailKind, [this](const DueRow& row) -> absl::StatusOr<Scheduler::Record> {
      absl::Status status = worker->Run(row.key);
      if (!status.ok()) return status;
      return Scheduler::Record([](Transaction&) { return absl::OkStatus(); });
    });
    handlers = std::make_unique<NotificationsHandlers>(scratch.db(), due, clock, Pager(std::string(32, 'k')));
  }
  void Restart() {
    handlers.reset();
    scheduler.reset();
    scratch.Reopen();
    Start();
  }
  absl::Status Apply(const std::string& id, const std::string& type, const OrderEvent& payload) {
    Event event;
    event.id = id;
    event.type = type;
    event.after = payload.SerializeAsString();
    event.trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-00";
    return scratch.db().Write([&](Transaction& tx) { return planner->ApplyOrderEvent(tx, event); });
  }
  void Work() { ASSERT_TRUE(scheduler->RunDue().ok()); }
  static CallInfo As(const std::string& company) {
    CallInfo call;
    call.principal.company = company;
    call.principal.member = company + "/members/jane";
    call.method = "/test";
    return call;
  }
  absl::StatusOr<v1::ListDeliveriesResponse> List(const std::string& company) {
    v1::ListDeliveriesRequest request;
    request.set_parent(kOrder);
    return handlers->ListDeliveries(As(company), request);
  }

  ScratchDatabase scratch{{StorageSchema(), EventsSchema(), NotificationsSchema()}};
  ManualClock clock{absl::FromUnixSeconds(1'795'000'000)};
  SequentialIdGenerator ids;
  DueRows due;
  StatusNames names = Names();
  MailCatalog catalog = *MailCatalog::BuiltIn();
  FakeDirectory directory;
  FakeTransport transport;
  std::unique_ptr<MailPlanner> planner;
  std::unique_ptr<MailWorker> worker;
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<NotificationsHandlers> handlers;
};

TEST_F(MailsTest, AnOrderPlacedMailsBothSidesInTheirLanguagesAndCopiesBilling) {
  ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  ASSERT_THAT(transport.sent, SizeIs(2));
  EXPECT_THAT(transport.sent[0].recipients, ElementsAre("jane@buyer.example", "billing@buyer.example"));
  EXPECT_THAT(transport.sent[0].message, HasSubstr("Cc: billing@buyer.example\r\n"));
  EXPECT_THAT(transport.sent[0].message, HasSubstr("Subject: Auftrag 2026-000017 erhalten\r\n"));
  EXPECT_THAT(transport.sent[0].message, HasSubstr("X-Millwright-Trace: 0123456789abcdef0123456789abcdef\r\n"));
  EXPECT_THAT(transport.sent[0].message, HasSubstr("1.234,00"));
  EXPECT_THAT(transport.sent[1].recipients, ElementsAre("orders@seller.example"));
  EXPECT_EQ(List(kSeller)->deliveries(0).subject(), "Nowe zamówienie 2026-000017");
  EXPECT_THAT(transport.sent[1].message, Not(HasSubstr("Cc:")));
}

TEST_F(MailsTest, TheSameEventAgainMailsNobody) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
    Work();
    Restart();
  }
  EXPECT_THAT(transport.sent, SizeIs(2));
  ASSERT_TRUE(Apply("e2", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  EXPECT_THAT(transport.sent, SizeIs(4)) << "another event is another mail";
}

TEST_F(MailsTest, TheBacklogWaitsWhileAccountsOrTheMailServerIsDown) {
  directory.down = true;
  ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  Restart();
  EXPECT_THAT(transport.sent, IsEmpty());
  directory.down = false;
  transport.outcome = SmtpOutcome::kTemporary;
  clock.Advance(absl::Minutes(10));
  Work();
  EXPECT_EQ(List(kBuyer)->deliveries(0).state(), v1::Delivery::QUEUED);
  EXPECT_EQ(List(kBuyer)->deliveries(0).attempt_count(), 1);
  EXPECT_EQ(List(kBuyer)->deliveries(0).last_error(), "as the test wants");
  Restart();
  transport.outcome = SmtpOutcome::kDelivered;
  clock.Advance(absl::Hours(1));
  Work();
  EXPECT_THAT(transport.sent, SizeIs(2));
  EXPECT_EQ(List(kBuyer)->deliveries(0).state(), v1::Delivery::SENT);
}

TEST_F(MailsTest, ARetrySendsTheSameBytesWithTheSameMessageId) {
  ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  const std::string id = std::string(LastSegment(List(kBuyer)->deliveries(0).name()));
  const std::string first = transport.sent[0].message;
  // The server took it, but the process died before the record: the row still says QUEUED.
  ASSERT_TRUE(scratch.db().Write([&](Transaction& tx) { return MarkQueued(tx, id); }).ok());
  clock.Advance(absl::Hours(5));
  ASSERT_TRUE(worker->Run(id).ok());
  EXPECT_EQ(transport.sent.back().message, first);
  EXPECT_THAT(first, HasSubstr("Message-ID: " + List(kBuyer)->deliveries(0).message_id()));
  ASSERT_TRUE(worker->Run(id).ok());
  EXPECT_THAT(transport.sent, SizeIs(3)) << "a sent mail is not sent again";
}

TEST_F(MailsTest, PermanentFailureAndResend) {
  transport.outcome = SmtpOutcome::kPermanent;
  ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  const v1::Delivery failed = List(kBuyer)->deliveries(0);
  EXPECT_EQ(failed.state(), v1::Delivery::FAILED);
  transport.outcome = SmtpOutcome::kDelivered;
  clock.Advance(absl::Hours(10));
  Work();
  EXPECT_THAT(transport.sent, IsEmpty()) << "given up";
  v1::ResendDeliveryRequest request;
  request.set_name(failed.name());
  EXPECT_TRUE(absl::IsNotFound(handlers->ResendDelivery(As(kSeller), request).status())) << "not the seller's mail";
  ASSERT_TRUE(handlers->ResendDelivery(As(kBuyer), request).ok());
  Work();
  ASSERT_THAT(transport.sent, SizeIs(1));
  EXPECT_THAT(transport.sent[0].message, HasSubstr(failed.message_id()));
  EXPECT_EQ(ReasonOf(handlers->ResendDelivery(As(kBuyer), request).status()), "DELIVERY_NOT_FAILED");
}

TEST_F(MailsTest, EachCompanySeesItsOwnMailsOnly) {
  ASSERT_TRUE(Apply("e1", "order.created", Moved("manufacturing", "NEW", "PLACED")).ok());
  Work();
  ASSERT_THAT(List(kBuyer)->deliveries(), SizeIs(1));
  EXPECT_EQ(List(kBuyer)->deliveries(0).recipient(), "jane@buyer.example");
  EXPECT_THAT(List(kBuyer)->deliveries(0).cc(), ElementsAre("billing@buyer.example"));
  ASSERT_THAT(List(kSeller)->deliveries(), SizeIs(1));
  EXPECT_EQ(List(kSeller)->deliveries(0).recipient(), "orders@seller.example");
  EXPECT_TRUE(absl::IsNotFound(List("companies/other00001").status()));
}

TEST_F(MailsTest, UnknownCompanyFailsWithoutBlockingTheOthers) {
  OrderEvent event = Moved("manufacturing", "NEW", "PLACED");
  event.mutable_order()->set_buyer("companies/unknown");
  ASSERT_TRUE(Apply("e1", "order.created", event).ok());
  Work();
  EXPECT_THAT(transport.sent, SizeIs(1));
  EXPECT_EQ(List("companies/unknown")->deliveries(0).state(), v1::Delivery::FAILED);
}

TEST_F(MailsTest, InvitationsAreMailed) {
  accounts::v1::Invitation invitation;
  invitation.set_name("companies/buyer00001/invitations/buyer00001-1");
  invitation.set_from_company(kBuyer);
  invitation.set_from_display_name("Zahntechnik Müller");
  invitation.set_to_company(kSeller);
  invitation.set_to_display_name("Frezarnia");
  for (const char* type : {"accounts.invitation_created", "accounts.invitation_accepted", "accounts.member_created"}) {
    Event event;
    event.id = type;
    event.type = type;
    event.after = invitation.SerializeAsString();
    ASSERT_TRUE(scratch.db().Write([&](Transaction& tx) { return planner->ApplyAccountsEvent(tx, event); }).ok());
  }
  Work();
  ASSERT_THAT(transport.sent, SizeIs(2));
  std::set<std::string> to = {transport.sent[0].recipients[0], transport.sent[1].recipients[0]};
  EXPECT_THAT(to, ElementsAre("desk@buyer.example", "orders@seller.example"));
}

TEST_F(MailsTest, AnEventWithoutAnOrderIsRefused) {
  EXPECT_EQ(ReasonOf(Apply("e1", "order.created", OrderEvent())), "EVENT_INVALID");
}

// ---- what events mean, over the real workflow definitions ----

std::vector<std::string> Planned(const std::string& type, const OrderEvent& event) {
  std::vector<std::string> out;
  for (const PlannedMail& mail : PlanOrderMails("e", type, event, Names())) out.push_back(mail.template_name);
  return out;
}

TEST(OrderMailTest, TypesOfEvents) {
  OrderEvent note = Moved("manufacturing", "PLACED", "PLACED");
  EXPECT_THAT(Planned("order.lots_recorded", note), IsEmpty());
  EXPECT_THAT(Planned("order.displayed_changed", note), IsEmpty());
  EXPECT_THAT(Planned("order.shipment_recorded", note), ElementsAre("shipment_sent", "shipment_sent"));
  EXPECT_THAT(Planned("order.shipment_recorded", Moved("manufacturing", "READY_FOR_SHIPPING", "SHIPPED")),
              ElementsAre("status_changed", "status_changed"));
  EXPECT_THAT(Planned("order.offer_sent", Moved("dental", "SUBMITTED", "OFFER_SENT")),
              ElementsAre("offer_ready", "status_changed"));
  EXPECT_THAT(Planned("order.created", Moved("dental", "NEW", "DRAFT")), IsEmpty());
  EXPECT_THAT(Planned("order.state_changed", Moved("dental", "DRAFT", "SUBMITTED")),
              ElementsAre("dental_submitted", "dental_received"));
  note.mutable_entry()->set_action("payment_due");
  EXPECT_THAT(Planned("order.displayed_changed", note), ElementsAre("payment_due", "payment_due_shop"));
  OrderEvent paid = Moved("manufacturing", "PLACED", "PLACED");
  paid.mutable_payment()->set_kind(millwright::orders::v1::Payment::MANUAL);
  paid.mutable_order()->set_payment_state(millwright::orders::v1::Order::PAID);
  EXPECT_THAT(Planned("order.payment_changed", paid), ElementsAre("payment_received", "payment_received_shop"));
  paid.mutable_order()->set_payment_state(millwright::orders::v1::Order::PARTIALLY_PAID);
  EXPECT_THAT(Planned("order.payment_changed", paid), ElementsAre("part_payment", "part_payment"));
  paid.mutable_payment()->set_kind(millwright::orders::v1::Payment::REVERSED);
  EXPECT_THAT(Planned("order.payment_changed", paid), IsEmpty());
}

TEST(OrderMailTest, Holds) {
  OrderEvent event = Moved("manufacturing", "PLACED", "PLACED");
  event.mutable_order()->add_holds()->set_public_reason("a");
  event.mutable_hold()->set_public_reason("a");
  event.mutable_hold()->set_internal_reason("secret");
  EXPECT_THAT(Planned("order.hold_placed", event), ElementsAre("hold_opened", "hold_opened_shop"));
  event.mutable_order()->add_holds();
  EXPECT_THAT(Planned("order.hold_placed", event), ElementsAre("hold_opened_shop"));
  event.mutable_order()->mutable_holds(0)->mutable_lift_time()->set_seconds(1);
  EXPECT_THAT(Planned("order.hold_lifted", event), IsEmpty()) << "one is still open";
  event.mutable_order()->mutable_holds(1)->mutable_lift_time()->set_seconds(1);
  EXPECT_THAT(Planned("order.hold_lifted", event), ElementsAre("hold_lifted", "hold_lifted"));
}

TEST(OrderMailTest, StatusesAreNamedInTheReadersLanguageUnderTheSameKeys) {
  OrderEvent event = Moved("dental", "APPROVED", "IN_PRODUCTION");
  Audience german{"de", absl::UTCTimeZone()};
  auto english = PlanOrderMails("e", "order.state_changed", event, Names());
  auto translated = PlanOrderMails("e", "order.state_changed", event, Names(), german);
  ASSERT_THAT(english, SizeIs(2));
  EXPECT_EQ(english[0].key, translated[0].key);
  EXPECT_EQ(*english[0].variables.Find("status_from"), "Approved");
  EXPECT_EQ(*english[0].variables.Find("status_to"), "In production");
  EXPECT_EQ(*translated[0].variables.Find("status_to"), "In Produktion");
}

// Entering any state of an order that the other side knows mails both; a draft that is discarded mails nobody.
TEST(OrderMailTest, EveryStateOfTheTwoWorkflowsMailsBothSides) {
  StatusNames names = Names();
  int states = 0;
  for (const auto& [workflow, state_list] : std::map<std::string, std::vector<std::string>>{
           {"manufacturing", {"DRAFT", "WAITING_FOR_REVIEW", "FIRM_OFFER_SENT", "PLACED", "PO_PROVIDED",
                              "WAITING_FOR_PAYMENT", "FREE_FOR_MANUFACTURING", "MANUFACTURING", "POST_PRODUCTION",
                              "RE_PRINTING", "READY_FOR_SHIPPING", "SHIPPED", "READY_FOR_PICKUP", "DELIVERED",
                              "CANCELED_BY_CUSTOMER", "CANCELED_BY_ADMIN", "DISCARDED"}},
           {"dental", {"DRAFT", "SUBMITTED", "OFFER_SENT", "APPROVED", "IN_PRODUCTION", "READY_FOR_SHIPPING", "SHIPPED",
                       "DELIVERED", "REWORK", "CANCELLED", "WITHDRAWN", "DISCARDED"}}}) {
    for (const std::string& state : state_list) {
      EXPECT_NE(names.Name(workflow, state, "en"), state) << workflow << " has no state " << state;
      auto known = PlanOrderMails("e", "order.state_changed", Moved(workflow, "SHIPPED", state), names);
      EXPECT_EQ(known.size(), 2u) << workflow << " " << state;
      auto unknown = PlanOrderMails("e", "order.state_changed", Moved(workflow, "DRAFT", state), names);
      EXPECT_EQ(unknown.size(), names.Hidden(workflow, state) ? 0u : 2u) << workflow << " " << state;
      ++states;
    }
  }
  EXPECT_EQ(states, 29);
}

}  // namespace
}  // namespace millwright::notifications
