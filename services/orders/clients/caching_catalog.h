// Remembers quotes: they are immutable, so the second look costs nothing and works while catalog is down. Whether a
// quote is still offered is remembered for at most kAvailabilityTtl, and a quote that is younger was offered when it was
// made: an order placed less than that after a product was withdrawn may still be made.
//
// A quote is remembered for the company that read it, because buyer and seller see different cuts of it and a third
// company sees none. At most kMaxCachedQuotes; the oldest make room.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "common/time/clock.h"
#include "services/orders/clients/neighbours.h"

namespace millwright::orders {

inline constexpr size_t kMaxCachedQuotes = 1000;
inline constexpr absl::Duration kAvailabilityTtl = absl::Seconds(2);

class CachingCatalog final : public CatalogClient {
 public:
  using Availability = internal::catalog::v1::CheckAvailabilityResponse;

  // `clock` measures the age of answers and quotes and must outlive this.
  CachingCatalog(std::shared_ptr<CatalogClient> catalog, const Clock& clock)
      : catalog_(std::move(catalog)), clock_(clock) {}
  // Errors are not remembered.
  absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo& call, const std::string& name) override;
  absl::StatusOr<Availability> CheckAvailability(const CallInfo& call, const std::string& quote) override;

 private:
  struct Answer {
    absl::Time asked;
    Availability availability;
  };

  const std::shared_ptr<CatalogClient> catalog_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const catalog::v1::Quote>> quotes_;
  std::deque<std::string> by_age_;  // keys of quotes_, oldest first
  std::unordered_map<std::string, Answer> answers_;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_CATALOG_H_
