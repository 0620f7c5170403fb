// Remembers how two companies stand to each other, so that placing an order asks accounts only now and then.
//
// A relation changes when a person edits a company or a contact. accounts tells by event, and Forget drops what it
// touches within milliseconds; should the news not come, an answer is used for at most kRelationTtl. The bound that
// results: an order placed less than kRelationTtl after such an edit may still be made under the old relation, as if it
// had been placed before it.
//
// An answer is remembered for the company that asked. At most kMaxCachedRelations; errors and "no contact" are not
// remembered, so that an invitation counts from the moment it is accepted.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_ACCOUNTS_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_ACCOUNTS_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "common/time/clock.h"
#include "services/orders/clients/neighbours.h"

namespace millwright::orders {

inline constexpr absl::Duration kRelationTtl = absl::Seconds(2);
inline constexpr size_t kMaxCachedRelations = 1000;

class CachingAccounts final : public AccountsClient {
 public:
  using Relation = internal::accounts::v1::GetRelationResponse;

  // `clock` measures the age of answers and must outlive this.
  CachingAccounts(std::shared_ptr<AccountsClient> accounts, const Clock& clock)
      : accounts_(std::move(accounts)), clock_(clock) {}
  absl::StatusOr<Relation> GetRelation(const CallInfo& call, const std::string& buyer,
                                       const std::string& seller) override;
  // Drops every relation of the company ("companies/c").
  void Forget(absl::string_view company);

 private:
  struct Entry {
    std::string buyer, seller;
    absl::Time read;
    std::shared_ptr<const Relation> relation;
  };

  std::shared_ptr<const Relation> Find(const std::string& key);

  const std::shared_ptr<AccountsClient> accounts_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  int64_t forgotten_ = 0;  // calls of Forget: an answer asked for before one is not remembered after it
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_CACHING_ACCOUNTS_H_
