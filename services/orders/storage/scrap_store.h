// Failures of production, kept for the report of what they cost.
//
// Thread-safety: no state; use it with the thread's transaction.
#ifndef MILLWRIGHT_SERVICES_ORDERS_STORAGE_SCRAP_STORE_H_
#define MILLWRIGHT_SERVICES_ORDERS_STORAGE_SCRAP_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/storage/session.h"
#include "millwright/orders/v1/order.pb.h"

namespace millwright::orders {

struct ScrapRecord {
  absl::Time at;
  std::string replica;  // resource name
  v1::Replica::ScrapCode code = v1::Replica::OTHER;
  int64_t quantity = 0;
  std::string currency;
  int64_t cost_minor = 0;
};

struct ScrapSum {
  v1::Replica::ScrapCode code = v1::Replica::OTHER;
  std::string currency;
  int64_t pieces = 0;
  int64_t replicas = 0;
  int64_t cost_minor = 0;
};

absl::Status InsertScrap(Transaction& tx, absl::string_view company, const ScrapRecord& record);
// By code and currency, of [from, to).
absl::StatusOr<std::vector<ScrapSum>> SumScrap(Reader& reader, absl::string_view company, absl::Time from, absl::Time to);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_STORAGE_SCRAP_STORE_H_
