// Workflow definitions: reading, drawing, making, trying out, and moving live orders to another version.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/rpc/mutation.h"
#include "services/orders/domain/diagram.h"
#include "services/orders/domain/lint.h"
#include "services/orders/domain/simulation.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

absl::Status CheckOwnCompany(const CallInfo& call, const std::string& company) {
  if (call.principal.ActsFor(company)) return absl::OkStatus();
  return Error::NotFound("company", company);
}

bool IsWorkflowId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxWorkflowIdBytes || !absl::ascii_islower(static_cast<unsigned char>(id[0]))) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
  });
}

// What only a company's own definition has to fulfil.
absl::Status CheckOwn(const v1::WorkflowDefinition& definition, const WorkflowRegistry& registry) {
  Error error = Error::InvalidArgument("WORKFLOW_INVALID", "the workflow definition is not valid");
  bool faulty = false;
  const auto fault = [&](absl::string_view field, absl::string_view text) {
    faulty = true;
    error.Field(absl::StrCat("workflow.", field), text);
  };
  if (!IsWorkflowId(definition.id())) fault("id", "must be 1 to 63 of a-z, 0-9 and `-`, beginning with a letter");
  if (registry.Builtin(definition.id()) != nullptr) fault("id", "is that of a built-in workflow: choose another one");
  if (definition.base() != "manufacturing" && definition.base() != "dental") {
    fault("base", "must be `manufacturing` or `dental`: whose roles, mails and papers it follows");
  }
  return faulty ? error.Build() : absl::OkStatus();
}

// Compiles, lints and simulates. The loop that only a simulation finds is a finding like the linter's.
struct Examined {
  WorkflowPtr workflow;
  std::vector<LintFinding> findings;
  std::vector<v1::AutomaticChain> chains;
};

absl::StatusOr<Examined> Examine(v1::WorkflowDefinition definition, absl::Time now) {
  Examined examined;
  MW_ASSIGN_OR_RETURN(examined.workflow, Workflow::Compile(std::move(definition)));
  examined.findings = Lint(*examined.workflow);
  if (!examined.findings.empty()) return examined;
  ChainReport report = SimulateAutomaticMoves(*examined.workflow, now);
  if (!report.loop.empty()) {
    examined.findings.push_back({"AUTOMATIC_LOOP", report.loop,
                                 absl::StrCat("automatic moves run in a circle or over more than ", kMaxAutomaticChain,
                                              " states: let one of them wait for a fact")});
  }
  examined.chains = std::move(report.chains);
  return examined;
}

absl::Status FindingsStatus(const std::vector<LintFinding>& findings) {
  if (findings.empty()) return absl::OkStatus();
  Error error = Error::InvalidArgument("WORKFLOW_LINT", "the workflow makes no sense as a whole");
  for (const LintFinding& finding : findings) {
    error.Field(absl::StrCat("workflow.", finding.rule, "(", finding.culprit, ")"), finding.text);
  }
  return error;
}

template <typename Repeated>
void AddChains(const std::vector<v1::AutomaticChain>& chains, Repeated* out) {
  for (const v1::AutomaticChain& chain : chains) *out->Add() = chain;
}

// The state of `target` that an order in `state` goes to; an error names the remedy.
absl::StatusOr<const v1::State*> StateAfter(const v1::MigrateOrdersRequest& request, const Workflow& from,
                                            const Workflow& target, const v1::Order& order) {
  std::string wanted = order.state();
  for (const v1::StateMapping& mapping : request.state_mappings()) {
    if (mapping.from_state() == order.state()) wanted = mapping.to_state();
  }
  const v1::State* before = from.FindState(order.state());
  const v1::State* after = target.FindState(wanted);
  const auto refuse = [&](absl::string_view text) {
    return Error::FailedPrecondition("MIGRATION_NOT_POSSIBLE", absl::StrCat("the order can't be migrated: ", text))
        .Precondition("STATE", order.name(), text)
        .Build();
  };
  if (after == nullptr) {
    return refuse(absl::StrCat("`", wanted.substr(0, 64), "` is no state of ", target.pin(), ": name one in state_mappings"));
  }
  if (before == nullptr) return refuse("its state is unknown to its own workflow");
  if (IsOpen(*before) != IsOpen(*after) || (!IsOpen(*before) && before->kind() != after->kind())) {
    return refuse(absl::StrCat("`", wanted, "` would ", IsOpen(*before) ? "end" : "reopen",
                               " it: a migration neither ends nor reopens an order; map the state to another one"));
  }
  if (after->implies_acceptance() && !before->implies_acceptance()) {
    return refuse(absl::StrCat("`", wanted, "` says that the customer agreed, which he has not: map it to a state before that"));
  }
  return after;
}

}  // namespace

