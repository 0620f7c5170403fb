#include "services/files/order_verdicts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/internal/files/v1/pinning_service.pb.h"
#include "services/files/convert.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"
#include "services/files/sharing.h"

namespace millwright::files {
namespace {

v1::OrderVerdict VerdictFrom(const v1::ProjectFacts& facts, v1::OrderVerdict::Occasion occasion, absl::Time now) {
  v1::OrderVerdict verdict;
  verdict.set_occasion(occasion);
  verdict.set_project(facts.project());
  verdict.set_verdict(facts.verdict());
  verdict.set_acceptance_profile(facts.acceptance_profile());
  verdict.set_revision_hash(facts.revision_hash());
  SetTime(now, verdict.mutable_create_time());
  std::vector<const common::v1::Finding*> findings;
  for (const common::v1::Finding& finding : facts.findings()) findings.push_back(&finding);
  // The classes are numbered from the worst down in no order that matters here but this one.
  std::stable_sort(findings.begin(), findings.end(), [](const auto* a, const auto* b) {
    auto rank = [](const common::v1::Finding& finding) {
      return finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING             ? 0
             : finding.finding_class() == common::v1::FINDING_CLASS_NEEDS_CONFIRMATION ? 1
                                                                                       : 2;
    };
    return rank(*a) < rank(*b);
  });
  for (const common::v1::Finding* finding : findings) {
    if (verdict.findings_size() < kMaxVerdictFindings) *verdict.add_findings() = *finding;
  }
  return verdict;
}

}  // namespace

absl::Status RecordVerdict(FilesContext& context, Transaction& tx, const std::string& order, const std::string& project,
                           v1::OrderVerdict::Occasion occasion, const v1::ProjectFacts& own,
                           const v1::ProjectFacts& shared) {
  const absl::Time now = context.clock.Now();
  const NameIds ids = IdsOf(own.project());
  return OrderVerdictStore::Insert(
      tx, {context.ids.Owned(ids.company), order, project, VerdictFrom(own, occasion, now).SerializeAsString(),
           VerdictFrom(shared, occasion, now).SerializeAsString(), now});
}

absl::StatusOr<std::function<absl::Status(Transaction&)>> OrderVerdicts::Judge(const std::string& order) {
  using Record = std::function<absl::Status(Transaction&)>;
  std::optional<PinRow> pin;
  std::optional<ProjectRow> project;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(pin, PinStore::Find(reader, order));
    if (!pin.has_value()) return absl::OkStatus();
    MW_ASSIGN_OR_RETURN(project, ProjectStore::Find(reader, pin->project));
    return absl::OkStatus();
  }));
  if (!project.has_value()) return Record([](Transaction&) { return absl::OkStatus(); });
  internal::files::v1::PinProjectRevisionResponse pinned;
  if (!pinned.ParseFromString(pin->response)) return absl::DataLossError("a stored pin can't be read");
  std::vector<std::string> parts;
  for (const v1::PartFact& part : pinned.facts().parts()) parts.push_back(part.file_name());
  MW_ASSIGN_OR_RETURN(const Evaluation evaluation,
                      context_.evaluator.Evaluate(*project, CompanyName(pin->seller), parts));
  const v1::ProjectFacts shared = Disguised(evaluation.facts, evaluation.disguise);
  return Record([this, order, id = project->id, own = evaluation.facts, shared](Transaction& tx) {
    return RecordVerdict(context_, tx, order, id, v1::OrderVerdict::APPROVED, own, shared);
  });
}

absl::StatusOr<v1::ListOrderVerdictsResponse> OrderVerdicts::ListOrderVerdicts(
    const CallInfo& call, const v1::ListOrderVerdictsRequest& request) {
  const std::string order(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "verdicts " + request.order()));
  v1::ListOrderVerdictsResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin, PinStore::Find(reader, order));
    std::optional<ProjectRow> project;
    if (!pin.has_value()) return Error::NotFound("order", request.order());
    MW_ASSIGN_OR_RETURN(project, ProjectStore::Find(reader, pin->project));
    const bool owner = project.has_value() && call.principal.ActsFor(CompanyName(project->company));
    // A seller learns of an order when it is submitted, as with its files.
    const bool seller = project.has_value() && pin->state != PinState::kWaiting &&
                        pin->state != PinState::kExpired && call.principal.ActsFor(CompanyName(pin->seller));
    if (!owner && !seller) return Error::NotFound("order", request.order());
    const After after = page.first() ? After{} : After{page.keys[0], page.keys[1]};
    MW_ASSIGN_OR_RETURN(std::vector<OrderVerdictRow> rows,
                        OrderVerdictStore::Page(reader, order, after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(
          context_.pager.Token(page, {absl::StrCat(absl::ToUnixMicros(rows.back().create_time)), rows.back().id}));
    }
    for (const OrderVerdictRow& row : rows) {
      if (!response.add_verdicts()->ParseFromString(owner ? row.verdict : row.shared)) {
        return absl::DataLossError("a stored verdict can't be read");
      }
    }
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace millwright::files
