#include "services/orders/domain/builtin_definitions.h"

#include "common/errors/error.h"
#include "services/orders/definitions/embedded.h"

namespace millwright::orders {

absl::StatusOr<std::vector<std::shared_ptr<const Workflow>>> BuiltinWorkflows() {
  static const auto& loaded = *new absl::StatusOr<std::vector<std::shared_ptr<const Workflow>>>(
      []() -> absl::StatusOr<std::vector<std::shared_ptr<const Workflow>>> {
        std::vector<std::shared_ptr<const Workflow>> workflows;
        for (absl::string_view text : EmbeddedDefinitions()) {
          MW_ASSIGN_OR_RETURN(std::shared_ptr<const Workflow> workflow, LoadWorkflow(text));
          workflows.push_back(std::move(workflow));
        }
        return workflows;
      }());
  return loaded;
}

}  // namespace millwright::orders
