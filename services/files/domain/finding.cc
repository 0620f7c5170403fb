#include "services/files/domain/finding.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

// A control character, which no message has otherwise: texts of files are shown without.
constexpr char kToothMark = '\x01';

}  // namespace

std::string ToothRef(int tooth) { return absl::StrCat(std::string(1, kToothMark), tooth); }

std::string WithTeeth(absl::string_view marked, Notation notation) {
  std::string text;
  for (;;) {
    const size_t mark = marked.find(kToothMark);
    absl::StrAppend(&text, marked.substr(0, mark));
    if (mark == marked.npos) return text;
    marked.remove_prefix(mark + 1);
    size_t digits = 0;
    int tooth = 0;
    for (; digits < marked.size() && digits < 4 && absl::ascii_isdigit(static_cast<unsigned char>(marked[digits])); ++digits) {
      tooth = tooth * 10 + (marked[digits] - '0');
    }
    // What is no tooth is shown as it was written.
    absl::StrAppend(&text, IsFdi(tooth) ? ToothName(tooth, notation) : std::string(marked.substr(0, digits)));
    marked.remove_prefix(digits);
  }
}

std::string MessageIn(const Finding& finding, Notation notation) {
  return finding.marked.empty() || notation == Notation::kFdi ? finding.message : WithTeeth(finding.marked, notation);
}

Finding MakeFinding(Rule rule, Place place, std::string message, std::string measured, std::string limit) {
  const RuleInfo& info = InfoOf(rule);
  Finding finding{rule,        info.severity, std::move(place), {}, std::move(measured), std::move(limit),
                  info.remedy, info.source};
  if (message.find(kToothMark) == message.npos) {
    finding.message = std::move(message);
  } else {
    finding.message = WithTeeth(message, Notation::kFdi);
    finding.marked = std::move(message);
  }
  return finding;
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

void FindingList::SetTooth(size_t from, int tooth) {
  for (size_t i = from; i < findings_.size(); ++i) {
    if (findings_[i].place.tooth == 0) findings_[i].place.tooth = tooth;
  }
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
