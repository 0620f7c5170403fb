// Uploads in parts: several streams at once, each with a range of bytes of its own.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/files/crc32c.h"
#include "services/files/names.h"
#include "services/files/upload_session.h"

namespace millwright::files {
namespace {

absl::Status Overlap(const PartRow& other) {
  return Error::InvalidArgument("UPLOAD_PARTS_OVERLAP", absl::StrCat("the part shares bytes with the one at ", other.start,
                                                                     " of ", other.size, " bytes"))
      .Field("part_offset_bytes", "parts must not overlap; QueryUpload lists them")
      .Meta("offset_bytes", absl::StrCat(other.start))
      .Meta("size_bytes", absl::StrCat(other.size))
      .Build();
}

bool CoverAll(const std::vector<PartRow>& parts, int64_t size) {
  int64_t reached = 0;
  for (const PartRow& part : parts) {
    if (part.start != reached || part.committed != part.size) return false;
    reached += part.size;
  }
  return reached == size;
}

}  // namespace

absl::Status UploadEnded(const UploadRow& row) {
  return Error::FailedPrecondition("UPLOAD_ENDED", "the upload is finished")
      .Meta("file", row.file.empty() ? "" : FileName(row.company, row.project, row.file))
      .Build();
}

absl::Status UploadModeWrong(absl::string_view why) {
  return Error::FailedPrecondition("UPLOAD_MODE_WRONG", why)
      .Precondition("UPLOAD_MODE_WRONG", "upload", "send an upload either whole or in parts; CancelUpload begins anew")
      .Build();
}

absl::Status UploadSizeWrong(int64_t announced, int64_t received) {
  return Error::InvalidArgument("UPLOAD_SIZE_WRONG",
                                absl::StrCat("the upload has ", received, " bytes, announced were ", announced))
      .Field("size_bytes", "start a new upload with the size of the file")
      .Meta("announced", absl::StrCat(announced))
      .Meta("received", absl::StrCat(received))
      .Build();
}

absl::StatusOr<PartRow> UploadsHandlers::BeginPart(const v1::UploadFileRequest& message, const UploadRow& row) {
  PartRow part{row.id, message.part_offset_bytes(), message.part_size_bytes(), 0};
  // Written without a sum: both are as large as the caller likes.
  if (part.size > row.size || part.start > row.size - part.size) {
    return Error::InvalidArgument("UPLOAD_SIZE_WRONG", absl::StrCat("a part of ", part.size, " bytes at ", part.start,
                                                                    " ends behind the ", row.size, " of the upload"))
        .Field("part_size_bytes", "a part must lie within the size that StartUpload was told")
        .Meta("announced", absl::StrCat(row.size))
        .Meta("received", absl::StrCat(part.start > INT64_MAX - part.size ? INT64_MAX : part.start + part.size))
        .Build();
  }
  absl::Status begun = context_.db.Write([&](Transaction& tx) -> absl::Status {
    MW_ASSIGN_OR_RETURN(const std::optional<UploadRow> now, UploadStore::Find(tx, row.id));
    if (!now.has_value()) return Error::NotFound("upload", UploadName(row.company, row.project, row.id));
    if (!now->file.empty()) return UploadEnded(*now);
    if (now->committed > 0) return UploadModeWrong("the upload is sent as a whole; go on with it");
    MW_ASSIGN_OR_RETURN(const std::vector<PartRow> parts, UploadStore::Parts(tx, row.id));
    for (const PartRow& other : parts) {
      if (other.start == part.start && other.size == part.size) {
        part = other;
        return absl::OkStatus();
      }
      if (part.start < other.start + other.size && other.start < part.start + part.size) return Overlap(other);
    }
    return UploadStore::InsertPart(tx, part);
  });
  if (!begun.ok()) return begun;
  return part;
}

absl::Status UploadsHandlers::StorePart(StreamReader<v1::UploadFileRequest>& stream, v1::UploadFileRequest& message,
                                        PartRow& part) {
  const int64_t from = part.start + part.committed, end = part.start + part.size;
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobWriter> writer, context_.blobs.OpenPart(part.upload, from));
  absl::Status status;
  do {
    const std::string& data = message.data();
    if (message.offset_bytes() != writer->size()) {
      status = Error::OutOfRange("UPLOAD_OFFSET_WRONG", absl::StrCat("the part stands at ", writer->size(),
                                                                     ", the chunk begins at ", message.offset_bytes()))
                   .Field("offset_bytes", absl::StrCat("must be ", writer->size()))
                   .Meta("committed_bytes", absl::StrCat(writer->size()))
                   .Build();
    } else if (static_cast<int64_t>(data.size()) > std::min(kMaxChunkBytes, end - writer->size())) {
      status = UploadSizeWrong(part.size, writer->size() - part.start + static_cast<int64_t>(data.size()));
    } else if (message.has_crc32c() && message.crc32c() != static_cast<int64_t>(Crc32c(data))) {
      status = Error::InvalidArgument("CHUNK_CHECKSUM_MISMATCH", "a chunk was damaged on its way")
                   .Field("crc32c", "is not the CRC32C of data; send the chunk again")
                   .Meta("offset_bytes", absl::StrCat(message.offset_bytes()))
                   .Build();
    } else {
      status = writer->Append(data);
    }
  } while (status.ok() && writer->size() < end && stream.Read(&message));
  // What came is kept: the client resumes behind it.
  MW_RETURN_IF_ERROR(writer->Sync());
  part.committed = writer->synced() - part.start;
  MW_RETURN_IF_ERROR(context_.db.Write([&](Transaction& tx) { return UploadStore::SetPartCommitted(tx, part); }));
  MW_RETURN_IF_ERROR(status);
  if (part.committed == part.size) return absl::OkStatus();
  return Error::Aborted("UPLOAD_INCOMPLETE", "the stream ended before its part did; resume behind committed_bytes")
      .Meta("committed_bytes", absl::StrCat(writer->synced()));
}

