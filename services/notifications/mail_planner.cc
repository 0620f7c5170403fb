#include "services/notifications/mail_planner.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/accounts/v1/company.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/notifications/domain/mime.h"
#include "services/notifications/domain/order_mail.h"

namespace millwright::notifications {

absl::Status MailPlanner::Queue(Transaction& tx, DeliveryRecord record, const Event& event) {
  record.id = ids_.Owned(LastSegment(record.order_name));
  record.event_id = event.id;
  record.event_type = event.type;
  record.event = event.after;
  record.trace = event.trace;
  record.created = clock_.Now();
  record.message_id = MessageId(record.mail_key, domain_);
  MW_ASSIGN_OR_RETURN(bool added, AddDelivery(tx, record));
  if (!added) return absl::OkStatus();
  return due_.Schedule(tx, {.kind = kMailKind, .key = record.id, .due = clock_.Now()});
}

absl::Status MailPlanner::ApplyOrderEvent(Transaction& tx, const Event& event) {
  if (!absl::StartsWith(event.type, "order.")) return absl::OkStatus();
  internal::orders::v1::OrderEvent payload;
  if (!payload.ParseFromString(event.after) || payload.order().name().empty()) {
    return Error::InvalidArgument("EVENT_INVALID", absl::StrCat("event ", event.id, " carries no order"));
  }
  const auto& order = payload.order();
  MW_RETURN_IF_ERROR(PutOrderParties(tx, order.name(), {order.buyer(), order.seller()}));
  for (const PlannedMail& mail : PlanOrderMails(event.id, event.type, payload, names_)) {
    DeliveryRecord record;
    record.mail_key = mail.key;
    record.order_name = order.name();
    record.company = mail.side == Side::kCustomer ? order.buyer() : order.seller();
    record.member = mail.side == Side::kCustomer ? order.ordered_by() : order.assignee();
    record.side = static_cast<int>(mail.side);
    record.copy_billing = mail.cc_billing;
    record.template_name = mail.template_name;
    MW_RETURN_IF_ERROR(Queue(tx, std::move(record), event));
  }
  return absl::OkStatus();
}

absl::Status MailPlanner::ApplyAccountsEvent(Transaction& tx, const Event& event) {
  const bool made = event.type == "accounts.invitation_created";
  if (!made && event.type != "accounts.invitation_accepted") return absl::OkStatus();
  accounts::v1::Invitation invitation;
  if (!invitation.ParseFromString(event.after) || invitation.name().empty()) {
    return Error::InvalidArgument("EVENT_INVALID", absl::StrCat("event ", event.id, " carries no invitation"));
  }
  DeliveryRecord record;
  record.order_name = invitation.name();
  record.company = made ? invitation.to_company() : invitation.from_company();
  record.side = static_cast<int>(made ? Side::kShop : Side::kCustomer);
  record.template_name = made ? "invitation_received" : "invitation_accepted";
  record.mail_key = MailKey(invitation.name(), event.id, 0, static_cast<Side>(record.side), record.template_name);
  return Queue(tx, std::move(record), event);
}

}  // namespace millwright::notifications
