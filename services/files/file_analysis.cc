#include "services/files/file_analysis.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/files/blob_access.h"
#include "services/files/convert.h"
#include "services/files/domain/cad/cad_facts.h"
#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/storage/scratch_files.h"

namespace millwright::files {
namespace {

// The unit that a file states; millimetres, in which it was measured, for those that have no name here.
v1::LengthUnit ProtoUnitOf(double millimetres) {
  for (const auto unit :
       {v1::LENGTH_UNIT_CENTIMETER, v1::LENGTH_UNIT_METER, v1::LENGTH_UNIT_INCH, v1::LENGTH_UNIT_MICROMETER}) {
    if (MillimetresPer(UnitOf(unit)) == millimetres) return unit;
  }
  return v1::LENGTH_UNIT_MILLIMETER;
}

// The unit that a mesh states itself, against the one that the uploader did: the file's counts.
void SettleUnit(const MeshReport& report, FileRow& row, std::vector<Finding>& findings) {
  if (!report.own_unit_mm.has_value()) return;
  const double stated = MillimetresPer(UnitOf(row.unit)), own = *report.own_unit_mm;
  if (stated != 0 && stated != own) {
    findings.push_back(MakeFinding(Rule::kMeshUnitDiffers, {.file = row.file_name},
                                   absl::StrCat("The file says that its unit is ", own, " mm, the uploader that it is ",
                                                stated, " mm; the file was believed."),
                                   absl::StrCat(own, " mm"), absl::StrCat(stated, " mm")));
  }
  row.unit = ProtoUnitOf(own);
}

absl::StatusOr<FileKind> ContentKind(const BlobStore& blobs, const FileRow& row) {
  if (row.size == 0) return FileKind::kEmpty;
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> reader, blobs.OpenBlob(row.sha256));
  std::string head;
  MW_RETURN_IF_ERROR(reader->Read(0, kKindDetectionBytes, head));
  return DetectKind(head, row.size);
}

absl::StatusOr<MeshReport> ReadMesh(BlobStore& blobs, const AnalysisOptions& options, const FileRow& row) {
  ScratchFiles scratch([&blobs] { return blobs.TemporaryPath(); });
  MeshAnalysis mesh({.size = row.size,
                     .name = row.file_name,
                     .exact = options.exact,
                     .scratch = &scratch,
                     .exact_memory_bytes = options.exact_memory_bytes});
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, blobs.OpenBlob(row.sha256));
  const BlobAccess access(*blob);
  if (!mesh.Read(access)) return access.status();
  MeshReport report = std::move(mesh).Finish();
  MW_RETURN_IF_ERROR(scratch.status());
  return report;
}

absl::Status AnalyseMesh(BlobStore& blobs, AnalysisOptions& options, FileRow& row, v1::File& analysis,
                         std::vector<Finding>& findings) {
  MeshReport report;
  if (options.early.has_value() && !options.exact) {
    report = *std::move(options.early);
  } else {
    MW_ASSIGN_OR_RETURN(report, ReadMesh(blobs, options, row));
  }
  SettleUnit(report, row, findings);
  if (!options.exact) {
    const LengthUnit unit = report.own_unit_mm.has_value() ? LengthUnit::kMillimetre : UnitOf(row.unit);
    *analysis.mutable_early_measurement() = ToProto(EarlyState{row.size, true, report.measured}, unit);
  }
  *analysis.mutable_measurement() = ToProto(report, UnitOf(row.unit));
  if (UnitOf(row.unit) != LengthUnit::kUnspecified && !report.measured.box.empty() &&
      !Quantise(report, UnitOf(row.unit)).has_value()) {
    findings.push_back(MakeFinding(Rule::kMeshTooLarge, {.file = row.file_name},
                                   "The part is too large to be measured in the stated unit."));
  }
  std::move(report.findings.begin(), report.findings.end(), std::back_inserter(findings));
  return absl::OkStatus();
}

