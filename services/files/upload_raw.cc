// Uploads that are the body of one HTTP POST: nothing is announced but what the caller chose to, nothing can be resumed.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/validator.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/mesh/stl_binary_reader.h"
#include "services/files/upload_session.h"

namespace millwright::files {
namespace {

// What is still read of a body after it was refused: many HTTP clients see an answer only once they have sent all.
constexpr int64_t kReadAfterRefusal = int64_t{64} << 20;

void ReadOn(StreamReader<v1::StreamRawUploadRequest>& stream) {
  v1::StreamRawUploadRequest message;
  int64_t read = 0;
  while (read < kReadAfterRefusal && stream.Read(&message)) read += static_cast<int64_t>(message.content().data().size());
}

// The size that the file has if it is a binary STL, which says it itself; 0 if its first bytes are of something else.
// Where it proves wrong, the file is measured when it is complete.
int64_t SizeOfBinaryStl(absl::string_view head) {
  if (static_cast<int64_t>(head.size()) < kStlHeaderBytes) return 0;
  const FileKind kind = DetectKind(head, INT64_MAX);
  if (kind != FileKind::kStl && kind != FileKind::kUnknown && kind != FileKind::kText) return 0;
  const auto byte = [&](size_t at) { return int64_t{static_cast<unsigned char>(head[at])}; };
  const int64_t count = byte(80) | byte(81) << 8 | byte(82) << 16 | byte(83) << 24;
  return kStlHeaderBytes + count * kStlRecordBytes;
}

}  // namespace

absl::Status UploadTooLarge(int64_t limit) {
  return Error::ResourceExhausted("FILE_TOO_LARGE", absl::StrCat("a file may have at most ", limit, " bytes"))
      .Field("size_bytes", absl::StrCat("must be at most ", limit))
      .Meta("limit_bytes", absl::StrCat(limit))
      .Build();
}

absl::Status UploadCutOff(const CallInfo& call) {
  if (!call.cancelled()) return absl::OkStatus();
  return absl::CancelledError("the upload was cut off before its end; nothing was stored");
}

absl::StatusOr<v1::File> UploadsHandlers::StreamRawUpload(const CallInfo& call,
                                                          StreamReader<v1::StreamRawUploadRequest>& stream) {
  absl::StatusOr<v1::File> file = StoreRaw(call, stream);
  if (!file.ok()) ReadOn(stream);
  return file;
}

absl::StatusOr<v1::File> UploadsHandlers::StoreRaw(const CallInfo& call,
                                                   StreamReader<v1::StreamRawUploadRequest>& stream) {
  v1::StreamRawUploadRequest message;
  if (!stream.Read(&message)) return absl::CancelledError("the stream ended before its first message");
  MW_RETURN_IF_ERROR(ValidateRequest(message));
  const int64_t announced = message.has_size_bytes() ? message.size_bytes() : -1;
  if (announced > context_.limits.max_file_bytes) return UploadTooLarge(context_.limits.max_file_bytes);
  UploadRow row;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, message.parent()));
    MW_RETURN_IF_ERROR(CheckName(reader, project.id, message.file_name()));
    MW_RETURN_IF_ERROR(CheckQuota(reader, project.company, std::max<int64_t>(announced, 1)));
    row.project = project.id;
    row.company = project.company;
    return absl::OkStatus();
  }));
  row.id = context_.ids.Owned(row.company);
  row.file_name = message.file_name();
  row.sha256 = absl::AsciiStrToLower(message.sha256());
  row.unit = message.unit();
  row.uploaded_by = call.principal.member;
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Enter(row.id));
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobWriter> writer, context_.blobs.OpenUpload(row.id, 0));
  const int64_t expected = announced >= 0 ? announced : SizeOfBinaryStl(message.content().data());
  EarlyPass early(row.file_name, expected);
  absl::Status received = ReceiveRaw(stream, message, row, announced, *writer, expected > 0 ? &early : nullptr);
  if (received.ok()) received = UploadCutOff(call);
  if (received.ok()) {
    received = context_.db.Read([&](Reader& reader) { return CheckQuota(reader, row.company, writer->size()); });
  }
  row.size = announced >= 0 ? announced : writer->size();
  absl::StatusOr<v1::File> file =
      received.ok() ? FinishUpload(call, row, *writer, /*has_row=*/false, std::move(early).Finish()) : received;
  if (!file.ok()) MW_RETURN_IF_ERROR(context_.blobs.DropUpload(row.id));
  return file;
}

absl::Status UploadsHandlers::ReceiveRaw(StreamReader<v1::StreamRawUploadRequest>& stream,
                                         v1::StreamRawUploadRequest& message, const UploadRow& row, int64_t announced,
                                         BlobWriter& writer, EarlyPass* early) {
  // How much may come before the quota is asked again: others upload at the same time.
  constexpr int64_t kQuotaStep = int64_t{1} << 20;
  int64_t room = 0;
  do {
    const std::string& data = message.content().data();
    const int64_t size = writer.size() + static_cast<int64_t>(data.size());
    if (size > context_.limits.max_file_bytes) return UploadTooLarge(context_.limits.max_file_bytes);
    if (announced >= 0 && size > announced) return UploadSizeWrong(announced, size);
    if (announced < 0 && size > room) {
      MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) { return CheckQuota(reader, row.company, size); }));
      room = size + kQuotaStep;
    }
    MW_RETURN_IF_ERROR(writer.Append(data));
    if (early != nullptr) early->Feed(data);
  } while (stream.Read(&message));
  return absl::OkStatus();
}

}  // namespace millwright::files
