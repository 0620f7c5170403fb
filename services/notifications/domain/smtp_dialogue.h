// Follows an SMTP dialogue line by line, to know which step a server refused: libcurl tells only the last code.
//
// Replies belong to the last command sent, because libcurl does not pipeline. Secrets are not kept: of a command only
// its verb and, for RCPT, the address matter.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_DIALOGUE_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_DIALOGUE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace millwright::notifications {

struct SmtpReply {
  int code = 0;        // 0: no reply came
  std::string text;    // last line behind the code
};

class SmtpDialogue {
 public:
  enum class Stage {
    kConnect,    // greeting, EHLO, STARTTLS, AUTH: says nothing about the message
    kSender,     // MAIL FROM
    kRecipient,  // RCPT TO
    kData,       // DATA; then the message is sent
    kMessage,    // the reply to the message itself
  };

  // Bytes of commands and replies as they pass; lines may come in pieces.
  void Sent(absl::string_view bytes);
  void Received(absl::string_view bytes);

  Stage stage() const { return stage_; }
  // The last complete reply.
  const SmtpReply& last() const { return last_; }
  // One per RCPT, in order.
  const std::vector<SmtpReply>& recipients() const { return recipients_; }
  // The server asked for the message (354), and what it answered to it.
  bool message_sent() const { return message_sent_; }
  const SmtpReply& message_reply() const { return message_reply_; }

 private:
  void SentLine(absl::string_view line);
  void ReceivedLine(absl::string_view line);

  Stage stage_ = Stage::kConnect;
  SmtpReply last_, message_reply_;
  std::vector<SmtpReply> recipients_;
  bool message_sent_ = false;
  bool quitting_ = false;  // what is answered to QUIT says nothing
  std::string pending_sent_, pending_received_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_SMTP_DIALOGUE_H_
