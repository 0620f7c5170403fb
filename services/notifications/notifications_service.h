// The RPCs of notifications: which mails went to the caller's company. Free of gRPC.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/events/due_rows.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "services/notifications/storage/delivery_store.h"

namespace millwright::notifications {

class NotificationsHandlers {
 public:
  NotificationsHandlers(Database& db, DueRows& due, const Clock& clock, Pager pager)
      : db_(db), due_(due), clock_(clock), pager_(std::move(pager)) {}

  absl::StatusOr<v1::ListDeliveriesResponse> ListDeliveries(const CallInfo& call,
                                                            const v1::ListDeliveriesRequest& request);
  absl::StatusOr<v1::Delivery> ResendDelivery(const CallInfo& call, const v1::ResendDeliveryRequest& request);

 private:
  Database& db_;
  DueRows& due_;
  const Clock& clock_;
  const Pager pager_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_
