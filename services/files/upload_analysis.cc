// Measuring what is uploaded: while it arrives, when it is complete, and the exact check in the background.
#include <utility>

#include "common/errors/error.h"
#include "services/files/convert.h"
#include "services/files/file_settings.h"
#include "services/files/upload_session.h"

namespace millwright::files {

void UploadsHandlers::ShowEarly(const UploadRow& row, const EarlyPass& early) {
  const std::optional<EarlyState> state = early.State();
  if (!state.has_value()) return;
  std::lock_guard<std::mutex> lock(mutex_);
  if (early_.size() >= kMaxShown && !early_.contains(row.id)) early_.erase(early_.begin());
  early_[row.id] = ToProto(*state, UnitOf(row.unit));
}

void UploadsHandlers::ForgetEarly(const std::string& id) {
  std::lock_guard<std::mutex> lock(mutex_);
  early_.erase(id);
}

absl::Status UploadsHandlers::RunAnalysis(FileRow& file, bool exact, std::optional<MeshReport> early) {
  MW_ASSIGN_OR_RETURN(LayerNames layers, LayersOf(context_.db, file.company));
  {
    std::unique_lock<std::mutex> lock(analysis_mutex_);
    analysis_done_.wait(lock, [this] { return analyses_ < kMaxAnalyses; });
    ++analyses_;
  }
  const absl::Status status = AnalyseFile(
      context_.blobs, {.info = context_.limits.info,
                           .exact = exact,
                           .exact_memory_bytes = context_.limits.exact_check_memory_bytes,
                           .early = std::move(early),
                           .cad = context_.cad,
                           .layers = std::move(layers)}, file);
  {
    std::lock_guard<std::mutex> lock(analysis_mutex_);
    --analyses_;
  }
  analysis_done_.notify_one();
  return status;
}

absl::StatusOr<std::function<absl::Status(Transaction&)>> UploadsHandlers::Analyse(const std::string& id) {
  using Record = std::function<absl::Status(Transaction&)>;
  MW_ASSIGN_OR_RETURN(std::optional<FileRow> file,
                      context_.db.Read([&](Reader& reader) { return FileStore::Find(reader, id); }));
  if (!file.has_value() || file->erased) return Record([](Transaction&) { return absl::OkStatus(); });
  MW_RETURN_IF_ERROR(RunAnalysis(*file, /*exact=*/true));
  return Record([this, row = *std::move(file)](Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(FileStore::SetAnalysis(tx, row));
    MW_RETURN_IF_ERROR(ProjectStore::Touch(tx, row.project, context_.clock.Now()));
    CallInfo background;
    background.principal.service = "files";
    return EmitProjectChanged(context_, tx, background, row.project);
  });
}

}  // namespace millwright::files