absl::StatusOr<v1::GetWorkflowResponse> OrdersHandlers::GetWorkflow(const CallInfo& call,
                                                                    const v1::GetWorkflowRequest& request) {
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::GetWorkflowResponse> {
    v1::GetWorkflowResponse response;
    std::optional<StoredWorkflow> stored;
    if (IsOwnWorkflow(request.name())) {
      const std::string company(CompanyOf(request.name()));
      bool may = call.principal.ActsFor(company);
      if (!may) {
        MW_ASSIGN_OR_RETURN(const auto used, workflows_->store().InUse(reader, call.principal.company, 1));
        may = std::find(used.begin(), used.end(), request.name()) != used.end();
      }
      if (!may) return Error::NotFound("workflow", request.name());
      const std::string id(LastSegment(request.name()));
      MW_ASSIGN_OR_RETURN(stored, workflows_->store().Find(reader, company, id, request.version()));
      MW_ASSIGN_OR_RETURN(const int newest, workflows_->store().NewestVersion(reader, company, id));
      response.set_newest_version(newest);
    }
    MW_ASSIGN_OR_RETURN(const WorkflowPtr workflow, workflows_->Find(reader, request.name(), request.version()));
    if (workflow == nullptr) return Error::NotFound("workflow", request.name());
    const std::string language = request.language_code().empty() ? "en" : request.language_code();
    response.set_name(request.name());
    *response.mutable_definition() = workflow->definition();
    response.set_dot(DrawDot(*workflow, language));
    response.set_svg(DrawSvg(*workflow, language));
    if (stored.has_value()) {
      *response.mutable_create_time() = ToTimestamp(stored->created);
      response.set_creator(stored->creator);
    } else {
      response.set_newest_version(workflows_->Builtin(workflow->definition().id())->definition().version());
    }
    return response;
  });
}

absl::StatusOr<v1::ListWorkflowsResponse> OrdersHandlers::ListWorkflows(const CallInfo& call,
                                                                        const v1::ListWorkflowsRequest& request) {
  if (!request.parent().empty()) MW_RETURN_IF_ERROR(CheckOwnCompany(call, request.parent()));
  MW_ASSIGN_OR_RETURN(const Page page, pager_.Begin(request.page_size(), request.page_token(),
                                                    absl::StrCat("workflows/", request.parent())));
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::ListWorkflowsResponse> {
    // Keys: "0"/id of a built-in one, "1"/id of the company's own, which follow.
    std::vector<std::pair<std::vector<std::string>, v1::WorkflowDefinition>> rows;
    for (const auto& [id, workflow] : workflows_->builtins()) {
      if (page.first() || (page.keys[0] == "0" && id > page.keys[1])) rows.push_back({{"0", id}, workflow->definition()});
    }
    if (!request.parent().empty()) {
      const std::string after = !page.first() && page.keys[0] == "1" ? page.keys[1] : "";
      MW_ASSIGN_OR_RETURN(auto own, workflows_->store().List(reader, request.parent(), after, page.size + 1));
      for (StoredWorkflow& stored : own) rows.push_back({{"1", stored.definition.id()}, std::move(stored.definition)});
    }
    v1::ListWorkflowsResponse response;
    for (auto& [keys, definition] : rows) {
      if (response.workflows_size() == page.size) {
        response.set_next_page_token(pager_.Token(page, rows[page.size - 1].first));
        break;
      }
      *response.add_workflows() = std::move(definition);
    }
    return response;
  });
}

absl::StatusOr<v1::LintWorkflowResponse> OrdersHandlers::LintWorkflow(const CallInfo& call,
                                                                      const v1::LintWorkflowRequest& request) {
  MW_RETURN_IF_ERROR(CheckOwnCompany(call, request.parent()));
  v1::WorkflowDefinition definition = request.workflow();
  if (definition.version() == 0) definition.set_version(1);
  MW_ASSIGN_OR_RETURN(const Examined examined, Examine(std::move(definition), parts_.clock.Now()));
  v1::LintWorkflowResponse response;
  for (const LintFinding& finding : examined.findings) {
    v1::LintFinding& proto = *response.add_findings();
    proto.set_rule(finding.rule);
    proto.set_culprit(finding.culprit);
    proto.set_description(finding.text);
  }
  if (examined.findings.empty()) AddChains(examined.chains, response.mutable_automatic_chains());
  return response;
}

