// Mails: planned, written, sent. The row of a mail is made in the transaction that consumes its event.
//
// Every function works inside the caller's Reader or Transaction; thread-safety as of those.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_STORAGE_DELIVERY_STORE_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_STORAGE_DELIVERY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/storage/migrations.h"
#include "common/storage/session.h"
#include "millwright/notifications/v1/notifications_service.pb.h"

namespace millwright::notifications {

MigrationSet NotificationsSchema();

struct DeliveryRecord {
  std::string id;          // begins with the company that owns the order
  std::string mail_key;    // (order, event, recipient, template)
  std::string order_name;  // or the invitation that the mail is about
  std::string event_id, event_type, event;  // as consumed
  std::string trace;
  std::string company;     // resource name of the company the mail goes to
  std::string member;      // of that company, "" for its mailbox alone
  int side = 0;
  bool copy_billing = false;
  std::string template_name;
  v1::Delivery::State state = v1::Delivery::QUEUED;
  bool written = false;
  std::vector<std::string> recipients, cc;  // addresses
  std::string subject, message_id, message;
  int attempts = 0;
  std::string last_error;
  absl::Time created = absl::InfinitePast();
  std::optional<absl::Time> sent;

  v1::Delivery ToProto() const;
};

// The companies of an order.
struct OrderParties {
  std::string buyer, seller;
};
absl::Status PutOrderParties(Transaction& tx, absl::string_view order_name, const OrderParties& parties);
absl::StatusOr<std::optional<OrderParties>> FindOrderParties(Reader& reader, absl::string_view order_name);

// False if a mail of that key exists: the event was consumed before.
absl::StatusOr<bool> AddDelivery(Transaction& tx, const DeliveryRecord& record);
absl::StatusOr<std::optional<DeliveryRecord>> FindDelivery(Reader& reader, absl::string_view id);
// Mails about `order_name` to `company` after `after_id`, oldest first.
absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveries(Reader& reader, absl::string_view order_name,
                                                           absl::string_view company, absl::string_view after_id,
                                                           int limit);

// Stores addresses, subject and message of a mail that is being written.
absl::Status MarkWritten(Transaction& tx, const DeliveryRecord& record);
absl::Status MarkSent(Transaction& tx, absl::string_view id, absl::Time now, absl::string_view note);
// One more try failed; `state` is QUEUED (again later) or FAILED (for good).
absl::Status MarkFailure(Transaction& tx, absl::string_view id, v1::Delivery::State state, absl::string_view error);
// A failed mail waits again.
absl::Status MarkQueued(Transaction& tx, absl::string_view id);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_STORAGE_DELIVERY_STORE_H_
