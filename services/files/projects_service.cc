#include "services/files/projects_service.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/files/convert.h"
#include "services/files/names.h"
#include "services/files/sharing.h"

namespace millwright::files {
namespace {

// The verdict that a project shows: with the default limits.
absl::StatusOr<v1::Verdict> VerdictOfProject(FilesContext& context, const ProjectRow& row) {
  MW_ASSIGN_OR_RETURN(const Evaluation evaluation, context.evaluator.Evaluate(row, "", {}));
  return evaluation.facts.verdict();
}

std::vector<std::string> NamesOf(const v1::Project& project) {
  std::vector<std::string> names;
  // Stored one a line.
  for (const std::string& name : project.patient_names()) names.push_back(absl::StrReplaceAll(name, {{"\n", " "}}));
  return names;
}

absl::Status NotWaivable(absl::string_view rule, absl::string_view why) {
  return Error::FailedPrecondition("FINDING_NOT_WAIVABLE", absl::StrCat("finding ", rule, " ", why))
      .Field("rule", "only findings of class needs confirmation are waived; see ListRules")
      .Meta("rule", rule)
      .Build();
}

// The index of the finding that a request means.
absl::StatusOr<int> FindingOf(const Evaluation& evaluation, const v1::WaiveFindingRequest& request) {
  for (int i = 0; i < evaluation.facts.findings_size(); ++i) {
    const common::v1::Finding& finding = evaluation.facts.findings(i);
    if (finding.rule() != request.rule() || finding.file_name() != request.file_name() ||
        finding.tooth() != request.tooth()) {
      continue;
    }
    if (finding.finding_class() == common::v1::FINDING_CLASS_NEEDS_CONFIRMATION) return i;
    return NotWaivable(request.rule(), finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING
                                           ? "blocks and can't be waived: " + finding.remedy()
                                           : "is information: there is nothing to waive");
  }
  return Error::NotFound("finding", request.rule())
      .Field("rule", "the project has no such finding with this file_name and tooth; ask CheckProject")
      .Meta("rule", request.rule())
      .Build();
}

}  // namespace

absl::Status EmitProjectChanged(FilesContext& context, Transaction& tx, const CallInfo& call,
                                const std::string& project_id) {
  MW_ASSIGN_OR_RETURN(const std::optional<ProjectRow> row, ProjectStore::Find(tx, project_id));
  if (!row.has_value()) return absl::OkStatus();
  Event event;
  event.tenant = row->company;
  event.aggregate = ProjectName(row->company, row->id);
  event.type = "project.changed";
  event.time = context.clock.Now();
  event.actor = call.principal.Actor();
  event.trace = call.trace.ChildHeader();
  v1::Project payload = ToProto(*row, v1::VERDICT_UNSPECIFIED);
  // Both are for the owner's people alone, and often name the patient.
  payload.clear_display_name();
  payload.clear_patient_names();
  payload.set_case_code(SharedCaseCode(row->case_code, PatientNames(row->patient_names)));
  event.after = payload.SerializeAsString();
  return context.outbox.Append(tx, std::move(event)).status();
}

absl::StatusOr<ProjectRow> ProjectsHandlers::OwnProject(const CallInfo& call, const std::string& name) {
  return context_.db.Read([&](Reader& reader) { return context_.access.OwnProject(reader, call, name); });
}

absl::StatusOr<v1::Project> ProjectsHandlers::CreateProject(const CallInfo& call,
                                                            const v1::CreateProjectRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  const absl::Time now = context_.clock.Now();
  ProjectRow row;
  row.company = IdsOf(request.parent()).company;
  row.id = context_.ids.Owned(row.company);
  row.display_name = request.project().display_name();
  row.case_code = request.project().case_code();
  row.patient_names = NamesOf(request.project());
  row.state = v1::Project::DESIGNED;
  row.create_time = row.update_time = now;
  return Mutate<v1::Project>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Project> {
    MW_RETURN_IF_ERROR(ProjectStore::Insert(tx, row));
    MW_RETURN_IF_ERROR(EmitProjectChanged(context_, tx, call, row.id));
    return ToProto(row, v1::VERDICT_ACCEPTED);
  });
}

