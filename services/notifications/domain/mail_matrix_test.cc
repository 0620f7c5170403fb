// The tables of docs: every status x both sides x Cc, and every other event.
#include "services/notifications/domain/mail_matrix.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

OrderSnapshot Order(absl::string_view workflow) {
  OrderSnapshot order;
  order.order = "orders/aaaaaaaaaa-1";
  order.workflow = std::string(workflow);
  order.number = "2026-000017";
  order.status = "Displayed";
  order.has_billing_contact = true;
  return order;
}

// "customer:order_received+cc" for each mail.
std::vector<std::string> Plan(const MailEvent& event, const OrderSnapshot& order) {
  std::vector<std::string> out;
  for (const PlannedMail& mail : PlanMails(event, order)) {
    out.push_back(absl::StrCat(SideName(mail.side), ":", mail.template_name, mail.cc_billing ? "+cc" : ""));
  }
  return out;
}

MailEvent Move(StatusStep step) {
  MailEvent event;
  event.id = "ev1";
  event.steps = {std::move(step)};
  return event;
}

struct StatusCase {
  const char *from, *to;
  const char *customer, *shop;  // "" for no mail
  bool cc;
  StatusStep step{};  // cause, first, revision, actor
};

void ExpectRows(absl::string_view workflow, const std::vector<StatusCase>& cases) {
  for (const StatusCase& test : cases) {
    StatusStep step = test.step;
    step.from = test.from;
    step.to = test.to;
    std::vector<std::string> want;
    if (*test.customer) want.push_back(absl::StrCat("customer:", test.customer, test.cc ? "+cc" : ""));
    if (*test.shop) want.push_back(absl::StrCat("shop:", test.shop));
    std::string name = absl::StrCat(workflow, ": ", test.from, " -> ", test.to);
    EXPECT_EQ(Plan(Move(step), Order(workflow)), want) << name;
    OrderSnapshot without = Order(workflow);
    without.has_billing_contact = false;
    for (const PlannedMail& mail : PlanMails(Move(step), without)) EXPECT_FALSE(mail.cc_billing) << name;
    for (const PlannedMail& mail : PlanMails(Move(step), Order(workflow))) {
      EXPECT_EQ(*mail.variables.Find("status_from"), test.from) << name;
      EXPECT_EQ(*mail.variables.Find("status_to"), test.to) << name;
    }
  }
}

constexpr char kSame[] = "status_changed";

TEST(MailMatrixTest, EveryStatusOfManufacturing) {
  const StatusStep first{.first = true}, again{};
  const StatusStep by_customer{.actor = Actor::kCustomer}, by_shop{.actor = Actor::kShop};
  ExpectRows("manufacturing",
             {{"", "Placed", "order_received", "order_new", true, first},
              {"Firm offer sent", "Placed", "order_received", "order_new", true, first},
              {"PO provided", "Placed", kSame, kSame, false, again},
              {"Free for manufacturing", "Placed", kSame, kSame, false, again},
              {"", "Waiting for review", "review_received", "review_needed", false, first},
              {"Placed", "Waiting for review", kSame, kSame, false, again},
              {"Placed", "Waiting for review", kSame, kSame, false, first},
              {"Waiting for review", "Waiting for review", "file_changed", "file_changed", false, by_customer},
              {"Firm offer sent", "Waiting for review", "changes_requested", "changes_requested", false, by_customer},
              {"Firm offer sent", "Waiting for review", "offer_withdrawn", "offer_withdrawn", false, by_shop},
              {"Waiting for review", "Firm offer sent", "offer_ready", kSame, true, {.revision = 1}},
              {"Draft", "Firm offer sent", "offer_ready", kSame, true, {.revision = 1}},
              {"Firm offer sent", "Firm offer sent", "offer_revised", kSame, true, {.revision = 2}},
              {"Placed", "Firm offer sent", "offer_revised", kSame, true, {.revision = 3}},
              {"Placed", "PO provided", "po_provided", kSame, true, again},
              {"PO provided", "PO provided", "po_provided", kSame, true, again},
              {"Placed", "Waiting for payment", "payment_awaited", kSame, false, again},
              {"Waiting for payment", "Free for manufacturing", kSame, kSame, false, again},
              {"Free for manufacturing", "Manufacturing", kSame, kSame, false, again},
              {"Manufacturing", "Post-production", kSame, kSame, false, again},
              {"Post-production", "Re-printing", kSame, kSame, false, again},
              {"Post-production", "Ready for shipping", kSame, kSame, false, again},
              {"Ready for shipping", "Shipped", kSame, kSame, false, again},
              {"Ready for shipping", "Ready for pickup", kSame, kSame, false, again},
              {"Shipped", "Delivered", kSame, kSame, false, again},
              {"Placed", "Canceled by customer", kSame, kSame, false, again},
              {"Shipped", "Canceled by admin", kSame, kSame, false, again},
              {"new", "Draft", "", "", false, {.hidden = true}},
              {"Draft", "Discarded", "", "", false, {.hidden = true}}});
}

