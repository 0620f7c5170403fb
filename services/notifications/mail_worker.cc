#include "services/notifications/mail_worker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/accounts/v1/company.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/notifications/domain/mail_variables.h"
#include "services/notifications/domain/mime.h"
#include "services/notifications/domain/order_mail.h"

namespace millwright::notifications {
namespace {

using internal::accounts::v1::ResolveMailboxesResponse;

Audience AudienceOf(const ResolveMailboxesResponse& boxes) {
  Audience audience;
  if (boxes.company().language_code().size() >= 2) audience.language = boxes.company().language_code().substr(0, 2);
  absl::LoadTimeZone(boxes.company().time_zone(), &audience.zone);
  return audience;
}

// Errors of a mail itself, against those that pass by themselves.
bool IsPermanent(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsDataLoss(status);
}

void AddOnce(const std::string& address, std::vector<std::string>& list) {
  if (!address.empty() && std::find(list.begin(), list.end(), address) == list.end()) list.push_back(address);
}

// The customer's mail goes to the member who ordered, else to the company's mailbox; the shop's to its mailbox and to
// the member in charge.
void Address(const ResolveMailboxesResponse& boxes, DeliveryRecord& record) {
  record.recipients.clear();
  record.cc.clear();
  const bool customer = record.side == static_cast<int>(Side::kCustomer);
  if (!customer || boxes.member_email().empty()) AddOnce(boxes.company().email(), record.recipients);
  AddOnce(boxes.member_email(), record.recipients);
  if (record.copy_billing && boxes.billing_email() != boxes.member_email()) AddOnce(boxes.billing_email(), record.cc);
}

std::string SenderName(const DeliveryRecord& record) {
  internal::orders::v1::OrderEvent event;
  const bool customer = record.side == static_cast<int>(Side::kCustomer);
  if (customer && event.ParseFromString(record.event)) return event.order().seller_party().display_name();
  return "Millwright";
}

}  // namespace

absl::StatusOr<MailText> MailWorker::TextOf(const DeliveryRecord& record, const ResolveMailboxesResponse& boxes) const {
  const Audience audience = AudienceOf(boxes);
  TemplateContext variables;
  if (record.event_type.rfind("accounts.", 0) == 0) {
    accounts::v1::Invitation invitation;
    if (!invitation.ParseFromString(record.event)) return absl::DataLossError("the event of a mail can't be read");
    variables = InvitationVariables(invitation.from_display_name(), invitation.to_display_name(), invitation.message());
  } else {
    internal::orders::v1::OrderEvent event;
    if (!event.ParseFromString(record.event)) return absl::DataLossError("the event of a mail can't be read");
    bool found = false;
    for (PlannedMail& mail : PlanOrderMails(record.event_id, record.event_type, event, parts_.names, audience)) {
      if (mail.key != record.mail_key) continue;
      variables = std::move(mail.variables);
      found = true;
    }
    if (!found) return absl::DataLossError("the matrix no longer has this mail");
  }
  variables.Set("recipient_name", boxes.member_display_name());
  return parts_.catalog.Render(record.template_name, audience.language, variables);
}

absl::Status MailWorker::Write(DeliveryRecord& record) {
  MW_ASSIGN_OR_RETURN(ResolveMailboxesResponse boxes, parts_.directory.Resolve(record.company, record.member));
  Address(boxes, record);
  if (record.recipients.empty()) {
    return Error::FailedPrecondition("MAIL_NO_ADDRESS", absl::StrCat(record.company, " has no mailbox"));
  }
  MW_ASSIGN_OR_RETURN(MailText text, TextOf(record, boxes));
  Mail mail;
  mail.key = record.mail_key;
  mail.domain = parts_.message_id_domain;
  mail.from = {SenderName(record), parts_.sender_address};
  for (const std::string& address : record.recipients) {
    mail.to.push_back({address == boxes.member_email() ? boxes.member_display_name() : boxes.company().display_name(),
                       address});
  }
  for (const std::string& address : record.cc) mail.cc.push_back({"", address});
  mail.subject = text.subject;
  mail.text = text.text;
  mail.html = text.html;
  mail.language = AudienceOf(boxes).language;
  mail.trace_id = record.trace.size() >= 35 ? record.trace.substr(3, 32) : record.trace;  // traceparent, or the id alone
  mail.date = record.created;
  MW_ASSIGN_OR_RETURN(record.message, BuildMessage(mail));
  record.subject = text.subject;
  record.written = true;
  return parts_.db.Write([&](Transaction& tx) { return MarkWritten(tx, record); });
}

absl::Status MailWorker::Fail(const DeliveryRecord& record, absl::string_view error) {
  return parts_.db.Write([&](Transaction& tx) { return MarkFailure(tx, record.id, v1::Delivery::FAILED, error); });
}

absl::Status MailWorker::Send(const DeliveryRecord& record) {
  std::vector<std::string> all = record.recipients;
  for (const std::string& address : record.cc) AddOnce(address, all);
  const SmtpResult result = parts_.transport.Send(parts_.sender_address, all, record.message);
  if (result.outcome == SmtpOutcome::kDelivered) {
    std::string refused;
    for (const SmtpRecipientResult& one : result.recipients) {
      if (one.outcome == SmtpOutcome::kDelivered) continue;
      absl::StrAppend(&refused, refused.empty() ? "refused: " : "; ", one.address, " ", one.code, " ", one.text);
    }
    return parts_.db.Write([&](Transaction& tx) { return MarkSent(tx, record.id, parts_.clock.Now(), refused); });
  }
  if (result.outcome == SmtpOutcome::kPermanent || record.attempts + 1 >= kMaxSendAttempts) {
    return Fail(record, result.detail);
  }
  MW_RETURN_IF_ERROR(parts_.db.Write([&](Transaction& tx) {
    return MarkFailure(tx, record.id, v1::Delivery::QUEUED, result.detail);
  }));
  return Error::Unavailable("MAIL_SERVER_UNAVAILABLE", result.detail);
}

absl::Status MailWorker::Run(const std::string& id) {
  MW_ASSIGN_OR_RETURN(std::optional<DeliveryRecord> record,
                      parts_.db.Read([&](Reader& reader) { return FindDelivery(reader, id); }));
  if (!record.has_value() || record->state != v1::Delivery::QUEUED) return absl::OkStatus();
  if (!record->written) {
    absl::Status written = Write(*record);
    if (!written.ok() && IsPermanent(written)) return Fail(*record, written.message());
    MW_RETURN_IF_ERROR(written);
  }
  return Send(*record);
}

}  // namespace millwright::notifications
