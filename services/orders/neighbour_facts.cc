#include "services/orders/neighbour_facts.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/guards.h"

namespace millwright::orders {
namespace {

bool AnyGuard(const Workflow& workflow, absl::string_view state, absl::string_view trigger, absl::string_view name) {
  for (const Row& row : workflow.RowsFrom(state)) {
    if (!trigger.empty() && row.transition->trigger() != trigger) continue;
    for (const Guard* guard : row.guards) {
      if (guard->name == name) return true;
    }
  }
  return false;
}

std::string Sentence(const common::v1::Finding& finding) {
  std::string text = finding.file_name();
  if (finding.tooth() != 0) absl::StrAppend(&text, text.empty() ? "" : ", ", "tooth ", finding.tooth());
  return absl::StrCat(text, text.empty() ? "" : ": ", finding.message(), " (", finding.rule(), ")");
}

absl::Status AskFiles(FilesClient& files, const CallInfo& call, const v1::Order& order, NeighbourFacts& facts) {
  auto verdict = files.Judge(call, order.name());
  // Nothing was frozen for it, or what was has ended with an earlier end of the order.
  if (absl::IsNotFound(verdict.status())) return absl::OkStatus();
  if (!verdict.ok()) return verdict.status();
  for (const common::v1::Finding& finding : verdict->findings()) {
    if (finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING) facts.blocking_files.push_back(Sentence(finding));
  }
  return absl::OkStatus();
}

absl::Status AskCatalog(CatalogClient& catalog, const CallInfo& call, const v1::Order& order, NeighbourFacts& facts) {
  MW_ASSIGN_OR_RETURN(const internal::catalog::v1::CheckAvailabilityResponse answer,
                      catalog.CheckAvailability(call, order.quote()));
  for (const auto& missing : answer.unavailable()) {
    std::string text = missing.part();
    if (missing.tooth() != 0) absl::StrAppend(&text, ", tooth ", missing.tooth());
    facts.unavailable_products.push_back(
        absl::StrCat(text, ": ", missing.product(), " is not offered any more; ", missing.remedy()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NeighbourFacts> AskNeighbours(const Neighbours& neighbours, const CallInfo& call,
                                             const Workflow& workflow, const v1::Order& order, absl::string_view state,
                                             absl::string_view trigger, bool just_pinned) {
  NeighbourFacts facts;
  const bool frozen = !just_pinned && order.shared_files_size() > 0;
  if (frozen && AnyGuard(workflow, state, trigger, "files_valid")) {
    MW_RETURN_IF_ERROR(AskFiles(*neighbours.files, call, order, facts));
  }
  if (!order.quote().empty() && AnyGuard(workflow, state, trigger, "products_available")) {
    MW_RETURN_IF_ERROR(AskCatalog(*neighbours.catalog, call, order, facts));
  }
  return facts;
}

}  // namespace millwright::orders