absl::StatusOr<v1::File> UploadsHandlers::ReceivePart(const CallInfo& call,
                                                      StreamReader<v1::UploadFileRequest>& stream,
                                                      v1::UploadFileRequest& message, const UploadRow& row) {
  {
    MW_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                        Enter(absl::StrCat(row.id, "#", message.part_offset_bytes())));
    MW_ASSIGN_OR_RETURN(PartRow part, BeginPart(message, row));
    if (part.committed < part.size) MW_RETURN_IF_ERROR(StorePart(stream, message, part));
  }
  MW_ASSIGN_OR_RETURN(const std::vector<PartRow> parts,
                      context_.db.Read([&](Reader& reader) { return UploadStore::Parts(reader, row.id); }));
  if (!CoverAll(parts, row.size)) return v1::File();
  return FinishParts(call, row);
}

absl::StatusOr<v1::File> UploadsHandlers::FinishParts(const CallInfo& call, const UploadRow& row) {
  // Alone: another stream that saw the last part as well gets UPLOAD_BUSY or UPLOAD_ENDED.
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Enter(row.id));
  MW_ASSIGN_OR_RETURN(const std::optional<UploadRow> now,
                      context_.db.Read([&](Reader& reader) { return UploadStore::Find(reader, row.id); }));
  if (!now.has_value() || !now->file.empty()) return UploadEnded(now.value_or(row));
  // Hashes and measures all bytes: parts come in no order.
  EarlyPass early(row.file_name, row.size);
  const bool measure = !IsCheckedAtOnce(row.size);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobWriter> writer,
                      context_.blobs.OpenUpload(row.id, row.size, [&](absl::string_view bytes) {
                        if (measure) early.Feed(bytes);
                      }));
  return FinishUpload(call, row, *writer, /*has_row=*/true, std::move(early).Finish());
}

}  // namespace millwright::files
