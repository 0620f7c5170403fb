// What is said about an uploaded file: findings, and the verdict that follows from them.
//
// A finding names a rule (rules.h), the place, what was measured, what is allowed, and what to do. Its severity is
// the rule's class; the verdict of a file is its worst finding. Content faults are always findings and never errors:
// the upload of a broken file succeeds, and ordering it is refused naming the finding (file-rules, section 1).
//
// Thread-safety: value types.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_FINDING_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_FINDING_H_

#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/rules.h"

namespace millwright::files {

// Where a finding is. Every member may stay empty.
struct Place {
  std::string file = {};     // name of the uploaded file that is meant
  std::string element = {};  // path in an info file ("Teeth/Tooth[3]/Number"), or "line 12", "byte 84", "triangle 7"
  int tooth = 0;             // FDI number, 0 if the finding is about no single tooth
};

struct Finding {
  Rule rule;
  Severity severity;
  Place place;
  std::string message;       // one sentence, complete without the rest; teeth in FDI
  std::string measured;      // "" if the rule measures nothing; numbers with their unit
  std::string limit;         // "" if the rule has no limit
  absl::string_view remedy;  // the rule's, static storage
  absl::string_view source;  // the rule's, static storage
  std::string marked = {};   // the message with its ToothRefs, for other notations; "" if it has none
};

// A tooth's number as it is put into a message that people of all notations read: a mark that MakeFinding resolves.
std::string ToothRef(int tooth);
// `marked` with its teeth in a notation. A text without marks stays as it is.
std::string WithTeeth(absl::string_view marked, Notation notation);
// The message in a notation.
std::string MessageIn(const Finding& finding, Notation notation);

// Fills severity, remedy and source from the table of rules.
Finding MakeFinding(Rule rule, Place place, std::string message, std::string measured = "", std::string limit = "");

// The worst severity; kAccepted for no findings.
Severity VerdictOf(std::span<const Finding> findings);

// Collects findings and keeps the list bounded: after `kMaxFindingsPerRule` of one rule the rest are only counted,
// and `Take` says how many more there were. A hostile file can't make the answer grow without end, and no rule's
// findings can crowd out another's.
class FindingList {
 public:
  static constexpr int kMaxFindingsPerRule = 60;

  void Add(Finding finding);
  void Add(Rule rule, Place place, std::string message, std::string measured = "", std::string limit = "") {
    if (CountOnly(rule)) return;
    Add(MakeFinding(rule, std::move(place), std::move(message), std::move(measured), std::move(limit)));
  }
  void Append(std::vector<Finding> findings);
  size_t size() const { return findings_.size(); }
  // Names the tooth of the findings from the index `from` on that name none yet.
  void SetTooth(size_t from, int tooth);
  bool Has(Rule rule) const { return counts_[static_cast<size_t>(rule)] > 0; }
  Severity verdict() const { return verdict_; }
  // Worst first, otherwise in the order of adding.
  std::vector<Finding> Take() &&;

 private:
  bool CountOnly(Rule rule);

  std::vector<Finding> findings_;
  int64_t counts_[kRuleCount] = {};
  Severity verdict_ = Severity::kAccepted;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_FINDING_H_
