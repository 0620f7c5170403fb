// How long files are kept: a company's rules by kind of file (features F71).
//
// The clock runs from the end of a project's last order. A kind without a rule is kept for ever. Papers that were issued
// are no files of a project: the documents service keeps them by law, whatever is said here.
//
// Thread-safety: value types and pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_RETENTION_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_RETENTION_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/files/domain/file_kind.h"

namespace millwright::files {

enum class RetentionKind { kCaseFile, kMesh, kCadModel, kDrawing, kOther };
absl::string_view NameOf(RetentionKind kind);  // "case files"
// Archives count as case files: they were uploaded to be unpacked into them.
RetentionKind RetentionKindOf(FileKind kind);

inline constexpr int kMaxRetentionDays = 36'525;  // a hundred years

struct RetentionRule {
  RetentionKind kind = RetentionKind::kOther;
  int days = 0;
  int implant_days = 0;  // where a part is an implant or sits on one; 0: as `days`
  bool keep_for_ever = false;
};

// What is wrong with rules: "retention[1].days" and "must be ...". Empty: nothing.
using RetentionFault = std::pair<std::string, std::string>;
std::vector<RetentionFault> FaultsOf(const std::vector<RetentionRule>& rules);

class RetentionPolicy {
 public:
  // Of faultless rules.
  explicit RetentionPolicy(const std::vector<RetentionRule>& rules);
  // Days after which a kind goes; nullopt: never.
  std::optional<int> DaysOf(RetentionKind kind, bool implants) const;
  // The fewest days of any kind; nullopt if nothing ever goes.
  std::optional<int> LeastDays() const;

 private:
  std::map<RetentionKind, RetentionRule> rules_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_RETENTION_H_
