// A workflow definition compiled to tables: what the engine runs on.
//
// Compile() checks the shape (names that exist, limits, no ambiguous trigger); Lint() in lint.h checks that the
// definition makes sense as a whole. A Workflow is immutable, made once and shared by all orders pinned to it.
//
// Thread-safety: immutable after Compile; share it freely.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/orders/domain/facts.h"
#include "services/orders/domain/guards.h"

namespace millwright::orders {

// Published limits of a definition.
inline constexpr int kMaxStates = 200;
inline constexpr size_t kMaxNameBytes = 255;
inline constexpr int kMaxTransitions = 5000;
inline constexpr int kMaxRules = 2000;         // automatic moves, mail rules, paper rules: each
inline constexpr int kMaxLanguages = 50;       // texts of one name

// One row of the table: one transition seen from one state.
struct Row {
  const v1::Transition* transition = nullptr;
  std::string from;
  ActorSet actors;
  std::vector<const Guard*> guards;      // actor_role first, then guards and conditions as written
};

struct AutomaticRow {
  const v1::AutomaticMove* move = nullptr;
  const Row* row = nullptr;              // null for follow_lines
  std::vector<const Guard*> conditions;
};

class Workflow {
 public:
  // INVALID_ARGUMENT WORKFLOW_INVALID with a field violation per fault: unknown state, guard, condition or actor;
  // duplicate id; more than kMaxStates states; a name above kMaxNameBytes.
  static absl::StatusOr<std::shared_ptr<const Workflow>> Compile(v1::WorkflowDefinition definition);

  const v1::WorkflowDefinition& definition() const { return definition_; }
  // "manufacturing@1"
  const std::string& pin() const { return pin_; }
  // The built-in workflow whose roles, mails and papers it follows: its own id for a built-in one.
  const std::string& base() const { return definition_.base().empty() ? definition_.id() : definition_.base(); }
  bool dental() const { return base() == "dental"; }

  // By exact id; null if there is none.
  const v1::State* FindState(absl::string_view id) const;
  // By id or displayed name in any language, whatever case, hyphens and spaces, "cancelled" or "canceled". Null if
  // nothing or more than one state answers to it.
  const v1::State* ParseState(absl::string_view text) const;
  bool KnowsTrigger(absl::string_view trigger) const { return triggers_.contains(trigger); }

  // The moves out of `state` ("NEW" for an order that does not exist yet), in the order of the definition.
  const std::vector<Row>& RowsFrom(absl::string_view state) const;
  // The machine's own moves out of `state`, in the order in which they are tried.
  const std::vector<AutomaticRow>& AutomaticFrom(absl::string_view state) const;

  bool IsTerminal(absl::string_view state) const;
  bool IsCancelled(absl::string_view state) const;

 private:
  Workflow() = default;
  void BuildRows();
  void BuildAutomatic();
  void BuildNames();

  v1::WorkflowDefinition definition_;
  std::string pin_;
  absl::flat_hash_map<std::string, const v1::State*> states_;
  absl::flat_hash_map<std::string, const v1::State*> spellings_;  // null: ambiguous
  absl::flat_hash_map<std::string, std::vector<Row>> rows_;
  absl::flat_hash_map<std::string, std::vector<AutomaticRow>> automatic_;
  absl::flat_hash_map<std::string, bool> triggers_;
};

// The text of a localised name: the asked language ("de-AT" finds "de"), else the first.
std::string TextFor(const google::protobuf::RepeatedPtrField<v1::LocalizedText>& texts, absl::string_view language);

// Lower case without spaces, hyphens and underscores; "cancelled" is spelled "canceled". What ParseState compares.
std::string NormalizeSpelling(absl::string_view text);

// True for an open or draft state.
inline bool IsOpen(const v1::State& state) {
  return state.kind() == v1::State::DRAFT || state.kind() == v1::State::OPEN;
}

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_WORKFLOW_H_