TEST(MailMatrixTest, CausesReplaceTheStatusMail) {
  ExpectRows("manufacturing",
             {{"PO provided", "Free for manufacturing", "po_accepted", "po_accepted", false, {.cause = Cause::kPoAccepted}},
              {"PO provided", "Waiting for payment", "po_rejected", "po_rejected", false, {.cause = Cause::kPoRejected}},
              {"Delivered", "Shipped", kSame, kSame, false, {.cause = Cause::kReopened}},
              {"Canceled by admin", "Placed", kSame, kSame, false, {.cause = Cause::kCancelUndone}},
              {"Canceled by customer", "Firm offer sent", kSame, kSame, false, {.cause = Cause::kCancelUndone}}});
}

TEST(MailMatrixTest, EveryStatusOfDental) {
  const StatusStep first{.first = true}, again{};
  const StatusStep by_lab{.actor = Actor::kCustomer}, by_center{.actor = Actor::kShop};
  ExpectRows("dental",
             {{"Draft", "Submitted", "dental_submitted", "dental_received", false, first},
              {"Submitted", "Submitted", "file_changed", "file_changed", false, by_lab},
              {"Offer sent", "Submitted", "changes_requested", "changes_requested", false, by_lab},
              {"Offer sent", "Submitted", "offer_withdrawn", "offer_withdrawn", false, by_center},
              {"Submitted", "Offer sent", "offer_ready", kSame, false, again},
              {"Offer sent", "Offer sent", "offer_revised", kSame, false, {.revision = 2}},
              {"Offer sent", "Approved", kSame, kSame, false, again},
              {"Approved", "In production", kSame, kSame, false, again},
              {"In production", "Ready for shipping", kSame, kSame, false, again},
              {"Ready for shipping", "Shipped", kSame, kSame, false, again},
              {"Shipped", "Delivered", kSame, kSame, false, again},
              {"Submitted", "Rework", "dental_returned", "dental_returned", false, again},
              {"Approved", "Cancelled", "dental_returned", "dental_returned", false, again},
              {"Submitted", "Withdrawn", "dental_withdrawn", "dental_withdrawn_center", false, again},
              {"Draft", "Discarded", "", "", false, {.hidden = true}}});
}

TEST(MailMatrixTest, ErpMailsTheCustomerAndOwnWorkflowsMailBoth) {
  ExpectRows("erp", {{"Saved", "Realised", kSame, "", false, {}}, {"Realised", "Saved", kSame, "", false, {}}});
  ExpectRows("tooling", {{"Design", "Milling", kSame, kSame, false, {}}});
}

TEST(MailMatrixTest, EventsThatAreNoMove) {
  struct Case {
    EventKind kind;
    std::vector<std::string> want;
  };
  auto both = [](const char* name) { return std::vector<std::string>{absl::StrCat("customer:", name), absl::StrCat("shop:", name)}; };
  const std::vector<Case> cases = {
      {EventKind::kDisplayedChanged, {}},
      {EventKind::kHoldOpened, {"customer:hold_opened", "shop:hold_opened_shop"}},
      {EventKind::kHoldsLifted, both("hold_lifted")},
      {EventKind::kPoAccepted, both("po_accepted")},
      {EventKind::kPoRejected, both("po_rejected")},
      {EventKind::kOfferExpiring, {"customer:offer_expiring"}},
      {EventKind::kOfferExpired, both("offer_expired")},
      {EventKind::kPoPaymentDue, {"customer:payment_due+cc", "shop:payment_due_shop"}},
      {EventKind::kPaymentReminder, {"customer:payment_reminder+cc"}},
      {EventKind::kPaid, {"customer:payment_received", "shop:payment_received_shop"}},
      {EventKind::kPartPayment, both("part_payment")},
      {EventKind::kPaymentFailed, both("payment_failed")},
      {EventKind::kRefund, both("refund_booked")},
      {EventKind::kDispute, both("dispute_opened")},
      {EventKind::kUnpaid, {}},
      {EventKind::kLineCancelled, both("line_cancelled")},
      {EventKind::kChangeOrderProposed, both("change_order_proposed")},
      {EventKind::kChangeOrderAnswered, both("change_order_answered")},
      {EventKind::kAddressChanged, both("address_changed")},
      {EventKind::kFileChanged, both("file_changed")},
      {EventKind::kDeadlineAtRisk, both("deadline_at_risk")},
      {EventKind::kCancellationRequested, {"customer:cancellation_receipt", "shop:cancellation_request"}},
      {EventKind::kCancellationAnswered, {"customer:cancellation_answered"}},
      {EventKind::kCancellationLapsed, {"customer:cancellation_lapsed", "shop:cancellation_reminder"}},
      {EventKind::kCancellationReminder, {"shop:cancellation_reminder"}},
      {EventKind::kShipmentSent, both("shipment_sent")},
      {EventKind::kShipmentReturned, both("shipment_returned")},
      {EventKind::kShipmentLost, both("shipment_lost")},
      {EventKind::kAddOnCreated, {}},  // dental only, below
      {EventKind::kAddOnJoined, {}},
      {EventKind::kAddOnDetached, {}},
      {EventKind::kAddOnCancelled, {}},
  };
  ASSERT_EQ(cases.size(), static_cast<size_t>(kEventKindCount - 1)) << "every kind but the moves";
  MailEvent event;
  event.id = "ev1";
  for (const Case& test : cases) {
    event.kind = test.kind;
    EXPECT_EQ(Plan(event, Order("manufacturing")), test.want) << static_cast<int>(test.kind);
  }
  event.kind = EventKind::kAddOnDetached;
  EXPECT_EQ(Plan(event, Order("dental")), both("addon_detached"));
  event.kind = EventKind::kHoldOpened;
  event.order_was_held = true;
  EXPECT_THAT(Plan(event, Order("manufacturing")), ElementsAre("shop:hold_opened_shop"));
}

