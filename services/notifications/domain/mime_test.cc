// Messages are read back by Python's email package, a reader that is not ours.
#include "services/notifications/domain/mime.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/domain/mime_encoding.h"

namespace millwright::notifications {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Mail SampleMail() {
  Mail mail;
  mail.key = "orders/a|e1|customer|paid";
  mail.domain = "mill.example";
  mail.from = {"Frezarnia Łódź", "orders@mill.example"};
  mail.to = {{"Jörg Weiß", "joerg@example.org"}, {"", "desk@example.org"}};
  mail.cc = {{"Billing \"B\" Desk", "billing@example.org"}};
  mail.subject = "Auftrag 17: Zahlung für Größe ⌀ 4,3 erhalten – vielen Dank und bis zum nächsten Mal 😀";
  mail.text = "Grüße\n.\nFrom here\ntrailing \n= equals\n";
  mail.html = "<p>Grüße</p>\n";
  mail.language = "de";
  mail.date = absl::FromUnixSeconds(1'795'000'000);
  return mail;
}

// What Python understood of `message`.
std::string ReadByPython(const std::string& message) {
  static int counter = 0;
  std::string path = absl::StrCat(::testing::TempDir(), "/mw-mail-", getpid(), "-", counter++, ".eml");
  std::ofstream(path, std::ios::binary) << message;
  std::string command =
      absl::StrCat("python3 ", MW_SOURCE_DIR, "/services/notifications/domain/testdata/read_mail.py ", path, " 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char buffer[4096];
  size_t n;
  while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0) out.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0) << out;
  std::remove(path.c_str());
  return out;
}

void ExpectWellFormed(const std::string& message) {
  for (absl::string_view line : absl::StrSplit(message, "\r\n")) {
    EXPECT_LE(line.size(), 78u) << line;
    EXPECT_FALSE(absl::StrContains(line, '\n') || absl::StrContains(line, '\r')) << line;
    for (unsigned char c : line) EXPECT_TRUE(c < 0x7F && (c >= 0x20 || c == '\t'));
  }
}

TEST(MimeTest, PythonReadsItWithoutDefects) {
  auto message = BuildMessage(SampleMail());
  ASSERT_TRUE(message.ok()) << message.status();
  ExpectWellFormed(*message);
  std::string read = ReadByPython(*message);
  EXPECT_THAT(read, HasSubstr("defects=[]\n"));
  EXPECT_THAT(read, HasSubstr(absl::StrCat("subject=\"", SampleMail().subject, "\"\n")));
  EXPECT_THAT(read, HasSubstr("from=[[\"Frezarnia Łódź\", \"orders@mill.example\"]]"));
  EXPECT_THAT(read, HasSubstr("to=[[\"Jörg Weiß\", \"joerg@example.org\"], [\"\", \"desk@example.org\"]]"));
  EXPECT_THAT(read, HasSubstr("cc=[[\"Billing \\\"B\\\" Desk\", \"billing@example.org\"]]"));
  EXPECT_THAT(read, HasSubstr("auto-submitted=\"auto-generated\""));
  EXPECT_THAT(read, HasSubstr("date=\"Wed, 18 Nov 2026 11:06:40 +0000\""));
  EXPECT_THAT(read, HasSubstr("types=[\"multipart/alternative\", \"text/plain\", \"text/html\"]"));
  EXPECT_THAT(read, HasSubstr("plain=\"Grüße\\n.\\nFrom here\\ntrailing \\n= equals\\n"));
  EXPECT_THAT(read, HasSubstr("html=\"<p>Grüße</p>"));
}

TEST(MimeTest, AttachmentsComeBackIdentical) {
  Mail mail = SampleMail();
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += static_cast<char>(i * 7);
  mail.attachments = {{"invoice.pdf", "application/pdf", bytes}};
  auto message = BuildMessage(mail);
  ASSERT_TRUE(message.ok());
  ExpectWellFormed(*message);
  std::string read = ReadByPython(*message);
  EXPECT_THAT(read, HasSubstr("defects=[]\n"));
  EXPECT_THAT(read, HasSubstr(absl::StrCat("[\"invoice.pdf\", \"application/pdf\", \"", absl::BytesToHexString(bytes))));
}

TEST(MimeTest, TheSameMailIsTheSameMessageAndKeysDecideTheId) {
  EXPECT_EQ(*BuildMessage(SampleMail()), *BuildMessage(SampleMail()));
  EXPECT_EQ(MessageId("k", "d.example"), MessageId("k", "d.example"));
  EXPECT_NE(MessageId("k", "d.example"), MessageId("l", "d.example"));
  EXPECT_THAT(*BuildMessage(SampleMail()), HasSubstr(MessageId(SampleMail().key, "mill.example")));
}

TEST(MimeTest, NoHeaderInjection) {
  for (const std::string& evil : {std::string("x\r\nBcc: spy@evil.example"), std::string("x\nBcc: spy@evil.example"),
                                  std::string("x\rBcc: spy@evil.example"), std::string("x\0\r\n\r\nBody", 10),
                                  std::string("x\u2028Bcc: a@b.example"), std::string("ü\r\n Bcc: a@b.example")}) {
    Mail mail = SampleMail();
    mail.subject = evil;
    mail.from.name = evil;
    mail.to[0].name = evil;
    mail.cc[0].name = evil;
    auto message = BuildMessage(mail);
    ASSERT_TRUE(message.ok());
    ExpectWellFormed(*message);
    std::string read = ReadByPython(*message);
    EXPECT_THAT(read, HasSubstr("defects=[]\n"));
    EXPECT_THAT(read, HasSubstr("headers=[\"Auto-Submitted\", \"Cc\", \"Content-Language\", \"Content-Type\", \"Date\", "
                                "\"From\", \"MIME-Version\", \"Message-ID\", \"Subject\", \"To\"]"));
  }
}

TEST(MimeTest, RefusesWhatIsNoPlainAddress) {
  for (const char* good : {"a@b.example", "first.last+tag@sub.example-x.org", "a@xn--bcher-kva.example", "a@localhost"}) {
    EXPECT_TRUE(CheckAddress("to", good).ok()) << good;
  }
  for (const char* bad : {"", "a", "@b.example", "a@", "a b@c.example", "a@b example", "<a@b.example>", "a@b.example\r\nX: y",
                          "a@b.example,c@d.example", "\"a\"@b.example", "a@[127.0.0.1]", "ü@b.example", "a@bücher.example",
                          "a..b@c.example", ".a@c.example", "a@-b.example", "a@b..example", "a(x)@b.example"}) {
    EXPECT_EQ(ReasonOf(CheckAddress("to", bad)), "MAIL_INVALID") << bad;
    Mail mail = SampleMail();
    mail.cc[0].address = bad;
    EXPECT_FALSE(BuildMessage(mail).ok()) << bad;
  }
  EXPECT_FALSE(CheckAddress("to", std::string(65, 'a') + "@b.example").ok());
}

TEST(MimeTest, NamesTheFieldThatIsWrong) {
  struct Case {
    const char* field;
    void (*how)(Mail&);
  };
  const Case cases[] = {
      {"key", [](Mail& m) { m.key.clear(); }},
      {"domain", [](Mail& m) { m.domain = "a b"; }},
      {"to", [](Mail& m) { m.to.clear(); }},
      {"to", [](Mail& m) { m.cc.assign(kMaxMailRecipients, m.to[0]); }},
      {"to[1].address", [](Mail& m) { m.to[1].address = "x"; }},
      {"from.name", [](Mail& m) { m.from.name = "\xFF"; }},
      {"subject", [](Mail& m) { m.subject = "\xC3"; }},
      {"text", [](Mail& m) { m.text = "\xED\xA0\x80"; }},
      {"language", [](Mail& m) { m.language = "de\r\nX: y"; }},
      {"trace_id", [](Mail& m) { m.trace_id = "a b"; }},
      {"attachments[0].file_name", [](Mail& m) { m.attachments = {{"../x\"", "a/b", ""}}; }},
      {"attachments[0].content_type", [](Mail& m) { m.attachments = {{"x", "a/b\r\nX: y", ""}}; }},
      {"attachments", [](Mail& m) { m.attachments = {{"x", "a/b", std::string(kMaxAttachmentBytes + 1, 'x')}}; }},
  };
  for (const Case& test : cases) {
    Mail mail = SampleMail();
    test.how(mail);
    EXPECT_THAT(FieldViolationsOf(BuildMessage(mail).status()),
                ::testing::ElementsAre(::testing::StartsWith(absl::StrCat(test.field, ":"))));
  }
}

TEST(MimeTest, RandomSubjectsSurvive) {
  std::mt19937 random(7);
  const std::vector<std::string> alphabet = {"a", "Z", " ", "=", "?", "_", "ü", "Ł", "€", "😀", "=?", "\"", "<", "ą"};
  for (int round = 0; round < 25; ++round) {
    Mail mail = SampleMail();
    std::string subject = "x", name = "y";
    for (int i = 0, n = static_cast<int>(random() % 120); i < n; ++i) {
      subject += alphabet[random() % alphabet.size()];
      if (i < 70) name += alphabet[random() % alphabet.size()];
    }
    mail.subject = OneLine(subject);
    mail.from.name = OneLine(name);
    auto message = BuildMessage(mail);
    ASSERT_TRUE(message.ok());
    ExpectWellFormed(*message);
    std::string read = ReadByPython(*message);
    EXPECT_THAT(read, HasSubstr("defects=[]\n"));
    auto json = [](std::string text) {
      std::string out;
      for (char c : text) out += c == '"' ? "\\\"" : std::string(1, c);
      return out;
    };
    EXPECT_THAT(read, HasSubstr(absl::StrCat("subject=\"", json(mail.subject), "\"\n")));
    bool encoded = !absl::StrContains(*message, "From: \"");
    if (encoded) {
      EXPECT_THAT(read, HasSubstr(absl::StrCat("from_text=\"", json(mail.from.name), " <orders@mill.example>\"")));
    }
    if (mail.from.name.size() <= 42) {
      EXPECT_THAT(read, HasSubstr(absl::StrCat("from=[[\"", json(mail.from.name), "\", ")));
    }
  }
}

TEST(MimeEncodingTest, Utf8) {
  for (const char* good : {"", "abc", "ü€😀", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"}) EXPECT_TRUE(IsUtf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "a\xC3z", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad)) << absl::CHexEscape(bad);
  }
}

TEST(MimeEncodingTest, OneLine) {
  EXPECT_EQ(OneLine("  a\r\n\tb \x7F c\u0085d  "), "a b c d");
  EXPECT_EQ(OneLine("Größe"), "Größe");
  EXPECT_EQ(OneLine("\r\n"), "");
}

TEST(MimeEncodingTest, QuotedPrintableLimits) {
  EXPECT_EQ(QuotedPrintable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(QuotedPrintable("x \ny"), "x=20\r\ny");
  EXPECT_EQ(QuotedPrintable("a\r\nb\rc"), "a\r\nb=0Dc");
  EXPECT_EQ(QuotedPrintable(".\n"), "=2E\r\n");
  for (absl::string_view line : absl::StrSplit(QuotedPrintable(std::string(1000, 'x')), "\r\n")) EXPECT_LE(line.size(), 76u);
}

}  // namespace
}  // namespace millwright::notifications
