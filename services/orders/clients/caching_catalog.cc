#include "services/orders/clients/caching_catalog.h"

#include "absl/strings/str_cat.h"
#include "services/orders/clients/fresh.h"

namespace millwright::orders {

absl::StatusOr<catalog::v1::Quote> CachingCatalog::GetQuote(const CallInfo& call, const std::string& name) {
  const std::string key = absl::StrCat(call.principal.company, " ", name);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto it = quotes_.find(key);
    if (it != quotes_.end()) return *it->second;
  }
  auto quote = catalog_->GetQuote(call, name);
  if (!quote.ok()) return quote;
  std::lock_guard<std::mutex> lock(mutex_);
  if (quotes_.emplace(key, std::make_shared<const catalog::v1::Quote>(*quote)).second) by_age_.push_back(key);
  if (by_age_.size() > kMaxCachedQuotes) {
    quotes_.erase(by_age_.front());
    by_age_.pop_front();
  }
  return quote;
}

absl::StatusOr<CachingCatalog::Availability> CachingCatalog::CheckAvailability(const CallInfo& call,
                                                                               const std::string& quote) {
  const std::string key = absl::StrCat(call.principal.company, " ", quote);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto made = quotes_.find(key);
    if (made != quotes_.end()) {
      const auto& time = made->second->create_time();
      const absl::Time then = absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
      if (IsFresh(clock_, then, kAvailabilityTtl)) return Availability();
    }
    const auto known = answers_.find(key);
    if (known != answers_.end() && IsFresh(clock_, known->second.asked, kAvailabilityTtl)) return known->second.availability;
  }
  const absl::Time asked = clock_.Now();
  auto answer = catalog_->CheckAvailability(call, quote);
  if (!answer.ok()) return answer;
  std::lock_guard<std::mutex> lock(mutex_);
  // All are too old soon: a full table is simply started anew.
  if (answers_.size() >= kMaxCachedQuotes) answers_.clear();
  answers_[key] = {asked, *answer};
  return answer;
}

}  // namespace millwright::orders
