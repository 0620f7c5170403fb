// Addresses, writes and sends one mail: the work of a due row of kind kMailKind, outside of any transaction.
//
// A mail is written once: addresses come from accounts, the text from the templates in the language of its company, and
// the message is stored before it is sent. So a retry, also after a restart, sends the same bytes with the same
// Message-ID. What a server answered is recorded at once, in a write of its own. What remains is SMTP's own window: a
// server took the mail and this process died before it could record that. Such a mail is sent again, and its equal
// Message-ID tells the receiver.
//
// While accounts or the mail server can't be reached, mails wait and are tried again with a back-off (the scheduler's).
//
// Not thread-safe: one worker per scheduler thread.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_WORKER_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_WORKER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/internal/accounts/v1/directory_service.pb.h"
#include "services/notifications/domain/mail_catalog.h"
#include "services/notifications/domain/smtp_client.h"
#include "services/notifications/domain/status_names.h"
#include "services/notifications/storage/delivery_store.h"

namespace millwright::notifications {

// Tries before a mail is FAILED; with the scheduler's back-off that is about two days.
inline constexpr int kMaxSendAttempts = 600;

// Where mails to a company go.
class Directory {
 public:
  virtual ~Directory() = default;
  // NOT_FOUND for an unknown company; UNAVAILABLE while accounts is down.
  virtual absl::StatusOr<internal::accounts::v1::ResolveMailboxesResponse> Resolve(const std::string& company,
                                                                                   const std::string& member) = 0;
};

// Takes finished messages; see SmtpClient.
class MailTransport {
 public:
  virtual ~MailTransport() = default;
  virtual SmtpResult Send(const std::string& from, const std::vector<std::string>& recipients,
                          const std::string& message) = 0;
};

class MailWorker {
 public:
  struct Parts {
    Database& db;
    Directory& directory;
    MailTransport& transport;
    const MailCatalog& catalog;
    const StatusNames& names;
    const Clock& clock;
    std::string sender_address;
    std::string message_id_domain;
  };
  explicit MailWorker(Parts parts) : parts_(std::move(parts)) {}

  // OK: the mail is sent or failed for good, the due row may go. An error: try again later.
  absl::Status Run(const std::string& id);

 private:
  absl::Status Write(DeliveryRecord& record);
  absl::StatusOr<MailText> TextOf(const DeliveryRecord& record,
                                  const internal::accounts::v1::ResolveMailboxesResponse& boxes) const;
  absl::Status Send(const DeliveryRecord& record);
  absl::Status Fail(const DeliveryRecord& record, absl::string_view error);

  Parts parts_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_MAIL_WORKER_H_
