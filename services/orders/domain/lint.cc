#include "services/orders/domain/lint.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

using Graph = std::map<std::string, std::set<std::string>>;

bool IsUsable(const Workflow& workflow, const Row& row) {
  const ActorSet machine = {v1::Transition::AUTOMATIC};
  if (row.actors.bits() != machine.bits()) return true;
  for (const AutomaticRow& automatic : workflow.AutomaticFrom(row.from)) {
    if (automatic.row == &row) return true;
  }
  return row.from == kNewState;
}

// Adds the edges of rows into PREVIOUS: back to whatever leads here.
void AddReturns(Graph& graph, const std::set<std::string>& returning) {
  const Graph forward = graph;
  for (const auto& [from, targets] : forward) {
    for (const std::string& to : targets) {
      if (returning.contains(to) && from != kNewState) graph[to].insert(from);
    }
  }
}

Graph MovesOf(const Workflow& workflow) {
  Graph graph;
  std::set<std::string> returning;
  std::vector<std::string> sources = {kNewState};
  for (const v1::State& state : workflow.definition().states()) sources.push_back(state.id());
  for (const std::string& from : sources) {
    for (const Row& row : workflow.RowsFrom(from)) {
      if (!IsUsable(workflow, row)) continue;
      if (row.transition->to() == kPreviousState) {
        returning.insert(from);
      } else {
        graph[from].insert(row.transition->to());
      }
    }
  }
  AddReturns(graph, returning);
  return graph;
}

std::set<std::string> ReachableFrom(const Graph& graph, const std::set<std::string>& starts) {
  std::set<std::string> seen = starts;
  std::vector<std::string> open(starts.begin(), starts.end());
  while (!open.empty()) {
    const std::string from = open.back();
    open.pop_back();
    const auto it = graph.find(from);
    if (it == graph.end()) continue;
    for (const std::string& to : it->second) {
      if (seen.insert(to).second) open.push_back(to);
    }
  }
  return seen;
}

Graph Reverse(const Graph& graph) {
  Graph reversed;
  for (const auto& [from, targets] : graph) {
    for (const std::string& to : targets) reversed[to].insert(from);
  }
  return reversed;
}

void FindUnreachable(const Workflow& workflow, const Graph& graph, std::vector<LintFinding>& findings) {
  const std::set<std::string> reachable = ReachableFrom(graph, {kNewState});
  for (const v1::State& state : workflow.definition().states()) {
    if (reachable.contains(state.id())) continue;
    findings.push_back({"UNREACHABLE_STATE", state.id(),
                        absl::StrCat("no moves lead from a new order to `", state.id(),
                                     "`: add a transition into it or remove the state")});
  }
}

void FindDeadEnds(const Workflow& workflow, const Graph& graph, std::vector<LintFinding>& findings) {
  std::set<std::string> ends;
  for (const v1::State& state : workflow.definition().states()) {
    if (!IsOpen(state)) ends.insert(state.id());
  }
  const std::set<std::string> alive = ReachableFrom(Reverse(graph), ends);
  for (const v1::State& state : workflow.definition().states()) {
    if (alive.contains(state.id())) continue;
    findings.push_back({"DEAD_END", state.id(),
                        absl::StrCat("no end can be reached from `", state.id(), "`: add a transition towards one")});
  }
}

void FindUncancellable(const Workflow& workflow, std::vector<LintFinding>& findings) {
  const ActorSet machine = {v1::Transition::AUTOMATIC};
  for (const v1::State& state : workflow.definition().states()) {
    if (!IsOpen(state) || !state.cancel_refusal().empty()) continue;
    const std::vector<Row>& rows = workflow.RowsFrom(state.id());
    const bool cancellable = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return workflow.IsCancelled(row.transition->to()) && row.actors.bits() != machine.bits();
    });
    if (cancellable) continue;
    findings.push_back({"NO_CANCEL", state.id(),
                        absl::StrCat("`", state.id(), "` has no transition into a cancelled end and no `cancel_refusal` "
                                                      "that says why: add one of them")});
  }
}