absl::Status AnalyseDrawingFile(const BlobStore& blobs, const LayerNames& layers, FileRow& row, v1::File& analysis,
                                std::vector<Finding>& findings) {
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, blobs.OpenBlob(row.sha256));
  const BlobAccess access(*blob);
  DrawingReport report;
  const bool read = AnalyseDrawing(access, row.file_name, MillimetresPer(UnitOf(row.unit)), layers, report);
  if (!read) return access.status();
  if (report.unit_is_own) row.unit = ProtoUnitOf(*report.unit_mm);
  *analysis.mutable_drawing() = ToProto(report);
  if (report.unit_mm.has_value() && !report.Quantise().has_value()) {
    findings.push_back(MakeFinding(Rule::kMeshTooLarge, {.file = row.file_name},
                                   "The drawing is too large to be measured in its unit."));
  }
  std::move(report.findings.begin(), report.findings.end(), std::back_inserter(findings));
  return absl::OkStatus();
}

// The mesh of a CAD model, for hull, oriented box and walls.
MeshReport ReadCadMesh(const RandomAccess& file, const std::string& name) {
  MeshAnalysis mesh({.size = file.size(), .name = name + ".ply", .exact = true});
  mesh.Read(file);
  return std::move(mesh).Finish();
}

void AddCadFacts(const CadResult& result, FileKind kind, FileRow& row, v1::File& analysis,
                 std::vector<Finding>& findings) {
  const CadFacts& facts = result.facts;
  for (Finding& finding : JudgeCad(facts, row.file_name)) findings.push_back(std::move(finding));
  if (!facts.fault.empty() || facts.faces == 0 || !IsSane(facts)) return;
  std::optional<MeshReport> mesh;
  if (result.mesh != nullptr) mesh = ReadCadMesh(*result.mesh, row.file_name);
  const MeshReport report = AsMeshReport(facts, mesh.has_value() ? &*mesh : nullptr);
  SettleUnit(report, row, findings);
  if (UnitOf(row.unit) == LengthUnit::kUnspecified) {
    findings.push_back(MakeFinding(Rule::kMeshUnitNotStated, {.file = row.file_name},
                                   "Neither the file nor the uploader states the unit of the model."));
    return;
  }
  v1::Measurement& measurement = *analysis.mutable_measurement() = ToProto(report, UnitOf(row.unit));
  measurement.set_solid_count(static_cast<int32_t>(std::min<int64_t>(facts.solids, INT32_MAX)));
  measurement.set_method(CadMethod(facts, NameOf(kind)));
  if (!Quantise(report, UnitOf(row.unit)).has_value()) {
    findings.push_back(MakeFinding(Rule::kMeshTooLarge, {.file = row.file_name},
                                   "The part is too large to be measured in its unit."));
  }
}

// False if the model has to wait for the background: it is large, or took longer than a first look may.
absl::StatusOr<bool> AnalyseCad(FileKind kind, BlobStore& blobs, CadWorker& worker, FileRow& row,
                                v1::File& analysis, std::vector<Finding>& findings) {
  CadLimits limits = worker.limits();
  const bool first_look = row.kind == v1::File::KIND_UNSPECIFIED;
  if (first_look) {
    if (row.size > kInlineCadBytes && row.size <= kMaxCadBytes) return false;
    limits.wall = std::min(limits.wall, kFirstCadLook);
  }
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, blobs.OpenBlob(row.sha256));
  MW_ASSIGN_OR_RETURN(const CadResult result, worker.Run(kind, blob->fd(), row.size, /*mesh=*/true, limits));
  if (result.measured()) {
    AddCadFacts(result, kind, row, analysis, findings);
    return true;
  }
  if (first_look && result.outcome == CadResult::Outcome::kOutOfTime && limits.wall < worker.limits().wall) return false;
  findings.push_back(MakeFinding(Rule::kCadNotMeasured, {.file = row.file_name},
                                 absl::StrCat("The model is stored and shared but was not measured: ",
                                              WhyNot(result.outcome), ".")));
  return true;
}

