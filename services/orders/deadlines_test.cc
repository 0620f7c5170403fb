// Promises in the seller's calendar, holds that stop the clock, alerts before and not after, reminders, settings.
#include "common/events/scheduler.h"
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// kStart is Friday, 15 January 2027, 09:00 in Berlin.
class DeadlinesTest : public OrdersTest {
 protected:
  DeadlinesTest() {
    catalog_->quote.set_lead_time_business_days(3);
    catalog_->quote.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(kStart + absl::Hours(24 * 300)));
  }
  // A restarted service: nothing of it is in memory.
  void RunTimers() {
    Scheduler scheduler(database_.db(), due_, {.clock = &clock_});
    for (const char* kind : kDueKinds) {
      scheduler.Handle(kind, [this](Transaction& tx, const DueRow& row) { return handlers_->RunDue(tx, row); });
    }
    ASSERT_TRUE(scheduler.RunDue().ok());
  }
  v1::Order Get(const std::string& name) {
    v1::GetOrderRequest request;
    request.set_name(name);
    return *handlers_->GetOrder(Buyer(), request);
  }
  std::string Promise(const std::string& name) {
    return absl::FormatTime("%a %Y-%m-%d %H:%M", FromTimestamp(Get(name).promised_time()), Berlin());
  }
  static absl::TimeZone Berlin() {
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
    return zone;
  }
  std::vector<std::string> Actions(const std::string& name) {
    v1::ListHistoryRequest request;
    request.set_parent(name);
    std::vector<std::string> actions;
    const auto history = handlers_->ListHistory(Seller(), request);
    for (const v1::HistoryEntry& entry : history->entries()) actions.push_back(entry.action());
    return actions;
  }
  absl::StatusOr<v1::OrderSettings> Set(const v1::OrderSettings& settings, const CallInfo& call = Owner()) {
    v1::UpdateOrderSettingsRequest request;
    *request.mutable_settings() = settings;
    request.mutable_settings()->set_name(absl::StrCat(kSeller, "/orderSettings"));
    return handlers_->UpdateOrderSettings(call, request);
  }
  std::string Hold(const std::string& name) {
    v1::PlaceHoldRequest request;
    request.set_parent(name);
    request.mutable_hold()->set_public_reason("powder is late");
    const auto held = handlers_->PlaceHold(Seller(), request);
    EXPECT_TRUE(held.ok()) << held.status();
    return held->holds(held->holds_size() - 1).name();
  }
  absl::StatusOr<v1::Order> Lift(const std::string& hold) {
    v1::LiftHoldRequest request;
    request.set_name(hold);
    return handlers_->LiftHold(Seller(), request);
  }
};

TEST_F(DeadlinesTest, PromisesSkipWeekendsAndHolidaysAndAlertBeforeThemOnce) {
  const std::string plain = Create(Buyer(), "place")->name();
  EXPECT_EQ(Promise(plain), "Wed 2027-01-20 23:59");
  EXPECT_EQ(Get(plain).deadline(), v1::Order::ON_TRACK);
  EXPECT_EQ(Get(plain).remaining_seconds(), absl::ToInt64Seconds(FromTimestamp(Get(plain).promised_time()) - kStart));
  v1::OrderSettings settings;
  settings.add_holidays("2027-01-18");
  settings.set_at_risk_business_days(2);
  ASSERT_TRUE(Set(settings).ok());
  const std::string name = Create(Buyer(), "place")->name();
  EXPECT_EQ(Promise(name), "Thu 2027-01-21 23:59");

  RunTimers();
  EXPECT_THAT(Actions(name), ElementsAre("place"));
  clock_.Set(absl::FromCivil(absl::CivilDay(2027, 1, 19), Berlin()));  // two business days before the 21st
  RunTimers();
  RunTimers();
  EXPECT_THAT(Actions(name), ElementsAre("place", "deadline_at_risk"));
  EXPECT_EQ(Get(name).deadline(), v1::Order::AT_RISK);
  EXPECT_THAT(Get(name).badges(), ElementsAre("deadline at risk"));
  EXPECT_EQ(Get(plain).deadline(), v1::Order::AT_RISK) << "one business day before the 20th";
  clock_.Advance(absl::Hours(24 * 3 + 1));
  RunTimers();
  EXPECT_THAT(Actions(name), ElementsAre("place", "deadline_at_risk", "deadline_overdue"));
  EXPECT_LT(Get(name).remaining_seconds(), 0);
  v1::ListOrdersRequest list;
  list.set_parent(kSeller);
  list.set_view(v1::ListOrdersRequest::INCOMING);
  list.set_filter("deadline = OVERDUE AND promised_time < \"2027-01-21T12:00:00Z\"");
  EXPECT_EQ(handlers_->ListOrders(Seller(), list)->orders_size(), 1);
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  for (const char* trigger : {"start_manufacturing", "ready_for_shipping", "ship"}) ASSERT_TRUE(Do(Seller(), name, trigger).ok());
  EXPECT_EQ(Get(name).deadline(), v1::Order::DEADLINE_UNSPECIFIED) << "nothing left to do for the promise";
  EXPECT_EQ(Get(name).remaining_seconds(), 0);
}

