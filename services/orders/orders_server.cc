#include "services/orders/orders_server.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/rpc/background_work.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/secret_file.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "services/orders/clients/caching_accounts.h"
#include "services/orders/clients/caching_catalog.h"
#include "services/orders/clients/grpc_neighbours.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

using internal::config::v1::ServerConfig;
constexpr char kService[] = "orders";

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
  service.Unary("CreateCancellationRequest", handlers, &H::CreateCancellationRequest);
  service.Unary("AnswerCancellationRequest", handlers, &H::AnswerCancellationRequest);
  service.Unary("BulkTransitionOrders", handlers, &H::BulkTransitionOrders);
  service.ServerStream("ExportOrders", handlers, &H::ExportOrders);
  service.ServerStream("ExportHistory", handlers, &H::ExportHistory);
  service.Unary("RecordPayment", handlers, &H::RecordPayment);
  service.Unary("ListPayments", handlers, &H::ListPayments);
  service.Unary("RecordPurchaseOrder", handlers, &H::RecordPurchaseOrder);
  service.Unary("ShipOrder", handlers, &H::ShipOrder);
  service.Unary("PlaceHold", handlers, &H::PlaceHold);
  service.Unary("LiftHold", handlers, &H::LiftHold);
  service.Unary("OverrideStatus", handlers, &H::OverrideStatus);
  service.Unary("SetPromisedTime", handlers, &H::SetPromisedTime);
  service.Unary("GetOrderSettings", handlers, &H::GetOrderSettings);
  service.Unary("UpdateOrderSettings", handlers, &H::UpdateOrderSettings);
  service.Unary("RecordLots", handlers, &H::RecordLots);
  service.Unary("RecordProduction", handlers, &H::RecordProduction);
  service.Unary("RecordPickup", handlers, &H::RecordPickup);
  service.Unary("CancelLine", handlers, &H::CancelLine);
  service.Unary("GetFailureCosts", handlers, &H::GetFailureCosts);
  service.Unary("ListHistory", handlers, &H::ListHistory);
  service.Unary("VerifyHistory", handlers, &H::VerifyHistory);
  service.Watch("WatchOrders", handlers, &H::WatchOrders);
  service.Unary("GetWorkflow", handlers, &H::GetWorkflow);
  service.Unary("ListWorkflows", handlers, &H::ListWorkflows);
  service.Unary("CreateWorkflow", handlers, &H::CreateWorkflow);
  service.Unary("LintWorkflow", handlers, &H::LintWorkflow);
  service.Unary("SimulateWorkflow", handlers, &H::SimulateWorkflow);
  service.Unary("MigrateOrders", handlers, &H::MigrateOrders);
}

absl::StatusOr<Neighbours> OpenNeighbours(const ServerConfig& config, const std::shared_ptr<Channel>& accounts) {
  MW_ASSIGN_OR_RETURN(auto catalog, ConnectTo(config, kService, "catalog"));
  MW_ASSIGN_OR_RETURN(auto files, ConnectTo(config, kService, "files"));
  Neighbours neighbours = GrpcNeighbours(accounts, catalog, files);
  neighbours.catalog = std::make_shared<CachingCatalog>(neighbours.catalog, Clock::System());
  return neighbours;
}

absl::Status FillWork(const ServerConfig& config, Database& db, Outbox& outbox, DueRows& due, OrdersHandlers& handlers,
                      const Clock& clock, BackgroundWork& work) {
  Scheduler& scheduler = work.AddScheduler(due);
  for (const char* kind : kDueKinds) {
    scheduler.Handle(kind, [&handlers](Transaction& tx, const DueRow& row) { return handlers.RunDue(tx, row); });
  }
  AddStandardTasks(work.housekeeping(), db, &outbox, clock);
  if (config.documents_address().empty()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(auto channel, ConnectTo(config, kService, "documents"));
  work.Hear("documents", channel,
            [&handlers](Transaction& tx, const Event& event) { return handlers.ApplyDocument(tx, event); });
  return absl::OkStatus();
}

}  // namespace

absl::Status RunOrders(const internal::config::v1::OrdersConfig& config) {
  const ServerConfig& server_config = config.server();
  const OffsetClock clock = RuleClock(server_config);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Database> db, 
                      OpenServiceDatabase(server_config, kService, {StorageSchema(), EventsSchema(), OrdersSchema()}));
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Outbox> outbox, Outbox::Open(*db));
  MW_ASSIGN_OR_RETURN(const std::string secret, LoadOrMakeSecret(absl::StrCat(server_config.data_dir(), "/page.key")));
  MW_ASSIGN_OR_RETURN(auto accounts, ConnectTo(server_config, kService, "accounts"));
  MW_ASSIGN_OR_RETURN(Neighbours neighbours, OpenNeighbours(server_config, accounts));
  const auto relations = std::make_shared<CachingAccounts>(neighbours.accounts, Clock::System());
  neighbours.accounts = relations;
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

  BackgroundWork work(kService, *db, clock);
  MW_RETURN_IF_ERROR(FillWork(server_config, *db, *outbox, due, *handlers, clock, work));
  work.Hear("accounts", accounts, [&relations](Transaction&, const Event& event) {
    relations->Forget(CompanyOf(event.aggregate));
    return absl::OkStatus();
  });
  auto verifier = VerifierOf(accounts, kService);
  MW_ASSIGN_OR_RETURN(auto server, Server::BuildAndStart({kService, server_config, verifier}, {&service, &events_service}));
  work.Start();
  server->OnDrain([&] {
    work.Stop();
    outbox->feed().Stop();
  });
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::orders