void FindAmbiguous(const Workflow& workflow, absl::string_view from, std::vector<LintFinding>& findings) {
  const std::vector<Row>& rows = workflow.RowsFrom(from);
  std::set<std::string> named;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = i + 1; j < rows.size(); ++j) {
      const std::string& trigger = rows[i].transition->trigger();
      if (trigger != rows[j].transition->trigger() || !rows[i].actors.Intersects(rows[j].actors)) continue;
      if (!named.insert(trigger).second) continue;
      findings.push_back({"AMBIGUOUS_TRIGGER", absl::StrCat(from, "/", trigger),
                          absl::StrCat("from `", from, "` the trigger `", trigger, "` leads to `",
                                       rows[i].transition->to(), "` and to `", rows[j].transition->to(),
                                       "` for the same caller: rename one or separate the actors")});
    }
  }
}

Graph AutomaticMovesOf(const Workflow& workflow, const Graph& moves) {
  Graph graph;
  for (const v1::State& state : workflow.definition().states()) {
    for (const AutomaticRow& automatic : workflow.AutomaticFrom(state.id())) {
      if (automatic.move->timer() || automatic.row == nullptr) continue;  // a timer is a new fact, a line's move too
      const std::string& to = automatic.row->transition->to();
      if (to != kPreviousState) {
        graph[state.id()].insert(to);
      } else if (const auto it = moves.find(state.id()); it != moves.end()) {
        graph[state.id()].insert(it->second.begin(), it->second.end());
      }
    }
  }
  return graph;
}

// Depth-first search; answers the first circle as "A -> B -> A".
std::string FindCircle(const Graph& graph) {
  std::set<std::string> done;
  std::vector<std::string> path;
  std::string circle;
  std::function<bool(const std::string&)> visit = [&](const std::string& state) {
    if (const auto it = std::find(path.begin(), path.end(), state); it != path.end()) {
      circle = absl::StrCat(absl::StrJoin(it, path.end(), " -> "), " -> ", state);
      return true;
    }
    if (done.contains(state)) return false;
    path.push_back(state);
    if (const auto it = graph.find(state); it != graph.end()) {
      for (const std::string& to : it->second) {
        if (visit(to)) return true;
      }
    }
    path.pop_back();
    done.insert(state);
    return false;
  };
  for (const auto& [state, targets] : graph) {
    if (visit(state)) return circle;
  }
  return "";
}

}  // namespace

std::vector<LintFinding> Lint(const Workflow& workflow) {
  std::vector<LintFinding> findings;
  const Graph moves = MovesOf(workflow);
  FindUnreachable(workflow, moves, findings);
  FindDeadEnds(workflow, moves, findings);
  FindUncancellable(workflow, findings);
  FindAmbiguous(workflow, kNewState, findings);
  for (const v1::State& state : workflow.definition().states()) FindAmbiguous(workflow, state.id(), findings);
  if (const std::string circle = FindCircle(AutomaticMovesOf(workflow, moves)); !circle.empty()) {
    findings.push_back({"AUTOMATIC_LOOP", circle,
                        absl::StrCat("automatic moves run in a circle without a new fact: ", circle,
                                     ": remove one of them or make it a timer")});
  }
  return findings;
}

absl::Status LintStatus(const Workflow& workflow) {
  const std::vector<LintFinding> findings = Lint(workflow);
  if (findings.empty()) return absl::OkStatus();
  Error error = Error::InvalidArgument("WORKFLOW_LINT", absl::StrCat("the workflow ", workflow.pin(), " has ",
                                                                     findings.size(), " faults: ", findings[0].text));
  for (const LintFinding& finding : findings) {
    error.Field(absl::StrCat("workflow[", finding.culprit, "]"), absl::StrCat(finding.rule, ": ", finding.text));
  }
  return error;
}

}  // namespace millwright::orders