// Kinds that have a reader; others are stored and shared as they are.
absl::Status AnalyseAs(FileKind kind, BlobStore& blobs, AnalysisOptions& options, FileRow& row,
                       v1::File& analysis, std::vector<Finding>& findings) {
  if (IsMesh(kind)) return AnalyseMesh(blobs, options, row, analysis, findings);
  if (kind == FileKind::kDxf) return AnalyseDrawingFile(blobs, options.layers, row, analysis, findings);
  if (kind == FileKind::kBinaryDxf || kind == FileKind::kDwg) {
    findings.push_back(MakeFinding(Rule::kDrawingBinary, {.file = row.file_name},
                                   absl::StrCat("A ", NameOf(kind), " is stored and shared but not read.")));
    return absl::OkStatus();
  }
  if (IsInfo(kind)) {
    InfoReader reader({.name = row.file_name, .limits = options.info});
    MW_RETURN_IF_ERROR(blobs.ForEachPiece(row.sha256, [&](absl::string_view piece) { reader.Feed(piece); }));
    InfoReport report = std::move(reader).Finish();
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(findings));
    return absl::OkStatus();
  }
  if (IsOrderFile(kind, row.file_name)) {
    OrderFileReader reader(row.file_name, options.info);
    MW_RETURN_IF_ERROR(blobs.ForEachPiece(row.sha256, [&](absl::string_view piece) { reader.Feed(piece); }));
    OrderFileReport report = std::move(reader).Finish();
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(findings));
    return absl::OkStatus();
  }
  if (row.size == 0) {
    findings.push_back(MakeFinding(Rule::kFileEmpty, {.file = row.file_name}, "The file is empty."));
  } else {
    findings.push_back(
        MakeFinding(Rule::kFileNotMeasured, {.file = row.file_name},
                    absl::StrCat("A file of kind ", NameOf(kind), " is stored and shared but not measured.")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AnalyseFile(BlobStore& blobs, AnalysisOptions options, FileRow& row) {
  MW_ASSIGN_OR_RETURN(const FileKind content, ContentKind(blobs, row));
  const FileKind kind = EffectiveKind(content, row.file_name);
  v1::File analysis;
  std::vector<Finding> findings;
  if (const auto suffix = JudgeSuffix(content, row.file_name)) findings.push_back(*suffix);
  bool complete = true;
  if (IsCad(kind) && options.cad != nullptr && row.size > 0) {
    MW_ASSIGN_OR_RETURN(complete, AnalyseCad(kind, blobs, *options.cad, row, analysis, findings));
  } else {
    MW_RETURN_IF_ERROR(AnalyseAs(kind, blobs, options, row, analysis, findings));
  }
  Severity worst = Severity::kAccepted;
  for (const Finding& finding : findings) {
    worst = std::max(worst, finding.severity);
    *analysis.add_findings() = ToProto(finding);
  }
  row.kind = KindOf(kind);
  row.content_kind = static_cast<int>(content);
  row.exact_follows = !complete || (IsMesh(kind) && !options.exact);
  // An early pass can prove that a mesh is broken, never that it is sound.
  const bool undecided = !complete || (row.exact_follows && worst != Severity::kBlocking);
  row.verdict = undecided ? v1::VERDICT_UNSPECIFIED : VerdictOf(worst);
  row.analysis = analysis.SerializeAsString();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const InfoReport>> InfoCache::Get(const std::string& sha256, const std::string& name) {
  const std::string key = absl::StrCat(sha256, static_cast<int>(ClaimedInfoKind(name)));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = remembered_.find(key);
    if (found != remembered_.end()) return found->second;
  }
  InfoReader reader({.name = name, .limits = limits_});
  MW_RETURN_IF_ERROR(blobs_.ForEachPiece(sha256, [&](absl::string_view piece) { reader.Feed(piece); }));
  auto report = std::make_shared<const InfoReport>(std::move(reader).Finish());
  std::lock_guard<std::mutex> lock(mutex_);
  if (remembered_.emplace(key, report).second) order_.push_back(key);
  while (order_.size() > kMaxRemembered) {
    remembered_.erase(order_.front());
    order_.pop_front();
  }
  return report;
}

}  // namespace millwright::files
