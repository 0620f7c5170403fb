#include "services/files/project_evaluation.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "services/files/acceptance_convert.h"
#include "services/files/convert.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/project_check.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

struct Snapshot {
  std::vector<FileRow> files;
  std::vector<WaiverRow> waivers;
  std::optional<AcceptanceRow> acceptance;  // of the center
  bool hashes_proven = false;
};

absl::StatusOr<ProjectFile> LoadFile(const FileRow& row, InfoCache& infos, OrderFileCache& orders) {
  const auto content = static_cast<FileKind>(row.content_kind);
  ProjectFile file{.file = {.name = row.file_name, .size = row.size, .sha256 = row.sha256, .kind = content},
                   .unit = UnitOf(row.unit)};
  const v1::File analysis = ToProto(row);
  if (analysis.measurement().box_micrometers_size() == 3) {
    const auto& box = analysis.measurement().box_micrometers();
    file.largest_um = *std::max_element(box.begin(), box.end());
  }
  if (IsInfo(EffectiveKind(content, row.file_name))) {
    MW_ASSIGN_OR_RETURN(std::shared_ptr<const InfoReport> report, infos.Get(row.sha256, row.file_name));
    // Facts of a file that broke off would raise findings that are not its fault; its own say that it is broken.
    const bool broken = report->facts.kind == InfoKind::kUnknown ||
                        std::any_of(report->findings.begin(), report->findings.end(), [](const Finding& finding) {
                          return finding.rule == Rule::kInfoBrokenXml || finding.rule == Rule::kInfoTruncated;
                        });
    if (!broken) file.info = {report, &report->facts};
  }
  if (IsOrderFile(EffectiveKind(content, row.file_name), row.file_name)) {
    MW_ASSIGN_OR_RETURN(std::shared_ptr<const OrderFileReport> report, orders.Get(row.sha256, row.file_name));
    // The names in a file that broke off must not travel either; what it orders is not judged.
    auto facts = std::make_shared<OrderFileFacts>(report->facts);
    if (!report->readable()) *facts = {.patient_names = report->facts.patient_names};
    file.order = std::move(facts);
  }
  return file;
}

// Old programs state SHA-1 alone. It is computed only then.
absl::Status AddSha1(const BlobStore& blobs, std::vector<ProjectFile>& files) {
  std::vector<std::string> wanted;
  for (const ProjectFile& info : files) {
    if (info.info == nullptr) continue;
    for (const PartFact& part : info.info->parts) {
      if (!part.sha1.empty() && part.sha256.empty()) wanted.push_back(FoldName(part.filename));
    }
  }
  for (ProjectFile& file : files) {
    if (std::find(wanted.begin(), wanted.end(), FoldName(file.file.name)) == wanted.end()) continue;
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha1(), nullptr);
    absl::Status status = blobs.ForEachPiece(
        file.file.sha256, [&](absl::string_view piece) { EVP_DigestUpdate(context, piece.data(), piece.size()); });
    unsigned char digest[20];
    EVP_DigestFinal_ex(context, digest, nullptr);
    EVP_MD_CTX_free(context);
    MW_RETURN_IF_ERROR(status);
    file.file.sha1 = absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
  }
  return absl::OkStatus();
}

Disguise MakeDisguise(const ProjectRow& project, const std::vector<ProjectFile>& files) {
  Disguise disguise{.names = PatientNames(project.patient_names), .case_code = project.case_code};
  std::vector<std::string> file_names;
  for (const ProjectFile& file : files) {
    file_names.push_back(file.file.name);
    if (file.order != nullptr) {
      for (const std::string& name : file.order->patient_names) disguise.names.Add(name);
    }
    if (file.info == nullptr) continue;
    disguise.names.AddProjectName(file.info->header.project_name);
    for (const PartFact& part : file.info->parts) file_names.push_back(part.filename);
  }
  GiveSharedNames(file_names, disguise);
  return disguise;
}

// True if some part has the stated hash and none has another.
bool HashesMatch(const std::vector<ProjectFile>& files) {
  bool matched = false;
  for (const ProjectFile& info : files) {
    if (info.info == nullptr) continue;
    for (const PartFact& part : info.info->parts) {
      for (const ProjectFile& file : files) {
        if (part.sha256.empty() || FoldName(file.file.name) != FoldName(part.filename)) continue;
        if (!absl::EqualsIgnoreCase(part.sha256, file.file.sha256)) return false;
        matched = true;
      }
    }
  }
  return matched;
}

const FileRow* RowNamed(const std::vector<FileRow>& rows, absl::string_view name) {
  for (const FileRow& row : rows) {
    if (row.file_name == name) return &row;
  }
  return nullptr;
}

class Answer {
 public:
  Answer(const ProjectRow& project, Snapshot snapshot, Notation notation, Evaluation& out)
      : snapshot_(std::move(snapshot)), notation_(notation), out_(out) {
    out_.facts.set_project(ProjectName(project.company, project.id));
    out_.facts.set_case_code(project.case_code);
    out_.facts.set_revision_hash(RevisionHash(snapshot_.files));
  }

