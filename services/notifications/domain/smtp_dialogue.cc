#include "services/notifications/domain/smtp_dialogue.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace millwright::notifications {
namespace {

// A line longer than this is cut: replies have at most 512 bytes (RFC 5321, 4.5.3.1.5).
constexpr size_t kMaxLine = 4096;

template <typename OnLine>
void TakeLines(std::string& pending, absl::string_view bytes, OnLine on_line) {
  for (char c : bytes) {
    if (c == '\n') {
      on_line(absl::StripSuffix(pending, "\r"));
      pending.clear();
    } else if (pending.size() < kMaxLine) {
      pending += c;
    }
  }
}

}  // namespace

void SmtpDialogue::Sent(absl::string_view bytes) {
  TakeLines(pending_sent_, bytes, [this](absl::string_view line) { SentLine(line); });
}

void SmtpDialogue::Received(absl::string_view bytes) {
  TakeLines(pending_received_, bytes, [this](absl::string_view line) { ReceivedLine(line); });
}

void SmtpDialogue::SentLine(absl::string_view line) {
  if (absl::StartsWithIgnoreCase(line, "MAIL FROM:")) {
    stage_ = Stage::kSender;
  } else if (absl::StartsWithIgnoreCase(line, "RCPT TO:")) {
    stage_ = Stage::kRecipient;
    recipients_.emplace_back();
  } else if (absl::EqualsIgnoreCase(line, "DATA")) {
    stage_ = Stage::kData;
  } else if (absl::EqualsIgnoreCase(line, "QUIT")) {
    quitting_ = true;
  }
}

void SmtpDialogue::ReceivedLine(absl::string_view line) {
  int code = 0;
  if (quitting_ || line.size() < 3 || !absl::SimpleAtoi(line.substr(0, 3), &code)) return;
  if (line.size() > 3 && line[3] == '-') return;  // more lines of this reply follow
  last_ = {code, std::string(line.size() > 4 ? line.substr(4) : "")};
  if (stage_ == Stage::kRecipient && !recipients_.empty()) recipients_.back() = last_;
  if (stage_ == Stage::kMessage && message_reply_.code == 0) message_reply_ = last_;
  if (stage_ == Stage::kData && code == 354) {
    stage_ = Stage::kMessage;
    message_sent_ = true;
  }
}

}  // namespace millwright::notifications
