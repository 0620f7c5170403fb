#include "services/files/domain/project_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {
namespace {

class Checker {
 public:
  Checker(std::span<const ProjectFile> files, const ProjectCheckOptions& options) : files_(files), options_(options) {
    for (const std::string& name : options.part_names) wanted_.insert(FoldName(name));
    for (const ProjectFile& file : files) {
      case_files_.push_back(file.file);
      by_name_.emplace(FoldName(file.file.name), &file);
    }
  }

  ProjectCheck Run() {
    std::vector<const InfoFacts*> infos;
    // Construction infos first: what both kinds name belongs to them.
    for (const InfoKind kind : {InfoKind::kConstructionInfo, InfoKind::kModelInfo}) {
      for (const ProjectFile& file : files_) {
        if (file.info == nullptr || file.info->kind != kind) continue;
        infos.push_back(file.info.get());
        CheckInfo(file);
      }
    }
    CheckPartsOfSeveralInfos();
    CheckOrderFiles(infos);
    CheckNames(infos);
    AddPlainParts(infos.empty());
    CheckUnits();
    FindMissing();
    check_.findings = std::move(findings_).Take();
    return std::move(check_);
  }

 private:
  bool IsWanted(absl::string_view name) const { return wanted_.empty() || wanted_.contains(FoldName(name)); }

  const ProjectFile* FileNamed(absl::string_view name) const {
    const auto found = by_name_.find(FoldName(name));
    return found == by_name_.end() ? nullptr : found->second;
  }

  void Need(const ProjectFile* file) {
    if (file == nullptr) return;
    if (std::find(check_.needed.begin(), check_.needed.end(), file) == check_.needed.end())
      check_.needed.push_back(file);
  }

  void CheckInfo(const ProjectFile& info) {
    const CaseContext context{.info_name = info.file.name,
                              .files = case_files_,
                              .profile = options_.profile,
                              .patient_names = options_.patient_names,
                              .sender_hashes_proven = options_.sender_hashes_proven};
    const bool construction = info.info->kind == InfoKind::kConstructionInfo;
    std::vector<Finding> findings =
        construction ? CheckConstruction(*info.info, context) : CheckModel(*info.info, context);
    for (Finding& finding : findings) {
      if (ConcernsWantedParts(finding, *info.info)) findings_.Add(std::move(finding));
    }
    construction ? AddDentalParts(info) : AddModelParts(info);
  }

  // One file for two parts, each in an info file of its own. A construction info and a model info may share one: then it
  // is the construction info's.
  void CheckPartsOfSeveralInfos() {
    std::map<std::pair<InfoKind, std::string>, const ProjectFile*> first;
    for (const ProjectFile& file : files_) {
      if (file.info == nullptr) continue;
      for (const PartFact& part : file.info->parts) {
        if (part.filename.empty() || !IsWanted(part.filename)) continue;
        const auto [found, is_new] = first.emplace(std::pair(file.info->kind, FoldName(part.filename)), &file);
        if (is_new || found->second == &file) continue;
        findings_.Add(Rule::kPartNamedTwice,
                      {.file = file.file.name, .element = absl::StrCat(part.element, "[", part.index, "]/Filename")},
                      absl::StrCat(part.filename, " is named by two parts: here and in ", found->second->file.name, "."));
      }
    }
  }

  // What was ordered of the whole case says nothing about a part of it.
  void CheckOrderFiles(const std::vector<const InfoFacts*>& infos) {
    if (!wanted_.empty()) return;
    std::vector<const InfoFacts*> designed;
    for (const InfoFacts* info : infos) {
      if (info->kind == InfoKind::kConstructionInfo) designed.push_back(info);
    }
    for (const ProjectFile& file : files_) {
      if (file.order == nullptr) continue;
      findings_.Append(CheckOrderFile(*file.order, file.file.name, designed, case_files_));
    }
  }

  // A finding about another part than those that are meant is left out.
  bool ConcernsWantedParts(const Finding& finding, const InfoFacts& facts) const {
    if (wanted_.empty()) return true;
    bool in_wanted = false, in_other = false;
    for (const PartFact& part : facts.parts) {
      const std::string path = absl::StrCat(part.element, "[", part.index, "]/");
      const bool about = absl::StartsWith(finding.place.element, path) || finding.place.file == part.filename ||
                         (finding.place.tooth != 0 && absl::StartsWith(finding.place.element, "Teeth/") &&
                          std::find(part.teeth.begin(), part.teeth.end(), finding.place.tooth) != part.teeth.end());
      if (about) (IsWanted(part.filename) ? in_wanted : in_other) = true;
    }
    return in_wanted || !in_other;
  }

