// A mail as an RFC 5322 message: built by us, because libcurl sends headers as they are and never encodes them.
//
// The result is 7-bit, CRLF line ends, lines of at most 78 characters. Header text beyond ASCII becomes RFC 2047
// encoded words, cut between code points. Text and HTML are alternatives of one message (RFC 2046); attachments wrap
// them in multipart/mixed. The same mail gives the same bytes: Message-ID and boundaries derive from its key.
//
// No header injection: line ends and control characters in names and subject become spaces, addresses that hold
// anything but a plain addr-spec are refused.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::notifications {

inline constexpr size_t kMaxMailRecipients = 100;
inline constexpr size_t kMaxAttachmentBytes = 10 * 1024 * 1024;  // of all attachments of one mail together

struct Mailbox {
  std::string name;     // any UTF-8
  std::string address;  // ASCII addr-spec; international domains as punycode
};

struct Attachment {
  std::string file_name;     // ASCII letters, digits, '.', '-', '_'
  std::string content_type;  // "application/pdf"
  std::string bytes;
};

struct Mail {
  std::string key;      // exactly-once key: MailKey
  std::string domain;   // right side of the Message-ID
  Mailbox from;
  std::vector<Mailbox> to;
  std::vector<Mailbox> cc;
  std::string subject;
  std::string text;
  std::string html;
  std::string language;  // Content-Language; "" for none
  std::string trace_id;  // X-Millwright-Trace; "" for none
  absl::Time date;
  std::vector<Attachment> attachments;
};

// INVALID_ARGUMENT (reason MAIL_INVALID) naming the field.
absl::StatusOr<std::string> BuildMessage(const Mail& mail);

// "<hash of key@domain>", the same for the same key.
std::string MessageId(absl::string_view key, absl::string_view domain);

// Refuses what is no plain ASCII addr-spec of at most 254 bytes: quoted local parts, comments, address literals,
// spaces, control characters. `field` names it in the error.
absl::Status CheckAddress(absl::string_view field, absl::string_view address);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MIME_H_
