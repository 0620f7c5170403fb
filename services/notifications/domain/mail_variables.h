// The names that mail templates may use, and their values for one mail.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_VARIABLES_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_VARIABLES_H_

#include <set>
#include <string>

#include "services/notifications/domain/mail_event.h"
#include "services/notifications/domain/template.h"

namespace millwright::notifications {

// Every name is present, "" where there is nothing to say; a template must guard such a name with a section. The
// customer's values never hold the internal reason. `recipient_name` is empty: the sender fills it in.
TemplateContext MailVariables(const MailEvent& event, const StatusStep& step, const OrderSnapshot& order, Side side);

// The variables of the mails about an invitation.
TemplateContext InvitationVariables(const std::string& from_company, const std::string& to_company,
                                    const std::string& message);

// The names of MailVariables and InvitationVariables, for CheckTemplate; `lines` is a list with quantity, description and amount.
const std::set<std::string>& MailVariableNames();

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_VARIABLES_H_
