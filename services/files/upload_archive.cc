// Unpacking a ZIP into the files of its project: all or nothing.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/files/archive.h"
#include "services/files/convert.h"
#include "services/files/domain/file_kind.h"
#include "services/files/names.h"
#include "services/files/uploads_service.h"

namespace millwright::files {
namespace {

// What a case is made of; everything else in an archive is left.
bool IsTaken(absl::string_view name) {
  const FileKind kind = ClaimedKind(name);
  return IsMesh(kind) || IsInfo(kind) || IsOrderFile(kind, name) || kind == FileKind::kStep ||
         kind == FileKind::kIges || kind == FileKind::kDxf || kind == FileKind::kPdf;
}

}  // namespace

struct UploadsHandlers::Unpacked {
  std::vector<FileRow> files;
  std::vector<std::unique_ptr<BlobWriter>> writers;  // keep the blobs until the rows are written
  std::vector<std::string> skipped;
};

absl::StatusOr<UploadsHandlers::Unpacked> UploadsHandlers::Unpack(const CallInfo& call, const FileRow& archive,
                                                                  const v1::ImportArchiveRequest& request) {
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> blob, context_.blobs.OpenBlob(archive.sha256));
  ArchiveLimits limits;
  limits.max_bytes = std::min(limits.max_bytes, context_.limits.company_quota_bytes);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveReader> reader, ArchiveReader::Open(std::move(blob), limits));
  int64_t total = 0;
  for (const ArchiveEntry& entry : reader->entries()) total += IsTaken(entry.name) ? entry.size : 0;
  MW_RETURN_IF_ERROR(
      context_.db.Read([&](Reader& db) { return CheckQuota(db, archive.company, total); }));
  Unpacked unpacked;
  for (const ArchiveEntry& entry : reader->entries()) {
    if (!IsTaken(entry.name)) {
      unpacked.skipped.push_back(entry.name);
      continue;
    }
    MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobWriter> writer, context_.blobs.NewBlob());
    MW_RETURN_IF_ERROR(reader->Read(entry, [&](absl::string_view piece) {
      return call.cancelled() ? absl::CancelledError("the caller is gone") : writer->Append(piece);
    }));
    const FinishedBlob finished = writer->Hash();
    MW_RETURN_IF_ERROR(writer->Publish(finished));
    FileRow& file = unpacked.files.emplace_back();
    file.id = context_.ids.Owned(archive.company);
    file.project = archive.project;
    file.company = archive.company;
    file.file_name = entry.name;
    file.size = finished.size;
    file.sha256 = finished.sha256;
    file.unit = request.unit();
    file.create_time = context_.clock.Now();
    file.uploaded_by = call.principal.member;
    unpacked.writers.push_back(std::move(writer));
    MW_RETURN_IF_ERROR(RunAnalysis(file, IsCheckedAtOnce(file.size)));
  }
  return unpacked;
}

absl::StatusOr<v1::ImportArchiveResponse> UploadsHandlers::ImportArchive(const CallInfo& call,
                                                                         const v1::ImportArchiveRequest& request) {
  MW_ASSIGN_OR_RETURN(auto replay, FindReplay<v1::ImportArchiveResponse>(call, context_.db));
  if (replay.has_value()) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(const FileRow archive, context_.db.Read([&](Reader& reader) -> absl::StatusOr<FileRow> {
    const NameIds ids = IdsOf(request.name());
    const auto own = context_.access.OwnProject(reader, call, ProjectName(ids.company, ids.project));
    if (!own.ok()) return Error::NotFound("file", request.name());
    MW_ASSIGN_OR_RETURN(FileAccess access, context_.access.ReadableFile(reader, call, request.name()));
    if (access.file.erased) return FileErased(request.name());
    return std::move(access.file);
  }));
  MW_ASSIGN_OR_RETURN(Unpacked unpacked, Unpack(call, archive, request));
  auto answer = Mutate<v1::ImportArchiveResponse>(
      call, context_.db, context_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::ImportArchiveResponse> {
        v1::ImportArchiveResponse response;
        for (FileRow& file : unpacked.files) {
          MW_RETURN_IF_ERROR(InsertFile(call, tx, UploadRow(), file, /*has_row=*/false));
          *response.add_files() = ToProto(file);
        }
        for (const std::string& name : unpacked.skipped) response.add_skipped_entries(name);
        return response;
      });
  if (answer.ok() && !call.validate_only) {
    context_.evaluator.ProveSender(archive.project, context_.clock.Now()).IgnoreError();
  }
  return answer;
}

}  // namespace millwright::files
