// Names of fulfilment states per language, and which of them nobody is told about: from the workflow definitions.
//
// Thread-safety: immutable after construction.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_STATUS_NAMES_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_STATUS_NAMES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "millwright/orders/v1/workflow.pb.h"

namespace millwright::notifications {

class StatusNames {
 public:
  // INVALID_ARGUMENT if a text is no WorkflowDefinition.
  static absl::StatusOr<StatusNames> Parse(const std::vector<std::string>& textprotos);

  // The displayed name; English for a language without one, the id itself for an unknown workflow or state.
  std::string Name(absl::string_view workflow, absl::string_view state, absl::string_view language) const;
  // The name in `language` of what is called `english`; names that are no state's (On hold) are answered unchanged.
  std::string Translate(absl::string_view workflow, absl::string_view english, absl::string_view language) const;
  bool Hidden(absl::string_view workflow, absl::string_view state) const;

 private:
  const millwright::orders::v1::State* Find(absl::string_view workflow, absl::string_view state) const;
  std::map<std::string, millwright::orders::v1::WorkflowDefinition> workflows_;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_STATUS_NAMES_H_
