#include "services/files/domain/mesh/analysis.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/mesh/mesh_findings.h"

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
  if (options_.exact) {
    index_ =
        std::make_unique<EdgeIndex>(EdgeIndex::Options{.key = key_,
                                                       .single_precision = IsSinglePrecision(format_),
                                                       .expected_triangles = ExpectedTriangles(format_, options_.size),
                                                       .max_bytes = options_.size + options_.memory_allowance});
  }
  Sinks sinks(*this);
  reader_->Feed(head_, sinks, findings_);
  std::string().swap(head_);
}

MeshReport MeshAnalysis::Finish() && {
  if (!started_) Start();
  MeshReport report{.format = format_};
  if (reader_ == nullptr) {
    const Rule rule = received_ == 0 ? Rule::kFileEmpty : Rule::kMeshNotRecognised;
    findings_.Add(rule, {.file = options_.name},
                  received_ == 0 ? "The file is empty." : "The content is no mesh that is read.");
    report.findings = std::move(findings_).Take();
    return report;
  }
  Sinks sinks(*this);
  reader_->Finish(sinks, findings_);
  report.solids = reader_->solids();
  report.measured = measurer_.Result();
  JudgeMeasurement(report.measured, options_.name, findings_);
  if (index_ != nullptr) {
    report.topology = index_->Finish();
    index_.reset();
    JudgeTopology(*report.topology, report.measured, options_.name, findings_);
  }
  report.findings = std::move(findings_).Take();
  for (Finding& finding : report.findings) finding.place.file = options_.name;
  return report;
}

}  // namespace millwright::files
