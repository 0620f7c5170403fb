#include "services/orders/clients/caching_accounts.h"

#include "absl/strings/str_cat.h"
#include "services/orders/clients/fresh.h"

namespace millwright::orders {

std::shared_ptr<const CachingAccounts::Relation> CachingAccounts::Find(const std::string& key) {
  auto it = entries_.find(key);
  if (it == entries_.end()) return nullptr;
  if (IsFresh(clock_, it->second.read, kRelationTtl)) return it->second.relation;
  entries_.erase(it);
  return nullptr;
}

absl::StatusOr<CachingAccounts::Relation> CachingAccounts::GetRelation(const CallInfo& call, const std::string& buyer,
                                                                       const std::string& seller) {
  const std::string key = absl::StrCat(call.principal.company, " ", buyer, " ", seller);
  int64_t forgotten;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (auto known = Find(key)) return *known;
    forgotten = forgotten_;
  }
  const absl::Time asked = clock_.Now();
  auto relation = accounts_->GetRelation(call, buyer, seller);
  if (!relation.ok() || !relation->contacts()) return relation;
  std::lock_guard<std::mutex> lock(mutex_);
  if (forgotten != forgotten_) return relation;
  // All are older than kRelationTtl soon: a full table is simply started anew.
  if (entries_.size() >= kMaxCachedRelations) entries_.clear();
  entries_[key] = {buyer, seller, asked, std::make_shared<const Relation>(*relation)};
  return relation;
}

void CachingAccounts::Forget(absl::string_view company) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++forgotten_;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const bool touched = it->second.buyer == company || it->second.seller == company;
    it = touched ? entries_.erase(it) : std::next(it);
  }
}

}  // namespace millwright::orders
