#include "services/documents/documents_server.h"

#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/rpc/background_work.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "embedded/documents_workflows.h"
#include "services/documents/documents_service.h"
#include "services/documents/order_consumer.h"

namespace millwright::documents {
namespace {

using internal::config::v1::ServerConfig;

constexpr char kName[] = "documents";

absl::StatusOr<PaperRules> BuiltInRules() {
  std::vector<std::string> texts;
  for (const EmbeddedFile& file : WorkflowFiles()) texts.emplace_back(file.content);
  return PaperRules::Parse(texts);
}

}  // namespace

struct DocumentsServer::Parts {
  RandomIdGenerator ids;
  DueRows due;
  std::unique_ptr<Database> db;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<Archive> archive;
  std::unique_ptr<PaperRules> rules;
  std::unique_ptr<PaperIssuer> issuer;
  std::unique_ptr<OrderConsumer> orders;
  std::unique_ptr<DocumentsHandlers> handlers;
  std::unique_ptr<EventsHandlers> events;
  std::shared_ptr<Channel> accounts_channel, orders_channel;
  RpcService service{"millwright.documents.v1.DocumentsService"};
  RpcService events_service{kEventsService};
  std::unique_ptr<BackgroundWork> work;
  std::unique_ptr<Server> server;

  absl::Status Open(const Options& options) {
    const ServerConfig& config = options.config.server();
    const Clock& clock = *options.clock;
    MW_ASSIGN_OR_RETURN(db, OpenServiceDatabase(config, kName, {StorageSchema(), EventsSchema(), DocumentsSchema()}));
    MW_ASSIGN_OR_RETURN(outbox, Outbox::Open(*db));
    MW_ASSIGN_OR_RETURN(Pager pager, OpenPager(config));
    MW_ASSIGN_OR_RETURN(PaperRules built_in, BuiltInRules());
    MW_ASSIGN_OR_RETURN(accounts_channel, ConnectTo(config, kName, "accounts"));
    MW_ASSIGN_OR_RETURN(orders_channel, ConnectTo(config, kName, "orders"));
    rules = std::make_unique<PaperRules>(std::move(built_in));
    archive = std::make_unique<Archive>(config.data_dir() + "/archive");
    issuer = std::make_unique<PaperIssuer>(*db, *outbox, *archive, clock);
    orders = std::make_unique<OrderConsumer>(*rules, due, ids, clock);
    handlers = std::make_unique<DocumentsHandlers>(
        DocumentsHandlers::Parts{*db, *archive, *issuer, *rules, ids, clock, std::move(pager)});
    events = std::make_unique<EventsHandlers>(*db, *outbox);
    MakeWork(clock);
    return absl::OkStatus();
  }

  void MakeWork(const Clock& clock) {
    work = std::make_unique<BackgroundWork>(kName, *db, clock);
    work->Hear("orders", orders_channel,
               [this](Transaction& tx, const Event& event) { return orders->Apply(tx, event); });
    work->AddScheduler(due).HandleWork(kIssueKind, [this](const DueRow& row) -> absl::StatusOr<Scheduler::Record> {
      MW_RETURN_IF_ERROR(issuer->Issue(row.key).status());
      return Scheduler::Record([](Transaction&) { return absl::OkStatus(); });
    });
    AddStandardTasks(work->housekeeping(), *db, outbox.get(), clock);
  }

  void Bind() {
    using H = DocumentsHandlers;
    service.Unary("ListDocuments", handlers.get(), &H::ListDocuments);
    service.Unary("GetDocument", handlers.get(), &H::GetDocument);
    service.ServerStream("DownloadDocument", handlers.get(), &H::DownloadDocument);
    service.ServerStream("StreamRawDocument", handlers.get(), &H::StreamRawDocument);
    service.Unary("IssueDocument", handlers.get(), &H::IssueDocument);
    service.Unary("VerifyDocument", handlers.get(), &H::VerifyDocument);
    events->Bind(events_service);
  }

  void StopWork() {
    work->Stop();
    outbox->feed().Stop();
  }
};

DocumentsServer::DocumentsServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DocumentsServer::~DocumentsServer() { Stop(); }

absl::StatusOr<std::unique_ptr<DocumentsServer>> DocumentsServer::BuildAndStart(const Options& options) {
  auto parts = std::make_unique<Parts>();
  MW_RETURN_IF_ERROR(parts->Open(options));
  parts->Bind();
  Server::Options server;
  server.service = kName;
  server.config = options.config.server();
  server.verifier = VerifierOf(parts->accounts_channel, kName);
  MW_ASSIGN_OR_RETURN(parts->server,
                      Server::BuildAndStart(std::move(server), {&parts->service, &parts->events_service}));
  parts->work->Start();
  parts->server->OnDrain([raw = parts.get()] { raw->StopWork(); });
  return std::unique_ptr<DocumentsServer>(new DocumentsServer(std::move(parts)));
}

int DocumentsServer::port() const { return parts_->server->port(); }
void DocumentsServer::WaitForTermination() { parts_->server->WaitForTermination(); }

void DocumentsServer::Stop() {
  parts_->server->Stop();
  parts_->db->Close();
}

}  // namespace millwright::documents