  // `travels`: how a file does, if its owner should know.
  void Fill(const ProjectCheck& check, bool all_parts,
            const std::function<std::optional<Finding>(const FileRow&)>& travels) {
    for (const ProjectPart& part : check.parts) AddPart(part);
    for (const std::string& name : check.surplus) out_.facts.add_surplus_files(name);
    for (const std::string& name : check.missing) out_.facts.add_missing_files(name);
    for (const ProjectFile* file : check.needed) AddNeeded(*file, check);
    for (const FileRow& row : snapshot_.files) {
      const bool meant =
          all_parts || std::find(out_.needed.begin(), out_.needed.end(), row.file_name) != out_.needed.end();
      if (!meant) continue;
      AddOwnFindings(row);
      if (const auto finding = travels(row)) Add(ToProto(*finding));
    }
    for (const Finding& finding : check.findings) Add(ToProto(finding, notation_));
    out_.facts.set_verdict(VerdictOfFindings(out_.facts));
    out_.files = std::move(snapshot_.files);
  }

 private:
  void AddPart(const ProjectPart& part) {
    v1::PartFact fact = ToProto(part);
    if (part.file != nullptr) {
      const FileRow* row = RowNamed(snapshot_.files, part.file->file.name);
      fact.set_file(FileName(row->company, row->project, row->id));
    }
    *out_.facts.add_parts() = std::move(fact);
  }

  void AddNeeded(const ProjectFile& file, const ProjectCheck& check) {
    out_.needed.push_back(file.file.name);
    std::string needs;
    for (const ProjectPart& part : check.parts) {
      if (part.file == &file || part.info_name == file.file.name) needs = part.file_name;
    }
    out_.part_of_needed.push_back(needs);
  }

  void AddOwnFindings(const FileRow& row) {
    const v1::File file = ToProto(row);
    for (common::v1::Finding finding : file.findings()) {
      // Stored sentences say FDI; the tooth that a finding is about is told as the caller asked.
      if (finding.tooth() != 0) {
        finding.set_message(absl::StrReplaceAll(
            finding.message(), {{absl::StrCat("ooth ", finding.tooth()),
                                 absl::StrCat("ooth ", ToothName(finding.tooth(), notation_))}}));
      }
      Add(std::move(finding));
    }
    if (row.verdict != v1::VERDICT_UNSPECIFIED) return;
    // Large meshes are judged in the background; until then they can't be ordered.
    Add(ToProto(MakeFinding(Rule::kMeshNotJudgedYet, {.file = row.file_name},
                            absl::StrCat("The exact check of ", row.file_name, " is under way."))));
  }

  void Add(common::v1::Finding finding) {
    if (finding.tooth() != 0) finding.set_tooth_label(ToothName(finding.tooth(), notation_));
    const FileRow* row = RowNamed(snapshot_.files, finding.file_name());
    const std::string content = row != nullptr ? row->sha256 : out_.facts.revision_hash();
    for (const WaiverRow& waiver : snapshot_.waivers) {
      if (waiver.rule == finding.rule() && waiver.file_name == finding.file_name() && waiver.tooth == finding.tooth() &&
          waiver.content == content) {
        finding.set_waived_by(waiver.waived_by);
        SetTime(waiver.create_time, finding.mutable_waive_time());
      }
    }
    *out_.facts.add_findings() = std::move(finding);
    out_.finding_contents.push_back(content);
  }

  Snapshot snapshot_;
  const Notation notation_;
  Evaluation& out_;
};

}  // namespace

v1::Verdict VerdictOfFindings(const v1::ProjectFacts& facts) {
  v1::Verdict verdict = v1::VERDICT_ACCEPTED;
  for (const common::v1::Finding& finding : facts.findings()) {
    v1::Verdict own = v1::VERDICT_ACCEPTED;
    if (finding.finding_class() == common::v1::FINDING_CLASS_BLOCKING) own = v1::VERDICT_BLOCKING;
    if (finding.finding_class() == common::v1::FINDING_CLASS_NEEDS_CONFIRMATION && finding.waived_by().empty()) {
      own = v1::VERDICT_NEEDS_CONFIRMATION;
    }
    verdict = std::max(verdict, own);
  }
  return verdict;
}

std::string RevisionHash(const std::vector<FileRow>& files) {
  std::string text = "millwright project revision 1\n";
  for (const FileRow& file : files) {
    // Names hold no line ends; the size of the name keeps two lists from looking alike.
    absl::StrAppend(&text, file.file_name.size(), ":", file.file_name, " ", file.sha256, " ", file.unit, "\n");
  }
  return Sha256Hex(text);
}

