// Remembers quotes: they are immutable, so the second look costs nothing and works while catalog is down.
//
// A quote is remembered for the company that read it, because buyer and seller see different cuts of it and a third
// company sees none. At most kMaxCachedQuotes; the oldest make room.
//
// Thread-safety: GetQuote may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "services/orders/clients/neighbours.h"

namespace millwright::orders {

inline constexpr size_t kMaxCachedQuotes = 1000;

class CachingCatalog final : public CatalogClient {
 public:
  explicit CachingCatalog(std::shared_ptr<CatalogClient> catalog) : catalog_(std::move(catalog)) {}
  // Errors are not remembered.
  absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo& call, const std::string& name) override;

 private:
  std::shared_ptr<CatalogClient> catalog_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const catalog::v1::Quote>> quotes_;
  std::deque<std::string> by_age_;  // keys of quotes_, oldest first
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_
