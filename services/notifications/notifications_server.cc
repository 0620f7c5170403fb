#include "services/notifications/notifications_server.h"

#include <utility>
#include <vector>

#include "common/config/config.h"
#include "common/errors/error.h"
#include "common/rpc/background_work.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "embedded/notifications_workflows.h"
#include "services/notifications/mail_planner.h"
#include "services/notifications/mail_worker.h"
#include "services/notifications/notifications_service.h"

namespace millwright::notifications {
namespace {

using internal::accounts::v1::ResolveMailboxesRequest;
using internal::accounts::v1::ResolveMailboxesResponse;
using internal::config::v1::NotificationsConfig;
using internal::config::v1::ServerConfig;

constexpr char kName[] = "notifications";

constexpr absl::Duration kDirectoryTimeout = absl::Seconds(5);
// A mail server or accounts that is back should not wait for the longest back-off.
constexpr Backoff kMailBackoff{absl::Seconds(1), absl::Minutes(5)};

absl::StatusOr<SmtpOptions> SmtpOptionsOf(const NotificationsConfig& config) {
  SmtpOptions options;
  options.host = config.smtp_host();
  options.port = config.smtp_port();
  options.user = config.smtp_user();
  options.ca_file = config.smtp_ca_file();
  if (config.smtp_security() == "tls") {
    options.security = SmtpSecurity::kImplicitTls;
  } else if (config.smtp_security() == "none") {
    options.security = SmtpSecurity::kNone;
  } else if (!config.smtp_security().empty() && config.smtp_security() != "starttls") {
    return Error::InvalidArgument("SMTP_CONFIG_INVALID", "--smtp_security must be starttls, tls or none")
        .Field("smtp_security", "must be starttls, tls or none");
  }
  if (!config.smtp_password_file().empty()) {
    MW_ASSIGN_OR_RETURN(options.password, ReadSecretFile(config.smtp_password_file()));
  }
  return options;
}

absl::StatusOr<StatusNames> BuiltInNames() {
  std::vector<std::string> texts;
  for (const EmbeddedFile& file : WorkflowFiles()) texts.emplace_back(file.content);
  return StatusNames::Parse(texts);
}

class RemoteDirectory : public Directory {
 public:
  explicit RemoteDirectory(std::shared_ptr<Channel> accounts) : accounts_(std::move(accounts)) {}
  absl::StatusOr<ResolveMailboxesResponse> Resolve(const std::string& company, const std::string& member) override {
    ResolveMailboxesRequest request;
    request.set_company(company);
    request.set_member(member);
    return accounts_->Call<ResolveMailboxesResponse>(
        CallInfo::Background("notifications", kDirectoryTimeout),
        "/millwright.internal.accounts.v1.DirectoryService/ResolveMailboxes", request);
  }

 private:
  std::shared_ptr<Channel> accounts_;
};

class SmtpTransport : public MailTransport {
 public:
  explicit SmtpTransport(std::unique_ptr<SmtpClient> client) : client_(std::move(client)) {}
  SmtpResult Send(const std::string& from, const std::vector<std::string>& recipients,
                  const std::string& message) override {
    return client_->Send(from, recipients, message);
  }

 private:
  std::unique_ptr<SmtpClient> client_;
};

}  // namespace

struct NotificationsServer::Parts {
  RandomIdGenerator ids;
  DueRows due;
  std::unique_ptr<Database> db;
  std::unique_ptr<StatusNames> names;
  std::unique_ptr<MailCatalog> catalog;
  std::shared_ptr<Channel> accounts_channel, orders_channel;
  std::unique_ptr<RemoteDirectory> directory;
  std::unique_ptr<SmtpTransport> transport;
  std::unique_ptr<MailPlanner> planner;
  std::unique_ptr<MailWorker> worker;
  std::unique_ptr<NotificationsHandlers> handlers;
  RpcService service{"millwright.notifications.v1.NotificationsService"};
  std::unique_ptr<BackgroundWork> work;
  std::unique_ptr<Server> server;

