// Against a real server: aiosmtpd of the project's venv (testdata/smtp_server.py).
#include "services/notifications/domain/smtp_client.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/domain/mime.h"

namespace millwright::notifications {
namespace {

using ::testing::HasSubstr;

std::string Output(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[512];
  size_t n;
  while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0) out.append(buffer, n);
  pclose(pipe);
  return std::string(absl::StripSuffix(out, "\n"));
}

std::string VenvPython() {
  return Output(absl::StrCat("bash -c '. ", MW_SOURCE_DIR, "/scripts/lib/common.sh && echo $MW_PYTHON'"));
}

// The server as a child process; it ends when its stdin closes.
class SmtpServer {
 public:
  SmtpServer(const std::string& python, const std::string& dir, const std::string& mode) : dir_(dir) {
    int in[2], out[2];
    EXPECT_EQ(pipe(in), 0);
    EXPECT_EQ(pipe(out), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (int fd : {in[0], in[1], out[0], out[1]}) close(fd);
      std::string script = absl::StrCat(MW_SOURCE_DIR, "/services/notifications/domain/testdata/smtp_server.py");
      execl(python.c_str(), python.c_str(), script.c_str(), dir.c_str(), mode.c_str(), (dir + "/cert.pem").c_str(),
            (dir + "/key.pem").c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    std::string text;
    for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) text += c;  // the whole line: it may come in pieces
    close(out[0]);
    EXPECT_TRUE(absl::SimpleAtoi(text, &port_)) << "the server did not start";
  }
  ~SmtpServer() {
    close(stdin_);
    waitpid(pid_, nullptr, 0);
  }
  int port() const { return port_; }
  std::string Read(const std::string& name) const {
    std::ifstream file(dir_ + "/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

 private:
  std::string dir_;
  pid_t pid_ = -1;
  int stdin_ = -1, port_ = 0;
};

class SmtpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    python_ = VenvPython();
    if (!std::filesystem::exists(python_)) GTEST_SKIP() << "scripts/setup has not made the venv " << python_;
    char name[] = "/tmp/mw-smtp-XXXXXX";
    dir_ = mkdtemp(name);
    Output(absl::StrCat("cd ", dir_, " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                        "-keyout key.pem -out cert.pem -subj /CN=localhost "
                        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null"));
  }
  void TearDown() override {
    if (!dir_.empty()) std::filesystem::remove_all(dir_);
  }
  SmtpOptions Options(const SmtpServer& server, SmtpSecurity security) const {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.security = security;
    options.connect_timeout = absl::Seconds(10);
    options.total_timeout = absl::Seconds(20);
    if (security != SmtpSecurity::kNone) {
      options.ca_file = dir_ + "/cert.pem";
      options.user = "mill";
      options.password = "secret";
    }
    return options;
  }
  static std::string Message(absl::string_view extra_header = "") {
    return absl::StrCat(extra_header, "Subject: hi\r\n\r\nline\r\n.\r\n..two\r\nend\r\n");
  }
  static std::unique_ptr<SmtpClient> Client(const SmtpOptions& options) {
    auto client = SmtpClient::Create(options);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  std::string python_, dir_;
};

constexpr char kFrom[] = "shop@mill.example";

TEST_F(SmtpClientTest, ManyMailsOverOneStartTlsConnection) {
  SmtpServer server(python_, dir_, "starttls");
  auto client = Client(Options(server, SmtpSecurity::kStartTls));
  for (int i = 0; i < 20; ++i) {
    SmtpResult result = client->Send(kFrom, {"a@example.org", "b@example.org"}, Message());
    ASSERT_EQ(result.outcome, SmtpOutcome::kDelivered) << result.detail;
    EXPECT_EQ(result.code, 250);
  }
  EXPECT_EQ(client->connections(), 1);
  EXPECT_EQ(server.Read("0019.eml"), Message()) << "dots are stuffed and unstuffed";
  EXPECT_THAT(server.Read("0000.json"), HasSubstr("\"from\": \"shop@mill.example\""));
  EXPECT_THAT(server.Read("0000.json"), HasSubstr("\"tls\": true, \"to\": [\"a@example.org\", \"b@example.org\"], \"user\": true"));
}

TEST_F(SmtpClientTest, ImplicitTls) {
  SmtpServer server(python_, dir_, "tls");
  auto client = Client(Options(server, SmtpSecurity::kImplicitTls));
  SmtpResult result = client->Send(kFrom, {"a@example.org"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kDelivered) << result.detail;
}

TEST_F(SmtpClientTest, RefusalsAreToldApart) {
  SmtpServer server(python_, dir_, "none");
  auto client = Client(Options(server, SmtpSecurity::kNone));
  struct Case {
    std::vector<std::string> to;
    const char* header;
    SmtpOutcome want;
    int code;
  };
  const Case cases[] = {
      {{"refused@x.example"}, "", SmtpOutcome::kPermanent, 550},
      {{"busy@x.example"}, "", SmtpOutcome::kTemporary, 450},
      {{"refused@x.example", "busy@x.example"}, "", SmtpOutcome::kTemporary, 450},
      {{"a@x.example"}, "X-Refuse: yes\r\n", SmtpOutcome::kPermanent, 554},
      {{"a@x.example"}, "X-Busy: yes\r\n", SmtpOutcome::kTemporary, 451},
      {{"a@x.example"}, "", SmtpOutcome::kDelivered, 250},
  };
  for (const Case& test : cases) {
    SmtpResult result = client->Send(kFrom, test.to, Message(test.header));
    EXPECT_EQ(result.outcome, test.want) << test.to[0] << test.header << result.detail;
    EXPECT_EQ(result.code, test.code) << test.to[0] << test.header << result.detail;
    EXPECT_FALSE(result.in_doubt);
  }
}

TEST_F(SmtpClientTest, ADeadCopyAddressDoesNotKeepTheMailFromTheCustomer) {
  SmtpServer server(python_, dir_, "none");
  auto client = Client(Options(server, SmtpSecurity::kNone));
  SmtpResult result = client->Send(kFrom, {"refused@x.example", "a@x.example", "busy@x.example"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kDelivered) << result.detail;
  ASSERT_EQ(result.recipients.size(), 3u);
  EXPECT_EQ(result.recipients[0].outcome, SmtpOutcome::kPermanent);
  EXPECT_EQ(result.recipients[0].text, "5.1.1 no such mailbox");
  EXPECT_EQ(result.recipients[1].outcome, SmtpOutcome::kDelivered);
  EXPECT_EQ(result.recipients[2].outcome, SmtpOutcome::kTemporary);
  EXPECT_THAT(server.Read("0000.json"), HasSubstr("\"to\": [\"a@x.example\"]"));
}

TEST_F(SmtpClientTest, AReplyThatNeverComesIsInDoubt) {
  SmtpServer server(python_, dir_, "none");
  auto client = Client(Options(server, SmtpSecurity::kNone));
  SmtpResult result = client->Send(kFrom, {"a@x.example"}, Message("X-Vanish: yes\r\n"));
  EXPECT_EQ(result.outcome, SmtpOutcome::kTemporary) << result.detail;
  EXPECT_TRUE(result.in_doubt);
  EXPECT_EQ(client->Send(kFrom, {"a@x.example"}, Message()).outcome, SmtpOutcome::kDelivered) << "it connects again";
}

TEST_F(SmtpClientTest, NeverFallsBackToPlaintext) {
  SmtpServer server(python_, dir_, "none");
  SmtpResult result = Client(Options(server, SmtpSecurity::kStartTls))->Send(kFrom, {"a@x.example"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kTemporary);
  EXPECT_TRUE(server.Read("0000.eml").empty());
}

TEST_F(SmtpClientTest, WrongPasswordAndUnknownAuthorityAreTemporary) {
  SmtpServer server(python_, dir_, "starttls");
  SmtpOptions options = Options(server, SmtpSecurity::kStartTls);
  options.password = "wrong-canary";
  SmtpResult result = Client(options)->Send(kFrom, {"a@x.example"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kTemporary) << result.detail;
  EXPECT_THAT(result.detail, ::testing::Not(HasSubstr("canary")));
  options = Options(server, SmtpSecurity::kStartTls);
  options.ca_file.clear();
  result = Client(options)->Send(kFrom, {"a@x.example"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kTemporary) << result.detail;
  EXPECT_TRUE(server.Read("0000.eml").empty());
}

TEST_F(SmtpClientTest, NoServerIsTemporary) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = 1;  // nothing listens on tcpmux here
  options.security = SmtpSecurity::kNone;
  SmtpResult result = Client(options)->Send(kFrom, {"a@x.example"}, Message());
  EXPECT_EQ(result.outcome, SmtpOutcome::kTemporary);
  EXPECT_EQ(result.code, 0);
}

TEST(SmtpClientConfigTest, RefusesBadOptionsAndAddresses) {
  auto field = [](SmtpOptions options) {
    auto fields = FieldViolationsOf(SmtpClient::Create(options).status());
    return fields.empty() ? "" : fields[0].substr(0, fields[0].find(':'));
  };
  EXPECT_EQ(field({.host = "mail.example", .security = SmtpSecurity::kNone}), "security");
  EXPECT_EQ(field({.host = "127.0.0.1.evil.example", .security = SmtpSecurity::kNone}), "security");
  EXPECT_EQ(field({.host = ""}), "host");
  EXPECT_EQ(field({.host = "a/b"}), "host");
  EXPECT_EQ(field({.host = "a", .port = 0}), "port");
  EXPECT_EQ(field({.host = "a", .port = 65536}), "port");
  EXPECT_EQ(field({.host = "a", .helo = "x\r\ny"}), "helo");
  EXPECT_EQ(field({.host = "mail.example"}), "");
  auto client = SmtpClient::Create({.host = "localhost", .security = SmtpSecurity::kNone});
  ASSERT_TRUE(client.ok());
  EXPECT_EQ((*client)->Send(kFrom, {"a@b.example>\r\nRCPT TO:<c@d.example"}, "x").outcome, SmtpOutcome::kPermanent);
  EXPECT_EQ((*client)->Send("a b", {"a@b.example"}, "x").outcome, SmtpOutcome::kPermanent);
  EXPECT_EQ((*client)->Send(kFrom, {}, "x").outcome, SmtpOutcome::kPermanent);
  EXPECT_EQ((*client)->connections(), 0);
}

}  // namespace
}  // namespace millwright::notifications
