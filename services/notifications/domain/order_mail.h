// From an event of orders to what the mail matrix and the templates need. Pure.
//
// Planned with English names (the matrix speaks them), printed in the recipient's language: the mails of one event have
// the same keys in every language.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_ORDER_MAIL_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_ORDER_MAIL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/notifications/domain/mail_event.h"
#include "services/notifications/domain/mail_matrix.h"
#include "services/notifications/domain/status_names.h"

namespace millwright::notifications {

// Whom a text is for.
struct Audience {
  std::string language = "en";  // two letters
  absl::TimeZone zone = absl::UTCTimeZone();
};

// What happened; nullopt for events that no mail is about (lots recorded).
std::optional<MailEvent> MailEventOf(absl::string_view event_id, absl::string_view event_type,
                                     const internal::orders::v1::OrderEvent& event, const StatusNames& names,
                                     const Audience& audience = {});

// The order as `audience` is told about it. A billing contact is assumed: whether there is one is known when the mail is
// addressed.
OrderSnapshot SnapshotOf(const internal::orders::v1::OrderEvent& event, const Audience& audience);

// The mails of the event with their variables in the language of `audience`.
std::vector<PlannedMail> PlanOrderMails(absl::string_view event_id, absl::string_view event_type,
                                        const internal::orders::v1::OrderEvent& event, const StatusNames& names,
                                        const Audience& audience = {});

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_ORDER_MAIL_H_
