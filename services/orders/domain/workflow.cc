#include "services/orders/domain/workflow.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

// Collects every fault, so that an author repairs them in one round.
class Faults {
 public:
  void Add(absl::string_view field, absl::string_view description) {
    error_.Field(absl::StrCat("workflow.", field), description);
    ++count_;
  }
  bool any() const { return count_ > 0; }
  absl::Status Build() const { return error_.Build(); }

 private:
  Error error_ = Error::InvalidArgument("WORKFLOW_INVALID", "the workflow definition is not valid");
  int count_ = 0;
};

void CheckName(Faults& faults, absl::string_view field, absl::string_view name) {
  if (name.empty()) faults.Add(field, "must not be empty");
  if (name.size() > kMaxNameBytes) {
    faults.Add(field, absl::StrCat("is ", name.size(), " bytes long, at most ", kMaxNameBytes, " are allowed"));
  }
}

void CheckTexts(Faults& faults, absl::string_view field,
                const google::protobuf::RepeatedPtrField<v1::LocalizedText>& texts) {
  if (texts.size() > kMaxLanguages) {
    faults.Add(field, absl::StrCat("has more than ", kMaxLanguages, " languages"));
    return;
  }
  for (const v1::LocalizedText& text : texts) {
    CheckName(faults, absl::StrCat(field, ".language_code"), text.language_code());
    CheckName(faults, absl::StrCat(field, ".text"), text.text());
  }
}

bool CheckSizes(Faults& faults, const v1::WorkflowDefinition& definition) {
  const auto check = [&](absl::string_view field, int size, int limit) {
    if (size > limit) faults.Add(field, absl::StrCat("has ", size, " entries, at most ", limit, " are allowed"));
  };
  check("states", definition.states_size(), kMaxStates);
  check("transitions", definition.transitions_size(), kMaxTransitions);
  check("automatic_moves", definition.automatic_moves_size(), kMaxRules);
  check("mail_rules", definition.mail_rules_size(), kMaxRules);
  check("paper_rules", definition.paper_rules_size(), kMaxRules);
  return !faults.any();
}

void CheckStates(Faults& faults, const v1::WorkflowDefinition& definition, std::set<std::string>& ids) {
  for (int i = 0; i < definition.states_size(); ++i) {
    const v1::State& state = definition.states(i);
    const std::string field = absl::StrCat("states[", i, "]");
    CheckName(faults, absl::StrCat(field, ".id"), state.id());
    CheckTexts(faults, absl::StrCat(field, ".display_names"), state.display_names());
    CheckTexts(faults, absl::StrCat(field, ".customer_labels"), state.customer_labels());
    if (state.display_names().empty()) faults.Add(absl::StrCat(field, ".display_names"), "must hold at least one name");
    if (state.kind() == v1::State::KIND_UNSPECIFIED || !v1::State::Kind_IsValid(state.kind())) {
      faults.Add(absl::StrCat(field, ".kind"), "must be DRAFT, OPEN, TERMINAL_SUCCESS or TERMINAL_CANCELLED");
    }
    if (state.id() == kNewState || state.id() == kPreviousState) {
      faults.Add(absl::StrCat(field, ".id"), "`NEW` and `PREVIOUS` are reserved: choose another id");
    }
    if (!ids.insert(state.id()).second) {
      faults.Add(absl::StrCat(field, ".id"), absl::StrCat("`", state.id(), "` is used twice"));
    }
  }
}

void CheckGuardNames(Faults& faults, const std::string& field,
                     const google::protobuf::RepeatedPtrField<std::string>& names) {
  for (const std::string& name : names) {
    if (FindGuard(name) == nullptr) {
      faults.Add(field, absl::StrCat("`", name.substr(0, 64), "` is no guard; known: ", KnownGuards()));
    }
  }
}

void CheckStateNames(Faults& faults, const std::string& field,
                     const google::protobuf::RepeatedPtrField<std::string>& names, const std::set<std::string>& ids,
                     bool new_allowed) {
  if (names.empty()) faults.Add(field, "must name at least one state");
  for (const std::string& name : names) {
    if (ids.contains(name) || (new_allowed && name == kNewState)) continue;
    faults.Add(field, absl::StrCat("`", name.substr(0, 64), "` is no state of this workflow"));
  }
}

