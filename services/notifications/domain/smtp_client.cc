#include "services/notifications/domain/smtp_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/notifications/domain/mime.h"
#include "services/notifications/domain/smtp_dialogue.h"

namespace millwright::notifications {
namespace {

absl::Status BadOption(absl::string_view field, absl::string_view what) {
  return Error::InvalidArgument("SMTP_CONFIG_INVALID", absl::StrCat("the SMTP option ", field, " ", what))
      .Field(field, what);
}

bool IsHostName(absl::string_view host) {
  return !host.empty() && host.size() <= 253 &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_") ==
             absl::string_view::npos;
}

bool IsLoopback(absl::string_view host) {
  bool ipv4 = absl::StartsWith(host, "127.") && host.find_first_not_of("0123456789.") == absl::string_view::npos;
  return host == "localhost" || host == "::1" || ipv4;
}

struct Upload {
  absl::string_view rest;
};

size_t ReadMessage(char* buffer, size_t size, size_t count, void* closure) {
  auto* upload = static_cast<Upload*>(closure);
  size_t n = std::min(size * count, upload->rest.size());
  std::memcpy(buffer, upload->rest.data(), n);
  upload->rest.remove_prefix(n);
  return n;
}

size_t IgnoreBody(char*, size_t size, size_t count, void*) { return size * count; }

int Watch(CURL*, curl_infotype type, char* data, size_t size, void* closure) {
  auto* dialogue = static_cast<SmtpDialogue*>(closure);
  if (type == CURLINFO_HEADER_OUT) dialogue->Sent(absl::string_view(data, size));
  if (type == CURLINFO_HEADER_IN) dialogue->Received(absl::string_view(data, size));
  return 0;
}

SmtpOutcome OutcomeOf(const SmtpReply& reply) {
  if (reply.code >= 200 && reply.code < 300) return SmtpOutcome::kDelivered;
  return reply.code >= 500 ? SmtpOutcome::kPermanent : SmtpOutcome::kTemporary;
}

// RFC 4954: these say that the session may not send, not that the message is bad.
bool IsSessionProblem(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

bool AllRefusedForGood(const std::vector<SmtpReply>& replies, size_t recipients) {
  return replies.size() == recipients && std::all_of(replies.begin(), replies.end(), [](const SmtpReply& reply) {
    return OutcomeOf(reply) == SmtpOutcome::kPermanent && !IsSessionProblem(reply.code);
  });
}

// Whether the server's refusal is about the message: only then sending it again is pointless.
bool RefusedForGood(const SmtpDialogue& dialogue, size_t recipients) {
  int code = dialogue.last().code;
  if (code < 500 || IsSessionProblem(code)) return false;
  switch (dialogue.stage()) {
    case SmtpDialogue::Stage::kConnect: return false;
    case SmtpDialogue::Stage::kRecipient: return AllRefusedForGood(dialogue.recipients(), recipients);
    default: return true;
  }
}

SmtpResult Judge(CURLcode code, const char* curl_detail, const SmtpDialogue& dialogue,
                 const std::vector<std::string>& recipients) {
  SmtpResult result;
  const SmtpReply& reply = dialogue.message_reply();
  if (OutcomeOf(reply) == SmtpOutcome::kDelivered && reply.code != 0) {
    // The server has the message, whatever happened to the connection afterwards.
    result.outcome = SmtpOutcome::kDelivered;
  } else if (RefusedForGood(dialogue, recipients.size())) {
    result.outcome = SmtpOutcome::kPermanent;
  }
  result.code = reply.code != 0 ? reply.code : dialogue.last().code;
  result.in_doubt = dialogue.message_sent() && reply.code == 0;
  result.detail = code == CURLE_OK ? absl::StrCat(reply.code, " ", reply.text)
                                   : absl::StrCat(curl_easy_strerror(code), *curl_detail ? ": " : "", curl_detail,
                                                  "; last reply ", dialogue.last().code, " ", dialogue.last().text);
  for (size_t i = 0; i < recipients.size(); ++i) {
    SmtpRecipientResult one{recipients[i], result.outcome, result.code, ""};
    if (i < dialogue.recipients().size() && dialogue.recipients()[i].code >= 400) {
      const SmtpReply& refused = dialogue.recipients()[i];
      one.outcome = IsSessionProblem(refused.code) ? SmtpOutcome::kTemporary : OutcomeOf(refused);
      one.code = refused.code;
      one.text = refused.text;
    }
    result.recipients.push_back(std::move(one));
  }
  return result;
}

SmtpResult Refuse(absl::string_view detail, const std::vector<std::string>& recipients) {
  SmtpResult result;
  result.outcome = SmtpOutcome::kPermanent;
  result.detail = std::string(detail);
  for (const std::string& address : recipients) result.recipients.push_back({address, SmtpOutcome::kPermanent, 0, ""});
  return result;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SmtpClient>> SmtpClient::Create(const SmtpOptions& options) {
  if (!IsHostName(options.host)) return BadOption("host", "is no host name or address");
  if (options.port < 1 || options.port > 65535) return BadOption("port", "must be 1 to 65535");
  if (!IsHostName(options.helo)) return BadOption("helo", "is no host name");
  if (options.connect_timeout <= absl::ZeroDuration() || options.total_timeout <= absl::ZeroDuration()) {
    return BadOption("timeouts", "must be above 0");
  }
  if (options.security == SmtpSecurity::kNone && !IsLoopback(options.host)) {
    return BadOption("security", "may be `none` only for this machine; use STARTTLS or implicit TLS");
  }
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  auto client = std::unique_ptr<SmtpClient>(new SmtpClient(options));
  if (client->curl_ == nullptr) return absl::InternalError("libcurl gave no handle");
  return client;
}

SmtpClient::SmtpClient(const SmtpOptions& options) : options_(options), curl_(curl_easy_init()) {}

SmtpClient::~SmtpClient() { curl_easy_cleanup(static_cast<CURL*>(curl_)); }

void SmtpClient::Configure(void* handle) const {
  CURL* curl = static_cast<CURL*>(handle);
  bool implicit = options_.security == SmtpSecurity::kImplicitTls;
  bool ipv6 = absl::StrContains(options_.host, ":");
  std::string url = absl::StrCat(implicit ? "smtps" : "smtp", "://", ipv6 ? "[" : "", options_.host, ipv6 ? "]" : "",
                                 ":", options_.port, "/", options_.helo);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, implicit ? "smtps" : "smtp");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // no proxy from the environment
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(options_.security == SmtpSecurity::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  if (!options_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, options_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options_.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(options_.total_timeout)));
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &IgnoreBody);
}

SmtpResult SmtpClient::Send(absl::string_view envelope_from, const std::vector<std::string>& recipients,
                            absl::string_view message) {
  if (recipients.empty() || recipients.size() > kMaxMailRecipients) {
    return Refuse("a mail needs 1 to 100 recipients", recipients);
  }
  for (const std::string& address : recipients) {
    if (!CheckAddress("recipient", address).ok()) return Refuse("a recipient is no plain address", recipients);
  }
  if (!CheckAddress("from", envelope_from).ok()) return Refuse("the sender is no plain address", recipients);

  CURL* curl = static_cast<CURL*>(curl_);
  curl_easy_reset(curl);  // keeps the open connection
  Configure(curl);
  SmtpDialogue dialogue;
  Upload upload{message};
  char detail[CURL_ERROR_SIZE] = "";
  std::string from = absl::StrCat("<", envelope_from, ">");
  curl_slist* to = nullptr;
  for (const std::string& address : recipients) to = curl_slist_append(to, absl::StrCat("<", address, ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
  // A dead address in Cc must not keep the customer from getting the mail.
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &ReadMessage);
  curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &Watch);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &dialogue);
  CURLcode code = curl_easy_perform(curl);
  long opened = 0;
  curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &opened);
  connections_ += static_cast<int>(opened);
  curl_slist_free_all(to);
  curl_easy_reset(curl);  // nothing of this call's stack stays referenced
  return Judge(code, detail, dialogue, recipients);
}

}  // namespace millwright::notifications
