#include "services/orders/workflow_registry.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "millwright/orders/v1/order.pb.h"
#include "services/orders/domain/builtin_definitions.h"

namespace millwright::orders {

bool IsOwnWorkflow(absl::string_view name) { return absl::StartsWith(name, "companies/"); }

std::string OwnWorkflowName(absl::string_view company, absl::string_view id) {
  return absl::StrCat(company, "/workflows/", id);
}

absl::StatusOr<std::unique_ptr<WorkflowRegistry>> WorkflowRegistry::Create() {
  MW_ASSIGN_OR_RETURN(const std::vector<WorkflowPtr> workflows, BuiltinWorkflows());
  std::unique_ptr<WorkflowRegistry> registry(new WorkflowRegistry());
  for (const WorkflowPtr& workflow : workflows) {
    registry->builtin_versions_[workflow->pin()] = workflow;
    WorkflowPtr& newest = registry->builtins_[workflow->definition().id()];
    if (newest == nullptr || newest->definition().version() < workflow->definition().version()) newest = workflow;
  }
  return registry;
}

WorkflowPtr WorkflowRegistry::Builtin(absl::string_view id) const {
  const auto it = builtins_.find(std::string(id));
  return it == builtins_.end() ? nullptr : it->second;
}

absl::StatusOr<WorkflowPtr> WorkflowRegistry::Find(Reader& reader, absl::string_view name, int version) const {
  if (!IsOwnWorkflow(name)) {
    const absl::string_view id = absl::StripPrefix(name, "workflows/");
    if (version == 0) return Builtin(id);
    const auto it = builtin_versions_.find(absl::StrCat(id, "@", version));
    return it == builtin_versions_.end() ? nullptr : it->second;
  }
  const std::string company(CompanyOf(name));
  const std::string id(LastSegment(name));
  if (version == 0) {
    MW_ASSIGN_OR_RETURN(version, store_.NewestVersion(reader, company, id));
    if (version == 0) return WorkflowPtr();
  }
  const std::string key = absl::StrCat(name, "@", version);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (const auto it = cache_.find(key); it != cache_.end()) return it->second;
  }
  MW_ASSIGN_OR_RETURN(std::optional<StoredWorkflow> stored, store_.Find(reader, company, id, version));
  if (!stored.has_value()) return WorkflowPtr();
  MW_ASSIGN_OR_RETURN(WorkflowPtr workflow, Workflow::Compile(std::move(stored->definition)));
  std::lock_guard<std::mutex> lock(mutex_);
  if (cache_.emplace(key, workflow).second) by_age_.push_back(key);
  if (by_age_.size() > kMaxCachedWorkflows) {
    cache_.erase(by_age_.front());
    by_age_.pop_front();
  }
  return workflow;
}

absl::StatusOr<WorkflowPtr> WorkflowRegistry::PinnedBy(Reader& reader, const v1::Order& order) const {
  MW_ASSIGN_OR_RETURN(WorkflowPtr workflow, Find(reader, order.workflow(), order.workflow_version()));
  if (workflow == nullptr) {
    return absl::InternalError(absl::StrCat("an order is pinned to ", order.workflow(), "@", order.workflow_version(),
                                            ", which is gone"));
  }
  return workflow;
}

}  // namespace millwright::orders