TEST_F(DeadlinesTest, AHoldStopsTheClockAndThePromiseMoves) {
  const std::string name = Create(Buyer(), "place")->name();
  const std::string first = Hold(name);
  const int64_t left = Get(name).remaining_seconds();
  clock_.Advance(absl::Hours(24));  // Saturday
  const std::string second = Hold(name);
  clock_.Set(absl::FromCivil(absl::CivilSecond(2027, 1, 21, 12, 0, 0), Berlin()));  // Thursday: past the promise
  RunTimers();
  EXPECT_THAT(Actions(name), Not(Contains("deadline_at_risk"))) << "no alert while held";
  EXPECT_EQ(Get(name).remaining_seconds(), left) << "the clock stands";
  ASSERT_TRUE(Lift(first).ok());
  EXPECT_EQ(Promise(name), "Wed 2027-01-20 23:59") << "still held";
  ASSERT_TRUE(Lift(second).ok());
  EXPECT_EQ(Promise(name), "Tue 2027-01-26 23:59") << "four business days began: Monday to Thursday";
  EXPECT_EQ(ReasonOf(Lift(second).status()), "HOLD_ALREADY_LIFTED");
  clock_.Set(absl::FromCivil(absl::CivilDay(2027, 1, 25), Berlin()));
  RunTimers();
  EXPECT_THAT(Actions(name), Contains("deadline_at_risk")) << "armed anew";
}

TEST_F(DeadlinesTest, ANewPromiseArmsTheAlertsAnew) {
  const std::string name = Create(Buyer(), "place")->name();
  clock_.Set(absl::FromCivil(absl::CivilDay(2027, 1, 19), Berlin()));
  RunTimers();
  v1::SetPromisedTimeRequest request;
  request.set_name(name);
  request.set_reason("machine broke");
  *request.mutable_promised_time() = ToTimestamp(clock_.Now() - absl::Seconds(1));
  EXPECT_EQ(ReasonOf(handlers_->SetPromisedTime(Seller(), request).status()), "PROMISE_INVALID");
  *request.mutable_promised_time() = ToTimestamp(clock_.Now() + absl::Hours(24 * 7));
  EXPECT_EQ(ReasonOf(handlers_->SetPromisedTime(Buyer(), request).status()), "SELLER_ONLY");
  EXPECT_EQ(handlers_->SetPromisedTime(Seller(), request)->deadline(), v1::Order::ON_TRACK);
  clock_.Advance(absl::Hours(24 * 6));
  RunTimers();
  const auto actions = Actions(name);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "deadline_at_risk"), 2);
}

