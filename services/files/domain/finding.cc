#include "services/files/domain/finding.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace millwright::files {

Finding MakeFinding(Rule rule, Place place, std::string message, std::string measured, std::string limit) {
  const RuleInfo& info = InfoOf(rule);
  return {rule,        info.severity, std::move(place), std::move(message), std::move(measured), std::move(limit),
          info.remedy, info.source};
}

Severity VerdictOf(std::span<const Finding> findings) {
  Severity worst = Severity::kAccepted;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  return worst;
}

bool FindingList::CountOnly(Rule rule) {
  int64_t& count = counts_[static_cast<size_t>(rule)];
  if (count < kMaxFindingsPerRule) return false;
  ++count;
  return true;
}

void FindingList::Add(Finding finding) {
  verdict_ = std::max(verdict_, finding.severity);
  if (CountOnly(finding.rule)) return;
  ++counts_[static_cast<size_t>(finding.rule)];
  findings_.push_back(std::move(finding));
}

void FindingList::Append(std::vector<Finding> findings) {
  for (Finding& finding : findings) Add(std::move(finding));
}

std::vector<Finding> FindingList::Take() && {
  for (size_t rule = 0; rule < kRuleCount; ++rule) {
    if (counts_[rule] <= kMaxFindingsPerRule) continue;
    const int64_t more = counts_[rule] - kMaxFindingsPerRule;
    findings_.push_back(MakeFinding(static_cast<Rule>(rule), {}, absl::StrCat("and ", more, " more of this rule"),
                                    absl::StrCat(counts_[rule]), absl::StrCat(kMaxFindingsPerRule, " are listed")));
  }
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return std::move(findings_);
}

}  // namespace millwright::files