absl::StatusOr<v1::Project> ProjectsHandlers::GetProject(const CallInfo& call, const v1::GetProjectRequest& request) {
  MW_ASSIGN_OR_RETURN(const ProjectRow row, OwnProject(call, request.name()));
  MW_ASSIGN_OR_RETURN(const v1::Verdict verdict, VerdictOfProject(context_, row));
  return ToProto(row, verdict);
}

absl::StatusOr<v1::ListProjectsResponse> ProjectsHandlers::ListProjects(const CallInfo& call,
                                                                        const v1::ListProjectsRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "projects " + request.parent()));
  const After after = page.first() ? After{} : After{page.keys[0], page.keys[1]};
  MW_ASSIGN_OR_RETURN(std::vector<ProjectRow> rows, context_.db.Read([&](Reader& reader) {
    return ProjectStore::List(reader, IdsOf(request.parent()).company, after, page.size + 1);
  }));
  v1::ListProjectsResponse response;
  const bool more = static_cast<int>(rows.size()) > page.size;
  if (more) rows.resize(static_cast<size_t>(page.size));
  for (const ProjectRow& row : rows) {
    MW_ASSIGN_OR_RETURN(const v1::Verdict verdict, VerdictOfProject(context_, row));
    *response.add_projects() = ToProto(row, verdict);
  }
  if (more) {
    response.set_next_page_token(
        context_.pager.Token(page, {absl::StrCat(MicrosOf(rows.back().create_time)), rows.back().id}));
  }
  return response;
}

absl::StatusOr<v1::Project> ProjectsHandlers::UpdateProject(const CallInfo& call,
                                                            const v1::UpdateProjectRequest& request) {
  const absl::Time now = context_.clock.Now();
  MW_ASSIGN_OR_RETURN(v1::Project updated,
                      Mutate<v1::Project>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Project> {
                        MW_ASSIGN_OR_RETURN(ProjectRow row,
                                            context_.access.OwnProject(tx, call, request.project().name()));
                        MW_RETURN_IF_ERROR(CheckEtag(request.project().etag(), row.version, request.project().name()));
                        v1::Project project = ToProto(row, v1::VERDICT_UNSPECIFIED);
                        MW_RETURN_IF_ERROR(ApplyUpdateMask(request.project(), request.update_mask(), project));
                        row.display_name = project.display_name();
                        row.case_code = project.case_code();
                        row.patient_names = NamesOf(project);
                        row.update_time = now;
                        ++row.version;
                        MW_ASSIGN_OR_RETURN(const bool written, ProjectStore::Update(tx, row));
                        if (!written)
                          return Error::Aborted("ETAG_MISMATCH", "the project was changed meanwhile; read it again");
                        MW_RETURN_IF_ERROR(EmitProjectChanged(context_, tx, call, row.id));
                        return ToProto(row, v1::VERDICT_UNSPECIFIED);
                      }));
  MW_ASSIGN_OR_RETURN(const ProjectRow row, OwnProject(call, request.project().name()));
  MW_ASSIGN_OR_RETURN(const v1::Verdict verdict, VerdictOfProject(context_, row));
  updated.set_verdict(verdict);
  return updated;
}

absl::StatusOr<v1::ProjectFacts> ProjectsHandlers::CheckProject(const CallInfo& call,
                                                                const v1::CheckProjectRequest& request) {
  MW_ASSIGN_OR_RETURN(const ProjectRow row, OwnProject(call, request.name()));
  MW_ASSIGN_OR_RETURN(Evaluation evaluation, context_.evaluator.Evaluate(row, request.center(), {}, NotationOf(request.notation())));
  return std::move(evaluation.facts);
}

