#include "services/orders/orders_server.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/events/consumer.h"
#include "common/events/housekeeping.h"
#include "common/events/scheduler.h"
#include "common/log/log.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/jwks_source.h"
#include "common/rpc/secret_file.h"
#include "common/rpc/server.h"
#include "services/orders/clients/caching_catalog.h"
#include "services/orders/clients/grpc_neighbours.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

using internal::config::v1::ServerConfig;
constexpr char kService[] = "orders";

void LogLine(absl::string_view line) { LogWarning(line); }

absl::StatusOr<std::shared_ptr<Channel>> OpenChannel(const ServerConfig& config, const std::string& peer,
                                                     const std::string& target) {
  return Channel::Open({target, peer, kService, config.certs_dir(), config.insecure()});
}

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const ServerConfig& config) {
  if (config.data_dir().empty()) return Error::FailedPrecondition("CONFIG_INVALID", "server.data_dir is not set");
  std::error_code ignored;
  std::filesystem::create_directories(config.data_dir(), ignored);
  Database::Options options;
  options.path = absl::StrCat(config.data_dir(), "/orders.db");
  options.migrations = {StorageSchema(), EventsSchema(), OrdersSchema()};
  options.group_commit = !config.single_commits();
  options.log = LogLine;
  return Database::Open(std::move(options));
}

void Bind(RpcService& service, OrdersHandlers* handlers) {
  using H = OrdersHandlers;
  service.Unary("CreateOrder", handlers, &H::CreateOrder);
  service.Unary("GetOrder", handlers, &H::GetOrder);
  service.Unary("ListOrders", handlers, &H::ListOrders);
  service.Unary("CountOrders", handlers, &H::CountOrders);
  service.Unary("UpdateOrder", handlers, &H::UpdateOrder);
  service.Unary("TransitionOrder", handlers, &H::TransitionOrder);
  service.Unary("ListAvailableTransitions", handlers, &H::ListAvailableTransitions);
  service.Unary("SendOffer", handlers, &H::SendOffer);
  service.Unary("GetOffer", handlers, &H::GetOffer);
  service.Unary("ListOffers", handlers, &H::ListOffers);
  service.Unary("AcceptOffer", handlers, &H::AcceptOffer);
  service.Unary("CancelOrder", handlers, &H::CancelOrder);
  service.Unary("RecordPayment", handlers, &H::RecordPayment);
  service.Unary("ListPayments", handlers, &H::ListPayments);
  service.Unary("RecordPurchaseOrder", handlers, &H::RecordPurchaseOrder);
  service.Unary("ShipOrder", handlers, &H::ShipOrder);
  service.Unary("PlaceHold", handlers, &H::PlaceHold);
  service.Unary("LiftHold", handlers, &H::LiftHold);
  service.Unary("OverrideStatus", handlers, &H::OverrideStatus);
  service.Unary("RecordLots", handlers, &H::RecordLots);
  service.Unary("RecordProduction", handlers, &H::RecordProduction);
  service.Unary("ListHistory", handlers, &H::ListHistory);
  service.Unary("VerifyHistory", handlers, &H::VerifyHistory);
  service.Watch("WatchOrders", handlers, &H::WatchOrders);
  service.Unary("GetWorkflow", handlers, &H::GetWorkflow);
  service.Unary("ListWorkflows", handlers, &H::ListWorkflows);
}

absl::StatusOr<Neighbours> OpenNeighbours(const ServerConfig& config, const std::shared_ptr<Channel>& accounts) {
  MW_ASSIGN_OR_RETURN(auto catalog, OpenChannel(config, "catalog", config.catalog_address()));
  MW_ASSIGN_OR_RETURN(auto files, OpenChannel(config, "files", config.files_address()));
  Neighbours neighbours = GrpcNeighbours(accounts, catalog, files);
  neighbours.catalog = std::make_shared<CachingCatalog>(neighbours.catalog);
  return neighbours;
}

// Due rows and what the documents service tells.
struct Workers {
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<RemoteEventSource> documents;
  std::unique_ptr<Consumer> consumer;
  Housekeeping housekeeping{LogLine};

  void Start() {
    scheduler->Start();
    if (consumer != nullptr) consumer->Start();
    housekeeping.Start();
  }
  void Stop() {
    if (consumer != nullptr) consumer->Stop();
    scheduler->Stop();
    housekeeping.Stop();
  }
};

absl::Status MakeWorkers(const ServerConfig& config, Database& db, Outbox& outbox, DueRows& due,
                         OrdersHandlers& handlers, const Clock& clock, Workers& workers) {
  workers.scheduler = std::make_unique<Scheduler>(db, due, Scheduler::Options{.clock = &clock, .log = LogLine});
  for (const char* kind : {kOfferExpires, kOfferLapses, kPaymentDue, kAutoDeliver}) {
    workers.scheduler->Handle(kind, [&handlers](Transaction& tx, const DueRow& row) { return handlers.RunDue(tx, row); });
  }
  AddStandardTasks(workers.housekeeping, db, &outbox, clock);
  if (config.documents_address().empty()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(auto channel, OpenChannel(config, "documents", config.documents_address()));
  workers.documents = std::make_unique<RemoteEventSource>(channel, kService);
  workers.consumer = std::make_unique<Consumer>(
      db, *workers.documents,
      [&handlers](Transaction& tx, const Event& event) { return handlers.ApplyDocument(tx, event); },
      Consumer::Options{.source = "documents", .clock = &clock, .log = LogLine});
  return absl::OkStatus();
}

}  // namespace

absl::Status RunOrders(const internal::config::v1::OrdersConfig& config) {
  const ServerConfig& server_config = config.server();
  const OffsetClock clock(Clock::System(), absl::Seconds(server_config.clock_offset_seconds()));
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Database> db, OpenDatabase(server_config));
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Outbox> outbox, Outbox::Open(*db));
  MW_ASSIGN_OR_RETURN(const std::string secret, LoadOrMakeSecret(absl::StrCat(server_config.data_dir(), "/page.key")));
  MW_ASSIGN_OR_RETURN(auto accounts, OpenChannel(server_config, "accounts", server_config.accounts_address()));
  MW_ASSIGN_OR_RETURN(const Neighbours neighbours, OpenNeighbours(server_config, accounts));
  DueRows due;
  RandomIdGenerator ids(clock);
  WatchHub hub(*outbox);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<OrdersHandlers> handlers,
                      OrdersHandlers::Create({*db, *outbox, due, ids, clock, neighbours, hub, secret}));
  EventsHandlers events(*db, *outbox);
  RpcService service("millwright.orders.v1.OrdersService");
  Bind(service, handlers.get());
  RpcService events_service(kEventsService);
  events.Bind(events_service);

  Workers workers;
  MW_RETURN_IF_ERROR(MakeWorkers(server_config, *db, *outbox, due, *handlers, clock, workers));
  auto verifier = std::make_shared<TokenVerifier>(JwksFrom(accounts, kService), TokenExpectations{}, Clock::System());
  MW_ASSIGN_OR_RETURN(auto server, Server::BuildAndStart({kService, server_config, verifier}, {&service, &events_service}));
  workers.Start();
  server->OnDrain([&] {
    workers.Stop();
    outbox->feed().Stop();
  });
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::orders
