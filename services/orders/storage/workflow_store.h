// Workflow definitions that companies made, by company, id and version.
//
// Thread-safety: a WorkflowStore has no state; use it from any thread with that thread's transaction.
#ifndef MILLWRIGHT_SERVICES_ORDERS_STORAGE_WORKFLOW_STORE_H_
#define MILLWRIGHT_SERVICES_ORDERS_STORAGE_WORKFLOW_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/storage/session.h"
#include "millwright/orders/v1/workflow.pb.h"

namespace millwright::orders {

struct StoredWorkflow {
  v1::WorkflowDefinition definition;
  absl::Time created;
  std::string creator;  // "companies/c/members/m"
};

class WorkflowStore {
 public:
  // `company` is a resource name. ALREADY_EXISTS-like races can't happen: there is one writer.
  absl::Status Insert(Transaction& tx, absl::string_view company, const StoredWorkflow& workflow) const;
  // `version` 0: the newest.
  absl::StatusOr<std::optional<StoredWorkflow>> Find(Reader& reader, absl::string_view company, absl::string_view id,
                                                     int version) const;
  // The newest version; 0 if there is none.
  absl::StatusOr<int> NewestVersion(Reader& reader, absl::string_view company, absl::string_view id) const;
  // The newest version of each workflow with an id after `after`, by id.
  absl::StatusOr<std::vector<StoredWorkflow>> List(Reader& reader, absl::string_view company, absl::string_view after,
                                                   int limit) const;
  absl::StatusOr<int64_t> CountIds(Reader& reader, absl::string_view company) const;
  // Names of the companies' own workflows that the orders of `company` (as `side`: 1 buyer, 2 seller) are in.
  absl::StatusOr<std::vector<std::string>> InUse(Reader& reader, absl::string_view company, int side) const;
  // Ids of the seller's orders in `workflow` that come after `after`, in order of id.
  absl::StatusOr<std::vector<std::string>> OrdersIn(Reader& reader, absl::string_view seller, absl::string_view workflow,
                                                    absl::string_view after, int limit) const;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_STORAGE_WORKFLOW_STORE_H_