TEST(MailMatrixTest, AChainMailsEachStatusPassedWithItsRealPredecessor) {
  MailEvent event = Move({.from = "Firm offer sent", .to = "Placed", .first = true});
  event.steps.push_back({.from = "Placed", .to = "PO provided"});
  event.steps.push_back({.from = "PO provided", .to = "Free for manufacturing"});
  std::vector<PlannedMail> mails = PlanMails(event, Order("manufacturing"));
  ASSERT_EQ(mails.size(), 6u);
  std::set<std::string> keys;
  std::vector<std::string> from;
  for (const PlannedMail& mail : mails) {
    keys.insert(mail.key);
    if (mail.side == Side::kShop) from.push_back(*mail.variables.Find("status_from"));
  }
  EXPECT_EQ(keys.size(), 6u);
  EXPECT_THAT(from, ElementsAre("Firm offer sent", "Placed", "PO provided"));
}

TEST(MailMatrixTest, OverridesFollowTheirNotifySwitchAndNameWhoSetThem) {
  MailEvent event = Move({.from = "Placed", .to = "Manufacturing", .actor = Actor::kShop, .cause = Cause::kOverride});
  event.actor_name = "Olga Owner";
  EXPECT_THAT(Plan(event, Order("manufacturing")), ElementsAre("customer:status_changed", "shop:status_changed"));
  EXPECT_EQ(*PlanMails(event, Order("manufacturing"))[0].variables.Find("override_by"), "Olga Owner");
  event.notify = Notify::kShop;
  EXPECT_THAT(Plan(event, Order("manufacturing")), ElementsAre("shop:status_changed"));
  event.notify = Notify::kNone;
  EXPECT_THAT(Plan(event, Order("manufacturing")), IsEmpty());
  event.steps[0].cause = Cause::kMove;
  EXPECT_EQ(Plan(event, Order("manufacturing")).size(), 2u) << "the switch is for overrides only";
  event.steps[0] = {.from = "Manufacturing", .to = "PO provided", .cause = Cause::kOverride};
  event.notify = Notify::kBoth;
  EXPECT_THAT(Plan(event, Order("manufacturing")), ElementsAre("customer:po_provided+cc", "shop:status_changed"));
}

TEST(MailMatrixTest, TheInternalReasonStaysInTheShop) {
  MailEvent event;
  event.kind = EventKind::kHoldOpened;
  event.internal_reason = "customer is insolvent";
  for (const PlannedMail& mail : PlanMails(event, Order("manufacturing"))) {
    EXPECT_EQ(*mail.variables.Find("internal_reason"), mail.side == Side::kShop ? "customer is insolvent" : "");
  }
}

TEST(MailMatrixTest, KeysTellOrderEventRecipientAndTemplateApartAndRepeat) {
  std::set<std::string> keys;
  for (const char* order : {"orders/a", "orders/b"}) {
    for (const char* event : {"e1", "e2"}) {
      for (size_t step : {0, 1}) {
        for (Side side : {Side::kCustomer, Side::kShop}) {
          for (const char* name : {"paid", "placed"}) keys.insert(MailKey(order, event, step, side, name));
        }
      }
    }
  }
  EXPECT_EQ(keys.size(), 32u);
  EXPECT_EQ(MailKey("orders/a", "e1", 0, Side::kShop, "paid"), "orders/a|e1|shop|paid");
}

}  // namespace
}  // namespace millwright::notifications