void CheckTransitions(Faults& faults, const v1::WorkflowDefinition& definition, const std::set<std::string>& ids) {
  for (int i = 0; i < definition.transitions_size(); ++i) {
    const v1::Transition& transition = definition.transitions(i);
    const std::string field = absl::StrCat("transitions[", i, "]");
    CheckStateNames(faults, field + ".from", transition.from(), ids, true);
    CheckName(faults, field + ".trigger", transition.trigger());
    CheckTexts(faults, field + ".labels", transition.labels());
    CheckGuardNames(faults, field + ".guards", transition.guards());
    CheckGuardNames(faults, field + ".conditions", transition.conditions());
    if (transition.to() != kPreviousState && !ids.contains(transition.to())) {
      faults.Add(field + ".to", absl::StrCat("`", transition.to().substr(0, 64), "` is no state of this workflow"));
    }
    if (transition.actors().empty()) faults.Add(field + ".actors", "must name who may ask for the move");
    for (int actor : transition.actors()) {
      if (actor == v1::Transition::ACTOR_UNSPECIFIED || !v1::Transition::Actor_IsValid(actor)) {
        faults.Add(field + ".actors", "holds an unknown actor");
      }
    }
  }
}

void CheckRules(Faults& faults, const v1::WorkflowDefinition& definition, const std::set<std::string>& ids) {
  for (int i = 0; i < definition.automatic_moves_size(); ++i) {
    const v1::AutomaticMove& move = definition.automatic_moves(i);
    const std::string field = absl::StrCat("automatic_moves[", i, "]");
    CheckStateNames(faults, field + ".from", move.from(), ids, false);
    CheckGuardNames(faults, field + ".conditions", move.conditions());
    if (move.follow_lines() == !move.trigger().empty()) {
      faults.Add(field + ".trigger", "is needed unless `follow_lines` is set, and not allowed with it");
    }
    for (const std::string& from : move.from()) {
      bool found = move.follow_lines();
      for (const v1::Transition& transition : definition.transitions()) {
        for (const std::string& other : transition.from()) {
          found |= other == from && transition.trigger() == move.trigger() &&
                   std::count(transition.actors().begin(), transition.actors().end(), v1::Transition::AUTOMATIC) > 0;
        }
      }
      if (!found) {
        faults.Add(field, absl::StrCat("from `", from.substr(0, 64), "` no transition `", move.trigger().substr(0, 64),
                                       "` is allowed to AUTOMATIC"));
      }
    }
  }
  for (int i = 0; i < definition.mail_rules_size(); ++i) {
    const v1::MailRule& rule = definition.mail_rules(i);
    const std::string field = absl::StrCat("mail_rules[", i, "]");
    CheckName(faults, field + ".event", rule.event());
    if (!rule.states().empty()) CheckStateNames(faults, field + ".states", rule.states(), ids, false);
    if (!rule.from().empty()) CheckStateNames(faults, field + ".from", rule.from(), ids, true);
  }
  for (int i = 0; i < definition.paper_rules_size(); ++i) {
    const v1::PaperRule& rule = definition.paper_rules(i);
    const std::string field = absl::StrCat("paper_rules[", i, "]");
    CheckName(faults, field + ".paper", rule.paper());
    CheckStateNames(faults, field + ".on_entry", rule.on_entry(), ids, false);
    if (!rule.required_before().empty()) {
      CheckStateNames(faults, field + ".required_before", rule.required_before(), ids, false);
    }
  }
}

