// What every service opens in the same way before it serves: its database, its neighbours, who verifies its users.
//
//   MW_ASSIGN_OR_RETURN(auto db, OpenServiceDatabase(config, "orders", {StorageSchema(), EventsSchema(), OrdersSchema()}));
//   MW_ASSIGN_OR_RETURN(auto accounts, ConnectTo(config, "orders", "accounts"));
//
// Thread-safety: call from the thread that builds the server.
#ifndef MILLWRIGHT_COMMON_RPC_SERVICE_PARTS_H_
#define MILLWRIGHT_COMMON_RPC_SERVICE_PARTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/token_verifier.h"
#include "common/rpc/client.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright {

// The database <data_dir>/<service>.db; the folder is made if it is missing. FAILED_PRECONDITION (CONFIG_INVALID) without
// a data_dir. What the database complains about goes to the log as warnings. `zero_deleted`: Database::Options.
absl::StatusOr<std::unique_ptr<Database>> OpenServiceDatabase(const internal::config::v1::ServerConfig& config,
                                                              const std::string& service,
                                                              std::vector<MigrationSet> migrations,
                                                              bool zero_deleted = false);

// A channel from `self` to the neighbour `peer` ("accounts", "catalog", "files", "orders", "notifications", "documents") at
// its configured address. FAILED_PRECONDITION (CONFIG_INVALID) if there is none.
absl::StatusOr<std::shared_ptr<Channel>> ConnectTo(const internal::config::v1::ServerConfig& config,
                                                   const std::string& self, const std::string& peer);

// Verifies users by the keys that accounts publishes. Tokens are judged by the system's clock, whatever clock the
// service's rules run on.
std::shared_ptr<TokenVerifier> VerifierOf(const std::shared_ptr<Channel>& accounts, const std::string& self);

// Signs page tokens with the key in <data_dir>/page.key, which is made at the first start.
absl::StatusOr<Pager> OpenPager(const internal::config::v1::ServerConfig& config);

// The clock of the service's rules: the system's, shifted by clock_offset_seconds.
inline OffsetClock RuleClock(const internal::config::v1::ServerConfig& config) {
  return OffsetClock(Clock::System(), absl::Seconds(config.clock_offset_seconds()));
}

// One line as a warning in the log: for what storage and workers report.
void LogAsWarning(absl::string_view line);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_SERVICE_PARTS_H_
