#include "services/files/pinning_service.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "services/files/convert.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"
#include "services/files/order_verdicts.h"
#include "services/files/sharing.h"

namespace millwright::files {
namespace {

// Findings about files that are not shared are nothing to the seller, nor are the names of those files.
v1::ProjectFacts WithoutOtherFiles(v1::ProjectFacts facts, const std::vector<SharedFile>& shared) {
  std::set<std::string> names = {""};
  for (const SharedFile& one : shared) names.insert(one.file.file_name());
  auto* findings = facts.mutable_findings();
  findings->erase(std::remove_if(findings->begin(), findings->end(),
                                 [&](const common::v1::Finding& finding) { return !names.contains(finding.file_name()); }),
                  findings->end());
  return facts;
}

const FileRow* RowNamed(const std::vector<FileRow>& rows, absl::string_view name) {
  const std::string folded = FoldName(name);
  for (const FileRow& row : rows) {
    if (FoldName(row.file_name) == folded) return &row;
  }
  return nullptr;
}

// FAILED_PRECONDITION naming every finding that stands against ordering.
absl::Status RefuseFindings(const v1::ProjectFacts& facts) {
  if (facts.verdict() == v1::VERDICT_ACCEPTED && facts.missing_files().empty()) return absl::OkStatus();
  std::vector<std::string> rules;
  const bool blocking = facts.verdict() == v1::VERDICT_BLOCKING || !facts.missing_files().empty();
  for (const common::v1::Finding& finding : facts.findings()) {
    const bool blocks = finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING;
    const bool waits =
        finding.finding_class() == common::v1::FINDING_CLASS_NEEDS_CONFIRMATION && finding.waived_by().empty();
    if (!blocks && !waits) continue;
    rules.push_back(absl::StrCat(finding.rule(), finding.file_name().empty() ? "" : " in " + finding.file_name()));
  }
  std::string message = blocking ? "findings block the order: " : "findings have to be confirmed before the order: ";
  if (!facts.missing_files().empty()) {
    absl::StrAppend(&message, "missing ", absl::StrJoin(facts.missing_files(), ", "), rules.empty() ? "" : "; ");
  }
  rules.resize(std::min<size_t>(rules.size(), 10));
  Error named = Error::FailedPrecondition("FINDINGS_BLOCK", absl::StrCat(message, absl::StrJoin(rules, ", ")));
  for (const common::v1::Finding& finding : facts.findings()) {
    const bool blocks = finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING;
    const bool waits =
        finding.finding_class() == common::v1::FINDING_CLASS_NEEDS_CONFIRMATION && finding.waived_by().empty();
    if (blocks || waits) {
      named.Precondition(finding.rule(), finding.file_name().empty() ? facts.project() : finding.file_name(),
                         absl::StrCat(finding.message(), " ", finding.remedy()));
    }
  }
  return named;
}

// Who is kept from a file does not share it.
absl::Status FileRestricted(const std::string& name) {
  return Error::PermissionDenied("FILE_RESTRICTED",
                                 absl::StrCat("your company keeps you from ", name,
                                              ": have it shared by somebody who may read it, or leave it out"))
      .Meta("file_name", name);
}

}  // namespace

struct PinningHandlers::Plan {
  ProjectRow project;
  Evaluation evaluation;
  std::vector<FileRow> shared;
  std::vector<SharedFile> made;        // of each in `shared`
  std::vector<std::string> locked;     // names
  std::vector<std::string> exclusive;  // those of them that are dental parts: in one open order only
  pb::PinProjectRevisionResponse response;
};

absl::StatusOr<v1::ProjectFacts> PinningHandlers::GetProjectFacts(const CallInfo& call,
                                                                  const pb::GetProjectFactsRequest& request) {
  MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.db.Read([&](Reader& reader) {
    return context_.access.KnownProject(reader, call, request.project());
  }));
  const std::vector<std::string> parts(request.part_file_names().begin(), request.part_file_names().end());
  MW_ASSIGN_OR_RETURN(Evaluation evaluation, context_.evaluator.Evaluate(project, request.center(), parts));
  return Disguised(std::move(evaluation.facts), evaluation.disguise);
}

absl::StatusOr<pb::BatchGetFilesResponse> PinningHandlers::BatchGetFiles(const CallInfo& call,
                                                                         const pb::BatchGetFilesRequest& request) {
  std::vector<FileAccess> found;
  std::map<std::string, ProjectRow> projects;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    found.clear();
    for (const std::string& name : request.names()) {
      MW_ASSIGN_OR_RETURN(FileAccess access, context_.access.ReadableFile(reader, call, name));
      MW_ASSIGN_OR_RETURN(std::optional<ProjectRow> project, ProjectStore::Find(reader, access.file.project));
      if (project.has_value()) projects.emplace(access.file.project, *std::move(project));
      found.push_back(std::move(access));
    }
    return absl::OkStatus();
  }));
  // Whoever asks here passes it on: to quotes and orders, which the seller reads.
  std::map<std::string, Disguise> disguises;
  for (const auto& [id, project] : projects) {
    MW_ASSIGN_OR_RETURN(disguises[id], context_.evaluator.DisguiseOf(project));
  }
  pb::BatchGetFilesResponse response;
  for (const FileAccess& access : found) {
    *response.add_files() = access.grant.has_value() ? SeenByGrantee(access.file, *access.grant)
                                                     : Disguised(ToProto(access.file), disguises[access.file.project]);
  }
  return response;
}