absl::Status Check(const v1::WorkflowDefinition& definition) {
  Faults faults;
  CheckName(faults, "id", definition.id());
  CheckTexts(faults, "display_names", definition.display_names());
  if (definition.version() < 1) faults.Add("version", "must be 1 or more");
  if (definition.states().empty()) faults.Add("states", "must hold at least one state");
  if (CheckSizes(faults, definition)) {
    std::set<std::string> ids;
    CheckStates(faults, definition, ids);
    CheckTransitions(faults, definition, ids);
    CheckRules(faults, definition, ids);
  }
  return faults.any() ? faults.Build() : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Workflow>> Workflow::Compile(v1::WorkflowDefinition definition) {
  MW_RETURN_IF_ERROR(Check(definition));
  std::shared_ptr<Workflow> workflow(new Workflow());
  workflow->definition_ = std::move(definition);
  workflow->pin_ = absl::StrCat(workflow->definition_.id(), "@", workflow->definition_.version());
  workflow->BuildNames();
  workflow->BuildRows();
  workflow->BuildAutomatic();
  return std::shared_ptr<const Workflow>(std::move(workflow));
}

void Workflow::BuildNames() {
  for (const v1::State& state : definition_.states()) {
    states_[state.id()] = &state;
    std::set<std::string> spellings = {NormalizeSpelling(state.id())};
    for (const v1::LocalizedText& name : state.display_names()) spellings.insert(NormalizeSpelling(name.text()));
    for (const std::string& spelling : spellings) {
      auto [it, fresh] = spellings_.emplace(spelling, &state);
      if (!fresh && it->second != &state) it->second = nullptr;
    }
  }
}

void Workflow::BuildRows() {
  for (const v1::Transition& transition : definition_.transitions()) {
    triggers_[transition.trigger()] = true;
    Row row;
    row.transition = &transition;
    for (int actor : transition.actors()) row.actors.Add(static_cast<Actor>(actor));
    row.guards.push_back(FindGuard("actor_role"));
    const auto add = [&row](const Guard* guard) {
      if (std::find(row.guards.begin(), row.guards.end(), guard) == row.guards.end()) row.guards.push_back(guard);
    };
    for (const std::string& name : transition.guards()) add(FindGuard(name));
    for (const std::string& name : transition.conditions()) add(FindGuard(name));
    if (transition.reason_required()) add(FindGuard("reason_given"));
    for (const std::string& from : transition.from()) {
      row.from = from;
      rows_[from].push_back(row);
    }
  }
}

void Workflow::BuildAutomatic() {
  for (const v1::AutomaticMove& move : definition_.automatic_moves()) {
    AutomaticRow automatic;
    automatic.move = &move;
    for (const std::string& name : move.conditions()) automatic.conditions.push_back(FindGuard(name));
    for (const std::string& from : move.from()) {
      automatic.row = nullptr;
      for (const Row& row : RowsFrom(from)) {
        if (row.transition->trigger() == move.trigger() && row.actors.Has(v1::Transition::AUTOMATIC)) {
          automatic.row = &row;
          break;
        }
      }
      automatic_[from].push_back(automatic);
    }
  }
}

const v1::State* Workflow::FindState(absl::string_view id) const {
  const auto it = states_.find(id);
  return it == states_.end() ? nullptr : it->second;
}

const v1::State* Workflow::ParseState(absl::string_view text) const {
  if (const v1::State* state = FindState(text)) return state;
  const auto it = spellings_.find(NormalizeSpelling(text));
  return it == spellings_.end() ? nullptr : it->second;
}

const std::vector<Row>& Workflow::RowsFrom(absl::string_view state) const {
  static const std::vector<Row>& none = *new std::vector<Row>();
  const auto it = rows_.find(state);
  return it == rows_.end() ? none : it->second;
}

const std::vector<AutomaticRow>& Workflow::AutomaticFrom(absl::string_view state) const {
  static const std::vector<AutomaticRow>& none = *new std::vector<AutomaticRow>();
  const auto it = automatic_.find(state);
  return it == automatic_.end() ? none : it->second;
}

bool Workflow::IsTerminal(absl::string_view state) const {
  const v1::State* found = FindState(state);
  return found != nullptr && !IsOpen(*found);
}

bool Workflow::IsCancelled(absl::string_view state) const {
  const v1::State* found = FindState(state);
  return found != nullptr && found->kind() == v1::State::TERMINAL_CANCELLED;
}

std::string TextFor(const google::protobuf::RepeatedPtrField<v1::LocalizedText>& texts, absl::string_view language) {
  const std::string wanted = absl::AsciiStrToLower(language);
  const absl::string_view primary = absl::string_view(wanted).substr(0, wanted.find_first_of("-_"));
  for (const v1::LocalizedText& text : texts) {
    if (text.language_code() == wanted) return text.text();
  }
  for (const v1::LocalizedText& text : texts) {
    if (text.language_code() == primary) return text.text();
  }
  return texts.empty() ? "" : texts.Get(0).text();
}

std::string NormalizeSpelling(absl::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (char c : text) {
    if (c != ' ' && c != '-' && c != '_') plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return absl::StrReplaceAll(plain, {{"cancelled", "canceled"}});
}

}  // namespace millwright::orders
