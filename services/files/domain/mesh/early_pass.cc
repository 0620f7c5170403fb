#include "services/files/domain/mesh/early_pass.h"

#include <algorithm>
#include <utility>

#include "services/files/domain/file_kind.h"

namespace millwright::files {

void EarlyPass::Feed(absl::string_view bytes) {
  received_ += static_cast<int64_t>(bytes.size());
  if (!decided_) {
    head_.append(bytes.data(), bytes.size());
    const bool enough = received_ >= std::min<int64_t>(size_, kKindDetectionBytes);
    return enough ? Decide() : void();
  }
  if (analysis_.has_value()) Measure(bytes);
}

void EarlyPass::Measure(absl::string_view bytes) {
  analysis_->Feed(bytes);
  if (analysis_->held_bytes() > kMaxEarlyVertexBytes) analysis_.reset();
}

void EarlyPass::Decide() {
  decided_ = true;
  const absl::string_view head = absl::string_view(head_).substr(0, kKindDetectionBytes);
  const FileKind kind = head.empty() ? FileKind::kEmpty : EffectiveKind(DetectKind(head, size_), name_);
  const bool indexed = kind == FileKind::kObj || kind == FileKind::kPly;
  if (kind == FileKind::kStl || (indexed && size_ <= kMaxEarlyIndexedBytes)) {
    analysis_.emplace(MeshAnalysisOptions{.size = size_, .name = name_});
    Measure(head_);
  }
  std::string().swap(head_);
}

std::optional<EarlyState> EarlyPass::State() const {
  if (!analysis_.has_value()) return std::nullopt;
  return EarlyState{received_, received_ == size_, analysis_->Measured()};
}

std::optional<MeshReport> EarlyPass::Finish() && {
  if (!analysis_.has_value() || received_ != size_) return std::nullopt;
  return std::move(*analysis_).Finish();
}

}  // namespace millwright::files