  absl::Status Open(const Options& options) {
    const ServerConfig& config = options.config.server();
    const Clock& clock = *options.clock;
    MW_ASSIGN_OR_RETURN(db, OpenServiceDatabase(config, kName, {StorageSchema(), EventsSchema(), NotificationsSchema()}));
    MW_ASSIGN_OR_RETURN(Pager pager, OpenPager(config));
    MW_ASSIGN_OR_RETURN(StatusNames built_in_names, BuiltInNames());
    MW_ASSIGN_OR_RETURN(MailCatalog built_in_catalog, MailCatalog::BuiltIn());
    MW_ASSIGN_OR_RETURN(SmtpOptions smtp, SmtpOptionsOf(options.config));
    MW_ASSIGN_OR_RETURN(auto client, SmtpClient::Create(smtp));
    MW_ASSIGN_OR_RETURN(accounts_channel, ConnectTo(config, kName, "accounts"));
    MW_ASSIGN_OR_RETURN(orders_channel, ConnectTo(config, kName, "orders"));
    names = std::make_unique<StatusNames>(std::move(built_in_names));
    catalog = std::make_unique<MailCatalog>(std::move(built_in_catalog));
    directory = std::make_unique<RemoteDirectory>(accounts_channel);
    transport = std::make_unique<SmtpTransport>(std::move(client));
    handlers = std::make_unique<NotificationsHandlers>(*db, due, clock, std::move(pager));
    MakeWork(options.config, clock);
    return absl::OkStatus();
  }

  void MakeWork(const NotificationsConfig& config, const Clock& clock) {
    const std::string domain =
        config.message_id_domain().empty() ? "millwright.example" : config.message_id_domain();
    const std::string sender =
        config.sender_address().empty() ? "orders@millwright.example" : config.sender_address();
    planner = std::make_unique<MailPlanner>(*names, due, ids, clock, domain);
    worker = std::make_unique<MailWorker>(
        MailWorker::Parts{*db, *directory, *transport, *catalog, *names, clock, sender, domain});
    work = std::make_unique<BackgroundWork>(kName, *db, clock);
    work->Hear("orders", orders_channel,
               [this](Transaction& tx, const Event& event) { return planner->ApplyOrderEvent(tx, event); });
    work->Hear("accounts", accounts_channel,
               [this](Transaction& tx, const Event& event) { return planner->ApplyAccountsEvent(tx, event); });
    work->AddScheduler(due, kMailBackoff)
        .HandleWork(kMailKind, [this](const DueRow& row) -> absl::StatusOr<Scheduler::Record> {
          MW_RETURN_IF_ERROR(worker->Run(row.key));
          return Scheduler::Record([](Transaction&) { return absl::OkStatus(); });
        });
    AddStandardTasks(work->housekeeping(), *db, nullptr, clock);
  }

  void Bind() {
    service.Unary("ListDeliveries", handlers.get(), &NotificationsHandlers::ListDeliveries);
    service.Unary("ResendDelivery", handlers.get(), &NotificationsHandlers::ResendDelivery);
  }
};

NotificationsServer::NotificationsServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NotificationsServer::~NotificationsServer() { Stop(); }

absl::StatusOr<std::unique_ptr<NotificationsServer>> NotificationsServer::BuildAndStart(const Options& options) {
  auto parts = std::make_unique<Parts>();
  MW_RETURN_IF_ERROR(parts->Open(options));
  parts->Bind();
  Server::Options server;
  server.service = kName;
  server.config = options.config.server();
  server.verifier = VerifierOf(parts->accounts_channel, kName);
  MW_ASSIGN_OR_RETURN(parts->server, Server::BuildAndStart(std::move(server), {&parts->service}));
  parts->work->Start();
  parts->server->OnDrain([raw = parts.get()] { raw->work->Stop(); });
  return std::unique_ptr<NotificationsServer>(new NotificationsServer(std::move(parts)));
}

int NotificationsServer::port() const { return parts_->server->port(); }
void NotificationsServer::WaitForTermination() { parts_->server->WaitForTermination(); }

void NotificationsServer::Stop() {
  parts_->server->Stop();
  parts_->db->Close();
}

}  // namespace millwright::notifications
