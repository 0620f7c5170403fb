// The three workflows that ship with Millwright: `manufacturing`, `dental` and `erp`. Their text is in
// services/orders/definitions/*.textproto, is embedded into the binary, and is linted when it is built (a build of a
// faulty definition fails) and again at start.
//
// Thread-safety: any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_BUILTIN_DEFINITIONS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_BUILTIN_DEFINITIONS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// Parses, compiles and lints one definition in text form. INVALID_ARGUMENT WORKFLOW_SYNTAX names line and column.
absl::StatusOr<std::shared_ptr<const Workflow>> LoadWorkflow(absl::string_view textproto);

// All built-in workflows, loaded once; an error means that the binary itself is broken.
absl::StatusOr<std::vector<std::shared_ptr<const Workflow>>> BuiltinWorkflows();

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_BUILTIN_DEFINITIONS_H_
