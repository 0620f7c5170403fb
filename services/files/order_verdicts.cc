#include "services/files/order_verdicts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
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

bool OrderVerdicts::Pinned::IsOwner(const CallInfo& call) const {
  return project.has_value() && call.principal.ActsFor(CompanyName(project->company));
}

bool OrderVerdicts::Pinned::IsSeller(const CallInfo& call) const {
  // Not before the order is submitted, and not once its files were taken back.
  return project.has_value() && pin->state == PinState::kConfirmed &&
         call.principal.ActsFor(CompanyName(pin->seller));
}

absl::StatusOr<OrderVerdicts::Pinned> OrderVerdicts::FindPinned(Reader& reader, const std::string& order) {
  Pinned found;
  MW_ASSIGN_OR_RETURN(found.pin, PinStore::Find(reader, order));
  if (!found.pin.has_value()) return found;
  MW_ASSIGN_OR_RETURN(found.project, ProjectStore::Find(reader, found.pin->project));
  return found;
}

absl::StatusOr<Evaluation> OrderVerdicts::EvaluateAgain(const Pinned& pinned) {
  internal::files::v1::PinProjectRevisionResponse stored;
  if (!stored.ParseFromString(pinned.pin->response)) return absl::DataLossError("a stored pin can't be read");
  std::vector<std::string> parts;
  for (const v1::PartFact& part : stored.facts().parts()) parts.push_back(part.file_name());
  return context_.evaluator.Evaluate(*pinned.project, CompanyName(pinned.pin->seller), parts);
}

absl::StatusOr<std::function<absl::Status(Transaction&)>> OrderVerdicts::Judge(const std::string& order) {
  using Record = std::function<absl::Status(Transaction&)>;
  MW_ASSIGN_OR_RETURN(const Pinned pinned,
                      context_.db.Read([&](Reader& reader) { return FindPinned(reader, order); }));
  if (!pinned.project.has_value()) return Record([](Transaction&) { return absl::OkStatus(); });
  MW_ASSIGN_OR_RETURN(const Evaluation evaluation, EvaluateAgain(pinned));
  const v1::ProjectFacts shared = Disguised(evaluation.facts, evaluation.disguise);
  return Record([this, order, id = pinned.project->id, own = evaluation.facts, shared](Transaction& tx) {
    return RecordVerdict(context_, tx, order, id, v1::OrderVerdict::APPROVED, own, shared);
  });
}

absl::StatusOr<v1::OrderVerdict> OrderVerdicts::JudgeOrder(const CallInfo& call,
                                                           const internal::files::v1::JudgeOrderRequest& request) {
  const std::string order(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const Pinned pinned,
                      context_.db.Read([&](Reader& reader) { return FindPinned(reader, order); }));
  const bool owner = pinned.IsOwner(call);
  const bool allowed = owner || pinned.IsSeller(call) || (pinned.project.has_value() && call.principal.is_service());
  if (!allowed) return Error::NotFound("order", request.order());
  MW_ASSIGN_OR_RETURN(const Evaluation evaluation, EvaluateAgain(pinned));
  return VerdictFrom(owner ? evaluation.facts : Disguised(evaluation.facts, evaluation.disguise),
                     v1::OrderVerdict::APPROVED, context_.clock.Now());
}

absl::StatusOr<v1::ListOrderVerdictsResponse> OrderVerdicts::ListOrderVerdicts(
    const CallInfo& call, const v1::ListOrderVerdictsRequest& request) {
  const std::string order(LastSegment(request.order()));
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "verdicts " + request.order()));
  v1::ListOrderVerdictsResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const Pinned pinned, FindPinned(reader, order));
    const bool owner = pinned.IsOwner(call);
    if (!owner && !pinned.IsSeller(call)) return Error::NotFound("order", request.order());
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
