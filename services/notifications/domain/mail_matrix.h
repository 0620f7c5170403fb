// Which mails an event means: a pure function over the table in mail_matrix.def.
//
//   for (const PlannedMail& mail : PlanMails(event, order)) insert_once(mail.key, ...);
//
// The answer depends on nothing but its arguments, so planning the same event again gives the same keys, and a mail
// is sent exactly once by storing its key.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_MATRIX_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_MATRIX_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/notifications/domain/mail_event.h"
#include "services/notifications/domain/template.h"

namespace millwright::notifications {

struct PlannedMail {
  std::string key;       // MailKey of (order, event, recipient, template)
  std::string template_name;
  Side side = Side::kCustomer;
  bool cc_billing = false;  // the billing contact is a Cc of this same message
  TemplateContext variables;
};

// Mails of the event, in the order of its steps, the customer's before the shop's.
std::vector<PlannedMail> PlanMails(const MailEvent& event, const OrderSnapshot& order);

// The identity of a mail. `step` tells the moves of one event apart.
std::string MailKey(absl::string_view order, absl::string_view event, size_t step, Side side,
                    absl::string_view template_name);

// Every template name that a row of the matrix uses, sorted, each once.
std::vector<std::string> MatrixTemplates();

// "customer" or "shop".
absl::string_view SideName(Side side);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_MATRIX_H_