absl::StatusOr<std::vector<ProjectFile>> ProjectEvaluator::Load(const std::vector<FileRow>& rows) {
  std::vector<ProjectFile> files;
  files.reserve(rows.size());
  for (const FileRow& row : rows) {
    MW_ASSIGN_OR_RETURN(ProjectFile file, LoadFile(row, infos_, orders_));
    files.push_back(std::move(file));
  }
  return files;
}

std::optional<Finding> ProjectEvaluator::HowItTravelsRemembered(const FileRow& row, const Disguise& disguise) {
  if (disguise.names.empty()) return std::nullopt;
  const std::string key = absl::StrCat(row.sha256, " ", row.content_kind, " ", absl::StrJoin(disguise.names.words(), " "),
                                       " ", row.file_name);
  {
    std::lock_guard<std::mutex> lock(travels_mutex_);
    const auto found = travels_.find(key);
    if (found != travels_.end()) return found->second;
  }
  std::optional<Finding> finding = HowItTravels(row, disguise, blobs_);
  std::lock_guard<std::mutex> lock(travels_mutex_);
  if (travels_.size() >= kMaxRememberedTravels) travels_.clear();
  travels_.emplace(key, finding);
  return finding;
}

void ProjectEvaluator::Forget(const std::string& sha256) {
  orders_.Forget(sha256);
  std::lock_guard<std::mutex> lock(travels_mutex_);
  travels_.clear();
}

absl::StatusOr<Disguise> ProjectEvaluator::DisguiseOf(const ProjectRow& project) {
  MW_ASSIGN_OR_RETURN(const std::vector<FileRow> rows,
                      db_.Read([&](Reader& reader) { return FileStore::Current(reader, project.id); }));
  MW_ASSIGN_OR_RETURN(const std::vector<ProjectFile> files, Load(rows));
  return MakeDisguise(project, files);
}

absl::Status ProjectEvaluator::ProveSender(const std::string& project, absl::Time now) {
  std::string company;
  MW_ASSIGN_OR_RETURN(const std::vector<FileRow> rows, db_.Read([&](Reader& reader) -> absl::StatusOr<std::vector<FileRow>> {
    MW_ASSIGN_OR_RETURN(const std::optional<ProjectRow> row, ProjectStore::Find(reader, project));
    if (!row.has_value()) return std::vector<FileRow>();
    company = row->company;
    MW_ASSIGN_OR_RETURN(const bool proven, SenderStore::HashesProven(reader, company));
    if (proven) return std::vector<FileRow>();
    return FileStore::Current(reader, project);
  }));
  if (rows.empty()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(const std::vector<ProjectFile> files, Load(rows));
  if (!HashesMatch(files)) return absl::OkStatus();
  return db_.Write([&](Transaction& tx) { return SenderStore::Prove(tx, company, project, now); });
}

absl::StatusOr<Evaluation> ProjectEvaluator::Evaluate(const ProjectRow& project, const std::string& center,
                                                      const std::vector<std::string>& parts,
                                                      Notation notation) {
  MW_ASSIGN_OR_RETURN(Snapshot snapshot, db_.Read([&](Reader& reader) -> absl::StatusOr<Snapshot> {
    Snapshot read;
    MW_ASSIGN_OR_RETURN(read.files, FileStore::Current(reader, project.id));
    MW_ASSIGN_OR_RETURN(read.waivers, WaiverStore::List(reader, project.id));
    MW_ASSIGN_OR_RETURN(read.hashes_proven, SenderStore::HashesProven(reader, project.company));
    if (!center.empty()) {
      MW_ASSIGN_OR_RETURN(read.acceptance, AcceptanceStore::Current(reader, IdsOf(center).company));
    }
    return read;
  }));
  MW_ASSIGN_OR_RETURN(std::vector<ProjectFile> files, Load(snapshot.files));
  MW_RETURN_IF_ERROR(AddSha1(blobs_, files));
  // A center without limits of its own has the defaults.
  MW_ASSIGN_OR_RETURN(AcceptanceProfile profile, ProfileOf(snapshot.acceptance));
  Evaluation evaluation;
  if (snapshot.acceptance.has_value()) evaluation.facts.set_acceptance_profile(profile.name);
  if (profile.name.empty()) profile.name = center;
  evaluation.disguise = MakeDisguise(project, files);
  std::vector<std::string> part_names;
  for (const std::string& name : parts) part_names.push_back(evaluation.disguise.OriginalOf(name));
  const ProjectCheck check = CheckProject(files, {.profile = profile,
                                                  .part_names = part_names,
                                                  .patient_names = evaluation.disguise.names,
                                                  .sender_hashes_proven = snapshot.hashes_proven});
  const Disguise& disguise = evaluation.disguise;
  Answer(project, std::move(snapshot), notation, evaluation)
      .Fill(check, parts.empty(), [&](const FileRow& row) { return HowItTravelsRemembered(row, disguise); });
  return evaluation;
}

}  // namespace millwright::files
