// What an event means for mails: one row per mail of the matrix, in the transaction that consumes the event.
//
// Nothing is addressed or sent here; due rows of kind kMailKind (key: the delivery's id) do that. An event that comes
// again finds the keys of its mails and changes nothing.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_PLANNER_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_PLANNER_H_

#include <string>

#include "absl/status/status.h"
#include "common/events/due_rows.h"
#include "common/events/event.h"
#include "common/ids/ids.h"
#include "common/storage/session.h"
#include "common/time/clock.h"
#include "services/notifications/domain/status_names.h"
#include "services/notifications/storage/delivery_store.h"

namespace millwright::notifications {

inline constexpr char kMailKind[] = "mail";

class MailPlanner {
 public:
  MailPlanner(const StatusNames& names, DueRows& due, IdGenerator& ids, const Clock& clock, std::string message_id_domain)
      : names_(names), due_(due), ids_(ids), clock_(clock), domain_(std::move(message_id_domain)) {}

  // Events of orders. INVALID_ARGUMENT if the payload is no OrderEvent: the consumer parks it.
  absl::Status ApplyOrderEvent(Transaction& tx, const Event& event);
  // Events of accounts: invitations made and accepted.
  absl::Status ApplyAccountsEvent(Transaction& tx, const Event& event);

 private:
  absl::Status Queue(Transaction& tx, DeliveryRecord record, const Event& event);

  const StatusNames& names_;
  DueRows& due_;
  IdGenerator& ids_;
  const Clock& clock_;
  const std::string domain_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_PLANNER_H_
