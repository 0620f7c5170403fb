// The workflow that an order is pinned to, by name and version: the built-in ones, and those of companies as they are
// asked for. A version never changes, so a compiled one is kept; at most kMaxCachedWorkflows of companies.
//
// Thread-safety: all methods may be called from any thread; those that take a Reader in its thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_WORKFLOW_REGISTRY_H_
#define MILLWRIGHT_SERVICES_ORDERS_WORKFLOW_REGISTRY_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/orders/domain/workflow.h"
#include "services/orders/storage/workflow_store.h"

namespace millwright::orders {

inline constexpr size_t kMaxCachedWorkflows = 1000;

using WorkflowPtr = std::shared_ptr<const Workflow>;

// "companies/c/workflows/w": a company's own.
bool IsOwnWorkflow(absl::string_view name);
std::string OwnWorkflowName(absl::string_view company, absl::string_view id);

class WorkflowRegistry {
 public:
  // INTERNAL if the built-in workflows are broken.
  static absl::StatusOr<std::unique_ptr<WorkflowRegistry>> Create();

  // By id ("manufacturing", "workflows/manufacturing") or name of a company's own; version 0 is the newest. Null if there
  // is none.
  absl::StatusOr<WorkflowPtr> Find(Reader& reader, absl::string_view name, int version) const;
  // The one an order is pinned to; INTERNAL if it is gone.
  absl::StatusOr<WorkflowPtr> PinnedBy(Reader& reader, const v1::Order& order) const;

  WorkflowPtr Builtin(absl::string_view id) const;
  // All built-in ones, by id.
  const std::map<std::string, WorkflowPtr>& builtins() const { return builtins_; }
  const WorkflowStore& store() const { return store_; }

 private:
  WorkflowRegistry() = default;

  std::map<std::string, WorkflowPtr> builtins_;          // newest, by id
  std::map<std::string, WorkflowPtr> builtin_versions_;  // all, by "id@version"
  WorkflowStore store_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, WorkflowPtr> cache_;  // by name@version
  mutable std::deque<std::string> by_age_;                      // keys of cache_, oldest first
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_WORKFLOW_REGISTRY_H_
