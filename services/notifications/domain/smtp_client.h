// Sends finished messages to an SMTP server, many over one connection.
//
//   MW_ASSIGN_OR_RETURN(auto client, SmtpClient::Create({.host = "mail.example", .port = 587,
//                                                        .security = SmtpSecurity::kStartTls,
//                                                        .user = "u", .password = "p"}));
//   SmtpResult result = client->Send("shop@example.com", {"a@example.org"}, message);
//
// What a result means for a retry:
//   kDelivered   the server took the message for at least one recipient; look at `recipients` for the others
//   kPermanent   the server refused this message or all its recipients for good (5xx): sending again is pointless
//   kTemporary   anything else: no connection, TLS or login failed, 4xx. Try again later
// `in_doubt` marks the one window SMTP leaves open: the message was sent whole and the reply never came. A retry may
// then deliver it twice, which receivers can see by the equal Message-ID.
//
// Never falls back to plaintext: with kStartTls a server that does not offer it is a temporary failure. kNone is
// refused for hosts other than this machine.
//
// Not thread-safe: one client per worker. Send blocks up to the timeouts.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_CLIENT_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::notifications {

enum class SmtpSecurity { kStartTls, kImplicitTls, kNone };

struct SmtpOptions {
  std::string host{};
  int port = 587;
  SmtpSecurity security = SmtpSecurity::kStartTls;
  std::string user{};      // no AUTH if empty
  std::string password{};
  std::string ca_file{};   // PEM; the system's authorities if empty
  std::string helo = "localhost";
  absl::Duration connect_timeout = absl::Seconds(10);
  absl::Duration total_timeout = absl::Seconds(60);  // for one message
};

enum class SmtpOutcome { kDelivered, kPermanent, kTemporary };

struct SmtpRecipientResult {
  std::string address;
  SmtpOutcome outcome = SmtpOutcome::kTemporary;
  int code = 0;         // the server's reply, 0 if none came
  std::string text;
};

struct SmtpResult {
  SmtpOutcome outcome = SmtpOutcome::kTemporary;
  int code = 0;         // the reply that decided, 0 if none came
  std::string detail;   // for the delivery log; holds no secrets
  bool in_doubt = false;
  std::vector<SmtpRecipientResult> recipients;
};

class SmtpClient {
 public:
  // INVALID_ARGUMENT (reason SMTP_CONFIG_INVALID) naming the option.
  static absl::StatusOr<std::unique_ptr<SmtpClient>> Create(const SmtpOptions& options);
  ~SmtpClient();

  // `message` is RFC 5322 with CRLF line ends (mime.h); dots are stuffed here. Addresses are plain addr-specs.
  SmtpResult Send(absl::string_view envelope_from, const std::vector<std::string>& recipients,
                  absl::string_view message);

  // Connections opened so far: tests see that one is reused.
  int connections() const { return connections_; }

 private:
  explicit SmtpClient(const SmtpOptions& options);
  void Configure(void* curl) const;

  const SmtpOptions options_;
  void* curl_;  // CURL*
  int connections_ = 0;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_CLIENT_H_
