#include "services/catalog/catalog_server.h"

#include <memory>
#include <utility>

#include "common/errors/error.h"
#include "common/events/housekeeping.h"
#include "common/rpc/client.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "services/catalog/clients/grpc_neighbours.h"
#include "services/catalog/definition_service.h"
#include "services/catalog/quote_service.h"

namespace millwright::catalog {
namespace {

constexpr char kService[] = "catalog";

void BindAll(RpcService& service, DefinitionService* definitions, QuoteService* quotes) {
  service.Unary("CreateMaterial", definitions, &DefinitionService::CreateMaterial);
  service.Unary("GetMaterial", definitions, &DefinitionService::GetMaterial);
  service.Unary("ListMaterials", definitions, &DefinitionService::ListMaterials);
  service.Unary("UpdateMaterial", definitions, &DefinitionService::UpdateMaterial);
  service.Unary("CreateMachine", definitions, &DefinitionService::CreateMachine);
  service.Unary("GetMachine", definitions, &DefinitionService::GetMachine);
  service.Unary("ListMachines", definitions, &DefinitionService::ListMachines);
  service.Unary("CreatePriceList", definitions, &DefinitionService::CreatePriceList);
  service.Unary("GetPriceList", definitions, &DefinitionService::GetPriceList);
  service.Unary("ListPriceLists", definitions, &DefinitionService::ListPriceLists);
  service.Unary("UpdatePriceList", definitions, &DefinitionService::UpdatePriceList);
  service.Unary("CreateQuote", quotes, &QuoteService::CreateQuote);
  service.Unary("GetQuote", quotes, &QuoteService::GetQuote);
  service.Unary("ListQuotes", quotes, &QuoteService::ListQuotes);
  service.Unary("RepriceQuote", quotes, &QuoteService::RepriceQuote);
}

}  // namespace

absl::Status RunCatalog(const internal::config::v1::CatalogConfig& config) {
  const auto& server_config = config.server();
  const OffsetClock clock = RuleClock(server_config);
  MW_ASSIGN_OR_RETURN(std::unique_ptr<Database> db,
                      OpenServiceDatabase(server_config, kService, {StorageSchema(), CatalogSchema()}));
  MW_ASSIGN_OR_RETURN(const Pager pager, OpenPager(server_config));
  RandomIdGenerator ids(clock);

  MW_ASSIGN_OR_RETURN(auto accounts_channel, ConnectTo(server_config, kService, "accounts"));
  MW_ASSIGN_OR_RETURN(auto files_channel, ConnectTo(server_config, kService, "files"));
  std::unique_ptr<AccountsClient> accounts = MakeAccountsClient(accounts_channel);
  std::unique_ptr<FilesClient> files = MakeFilesClient(files_channel);

  BookSource books(*db, clock);
  DefinitionService definitions(*db, clock, ids, pager, *accounts);
  QuoteService quotes(*db, clock, ids, pager, books, *accounts, *files);
  RpcService service("millwright.catalog.v1.CatalogService");
  BindAll(service, &definitions, &quotes);
  RpcService availability("millwright.internal.catalog.v1.AvailabilityService");
  availability.Unary("CheckAvailability", &quotes, &QuoteService::CheckAvailability);

  Housekeeping housekeeping(LogAsWarning);
  AddStandardTasks(housekeeping, *db, nullptr, clock);
  housekeeping.Start();
  auto verifier = VerifierOf(accounts_channel, kService);
  MW_ASSIGN_OR_RETURN(auto server, Server::BuildAndStart({kService, server_config, verifier}, {&service, &availability}));
  server->OnDrain([&housekeeping] { housekeeping.Stop(); });
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::catalog
