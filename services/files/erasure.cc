#include "services/files/erasure.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/idempotency.h"
#include "services/files/convert.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"
#include "services/files/uploads_service.h"

namespace millwright::files {
namespace {

constexpr size_t kMaxSuffixBytes = 20;

// A name that says nothing but what kind of file it was.
std::string NameOfErased(const FileRow& file) {
  const std::string suffix = SuffixOf(file.file_name);
  return absl::StrCat("erased-", file.id, suffix.empty() || suffix.size() > kMaxSuffixBytes ? "" : "." + suffix);
}

absl::Status EraseOne(FilesContext& context, Transaction& tx, const ErasureRow& row, Erased& erased) {
  MW_RETURN_IF_ERROR(ErasureStore::Insert(tx, row));
  erased.hashes.insert(row.sha256);
  if (row.shared_copy) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(const std::optional<FileRow> file, FileStore::Find(tx, row.file));
  if (!file.has_value()) return absl::InternalError("a file to erase is gone");
  MW_RETURN_IF_ERROR(ErasureStore::EraseTraces(tx, row.file, file->file_name));
  MW_RETURN_IF_ERROR(ErasureStore::EraseFile(tx, row.file, NameOfErased(*file), row.create_time));
  ++erased.files;
  erased.freed_bytes += row.size;
  return absl::OkStatus();
}

absl::Status DropUploads(FilesContext& context, Transaction& tx, const ProjectRow& project, Erased& erased) {
  MW_ASSIGN_OR_RETURN(const std::vector<UploadRow> uploads, UploadStore::UnfinishedOf(tx, project.id));
  for (const UploadRow& upload : uploads) {
    MW_RETURN_IF_ERROR(UploadStore::Delete(tx, upload.id));
    MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, upload.company, -upload.size).status());
    MW_RETURN_IF_ERROR(context.due.Cancel(tx, kUploadExpires, upload.id).status());
    erased.uploads.push_back(upload.id);
  }
  return absl::OkStatus();
}

absl::Status EraseNames(FilesContext& context, Transaction& tx, const ProjectRow& project, const ErasureOrder& order,
                        Erased& erased) {
  MW_RETURN_IF_ERROR(DropUploads(context, tx, project, erased));
  MW_ASSIGN_OR_RETURN(const std::vector<FileRow> left, FileStore::Current(tx, project.id));
  for (const FileRow& file : left) {
    const auto renamed = order.new_names.find(file.file_name);
    if (renamed == order.new_names.end()) continue;
    MW_RETURN_IF_ERROR(ErasureStore::Rename(tx, file.id, renamed->second));
    MW_RETURN_IF_ERROR(
        RestrictionStore::Rename(tx, project.id, NameKey(file.file_name), NameKey(renamed->second)));
  }
  MW_RETURN_IF_ERROR(ErasureStore::EraseNames(tx, project.id));
  return EmptyAnswers(tx, ProjectName(project.company, project.id));
}

}  // namespace

absl::StatusOr<Erased> EraseFiles(FilesContext& context, Transaction& tx, const CallInfo& call,
                                  const ProjectRow& project, const ErasureOrder& order) {
  const absl::Time now = context.clock.Now();
  Erased erased;
  MW_ASSIGN_OR_RETURN(const std::vector<ErasureRow> rows, ErasureStore::ToErase(tx, project.id));
  for (ErasureRow row : rows) {
    if (order.files.has_value() && !order.files->contains(row.file)) continue;
    row.id = context.ids.Owned(project.company);
    row.reason = order.reason;
    row.erased_by = order.erased_by;
    row.create_time = now;
    MW_RETURN_IF_ERROR(EraseOne(context, tx, row, erased));
  }
  MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, project.company, -erased.freed_bytes).status());
  if (order.names) MW_RETURN_IF_ERROR(EraseNames(context, tx, project, order, erased));
  MW_RETURN_IF_ERROR(ProjectStore::Touch(tx, project.id, now));
  MW_RETURN_IF_ERROR(EmitProjectChanged(context, tx, call, project.id));
  return erased;
}

absl::Status RemoveErased(FilesContext& context, const Erased& erased) {
  for (const std::string& upload : erased.uploads) MW_RETURN_IF_ERROR(context.blobs.DropUpload(upload));
  for (const std::string& sha256 : erased.hashes) {
    MW_RETURN_IF_ERROR(context.blobs
                           .Remove(sha256, [&] {
                             return context.db.Read(
                                 [&](Reader& reader) { return FileStore::NamesBlob(reader, sha256); });
                           })
                           .status());
    context.evaluator.Forget(sha256);
  }
  // The old rows are in the log until it is written over. Where a back-up reads at this moment, a later copy empties it.
  (void)context.db.EmptyLog();
  return absl::OkStatus();
}

}  // namespace millwright::files
