#include "services/files/domain/checks/case_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/files/domain/checks/case_rules.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {

Case::Case(const InfoFacts& facts_in, const CaseContext& context_in)
    : facts(facts_in), context(context_in), profile(context_in.profile), joints(facts_in) {
  for (const CaseFile& file : context.files) files_by_name.emplace(FoldName(file.name), &file);
  for (const PartFact& part : facts.parts) {
    if (!part.filename.empty()) parts_by_name.emplace(FoldName(part.filename), &part);
  }
}

const CaseFile* Case::FileNamed(absl::string_view name) const {
  const auto found = files_by_name.find(FoldName(name));
  return found == files_by_name.end() ? nullptr : found->second;
}

const PartFact* Case::PartNamed(absl::string_view filename) const {
  const auto found = parts_by_name.find(FoldName(filename));
  return found == parts_by_name.end() ? nullptr : found->second;
}

const PartFact* Case::PartOfTooth(int tooth) const {
  for (const PartFact& part : facts.parts) {
    if (std::find(part.teeth.begin(), part.teeth.end(), tooth) != part.teeth.end()) return &part;
  }
  return nullptr;
}

bool Case::InOnePart(const Joint& joint) const {
  return std::any_of(facts.parts.begin(), facts.parts.end(), [&](const PartFact& part) {
    const auto& teeth = part.teeth;
    return std::find(teeth.begin(), teeth.end(), joint.distal) != teeth.end() &&
           std::find(teeth.begin(), teeth.end(), joint.mesial) != teeth.end();
  });
}

const ToothFact* Case::SmallestConnector(const Joint& joint) const {
  const ToothFact* distal = facts.Tooth(joint.distal);
  const ToothFact* mesial = facts.Tooth(joint.mesial);
  auto area = [](const ToothFact* tooth) { return tooth->parameters.connector_area; };
  const bool midline = joint.distal / 10 != joint.mesial / 10;
  if (midline && area(mesial).has_value() && (!area(distal).has_value() || *area(mesial) < *area(distal))) return mesial;
  return area(distal).has_value() ? distal : nullptr;
}

Place Case::At(const PartFact& part, absl::string_view leaf, int tooth) const {
  return {
      .file = context.info_name, .element = absl::StrCat(part.element, "[", part.index, "]/", leaf), .tooth = tooth};
}

Place Case::At(const ToothFact& tooth, absl::string_view leaf) const {
  return {.file = context.info_name,
          .element = absl::StrCat("Teeth/Tooth[", tooth.index, "]/", leaf),
          .tooth = tooth.number};
}

std::string ListTeeth(const std::vector<int>& teeth) {
  return absl::StrJoin(teeth, ", ", [](std::string* out, int tooth) { out->append(ToothRef(tooth)); });
}

std::vector<Finding> CheckConstruction(const InfoFacts& facts, const CaseContext& context) {
  const Case c(facts, context);
  FindingList findings;
  if (facts.header.encrypted_output.value_or(false)) {
    findings.Add(Rule::kPartEncrypted, {.file = context.info_name, .element = "EncryptedOutput"},
                 "The parts are encrypted (EncryptedOutput is true).", "true", "false");
  }
  CheckPartCount(c, findings);
  CheckPartNames(c, findings);
  CheckPartFiles(c, /*required=*/true, findings);
  CheckPartTeeth(c, findings);
  CheckPartChains(c, findings);
  CheckPartMaterials(c, findings);
  CheckToothParts(c, findings);
  CheckJoints(c, findings);
  CheckMargins(c, findings);
  CheckImplants(c, findings);
  CheckWalls(c, findings);
  CheckConnectors(c, findings);
  CheckPonticRuns(c, findings);
  CheckBridgeUnits(c, findings);
  CheckBlankHeights(c, findings);
  CheckInsertionAxes(c, findings);
  CheckMachineAxes(c, findings);
  CheckCantilevers(c, findings);
  CheckBlankRestrictions(c, findings);
  CheckTools(c, findings);
  CheckPartFileSizes(c, findings);
  CheckScans(c, findings);
  CheckCenterKnown(c, findings);
  return std::move(findings).Take();
}

std::vector<Finding> CheckModel(const InfoFacts& facts, const CaseContext& context) {
  const Case c(facts, context);
  FindingList findings;
  CheckPartNames(c, findings);
  CheckPartFiles(c, /*required=*/false, findings);
  std::vector<std::string> absent;
  for (const PartFact& part : facts.parts) {
    if (c.FileNamed(part.filename) == nullptr) absent.push_back(part.filename);
  }
  if (absent.empty()) return std::move(findings).Take();
  const std::string count = absl::StrCat(absent.size(), " of ", facts.parts.size());
  if (absent.size() == facts.parts.size()) {
    findings.Add(Rule::kModelNoPartPresent, {.file = context.info_name},
                 absl::StrCat("None of the ", facts.parts.size(), " parts of the model is present."), count, "0");
  } else {
    for (const std::string& name : absent) {
      findings.Add(Rule::kModelSomePartsAbsent, {.file = name}, absl::StrCat(name, " is missing."), count, "0");
    }
  }
  return std::move(findings).Take();
}

std::vector<Finding> CheckFileSet(std::span<const CaseFile> files, std::span<const InfoFacts* const> infos) {
  FindingList findings;
  std::map<std::string, std::string> first;
  for (const CaseFile& file : files) {
    const auto [found, is_new] = first.emplace(FoldName(file.name), file.name);
    if (!is_new) {
      findings.Add(Rule::kFileNamesFoldToOne, {.file = file.name},
                   absl::StrCat(file.name, " and ", found->second, " differ only in case or composition."));
    }
    if (IsReservedName(file.name)) {
      findings.Add(Rule::kFileReservedName, {.file = file.name},
                   absl::StrCat(file.name, " is a device name on Windows."));
    }
  }
  if (infos.empty()) return std::move(findings).Take();
  std::set<std::string> named;
  for (const InfoFacts* facts : infos) {
    for (const PartFact& part : facts->parts) named.insert(FoldName(part.filename));
    for (const ScanFact& scan : facts->scans) named.insert(FoldName(scan.filename));
  }
  for (const CaseFile& file : files) {
    const FileKind kind = EffectiveKind(file.kind, file.name);
    if (IsInfo(kind) || IsOrderFile(kind, file.name) || named.contains(FoldName(file.name))) continue;
    findings.Add(Rule::kFileSurplus, {.file = file.name}, absl::StrCat("No info file names ", file.name, "."));
  }
  return std::move(findings).Take();
}

}  // namespace millwright::files
