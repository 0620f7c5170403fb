#include "services/notifications/domain/status_names.h"

#include "common/errors/error.h"
#include "google/protobuf/text_format.h"

namespace millwright::notifications {
namespace {

using millwright::orders::v1::State;

std::string NameIn(const State& state, absl::string_view language) {
  std::string fallback = state.id();
  for (const auto& name : state.display_names()) {
    if (name.language_code() == language) return name.text();
    if (name.language_code() == "en") fallback = name.text();
  }
  return fallback;
}

}  // namespace

absl::StatusOr<StatusNames> StatusNames::Parse(const std::vector<std::string>& textprotos) {
  StatusNames names;
  for (const std::string& text : textprotos) {
    millwright::orders::v1::WorkflowDefinition definition;
    if (!google::protobuf::TextFormat::ParseFromString(text, &definition) || definition.id().empty()) {
      return Error::InvalidArgument("WORKFLOW_SYNTAX", "a workflow definition can't be read");
    }
    names.workflows_[definition.id()] = std::move(definition);
  }
  return names;
}

const State* StatusNames::Find(absl::string_view workflow, absl::string_view state) const {
  auto found = workflows_.find(std::string(workflow));
  if (found == workflows_.end()) return nullptr;
  for (const State& candidate : found->second.states()) {
    if (candidate.id() == state) return &candidate;
  }
  return nullptr;
}

std::string StatusNames::Name(absl::string_view workflow, absl::string_view state, absl::string_view language) const {
  const State* found = Find(workflow, state);
  if (found != nullptr) return NameIn(*found, language);
  return state == "NEW" ? "" : std::string(state);
}

std::string StatusNames::Translate(absl::string_view workflow, absl::string_view english,
                                   absl::string_view language) const {
  auto found = workflows_.find(std::string(workflow));
  if (found == workflows_.end()) return std::string(english);
  for (const State& state : found->second.states()) {
    if (NameIn(state, "en") == english) return NameIn(state, language);
  }
  return std::string(english);
}

bool StatusNames::Hidden(absl::string_view workflow, absl::string_view state) const {
  const State* found = Find(workflow, state);
  return found != nullptr && found->hidden();
}

}  // namespace millwright::notifications
