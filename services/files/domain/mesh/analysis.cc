#include "services/files/domain/mesh/analysis.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/mesh/mesh_file.h"
#include "services/files/domain/mesh/mesh_findings.h"
#include "services/files/domain/mesh/threemf/reader.h"

namespace millwright::files {

// Hands each batch of triangles to both measures while it is in the cache.
class MeshAnalysis::Sinks : public TriangleSink {
 public:
  explicit Sinks(MeshAnalysis& analysis) : analysis_(analysis) {}
  void Add(std::span<const Triangle> triangles) override {
    analysis_.measurer_.Add(triangles);
    if (analysis_.index_ != nullptr) analysis_.index_->Add(triangles);
  }

 private:
  MeshAnalysis& analysis_;
};

std::optional<double> MeshReport::volume() const {
  const bool broken = measured.not_finite > 0 || !topology.has_value() || !topology->closed_and_consistent() ||
                      topology->containment != Containment::kFine;
  if (broken) return std::nullopt;
  return topology->inverted ? -measured.signed_volume : measured.signed_volume;
}

std::optional<Vec3> MeshReport::centre_of_mass() const {
  if (volume().value_or(0) == 0 || !IsFinite(measured.centre_of_mass)) return std::nullopt;
  return measured.centre_of_mass;
}

MeshAnalysis::MeshAnalysis(MeshAnalysisOptions options)
    : options_(std::move(options)),
      key_(options_.key.has_value() ? *options_.key : HashKey::Random()),
      measurer_(key_, /*early_proof=*/!options_.exact) {}

void MeshAnalysis::Feed(absl::string_view bytes) {
  received_ += static_cast<int64_t>(bytes.size());
  if (!started_) {
    head_.append(bytes.data(), bytes.size());
    if (head_.size() < kMeshDetectionBytes) return;
    return Start();
  }
  if (reader_ == nullptr) return;
  Sinks sinks(*this);
  reader_->Feed(bytes, sinks, findings_);
}

void MeshAnalysis::Start() {
  started_ = true;
  format_ = DetectMeshFormat(head_, options_.size);
  if (format_ == MeshFormat::kNone && !head_.empty()) format_ = ClaimedMeshFormat(options_.name, head_);
  reader_ = MakeMeshReader(format_, options_.size);
  if (reader_ == nullptr) return;
  Begin();
  Sinks sinks(*this);
  reader_->Feed(head_, sinks, findings_);
  std::string().swap(head_);
}

void MeshAnalysis::Begin() {
  constexpr int64_t kUnpacked = 16;
  const int64_t size = options_.size * (format_ == MeshFormat::k3mf ? kUnpacked : 1);
  if (options_.exact) {
    index_ =
        std::make_unique<EdgeIndex>(EdgeIndex::Options{.key = key_,
                                                       .single_precision = IsSinglePrecision(format_),
                                                       .expected_triangles = ExpectedTriangles(format_, options_.size),
                                                       .max_bytes = size + options_.memory_allowance,
                                                       .scratch = options_.scratch,
                                                       .memory_bytes = options_.exact_memory_bytes});
  }
}

bool MeshAnalysis::Read(const RandomAccess& file) {
  constexpr size_t kPieceBytes = 256 * 1024;
  std::vector<char> buffer(kPieceBytes);
  int64_t at = 0, n = 0;
  while ((n = file.Read(at, buffer.size(), buffer.data())) > 0) {
    const absl::string_view piece(buffer.data(), static_cast<size_t>(n));
    if (at == 0 && IsPackage(piece, options_.name, file.size())) {
      ReadPackage(file);
      return true;
    }
    Feed(piece);
    at += n;
  }
  return n == 0;
}

void MeshAnalysis::ReadPackage(const RandomAccess& file) {
  started_ = true;
  format_ = MeshFormat::k3mf;
  Begin();
  ThreeMfReader reader(file);
  Sinks sinks(*this);
  reader.Read(sinks, findings_);
  solids_ = reader.names();
  own_unit_mm_ = reader.millimetres_per_unit();
}

MeshReport MeshAnalysis::Finish() && {
  if (!started_) Start();
  MeshReport report{.format = format_};
  if (reader_ == nullptr && !own_unit_mm_.has_value()) {
    const Rule rule = received_ == 0 ? Rule::kFileEmpty : Rule::kMeshNotRecognised;
    findings_.Add(rule, {.file = options_.name},
                  received_ == 0 ? "The file is empty." : "The content is no mesh that is read.");
    report.findings = std::move(findings_).Take();
    return report;
  }
  Sinks sinks(*this);
  if (reader_ != nullptr) {
    reader_->Finish(sinks, findings_);
    solids_ = reader_->solids();
  }
  report.solids = std::move(solids_);
  report.own_unit_mm = own_unit_mm_;
  report.measured = measurer_.Result();
  JudgeMeasurement(report.measured, options_.name, findings_);
  if (index_ != nullptr) {
    report.topology = index_->Finish(report.measured.signed_volume);
    if (report.topology->complete && !report.topology->on_disk && options_.solid_facts) {
      report.facts = FindSolidFacts(index_->mesh(), report.volume().has_value(), report.topology->inverted);
    }
    index_.reset();
    JudgeTopology(*report.topology, report.measured, options_.name, findings_);
  }
  report.findings = std::move(findings_).Take();
  for (Finding& finding : report.findings) finding.place.file = options_.name;
  return report;
}

}  // namespace millwright::files
