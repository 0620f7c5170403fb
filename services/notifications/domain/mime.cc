#include "services/notifications/domain/mime.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "services/notifications/domain/mime_encoding.h"

namespace millwright::notifications {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view what) {
  return Error::InvalidArgument("MAIL_INVALID", absl::StrCat("the mail can't be built: ", field, " ", what))
      .Field(field, what);
}

bool IsAtomText(unsigned char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-/=?^_`{|}~", absl::string_view(reinterpret_cast<char*>(&c), 1));
}

bool IsLocalPart(absl::string_view local) {
  if (local.empty() || local.size() > 64) return false;
  for (absl::string_view atom : absl::StrSplit(local, '.')) {
    if (atom.empty() || !std::all_of(atom.begin(), atom.end(), IsAtomText)) return false;
  }
  return true;
}

bool IsDomain(absl::string_view domain) {
  if (domain.empty() || domain.size() > 253) return false;
  for (absl::string_view label : absl::StrSplit(domain, '.')) {
    bool good = !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
                std::all_of(label.begin(), label.end(),
                            [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
    if (!good) return false;
  }
  return true;
}

bool IsFileName(absl::string_view name) {
  return !name.empty() && name.size() <= 60 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

bool IsContentType(absl::string_view type) {
  return type.size() <= 100 && std::count(type.begin(), type.end(), '/') == 1 &&
         std::all_of(type.begin(), type.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '/' || c == '-' || c == '+' || c == '.';
         });
}

bool IsToken(absl::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(),
                                          [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

absl::Status CheckMailboxes(absl::string_view field, const std::vector<Mailbox>& boxes) {
  for (size_t i = 0; i < boxes.size(); ++i) {
    std::string path = absl::StrCat(field, "[", i, "].");
    MW_RETURN_IF_ERROR(CheckAddress(path + "address", boxes[i].address));
    if (!IsUtf8(boxes[i].name)) return Invalid(path + "name", "is not valid UTF-8");
  }
  return absl::OkStatus();
}

absl::Status Check(const Mail& mail) {
  if (mail.key.empty()) return Invalid("key", "is missing");
  if (!IsDomain(mail.domain)) return Invalid("domain", "is no domain name");
  MW_RETURN_IF_ERROR(CheckAddress("from.address", mail.from.address));
  if (!IsUtf8(mail.from.name)) return Invalid("from.name", "is not valid UTF-8");
  if (mail.to.empty()) return Invalid("to", "needs at least one address");
  if (mail.to.size() + mail.cc.size() > kMaxMailRecipients) return Invalid("to", "and cc have more than 100 addresses");
  MW_RETURN_IF_ERROR(CheckMailboxes("to", mail.to));
  MW_RETURN_IF_ERROR(CheckMailboxes("cc", mail.cc));
  if (!IsUtf8(mail.subject)) return Invalid("subject", "is not valid UTF-8");
  if (!IsUtf8(mail.text)) return Invalid("text", "is not valid UTF-8");
  if (!IsUtf8(mail.html)) return Invalid("html", "is not valid UTF-8");
  if (!IsToken(mail.language)) return Invalid("language", "is no language tag");
  if (!IsToken(mail.trace_id)) return Invalid("trace_id", "may hold letters, digits and '-' only");
  size_t bytes = 0;
  for (size_t i = 0; i < mail.attachments.size(); ++i) {
    std::string path = absl::StrCat("attachments[", i, "].");
    if (!IsFileName(mail.attachments[i].file_name)) {
      return Invalid(path + "file_name", "must be 1 to 60 of A-Z, a-z, 0-9, '.', '-' and '_'");
    }
    if (!IsContentType(mail.attachments[i].content_type)) return Invalid(path + "content_type", "is no type/subtype");
    bytes += mail.attachments[i].bytes.size();
  }
  if (bytes > kMaxAttachmentBytes) return Invalid("attachments", "are larger than 10 MiB together");
  return absl::OkStatus();
}

std::string MailboxText(const Mailbox& box) {
  std::string name = OneLine(box.name);
  if (name.empty()) return box.address;
  // Folded in front of the address, so that name and address never share an overlong line.
  return absl::StrCat(EncodePhrase(name), "\r\n <", box.address, ">");
}

void AddMailboxes(absl::string_view header, const std::vector<Mailbox>& boxes, std::string& out) {
  if (boxes.empty()) return;
  std::vector<std::string> texts;
  for (const Mailbox& box : boxes) texts.push_back(MailboxText(box));
  absl::StrAppend(&out, header, ": ", absl::StrJoin(texts, ",\r\n "), "\r\n");
}

void AddTextPart(absl::string_view boundary, absl::string_view type, absl::string_view text, std::string& out) {
  absl::StrAppend(&out, "--", boundary, "\r\nContent-Type: ", type,
                  "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", QuotedPrintable(text));
  absl::StrAppend(&out, "\r\n");
}

// The alternatives with their own headers, as the body of a message or as its first part.
std::string Alternatives(const Mail& mail, absl::string_view boundary) {
  std::string out =
      absl::StrCat("Content-Type: multipart/alternative;\r\n boundary=\"", boundary, "\"\r\n\r\n");
  AddTextPart(boundary, "text/plain", mail.text, out);
  if (!mail.html.empty()) AddTextPart(boundary, "text/html", mail.html, out);
  return absl::StrCat(out, "--", boundary, "--\r\n");
}

std::string Mixed(const Mail& mail, absl::string_view boundary, absl::string_view inner) {
  std::string out = absl::StrCat("Content-Type: multipart/mixed;\r\n boundary=\"", boundary, "\"\r\n\r\n--", boundary,
                                 "\r\n", Alternatives(mail, inner));
  for (const Attachment& attachment : mail.attachments) {
    absl::StrAppend(&out, "--", boundary, "\r\nContent-Type: ", attachment.content_type,
                    "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"",
                    attachment.file_name, "\"\r\n\r\n", Base64Lines(attachment.bytes));
  }
  return absl::StrCat(out, "--", boundary, "--\r\n");
}

}  // namespace

absl::Status CheckAddress(absl::string_view field, absl::string_view address) {
  size_t at = address.rfind('@');
  bool good = address.size() <= 254 && at != absl::string_view::npos && IsLocalPart(address.substr(0, at)) &&
              IsDomain(address.substr(at + 1));
  if (good) return absl::OkStatus();
  return Invalid(field, "is no plain e-mail address like name@example.com (ASCII; international domains as xn--...)");
}

std::string MessageId(absl::string_view key, absl::string_view domain) {
  return absl::StrCat("<", Sha256Hex(key).substr(0, 40), "@", domain, ">");
}

absl::StatusOr<std::string> BuildMessage(const Mail& mail) {
  MW_RETURN_IF_ERROR(Check(mail));
  std::string out = absl::StrCat(
      "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", mail.date, absl::UTCTimeZone()), "\r\n");
  AddMailboxes("From", {mail.from}, out);
  AddMailboxes("To", mail.to, out);
  AddMailboxes("Cc", mail.cc, out);
  absl::StrAppend(&out, "Subject: ", EncodeHeaderText(OneLine(mail.subject), 7), "\r\n");
  absl::StrAppend(&out, "Message-ID: ", MessageId(mail.key, mail.domain), "\r\n");
  // RFC 3834: no holiday replies to these.
  absl::StrAppend(&out, "Auto-Submitted: auto-generated\r\n");
  if (!mail.language.empty()) absl::StrAppend(&out, "Content-Language: ", mail.language, "\r\n");
  if (!mail.trace_id.empty()) absl::StrAppend(&out, "X-Millwright-Trace: ", mail.trace_id, "\r\n");
  absl::StrAppend(&out, "MIME-Version: 1.0\r\n");
  // "=_" occurs in neither quoted-printable nor base64, so no text can hold the boundary.
  std::string hash = Sha256Hex(absl::StrCat("boundary|", mail.key)).substr(0, 24);
  std::string inner = absl::StrCat("=_a", hash), outer = absl::StrCat("=_m", hash);
  return out + (mail.attachments.empty() ? Alternatives(mail, inner) : Mixed(mail, outer, inner));
}

}  // namespace millwright::notifications
