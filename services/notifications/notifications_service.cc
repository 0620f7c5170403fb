#include "services/notifications/notifications_service.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/rpc/mutation.h"
#include "services/notifications/mail_planner.h"

namespace millwright::notifications {

absl::StatusOr<v1::ListDeliveriesResponse> NotificationsHandlers::ListDeliveries(
    const CallInfo& call, const v1::ListDeliveriesRequest& request) {
  MW_ASSIGN_OR_RETURN(Page page, pager_.Begin(request.page_size(), request.page_token(),
                                              absl::StrCat("ListDeliveries|", request.parent(), "|",
                                                           call.principal.company)));
  MW_ASSIGN_OR_RETURN(
      std::vector<DeliveryRecord> records,
      db_.Read(
          [&](Reader& reader) -> absl::StatusOr<std::vector<DeliveryRecord>> {
            MW_ASSIGN_OR_RETURN(std::optional<OrderParties> parties, FindOrderParties(reader, request.parent()));
            const bool party = parties.has_value() && (call.principal.ActsFor(parties->buyer) ||
                                                       call.principal.ActsFor(parties->seller));
            if (!party) return Error::NotFound("millwright.example/Order", request.parent());
            return notifications::ListDeliveries(reader, request.parent(), call.principal.company,
                                                 page.first() ? "" : page.keys[0], page.size + 1);
          },
          call.deadline));
  v1::ListDeliveriesResponse response;
  const bool more = records.size() > static_cast<size_t>(page.size);
  if (more) records.resize(static_cast<size_t>(page.size));
  for (const DeliveryRecord& record : records) *response.add_deliveries() = record.ToProto();
  if (more) response.set_next_page_token(pager_.Token(page, {records.back().id}));
  return response;
}

absl::StatusOr<v1::Delivery> NotificationsHandlers::ResendDelivery(const CallInfo& call,
                                                                   const v1::ResendDeliveryRequest& request) {
  return Mutate<v1::Delivery>(call, db_, clock_.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::Delivery> {
    MW_ASSIGN_OR_RETURN(std::optional<DeliveryRecord> record, FindDelivery(tx, LastSegment(request.name())));
    const bool visible = record.has_value() && call.principal.ActsFor(record->company) &&
                         record->ToProto().name() == request.name();
    if (!visible) return Error::NotFound("millwright.example/Delivery", request.name());
    if (record->state != v1::Delivery::FAILED) {
      return Error::FailedPrecondition("DELIVERY_NOT_FAILED", "only a mail that failed for good can be sent again")
          .Precondition("STATE", request.name(), record->state == v1::Delivery::SENT
                                                     ? "the mail server took it; look into the mailbox"
                                                     : "it still waits and is tried again by itself");
    }
    MW_RETURN_IF_ERROR(MarkQueued(tx, record->id));
    MW_RETURN_IF_ERROR(due_.Schedule(tx, {.kind = kMailKind, .key = record->id, .due = clock_.Now()}));
    record->state = v1::Delivery::QUEUED;
    return record->ToProto();
  });
}

}  // namespace millwright::notifications
