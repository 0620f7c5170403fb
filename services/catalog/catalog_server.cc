#include "services/catalog/catalog_server.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/events/housekeeping.h"
#include "common/rpc/client.h"
#include "common/rpc/jwks_source.h"
#include "common/rpc/secret_file.h"
#include "common/rpc/server.h"
#include "services/catalog/clients/grpc_neighbours.h"
#include "services/catalog/definition_service.h"
#include "services/catalog/quote_service.h"

namespace millwright::catalog {
namespace {

constexpr char kService[] = "catalog";

absl::StatusOr<std::shared_ptr<Channel>> OpenChannel(const internal::config::v1::ServerConfig& config, const std::string& target,
                                                     const std::string& peer) {
  return Channel::Open({target, peer, kService, config.certs_dir(), config.insecure()});
}

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
  const Clock& clock = Clock::System();
  const auto& server_config = config.server();
  std::error_code error;
  std::filesystem::create_directories(server_config.data_dir(), error);
  Database::Options options;
  options.path = absl::StrCat(server_config.data_dir(), "/catalog.db");
  options.migrations = {StorageSchema(), CatalogSchema()};
  options.group_commit = !server_config.single_commits();
  MW_ASSIGN_OR_RETURN(std::unique_ptr<Database> db, Database::Open(std::move(options)));
  MW_ASSIGN_OR_RETURN(std::string secret, LoadOrMakeSecret(absl::StrCat(server_config.data_dir(), "/page.key")));
  Pager pager(secret);
  RandomIdGenerator ids(clock);

  MW_ASSIGN_OR_RETURN(auto accounts_channel, OpenChannel(server_config, server_config.accounts_address(), "accounts"));
  MW_ASSIGN_OR_RETURN(auto files_channel, OpenChannel(server_config, server_config.files_address(), "files"));
  std::unique_ptr<AccountsClient> accounts = MakeAccountsClient(accounts_channel);
  std::unique_ptr<FilesClient> files = MakeFilesClient(files_channel);

  BookSource books(*db, clock);
  DefinitionService definitions(*db, clock, ids, pager, *accounts);
  QuoteService quotes(*db, clock, ids, pager, books, *accounts, *files);
  RpcService service("millwright.catalog.v1.CatalogService");
  BindAll(service, &definitions, &quotes);

  Housekeeping housekeeping;
  AddStandardTasks(housekeeping, *db, nullptr, clock);
  housekeeping.Start();
  auto verifier = std::make_shared<TokenVerifier>(JwksFrom(accounts_channel, kService), TokenExpectations{}, clock);
  MW_ASSIGN_OR_RETURN(auto server, Server::BuildAndStart({kService, server_config, verifier}, {&service}));
  server->OnDrain([&housekeeping] { housekeeping.Stop(); });
  server->WaitForTermination();
  return absl::OkStatus();
}

}  // namespace millwright::catalog