absl::StatusOr<PinningHandlers::Plan> PinningHandlers::MakePlan(const CallInfo& call,
                                                                const pb::PinProjectRevisionRequest& request) {
  Plan plan;
  MW_ASSIGN_OR_RETURN(plan.project, context_.db.Read([&](Reader& reader) -> absl::StatusOr<ProjectRow> {
    if (call.principal.is_service()) return context_.access.KnownProject(reader, call, request.project());
    return context_.access.OwnProject(reader, call, request.project());
  }));
  const std::vector<std::string> parts(request.part_file_names().begin(), request.part_file_names().end());
  MW_ASSIGN_OR_RETURN(plan.evaluation, context_.evaluator.Evaluate(plan.project, request.seller(), parts));
  Evaluation& evaluation = plan.evaluation;
  const Disguise& disguise = evaluation.disguise;
  *plan.response.mutable_facts() = Disguised(evaluation.facts, disguise);
  MW_RETURN_IF_ERROR(RefuseFindings(plan.response.facts()));
  if (evaluation.facts.parts().empty()) {
    return Error::FailedPrecondition("FINDINGS_BLOCK", "the project has no part that can be ordered")
        .Precondition("NO_PARTS", request.project(), "upload a construction info with its parts, or a mesh");
  }
  for (const v1::PartFact& part : evaluation.facts.parts()) {
    if (!part.work_type().empty() && !part.model_part()) plan.exclusive.push_back(part.file_name());
  }
  plan.locked = evaluation.needed;
  std::vector<std::string> names(request.shared_file_names().begin(), request.shared_file_names().end());
  if (names.empty()) names = evaluation.needed;
  MW_ASSIGN_OR_RETURN(const KeptFiles kept, context_.db.Read([&](Reader& reader) {
    return context_.access.KeptFrom(reader, call, plan.project.id);
  }));
  for (const std::string& name : names) {
    const FileRow* row = RowNamed(evaluation.files, disguise.OriginalOf(name));
    if (row == nullptr) {
      return Error::FailedPrecondition("FINDINGS_BLOCK",
                                       absl::StrCat("the file ", name, " that is to be shared is missing"))
          .Precondition("part.file_absent", name, "upload it, or leave it out of the shared files");
    }
    if (kept.Has(*row)) return FileRestricted(name);
    plan.shared.push_back(*row);
  }
  for (size_t i = 0; i < evaluation.needed.size(); ++i) {
    if (RowNamed(plan.shared, evaluation.needed[i]) != nullptr) continue;
    const std::string needed = disguise.NameOf(evaluation.needed[i]);
    const std::string part = disguise.NameOf(evaluation.part_of_needed[i]);
    return Error::FailedPrecondition("NEEDED_FILE_NOT_SHARED",
                                     absl::StrCat(needed, " is needed to make ", part))
        .Precondition("NEEDED_FILE", needed, "share it, or do not order the part")
        .Meta("file_name", needed)
        .Meta("part", part);
  }
  for (const FileRow& row : plan.shared) {
    MW_ASSIGN_OR_RETURN(SharedFile made,
                        MakeSharedFile(row, disguise, context_.limits.info, context_.blobs, &context_.blobs));
    *plan.response.add_shared_files() = made.file;
    plan.made.push_back(std::move(made));
  }
  return plan;
}

absl::Status PinningHandlers::LockFiles(Transaction& tx, const std::string& order, const Plan& plan) {
  for (const std::string& name : plan.exclusive) {
    MW_ASSIGN_OR_RETURN(const std::string holder,
                        PinStore::LockHolder(tx, plan.project.id, name, order, /*parts_only=*/true));
    if (holder.empty()) continue;
    const std::string other = absl::StrCat("orders/", holder);
    return Error::FailedPrecondition("PARTS_IN_OPEN_ORDER", absl::StrCat(name, " is already in an open order"))
        .Precondition("PARTS_IN_OPEN_ORDER", other, "wait for its end, or leave the part out")
        .Meta("order", other)
        .Meta("file_name", name);
  }
  for (const std::string& name : plan.locked) {
    const bool part = std::find(plan.exclusive.begin(), plan.exclusive.end(), name) != plan.exclusive.end();
    MW_RETURN_IF_ERROR(PinStore::Lock(tx, plan.project.id, name, order, part));
  }
  return absl::OkStatus();
}

