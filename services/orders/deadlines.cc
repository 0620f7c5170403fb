// Promises and settings: GetOrderSettings, UpdateOrderSettings, SetPromisedTime, and the clock of promises.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/orders/domain/deadline.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

std::string CompanyOfSettings(const std::string& name) { return name.substr(0, name.find("/orderSettings")); }

absl::TimeZone ZoneOf(const v1::Order& order) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(order.seller_party().time_zone(), &zone) ? zone : absl::UTCTimeZone();
}

int AtRiskDays(const v1::OrderSettings& settings) {
  return settings.at_risk_business_days() > 0 ? settings.at_risk_business_days() : kDefaultAtRiskBusinessDays;
}

// Writes a promise and when it is at risk; the state of the clock follows from now.
void SetPromise(const BusinessCalendar& calendar, const v1::OrderSettings& settings, absl::Time promised, absl::Time now,
                OrderRecord& record) {
  v1::Order& order = *record.mutable_order();
  *order.mutable_promised_time() = ToTimestamp(promised);
  const absl::Time risk = RiskTime(calendar, promised, AtRiskDays(settings));
  record.set_deadline_risk_us(absl::ToUnixMicros(risk));
  if (order.deadline() == v1::Order::DEADLINE_UNSPECIFIED) return;
  order.set_deadline(now > promised ? v1::Order::OVERDUE : now >= risk ? v1::Order::AT_RISK : v1::Order::ON_TRACK);
}

std::string PromiseDetails(const v1::Order& before, const v1::Order& after) {
  const auto text = [](const v1::Order& order) {
    return order.has_promised_time() ? FormatUtc(FromTimestamp(order.promised_time())) : "";
  };
  return absl::StrCat("{\"promised_before\":\"", text(before), "\",\"promised_after\":\"", text(after), "\"}");
}

}  // namespace

absl::Status FillNewOrder(const v1::OrderSettings& settings, int lead_time_business_days, absl::Time now,
                          OrderRecord& record) {
  auto& terms = *record.mutable_terms();
  terms.set_manual_release(settings.manual_release());
  terms.set_payment_first(settings.payment_first());
  terms.set_pay_before_shipping(settings.pay_before_shipping());
  if (lead_time_business_days <= 0) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(const BusinessCalendar calendar, CalendarOf(settings, ZoneOf(record.order())));
  SetPromise(calendar, settings, PromiseAfter(calendar, now, lead_time_business_days), now, record);
  return absl::OkStatus();
}

void FillRemaining(absl::Time now, v1::Order& order) {
  if (order.deadline() == v1::Order::DEADLINE_UNSPECIFIED) return;
  std::vector<Hold> holds;
  bool held = false;
  for (const v1::Hold& proto : order.holds()) {
    Hold& hold = holds.emplace_back();
    hold.opened_at = FromTimestamp(proto.create_time());
    if (proto.has_lift_time()) hold.lifted_at = FromTimestamp(proto.lift_time());
    held |= hold.open();
  }
  const absl::Time from = held ? HeldSince(holds, now) : now;
  order.set_remaining_seconds(absl::ToInt64Seconds(FromTimestamp(order.promised_time()) - from));
}

absl::Status OrdersHandlers::RestartClock(OrderEdit& edit, Transaction& tx) {
  const OrderFacts facts = edit.Facts();
  OrderRecord& record = edit.record();
  if (!record.order().has_promised_time() || HasOpenHold(facts.holds)) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(const SettingsPtr settings, settings_.Of(tx, record.order().seller()));
  MW_ASSIGN_OR_RETURN(const BusinessCalendar calendar, CalendarOf(*settings, ZoneOf(record.order())));
  const absl::Time promised = FromTimestamp(record.order().promised_time());
  SetPromise(calendar, *settings, ShiftPromise(calendar, promised, HeldSince(facts.holds, edit.now()), edit.now()),
             edit.now(), record);
  return absl::OkStatus();
}

absl::StatusOr<v1::Order> OrdersHandlers::SetPromisedTime(const CallInfo& call, const v1::SetPromisedTimeRequest& request) {
  return Edit(call, request.name(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction& tx) -> absl::Status {
    if (!viewer.seller) return Error::PermissionDenied("SELLER_ONLY", "only the seller promises");
    if (edit.workflow().IsTerminal(edit.order().state())) {
      return Error::FailedPrecondition("ORDER_CLOSED", "an order that has ended needs no promise")
          .Precondition("STATE", edit.order().name(), "reopen it first");
    }
    const OrderRecord before = edit.record();
    const absl::Time promised = FromTimestamp(request.promised_time());
    if (promised <= edit.now()) {
      return Error::InvalidArgument("PROMISE_INVALID", "a promise lies in the future")
          .Field("promised_time", "must be later than now");
    }
    MW_ASSIGN_OR_RETURN(const SettingsPtr settings, settings_.Of(tx, edit.order().seller()));
    MW_ASSIGN_OR_RETURN(const BusinessCalendar calendar, CalendarOf(*settings, ZoneOf(edit.order())));
    SetPromise(calendar, *settings, promised, edit.now(), edit.record());
    const v1::State* state = edit.workflow().FindState(edit.order().state());
    // Before the agreement, another promise is another revision to agree to.
    if (state != nullptr && !state->implies_acceptance()) {
      edit.record().mutable_order()->set_revision_hash(RevisionHash(ContentOf(edit.record())));
    }
    return edit.Note("promise_changed", "order.updated", request.reason(), before, {},
                     PromiseDetails(before.order(), edit.order()));
  });
}

absl::StatusOr<v1::OrderSettings> OrdersHandlers::GetOrderSettings(const CallInfo& call,
                                                                   const v1::GetOrderSettingsRequest& request) {
  const std::string company = CompanyOfSettings(request.name());
  if (!call.principal.ActsFor(company)) return Error::NotFound("order settings", request.name());
  MW_ASSIGN_OR_RETURN(const SettingsPtr settings, parts_.db.Read([&](Reader& reader) { return settings_.Of(reader, company); }));
  return *settings;
}

absl::StatusOr<v1::OrderSettings> OrdersHandlers::UpdateOrderSettings(const CallInfo& call,
                                                                      const v1::UpdateOrderSettingsRequest& request) {
  const std::string& name = request.settings().name();
  const std::string company = CompanyOfSettings(name);
  if (!call.principal.ActsFor(company)) return Error::NotFound("order settings", name);
  const absl::Time now = parts_.clock.Now();
  return Mutate<v1::OrderSettings>(call, parts_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::OrderSettings> {
    MW_ASSIGN_OR_RETURN(const SettingsPtr current, settings_.Of(tx, company));
    if (!request.settings().etag().empty() && request.settings().etag() != current->etag()) {
      return Error::Aborted("ETAG_MISMATCH", "somebody else changed the settings: read them and try again")
          .Resource("order settings", name)
          .Meta("etag", current->etag());
    }
    v1::OrderSettings settings = *current;
    MW_RETURN_IF_ERROR(ApplyUpdateMask(request.settings(), request.update_mask(), settings));
    MW_RETURN_IF_ERROR(CalendarOf(settings, absl::UTCTimeZone()).status());
    *settings.mutable_update_time() = ToTimestamp(now);
    settings.clear_etag();
    MW_RETURN_IF_ERROR(settings_.Put(tx, company, settings));
    MW_ASSIGN_OR_RETURN(const int64_t version,
                        tx.Query("SELECT version FROM order_settings WHERE company = $1", company).Int());
    settings.set_etag(EtagOf(version));
    return settings;
  });
}

}  // namespace millwright::orders
