#include "common/rpc/service_parts.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/log/log.h"
#include "common/rpc/jwks_source.h"
#include "common/rpc/secret_file.h"

namespace millwright {
namespace {

using internal::config::v1::ServerConfig;

std::string AddressOf(const ServerConfig& config, absl::string_view peer) {
  const auto* field = ServerConfig::descriptor()->FindFieldByName(absl::StrCat(peer, "_address"));
  return field == nullptr ? "" : config.GetReflection()->GetString(config, field);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenServiceDatabase(const ServerConfig& config, const std::string& service,
                                                              std::vector<MigrationSet> migrations, bool zero_deleted) {
  if (config.data_dir().empty()) return Error::FailedPrecondition("CONFIG_INVALID", "server.data_dir is not set");
  std::error_code ignored;  // opening the database says what is wrong with the folder
  std::filesystem::create_directories(config.data_dir(), ignored);
  Database::Options options;
  options.path = absl::StrCat(config.data_dir(), "/", service, ".db");
  options.migrations = std::move(migrations);
  options.zero_deleted = zero_deleted;
  options.group_commit = !config.single_commits();
  options.log = LogAsWarning;
  return Database::Open(std::move(options));
}

absl::StatusOr<std::shared_ptr<Channel>> ConnectTo(const ServerConfig& config, const std::string& self,
                                                   const std::string& peer) {
  return Channel::Open({AddressOf(config, peer), peer, self, config.certs_dir(), config.insecure()});
}

std::shared_ptr<TokenVerifier> VerifierOf(const std::shared_ptr<Channel>& accounts, const std::string& self) {
  return std::make_shared<TokenVerifier>(JwksFrom(accounts, self), TokenExpectations{}, Clock::System());
}

absl::StatusOr<Pager> OpenPager(const ServerConfig& config) {
  MW_ASSIGN_OR_RETURN(std::string secret, LoadOrMakeSecret(absl::StrCat(config.data_dir(), "/page.key")));
  return Pager(std::move(secret));
}

void LogAsWarning(absl::string_view line) { LogWarning(line); }

}  // namespace millwright
