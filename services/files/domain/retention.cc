#include "services/files/domain/retention.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace millwright::files {

absl::string_view NameOf(RetentionKind kind) {
  switch (kind) {
    case RetentionKind::kCaseFile:
      return "case files";
    case RetentionKind::kMesh:
      return "meshes";
    case RetentionKind::kCadModel:
      return "CAD models";
    case RetentionKind::kDrawing:
      return "drawings";
    case RetentionKind::kOther:
      return "other files";
  }
  return "other files";
}

RetentionKind RetentionKindOf(FileKind kind) {
  if (IsMesh(kind)) return RetentionKind::kMesh;
  if (IsCad(kind)) return RetentionKind::kCadModel;
  switch (kind) {
    case FileKind::kConstructionInfo:
    case FileKind::kModelInfo:
    case FileKind::kDentalProject:
    case FileKind::k3ShapeOrder:
    case FileKind::kXml:
    case FileKind::kZip:
      return RetentionKind::kCaseFile;
    case FileKind::kDxf:
    case FileKind::kBinaryDxf:
    case FileKind::kDwg:
    case FileKind::kPdf:
    case FileKind::kImage:
      return RetentionKind::kDrawing;
    default:
      return RetentionKind::kOther;
  }
}

std::vector<RetentionFault> FaultsOf(const std::vector<RetentionRule>& rules) {
  std::vector<RetentionFault> faults;
  std::set<RetentionKind> seen;
  for (size_t i = 0; i < rules.size(); ++i) {
    const RetentionRule& rule = rules[i];
    auto fault = [&](absl::string_view field, absl::string_view text) {
      faults.push_back({absl::StrCat("retention[", i, "].", field), std::string(text)});
    };
    if (!seen.insert(rule.kind).second) fault("kind", "must be listed once; leave out the second rule");
    if (rule.keep_for_ever) {
      if (rule.days != 0 || rule.implant_days != 0) fault("keep_for_ever", "goes without days; leave the days out");
      continue;
    }
    if (rule.days < 1 || rule.days > kMaxRetentionDays) {
      fault("days", absl::StrCat("must be 1 to ", kMaxRetentionDays, "; set keep_for_ever to erase nothing"));
    }
    if (rule.implant_days != 0 && (rule.implant_days < rule.days || rule.implant_days > kMaxRetentionDays)) {
      fault("implant_days", absl::StrCat("must be 0, or at least `days` and at most ", kMaxRetentionDays));
    }
  }
  return faults;
}

RetentionPolicy::RetentionPolicy(const std::vector<RetentionRule>& rules) {
  for (const RetentionRule& rule : rules) rules_.emplace(rule.kind, rule);
}

std::optional<int> RetentionPolicy::DaysOf(RetentionKind kind, bool implants) const {
  const auto rule = rules_.find(kind);
  if (rule == rules_.end() || rule->second.keep_for_ever) return std::nullopt;
  return implants ? std::max(rule->second.days, rule->second.implant_days) : rule->second.days;
}

std::optional<int> RetentionPolicy::LeastDays() const {
  std::optional<int> least;
  for (const auto& [kind, rule] : rules_) {
    if (!rule.keep_for_ever) least = std::min(least.value_or(rule.days), rule.days);
  }
  return least;
}

}  // namespace millwright::files