absl::StatusOr<v1::CreateWorkflowResponse> OrdersHandlers::CreateWorkflow(const CallInfo& call,
                                                                          const v1::CreateWorkflowRequest& request) {
  MW_RETURN_IF_ERROR(CheckOwnCompany(call, request.parent()));
  MW_RETURN_IF_ERROR(CheckOwn(request.workflow(), *workflows_));
  const absl::Time now = parts_.clock.Now();
  return Mutate<v1::CreateWorkflowResponse>(
      call, parts_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::CreateWorkflowResponse> {
        const WorkflowStore& store = workflows_->store();
        MW_ASSIGN_OR_RETURN(const int newest, store.NewestVersion(tx, request.parent(), request.workflow().id()));
        const int asked = request.workflow().version();
        if (asked != 0 && asked != newest + 1) {
          return Error::Aborted("ETAG_MISMATCH", "this is not the next version of the workflow: somebody else saved one")
              .Meta("newestVersion", absl::StrCat(newest))
              .Field("workflow.version", absl::StrCat("must be 0 or ", newest + 1));
        }
        MW_ASSIGN_OR_RETURN(const int64_t ids, store.CountIds(tx, request.parent()));
        if (newest == 0 ? ids >= kMaxWorkflows : newest >= kMaxWorkflowVersions) {
          return Error::ResourceExhausted("WORKFLOW_LIMIT", "the company has too many workflows or versions")
              .Quota("workflows", absl::StrCat("at most ", kMaxWorkflows, " per company, ", kMaxWorkflowVersions,
                                               " versions each"));
        }
        StoredWorkflow stored;
        stored.definition = request.workflow();
        stored.definition.set_version(newest + 1);
        stored.created = now;
        stored.creator = call.principal.member;
        MW_ASSIGN_OR_RETURN(const Examined examined, Examine(stored.definition, now));
        MW_RETURN_IF_ERROR(FindingsStatus(examined.findings));
        MW_RETURN_IF_ERROR(store.Insert(tx, request.parent(), stored));
        v1::CreateWorkflowResponse response;
        response.set_name(OwnWorkflowName(request.parent(), stored.definition.id()));
        *response.mutable_definition() = std::move(stored.definition);
        AddChains(examined.chains, response.mutable_automatic_chains());
        return response;
      });
}

absl::StatusOr<v1::SimulateWorkflowResponse> OrdersHandlers::SimulateWorkflow(const CallInfo& call,
                                                                              const v1::SimulateWorkflowRequest& request) {
  MW_RETURN_IF_ERROR(CheckOwnCompany(call, request.parent()));
  if (request.name().empty() == !request.has_workflow()) {
    return Error::InvalidArgument("WORKFLOW_UNKNOWN", "one workflow is needed")
        .Field("name", "set either `name` or `workflow`, not both");
  }
  WorkflowPtr workflow;
  if (request.has_workflow()) {
    v1::WorkflowDefinition definition = request.workflow();
    if (definition.version() == 0) definition.set_version(1);
    MW_ASSIGN_OR_RETURN(const Examined examined, Examine(std::move(definition), parts_.clock.Now()));
    MW_RETURN_IF_ERROR(FindingsStatus(examined.findings));
    workflow = examined.workflow;
  } else {
    const bool foreign = IsOwnWorkflow(request.name()) && CompanyOf(request.name()) != request.parent();
    if (foreign) return Error::NotFound("workflow", request.name());
    MW_ASSIGN_OR_RETURN(workflow, parts_.db.Read([&](Reader& reader) {
      return workflows_->Find(reader, request.name(), request.version());
    }));
  }
  if (workflow == nullptr) return Error::NotFound("workflow", request.name());
  v1::SimulateWorkflowResponse response;
  for (v1::SimulatedStep& step : Simulate(*workflow, request.events(), parts_.clock.Now())) {
    *response.add_steps() = std::move(step);
  }
  return response;
}

