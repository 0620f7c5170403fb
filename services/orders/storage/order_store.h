// Orders on disk: the records, the lists of both sides, counts per status, history, offers, numbers.
//
// All methods run inside a transaction or reader of the service's database; the caller composes them into one write
// with its events and its idempotency record.
//
// Thread-safety: an OrderStore has no state; use it from any thread with that thread's transaction.
#ifndef MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_STORE_H_
#define MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/filter/filter.h"
#include "common/storage/session.h"
#include "common/storage/migrations.h"
#include "millwright/internal/orders/v1/order_record.pb.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

using internal::orders::v1::OrderRecord;

// The tables of this store, for Database::Options::migrations.
MigrationSet OrdersSchema();

enum class Side { kBuyer = 1, kSeller = 2 };

// Who sees the order where. A hidden state is seen only by the side that made the order, and a hidden end only on
// request.
struct Visibility {
  bool visible = true;
  bool listed = true;
};
Visibility VisibilityOf(const OrderRecord& record, const v1::State& state, Side side);

struct ListQuery {
  std::string company;                 // resource name
  Side side = Side::kBuyer;
  std::string member;                  // only this member's; "" = all
  const FilterSql* filter = nullptr;   // compiled condition; null = none
  std::string search, search_end;      // terms from the first up to before the second; "" = all
  bool number_prefix = true;               // a search finds order numbers that begin with it
  std::vector<std::string> order_numbers;  // these are found by a search, too
  bool include_unlisted = false;       // the filter names a status, so hidden ends are meant too
  std::string order_by = "create_time desc";
  std::vector<std::string> after;      // sort keys of the last row of the page before: column, id
  int limit = 50;
};

struct ListedOrder {
  OrderRecord record;
  std::vector<std::string> keys;       // its sort keys
};

class OrderStore {
 public:
  // A new order with its two index rows, its counts and its keys. ALREADY_EXISTS if the external id is taken.
  absl::Status Insert(Transaction& tx, const OrderRecord& record, const v1::State& state) const;
  // Replaces `before` by `after`; the lists and counts follow. ABORTED if `before` is no longer the stored version.
  absl::Status Update(Transaction& tx, const OrderRecord& before, const v1::State& before_state,
                      const OrderRecord& after, const v1::State& after_state) const;
  absl::StatusOr<std::optional<OrderRecord>> Find(Reader& reader, absl::string_view order_name) const;

  // One page and its keys, at most `limit` rows. The columns a filter may name are FilterFields().
  absl::StatusOr<std::vector<ListedOrder>> List(Reader& reader, const ListQuery& query) const;
  static const FilterSchema& FilterFields();
  static absl::Status CheckOrderBy(absl::string_view order_by);
  // Displayed status and number of orders, by status.
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> Count(Reader& reader, absl::string_view company, Side side,
                                                                    absl::string_view member) const;

  // True if any order, listed or not, is in that list of the company.
  absl::StatusOr<bool> HasAny(Reader& reader, absl::string_view company, Side side) const;

  absl::Status AppendHistory(Transaction& tx, absl::string_view order_name, const v1::HistoryEntry& entry) const;
  absl::StatusOr<std::vector<v1::HistoryEntry>> History(Reader& reader, absl::string_view order_name, int64_t after,
                                                        int limit) const;

  absl::Status PutOffer(Transaction& tx, absl::string_view order_name, const v1::Offer& offer) const;
  // Newest first, with a revision below `before`.
  absl::StatusOr<std::vector<v1::Offer>> Offers(Reader& reader, absl::string_view order_name, int32_t before,
                                                int limit) const;
  absl::StatusOr<std::optional<v1::Offer>> FindOffer(Reader& reader, absl::string_view order_name,
                                                     int32_t revision) const;

  // The next number of the seller's series of that year, from 1 without gaps.
  absl::StatusOr<int64_t> NextNumber(Transaction& tx, absl::string_view seller, int year) const;

  enum class KeyKind { kExternalId = 1, kPurchaseOrder = 2 };
  // Claims a key for an order. ALREADY_EXISTS if another order of the buyer has it.
  absl::Status ClaimKey(Transaction& tx, absl::string_view buyer, KeyKind kind, absl::string_view key,
                        absl::string_view order_name) const;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_STORE_H_