absl::StatusOr<v1::ProjectFacts> ProjectsHandlers::WaiveFinding(const CallInfo& call,
                                                                const v1::WaiveFindingRequest& request) {
  MW_ASSIGN_OR_RETURN(const ProjectRow project, OwnProject(call, request.name()));
  MW_ASSIGN_OR_RETURN(auto replay, FindReplay<v1::ProjectFacts>(call, context_.db));
  if (replay.has_value()) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(Evaluation evaluation, context_.evaluator.Evaluate(project, request.center(), {}));
  MW_ASSIGN_OR_RETURN(const int index, FindingOf(evaluation, request));
  const absl::Time now = context_.clock.Now();
  const WaiverRow waiver{context_.ids.Owned(project.company),
                         project.id,
                         request.rule(),
                         request.file_name(),
                         request.tooth(),
                         evaluation.finding_contents[static_cast<size_t>(index)],
                         request.reason(),
                         call.principal.member,
                         now};
  v1::ProjectFacts& facts = evaluation.facts;
  facts.mutable_findings(index)->set_waived_by(waiver.waived_by);
  facts.set_verdict(VerdictOfFindings(facts));
  return Mutate<v1::ProjectFacts>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::ProjectFacts> {
    MW_RETURN_IF_ERROR(WaiverStore::Insert(tx, waiver));
    MW_RETURN_IF_ERROR(ProjectStore::Touch(tx, project.id, now));
    MW_RETURN_IF_ERROR(EmitProjectChanged(context_, tx, call, project.id));
    return facts;
  });
}

absl::StatusOr<v1::ListRulesResponse> ProjectsHandlers::ListRules(const CallInfo&,
                                                                  const v1::ListRulesRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page, context_.pager.Begin(request.page_size(), request.page_token(), "rules"));
  v1::ListRulesResponse response;
  bool reached = page.first();
  for (const RuleInfo& rule : AllRules()) {
    if (!reached) {
      reached = rule.id == page.keys[0];
      continue;
    }
    if (response.rules_size() == page.size) {
      response.set_next_page_token(context_.pager.Token(page, {response.rules().rbegin()->id()}));
      break;
    }
    *response.add_rules() = ToProto(rule);
  }
  return response;
}

absl::StatusOr<v1::ListGrantsResponse> ProjectsHandlers::ListGrants(const CallInfo& call,
                                                                    const v1::ListGrantsRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "grants " + request.parent()));
  const After after = page.first() ? After{} : After{page.keys[0], ""};
  v1::ListGrantsResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(std::vector<GrantRow> rows, GrantStore::OfProject(reader, project.id, after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(context_.pager.Token(page, {rows.back().id}));
    }
    for (const GrantRow& row : rows) *response.add_grants() = ToProto(row, project.company);
    return absl::OkStatus();
  }));
  return response;
}

absl::StatusOr<v1::ListSharedFilesResponse> ProjectsHandlers::ListSharedFiles(
    const CallInfo& call, const v1::ListSharedFilesRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(),
                                           absl::StrCat("shared ", request.order(), " ", call.principal.company)));
  const After after = page.first() ? After{} : After{page.keys[0], ""};
  // An order that shares nothing with the caller looks like one that does not exist: an empty list either way.
  v1::ListSharedFilesResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(auto rows, GrantStore::SharedFiles(reader, std::string(LastSegment(request.order())),
                                                           IdsOf(call.principal.company).company, after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(context_.pager.Token(page, {rows.back().first.id}));
    }
    std::map<std::string, KeptFiles> kept;  // by project: an order may need several
    for (const auto& [file, grant] : rows) {
      auto found = kept.find(file.project);
      if (found == kept.end()) {
        MW_ASSIGN_OR_RETURN(KeptFiles of_project, context_.access.KeptFrom(reader, call, file.project));
        found = kept.emplace(file.project, std::move(of_project)).first;
      }
      if (!found->second.Has(file)) *response.add_files() = SeenByGrantee(file, grant);
    }
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace millwright::files
