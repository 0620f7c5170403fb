// What was ordered against what was designed and uploaded.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {
namespace {

bool IsProduct(absl::string_view reconstruction_type) {
  return WorkGroupOf(reconstruction_type) != WorkGroup::kNoProduct;
}

// With or without braces, in any case.
bool IsSameGuid(absl::string_view a, absl::string_view b) {
  auto bare = [](absl::string_view guid) { return absl::StripSuffix(absl::StripPrefix(guid, "{"), "}"); };
  return absl::EqualsIgnoreCase(bare(a), bare(b));
}

void CompareTeeth(const OrderFileFacts& order, const std::string& file_name,
                  const std::vector<const InfoFacts*>& designs, FindingList& findings) {
  std::map<int, std::string> ordered, designed;
  for (const OrderedTooth& tooth : order.teeth) {
    if (IsProduct(tooth.reconstruction_type)) ordered[tooth.number] = tooth.reconstruction_type;
  }
  for (const InfoFacts* design : designs) {
    for (const ToothFact& tooth : design->teeth) {
      if (HasProduct(tooth)) designed[tooth.number] = tooth.reconstruction_type;
    }
  }
  for (const auto& [number, type] : ordered) {
    if (designed.contains(number)) continue;
    findings.Add(Rule::kOrderedTeethDiffer, {.file = file_name, .element = "Teeth/Tooth", .tooth = number},
                 absl::StrCat("Tooth ", ToothRef(number), " (", type, ") was ordered but is not designed."), "not designed",
                 "as ordered");
  }
  for (const auto& [number, type] : designed) {
    if (ordered.contains(number)) continue;
    findings.Add(Rule::kOrderedTeethDiffer, {.file = file_name, .element = "Teeth/Tooth", .tooth = number},
                 absl::StrCat("Tooth ", ToothRef(number), " (", type, ") is designed but was not ordered."), "not ordered",
                 "as ordered");
  }
}

void CheckDentalProject(const OrderFileFacts& order, const std::string& file_name,
                        std::span<const InfoFacts* const> designed, FindingList& findings) {
  if (!order.patient_names.empty()) {
    findings.Add(Rule::kOrderPersonalData, {.file = file_name, .element = "Patient"},
                 "The order file names the patient.");
  }
  if (designed.empty()) return;
  std::vector<const InfoFacts*> designs;
  for (const InfoFacts* facts : designed) {
    const std::string& guid = facts->header.project_guid;
    if (guid.empty() || order.project_guid.empty() || IsSameGuid(guid, order.project_guid)) designs.push_back(facts);
  }
  if (designs.empty()) {
    findings.Add(Rule::kOrderOfAnotherProject, {.file = file_name, .element = "ProjectGUID"},
                 "The order file and the design have different project GUIDs.", order.project_guid.substr(0, 60),
                 designed[0]->header.project_guid.substr(0, 60));
    // It lies in this case all the same, and nothing else says what was ordered.
    designs.assign(designed.begin(), designed.end());
  }
  CompareTeeth(order, file_name, designs, findings);
}

}  // namespace

std::vector<Finding> CheckOrderFile(const OrderFileFacts& order, const std::string& file_name,
                                    std::span<const InfoFacts* const> designed, std::span<const CaseFile> files) {
  FindingList findings;
  if (order.kind == OrderFileKind::kDentalProject) CheckDentalProject(order, file_name, designed, findings);
  for (const OrderModel& model : order.models) {
    const std::string folded = FoldName(model.file_name);
    if (std::any_of(files.begin(), files.end(), [&](const CaseFile& file) { return FoldName(file.name) == folded; })) {
      continue;
    }
    findings.Add(Rule::kOrderModelAbsent, {.file = file_name, .element = "ModelElement"},
                 absl::StrCat("The model ", model.display_name, " (", model.file_name,
                              model.name_is_derived ? ", by order number and index" : "", ") is missing."));
  }
  if (order.implant.has_value() && order.implant->tooth == 0) {
    findings.Add(Rule::kOrderImplantTooth, {.file = file_name, .element = "ToothIndex"},
                 "The implant position names no tooth from 1 to 32.");
  }
  return std::move(findings).Take();
}

}  // namespace millwright::files