TEST_F(DeadlinesTest, ThePaymentReminderComesOnceForADateAtNineInTheBuyersZone) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::RecordPurchaseOrderRequest po;
  po.set_name(name);
  po.set_po_number("4711");
  ASSERT_TRUE(handlers_->RecordPurchaseOrder(Buyer(), po).ok());
  ASSERT_TRUE(Do(Seller(), name, "accept_po").ok());
  const absl::Time due = FromTimestamp(Get(name).payment_due_time());
  const absl::CivilDay day = absl::ToCivilDay(due, Berlin()) - 2;
  clock_.Set(absl::FromCivil(absl::CivilSecond(day) + 9 * 3600 - 1, Berlin()));
  RunTimers();
  EXPECT_THAT(Actions(name), Not(Contains("payment_reminder")));
  clock_.Advance(absl::Seconds(1));
  RunTimers();
  ASSERT_TRUE(Lift(Hold(name)).ok());  // any other change must not remind again
  RunTimers();
  const auto actions = Actions(name);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "payment_reminder"), 1);

  const std::string paid = Create(Buyer(), "place")->name();
  po.set_name(paid);
  po.set_po_number("4712");
  ASSERT_TRUE(handlers_->RecordPurchaseOrder(Buyer(), po).ok());
  ASSERT_TRUE(Do(Seller(), paid, "accept_po").ok());
  ASSERT_TRUE(Pay(paid, 11900, v1::Payment::CAPTURED).ok());
  clock_.Advance(absl::Hours(24 * 13));
  RunTimers();
  EXPECT_THAT(Actions(paid), Not(Contains("payment_reminder"))) << "dropped when paid";
}

TEST_F(DeadlinesTest, TheBuyerIsToldThreeDaysBeforeAnOfferExpires) {
  const std::string name = Create(Buyer(), "submit_for_review")->name();
  v1::SendOfferRequest send;
  send.set_parent(name);
  send.set_valid_days(10);
  ASSERT_TRUE(handlers_->SendOffer(Seller(), send).ok());
  const absl::Time expires = FromTimestamp(Get(name).offer_expire_time());
  clock_.Set(expires - absl::Hours(72) - absl::Seconds(1));
  RunTimers();
  EXPECT_THAT(Actions(name), Not(Contains("offer_expires_soon")));
  clock_.Advance(absl::Seconds(1));
  RunTimers();
  RunTimers();
  EXPECT_THAT(Actions(name), ElementsAre("submit_for_review", "send_offer", "offer_expires_soon"));
  send.set_valid_days(2);
  ASSERT_TRUE(handlers_->SendOffer(Seller(), send).ok());
  clock_.Advance(absl::Hours(24));
  RunTimers();
  const auto actions = Actions(name);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "offer_expires_soon"), 1) << "too short to warn before";
}

TEST_F(DeadlinesTest, SettingsShapeNewOrdersAndAreChecked) {
  v1::OrderSettings settings;
  settings.set_payment_first(true);
  settings.set_manual_release(true);
  settings.set_pay_before_shipping(true);
  const std::string before = Create(Buyer(), "place")->name();
  EXPECT_EQ(Set(settings, Buyer()).status().code(), absl::StatusCode::kNotFound);
  const auto set = Set(settings);
  ASSERT_TRUE(set.ok()) << set.status();
  const auto order = Create(Buyer(), "place");
  EXPECT_EQ(order->displayed_status(), "Waiting for payment") << "asked for by itself";
  EXPECT_EQ(Pay(order->name(), 11900, v1::Payment::CAPTURED)->displayed_status(), "Waiting for payment") << "staff releases";
  EXPECT_EQ(Do(Seller(), order->name(), "release")->order().displayed_status(), "Free for manufacturing");
  EXPECT_EQ(Pay(before, 11900, v1::Payment::CAPTURED)->displayed_status(), "Free for manufacturing") << "kept its terms";

  v1::OrderSettings bad;
  bad.add_holidays("2027-02-30");
  EXPECT_THAT(FieldViolationsOf(Set(bad).status()), Contains(HasSubstr("settings.holidays")));
  bad.clear_holidays();
  bad.add_business_weekdays(8);
  EXPECT_THAT(FieldViolationsOf(Set(bad).status()), Contains(HasSubstr("business_weekdays")));
  bad.clear_business_weekdays();
  bad.set_etag("\"77\"");
  EXPECT_EQ(ReasonOf(Set(bad).status()), "ETAG_MISMATCH");
  v1::GetOrderSettingsRequest get;
  get.set_name(absl::StrCat(kSeller, "/orderSettings"));
  EXPECT_TRUE(handlers_->GetOrderSettings(Seller(), get)->manual_release());
  EXPECT_EQ(handlers_->GetOrderSettings(Buyer(), get).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace millwright::orders
