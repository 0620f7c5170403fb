// The order settings of companies, kept in memory: every new order asks for them.
//
// Thread-safety: all methods may be called from any thread; those that take a Transaction in its thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_SETTINGS_DESK_H_
#define MILLWRIGHT_SERVICES_ORDERS_SETTINGS_DESK_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "absl/status/statusor.h"
#include "common/storage/session.h"
#include "millwright/orders/v1/settings.pb.h"

namespace millwright::orders {

inline constexpr size_t kMaxCachedSettings = 10'000;

using SettingsPtr = std::shared_ptr<const v1::OrderSettings>;

class SettingsDesk {
 public:
  // The settings of a company (resource name); the defaults if it never set any. `etag` is filled in.
  absl::StatusOr<SettingsPtr> Of(Reader& reader, const std::string& company);
  // What is kept in memory, or null.
  SettingsPtr Cached(const std::string& company) const;
  // Replaces version `before` (0: none). ABORTED if it is not the stored one.
  absl::Status Put(Transaction& tx, const std::string& company, const v1::OrderSettings& settings);

 private:
  mutable std::mutex mutex_;
  int64_t generation_ = 0;  // counts commits of changes: what was read before one is not kept
  std::unordered_map<std::string, SettingsPtr> cache_;
  std::unordered_set<std::string> uncommitted_;  // changed in a transaction that has not committed: not kept
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_SETTINGS_DESK_H_
