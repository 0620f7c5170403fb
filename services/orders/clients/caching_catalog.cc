#include "services/orders/clients/caching_catalog.h"

#include "absl/strings/str_cat.h"

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

}  // namespace millwright::orders