v1::Grant::Purpose PinningHandlers::PurposeOf(const Plan& plan, const std::string& file_name) {
  const std::vector<std::string>& needed = plan.evaluation.needed;
  const bool is_needed = std::find_if(needed.begin(), needed.end(), [&](const std::string& name) {
                           return FoldName(name) == FoldName(file_name);
                         }) != needed.end();
  return is_needed ? v1::Grant::MANUFACTURING : v1::Grant::INFORMATION;
}

absl::Status PinningHandlers::WritePin(Transaction& tx, const CallInfo& call,
                                       const pb::PinProjectRevisionRequest& request, const Plan& plan) {
  const std::string order = std::string(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const std::vector<FileRow> now_current, FileStore::Current(tx, plan.project.id));
  if (RevisionHash(now_current) != plan.evaluation.facts.revision_hash()) {
    return Error::Aborted("PROJECT_CHANGED", "the project was changed while it was being ordered; try again");
  }
  // A new attempt of the same order replaces the pin before it.
  MW_RETURN_IF_ERROR(EndPin(context_, tx, order, PinState::kEnded).status());
  MW_RETURN_IF_ERROR(LockFiles(tx, order, plan));
  const absl::Time now = context_.clock.Now();
  const std::string seller = IdsOf(request.seller()).company;
  for (size_t i = 0; i < plan.shared.size(); ++i) {
    MW_RETURN_IF_ERROR(GrantStore::Insert(
        tx, {context_.ids.Owned(plan.project.company), order, plan.project.id, plan.shared[i].id, seller,
             GrantState::kPending, now, plan.made[i].file.SerializeAsString(), plan.made[i].copy_sha256,
             PurposeOf(plan, plan.shared[i].file_name)}));
  }
  MW_RETURN_IF_ERROR(RecordVerdict(context_, tx, order, plan.project.id, v1::OrderVerdict::PINNED,
                                   plan.evaluation.facts, WithoutOtherFiles(plan.response.facts(), plan.made)));
  MW_RETURN_IF_ERROR(PinStore::Put(tx, {order, plan.project.id, seller, request.request_id(), call.request_hash,
                                        plan.response.SerializeAsString(), PinState::kWaiting, now}));
  return context_.due.Schedule(tx, {.kind = kPinExpires, .key = order, .due = now + kPinLifetime});
}

absl::StatusOr<pb::PinProjectRevisionResponse> PinningHandlers::PinProjectRevision(
    const CallInfo& call, const pb::PinProjectRevisionRequest& request) {
  const std::string order = std::string(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin,
                      context_.db.Read([&](Reader& reader) { return PinStore::Find(reader, order); }));
  const bool alive = pin.has_value() && (pin->state == PinState::kWaiting || pin->state == PinState::kConfirmed);
  if (alive && !request.request_id().empty() && pin->request_id == request.request_id() &&
      pin->request_hash == call.request_hash) {
    pb::PinProjectRevisionResponse response;
    if (!response.ParseFromString(pin->response)) return absl::DataLossError("a stored pin can't be read");
    return response;
  }
  MW_ASSIGN_OR_RETURN(const Plan plan, MakePlan(call, request));
  absl::Status written = context_.db.Write([&](Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(WritePin(tx, call, request, plan));
    // The only way to undo what the checks did.
    return request.validate_only() ? absl::CancelledError("validate_only") : absl::OkStatus();
  });
  if (request.validate_only() && absl::IsCancelled(written)) written = absl::OkStatus();
  MW_RETURN_IF_ERROR(written);
  return plan.response;
}

absl::StatusOr<pb::RevokeOrderGrantsResponse> PinningHandlers::RevokeOrderGrants(
    const CallInfo&, const pb::RevokeOrderGrantsRequest& request) {
  const std::string order = std::string(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const int64_t revoked, context_.db.Write([&](Transaction& tx) {
    return EndPin(context_, tx, order, PinState::kEnded);
  }));
  pb::RevokeOrderGrantsResponse response;
  response.set_revoked_count(static_cast<int32_t>(revoked));
  return response;
}

absl::StatusOr<int64_t> EndPin(FilesContext& context, Transaction& tx, const std::string& order, PinState end) {
  const absl::Time now = context.clock.Now();
  MW_ASSIGN_OR_RETURN(const int64_t pending,
                      GrantStore::Move(tx, order, GrantState::kPending, GrantState::kRevoked, now));
  MW_ASSIGN_OR_RETURN(const int64_t active,
                      GrantStore::Move(tx, order, GrantState::kActive, GrantState::kRevoked, now));
  MW_RETURN_IF_ERROR(PinStore::Unlock(tx, order));
  MW_RETURN_IF_ERROR(PinStore::SetState(tx, order, end));
  MW_RETURN_IF_ERROR(context.due.Cancel(tx, kPinExpires, order).status());
  return pending + active;
}

}  // namespace millwright::files