absl::StatusOr<v1::OrderMigration> OrdersHandlers::MigrateOne(const CallInfo& call, Transaction& tx,
                                                              const v1::MigrateOrdersRequest& request,
                                                              const WorkflowPtr& target, const std::string& order_name) {
  v1::OrderMigration report;
  report.set_order(order_name);
  const absl::Status status = tx.Nested([&](Transaction& inner) -> absl::Status {
    MW_ASSIGN_OR_RETURN(Found found, Find(inner, call, order_name));
    const v1::Order order = found.record.order();
    if (!found.viewer.seller) return Error::NotFound("order", order_name);
    report.set_from_version(order.workflow_version());
    report.set_from_state(order.state());
    if (found.workflow->base() != target->base()) {
      return Error::FailedPrecondition("MIGRATION_NOT_POSSIBLE", "the order follows another base workflow")
          .Precondition("WORKFLOW", order_name, absl::StrCat("its base is ", found.workflow->base(), ", not ", target->base()));
    }
    if (order.workflow() == request.name() && order.workflow_version() == target->definition().version()) {
      return absl::OkStatus();  // nothing left to do
    }
    MW_ASSIGN_OR_RETURN(const v1::State* state, StateAfter(request, *found.workflow, *target, order));
    OrderEdit edit(Context(parts_.clock.Now()), *target, inner, std::move(found.record), ActorOf(call, found.viewer));
    MW_RETURN_IF_ERROR(edit.Migrate(*found.workflow, request.name(), *state, request.reason()));
    MW_RETURN_IF_ERROR(edit.Settle());
    MW_RETURN_IF_ERROR(edit.Save());
    report.set_to_state(edit.order().state());
    return absl::OkStatus();
  });
  report.set_migrated(status.ok());
  if (status.ok() && report.to_state().empty()) report.set_to_state(report.from_state());
  if (status.ok()) return report;
  if (ReasonOf(status).empty()) return status;  // not about this order: the storage failed
  report.set_reason(ReasonOf(status));
  const std::vector<std::string> why = PreconditionsOf(status);
  report.set_description(why.empty() ? std::string(status.message()) : absl::StrJoin(why, "; "));
  return report;
}

absl::StatusOr<v1::MigrateOrdersResponse> OrdersHandlers::MigrateOrders(const CallInfo& call,
                                                                        const v1::MigrateOrdersRequest& request) {
  const std::string company(CompanyOf(request.name()));
  MW_RETURN_IF_ERROR(CheckOwnCompany(call, company));
  MW_ASSIGN_OR_RETURN(Page page, pager_.Begin(request.page_size(), request.page_token(),
                                              absl::StrCat("migrate/", request.name(), "/", request.to_version())));
  page.size = std::min(request.page_size() == 0 ? kMaxBulk : request.page_size(), kMaxBulk);
  return Mutate<v1::MigrateOrdersResponse>(
      call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::MigrateOrdersResponse> {
        MW_ASSIGN_OR_RETURN(const WorkflowPtr target, workflows_->Find(tx, request.name(), request.to_version()));
        if (target == nullptr) return Error::NotFound("workflow", request.name());
        std::vector<std::string> names(request.orders().begin(), request.orders().end());
        v1::MigrateOrdersResponse response;
        if (names.empty()) {
          const std::string after = page.first() ? "" : page.keys[0];
          MW_ASSIGN_OR_RETURN(std::vector<std::string> ids,
                              workflows_->store().OrdersIn(tx, company, request.name(), after, page.size + 1));
          if (static_cast<int>(ids.size()) > page.size) {
            ids.pop_back();
            response.set_next_page_token(pager_.Token(page, {ids.back()}));
          }
          for (const std::string& id : ids) {
            const std::string name = absl::StrCat("orders/", id);
            MW_ASSIGN_OR_RETURN(const std::optional<OrderRecord> record, store_.Find(tx, name));
            if (!record.has_value() || record->order().workflow_version() == target->definition().version()) continue;
            MW_ASSIGN_OR_RETURN(const WorkflowPtr pinned, workflows_->PinnedBy(tx, record->order()));
            if (!pinned->IsTerminal(record->order().state())) names.push_back(name);
          }
        }
        for (const std::string& name : names) {
          MW_ASSIGN_OR_RETURN(*response.add_orders(), MigrateOne(call, tx, request, target, name));
        }
        return response;
      });
}

}  // namespace millwright::orders
