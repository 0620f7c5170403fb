// RPCs that bring files in: resumable uploads in chunks, and the body of one plain HTTP POST.
//
// An upload is a row (name, size, hash, unit) and bytes on disk. Its bytes are synced every kSyncBytes and when the
// stream ends; `committed_bytes` is what a power cut can't take. Finishing checks size and hash, publishes the bytes,
// analyses them and inserts the file, all before the answer. A hash that differs drops everything.
//
// An upload may be sent in parts, each by a stream of its own (upload_parts.cc): they may not share a byte, and the one
// that completes the last finishes the upload.
#ifndef MILLWRIGHT_SERVICES_FILES_UPLOADS_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_UPLOADS_SERVICE_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "google/protobuf/empty.pb.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/domain/mesh/early_pass.h"
#include "services/files/files_context.h"

namespace millwright::files {

inline constexpr int64_t kSyncBytes = int64_t{8} << 20;
inline constexpr int64_t kMaxChunkBytes = int64_t{1} << 20;
// Exact analyses of meshes that run at the same time: each takes memory as large as its file.
inline constexpr int kMaxAnalyses = 2;

// Kinds of due rows.
inline constexpr char kUploadExpires[] = "upload.expire";
inline constexpr char kFileAnalysis[] = "file.analyse";

class UploadsHandlers {
 public:
  // `sync_bytes`: how much of a stream may be lost to a crash.
  explicit UploadsHandlers(FilesContext& context, int64_t sync_bytes = kSyncBytes)
      : context_(context), sync_bytes_(sync_bytes) {}

  absl::StatusOr<v1::Upload> StartUpload(const CallInfo& call, const v1::StartUploadRequest& request);
  absl::StatusOr<v1::File> UploadFile(const CallInfo& call, StreamReader<v1::UploadFileRequest>& stream);
  absl::StatusOr<v1::File> StreamRawUpload(const CallInfo& call, StreamReader<v1::StreamRawUploadRequest>& stream);
  // upload_archive.cc
  absl::StatusOr<v1::ImportArchiveResponse> ImportArchive(const CallInfo& call,
                                                          const v1::ImportArchiveRequest& request);
  absl::StatusOr<v1::Upload> QueryUpload(const CallInfo& call, const v1::QueryUploadRequest& request);
  absl::StatusOr<google::protobuf::Empty> CancelUpload(const CallInfo& call, const v1::CancelUploadRequest& request);

  // For the due row of an upload: drops it if it is unfinished and nobody is sending to it.
  absl::Status Expire(Transaction& tx, const std::string& upload);
  // For the due row of a large mesh: what to write once the exact analysis is done.
  absl::StatusOr<std::function<absl::Status(Transaction&)>> Analyse(const std::string& file);
  // Drops bytes on disk that no upload owns any more. At start and now and then.
  absl::Status SweepDisk();

 private:
  class Session;

  // Marks an upload, or a part of it ("id#offset"), as being sent to; ABORTED if it is already, as a whole or this part.
  absl::StatusOr<std::unique_ptr<Session>> Enter(const std::string& id);
  absl::StatusOr<UploadRow> OwnUpload(Reader& reader, const CallInfo& call, const std::string& name);
  absl::Status CheckQuota(Reader& reader, const std::string& company, int64_t more);
  absl::Status CheckName(Reader& reader, const std::string& project, const std::string& name);
  absl::Status Receive(StreamReader<v1::UploadFileRequest>& stream, v1::UploadFileRequest& message,
                       const UploadRow& row, BlobWriter& writer, EarlyPass& early, bool* finished);
  absl::Status AppendChunk(const v1::UploadFileRequest& message, const UploadRow& row, BlobWriter& writer);
  struct Unpacked;
  absl::StatusOr<Unpacked> Unpack(const CallInfo& call, const FileRow& archive, const v1::ImportArchiveRequest& request);
  // upload_parts.cc
  absl::StatusOr<v1::File> ReceivePart(const CallInfo& call, StreamReader<v1::UploadFileRequest>& stream,
                                       v1::UploadFileRequest& message, const UploadRow& row);
  absl::StatusOr<PartRow> BeginPart(const v1::UploadFileRequest& message, const UploadRow& row);
  absl::Status StorePart(StreamReader<v1::UploadFileRequest>& stream, v1::UploadFileRequest& message, PartRow& part);
  absl::StatusOr<v1::File> FinishParts(const CallInfo& call, const UploadRow& row);
  // upload_raw.cc
  absl::StatusOr<v1::File> StoreRaw(const CallInfo& call, StreamReader<v1::StreamRawUploadRequest>& stream);
  // `announced` bytes, or -1: as many as come. `early` may be null.
  absl::Status ReceiveRaw(StreamReader<v1::StreamRawUploadRequest>& stream, v1::StreamRawUploadRequest& message,
                          const UploadRow& row, int64_t announced, BlobWriter& writer, EarlyPass* early);
  absl::Status Drop(const UploadRow& row);
  // `early` is what was measured on the way, if it was.
  absl::StatusOr<v1::File> FinishUpload(const CallInfo& call, const UploadRow& row, BlobWriter& writer, bool has_row,
                                        std::optional<MeshReport> early);
  absl::Status InsertFile(const CallInfo& call, Transaction& tx, const UploadRow& upload, FileRow& file, bool has_row);
  // upload_analysis.cc
  bool IsCheckedAtOnce(int64_t size) const { return size <= context_.limits.inline_check_bytes; }
  absl::Status RunAnalysis(FileRow& file, bool exact, std::optional<MeshReport> early = std::nullopt);
  // What QueryUpload tells of an upload under way.
  void ShowEarly(const UploadRow& row, const EarlyPass& early);
  void ForgetEarly(const std::string& id);

  FilesContext& context_;
  const int64_t sync_bytes_;
  std::mutex mutex_;
  std::map<std::string, int64_t> active_;  // uploads that somebody sends to, and how far they are synced
  static constexpr size_t kMaxShown = 10'000;
  std::map<std::string, v1::EarlyMeasurement> early_;  // of unfinished uploads, at most kMaxShown; some bytes each
  std::mutex analysis_mutex_;
  std::condition_variable analysis_done_;
  int analyses_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_UPLOADS_SERVICE_H_