  void AddPart(ProjectPart part, const ProjectFile& info) {
    named_.insert(FoldName(part.file_name));
    if (!IsWanted(part.file_name)) return;
    part.file = FileNamed(part.file_name);
    part.info = info.info;
    part.info_name = info.file.name;
    Need(&info);
    Need(part.file);
    check_.parts.push_back(std::move(part));
  }

  void AddDentalParts(const ProjectFile& info) {
    for (PartOrderFacts& facts : PartsToOrder(*info.info)) {
      ProjectPart part{.file_name = facts.filename};
      part.dental = std::move(facts);
      AddPart(std::move(part), info);
    }
  }

  void AddModelParts(const ProjectFile& info) {
    for (ModelPartFacts& facts : ModelParts(*info.info)) {
      // What a construction info names as well belongs to it, unless it is a part of the model.
      if (named_.contains(FoldName(facts.filename))) continue;
      ProjectPart part{.file_name = facts.filename};
      part.model = std::move(facts);
      AddPart(std::move(part), info);
    }
  }

  // Parts that no info file names: every mesh and CAD model of a project without info files, and whatever is asked for by name.
  void AddPlainParts(bool all_meshes) {
    for (const ProjectFile& file : files_) {
      const bool asked = wanted_.contains(FoldName(file.file.name));
      if (named_.contains(FoldName(file.file.name)) || IsInfo(file.file.kind)) continue;
      if (!asked && !(all_meshes && wanted_.empty() && IsBody(EffectiveKind(file.file.kind, file.file.name)))) continue;
      ProjectPart part{.file_name = file.file.name};
      part.file = &file;
      Need(&file);
      check_.parts.push_back(std::move(part));
    }
  }

  void CheckNames(const std::vector<const InfoFacts*>& infos) {
    for (Finding& finding : CheckFileSet(case_files_, infos)) {
      if (finding.rule == Rule::kFileSurplus) check_.surplus.push_back(finding.place.file);
      if (wanted_.empty() || IsWanted(finding.place.file)) findings_.Add(std::move(finding));
    }
  }

  void CheckUnits() {
    for (const ProjectPart& part : check_.parts) {
      if (part.file == nullptr) continue;
      const FileKind kind = EffectiveKind(part.file->file.kind, part.file->file.name);
      if (!IsBody(kind)) continue;
      // Info files are in millimetres throughout (dental-formats, section 0), so their parts need no statement.
      const bool dental = part.info != nullptr;
      // CAD models state their unit; the analysis of one that does not has said so.
      if (!dental && IsMesh(kind) && part.file->unit == LengthUnit::kUnspecified) {
        findings_.Add(Rule::kMeshUnitNotStated, {.file = part.file_name},
                      absl::StrCat("The unit of ", part.file_name, " is not stated."));
      }
      if (!part.file->largest_um.has_value()) continue;
      const auto finding =
          JudgeSize(*part.file->largest_um, dental ? PartUse::kDental : PartUse::kGeneral, part.file_name);
      // Bases of models are larger than what is worn.
      if (finding.has_value() && !part.model.has_value()) findings_.Add(*finding);
    }
  }

  void FindMissing() {
    for (const ProjectPart& part : check_.parts) {
      if (part.file == nullptr && !part.file_name.empty()) check_.missing.push_back(part.file_name);
    }
    for (const std::string& name : options_.part_names) {
      if (FileNamed(name) != nullptr || named_.contains(FoldName(name))) continue;
      check_.missing.push_back(name);
      findings_.Add(Rule::kPartFileAbsent, {.file = name}, absl::StrCat(name, " is missing."));
    }
  }

  const std::span<const ProjectFile> files_;
  const ProjectCheckOptions& options_;
  std::vector<CaseFile> case_files_;
  std::map<std::string, const ProjectFile*> by_name_;  // folded
  std::set<std::string> wanted_, named_;               // folded
  FindingList findings_;
  ProjectCheck check_;
};

}  // namespace

ProjectCheck CheckProject(std::span<const ProjectFile> files, const ProjectCheckOptions& options) {
  return Checker(files, options).Run();
}

}  // namespace millwright::files
