#include "services/files/uploads_service.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "common/rpc/validator.h"
#include "services/files/convert.h"
#include "services/files/crc32c.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"
#include "services/files/upload_session.h"

namespace millwright::files {

absl::StatusOr<std::unique_ptr<UploadsHandlers::Session>> UploadsHandlers::Enter(const std::string& id) {
  std::lock_guard<std::mutex> lock(mutex_);
  // Parts of one upload may be sent at the same time; the whole only alone.
  const std::string whole = id.substr(0, id.find('#'));
  const auto next = active_.lower_bound(whole);
  const bool parts = next != active_.end() && absl::StartsWith(next->first, whole + "#");
  const bool busy = active_.contains(whole) || (id == whole && parts);
  if (busy || !active_.emplace(id, 0).second) {
    return Error::Aborted("UPLOAD_BUSY",
                          "another stream sends to this upload; end it, ask QueryUpload and go on there");
  }
  return std::make_unique<Session>(*this, id);
}

absl::StatusOr<UploadRow> UploadsHandlers::OwnUpload(Reader& reader, const CallInfo& call, const std::string& name) {
  const NameIds ids = IdsOf(name);
  MW_ASSIGN_OR_RETURN(std::optional<UploadRow> row, UploadStore::Find(reader, ids.leaf));
  if (!row.has_value() || row->company != ids.company || row->project != ids.project ||
      !call.principal.ActsFor(CompanyName(ids.company))) {
    return Error::NotFound("upload", name);
  }
  return *std::move(row);
}

absl::Status UploadsHandlers::CheckQuota(Reader& reader, const std::string& company, int64_t more) {
  MW_ASSIGN_OR_RETURN(const int64_t used, FileStore::Usage(reader, company));
  const int64_t limit = context_.limits.company_quota_bytes;
  if (used + more <= limit) return absl::OkStatus();
  return Error::ResourceExhausted("QUOTA_EXCEEDED", "the company's storage is full")
      .Quota(CompanyName(company), absl::StrCat(used, " of ", limit, " bytes are used; ", more,
                                                " more do not fit. Remove files or ask the operator for more"))
      .Meta("limit_bytes", absl::StrCat(limit))
      .Meta("used_bytes", absl::StrCat(used))
      .Build();
}

absl::Status UploadsHandlers::CheckName(Reader& reader, const std::string& project, const std::string& name) {
  if (const auto why = WhyNameRefused(name)) {
    return Error::InvalidArgument("FILE_NAME_REFUSED", absl::StrCat("file_name ", *why))
        .Field("file_name", absl::StrCat(*why, "; use a plain name such as crown.stl"))
        .Build();
  }
  MW_ASSIGN_OR_RETURN(const std::string holder, PinStore::LockHolder(reader, project, name, "", false));
  if (holder.empty()) return absl::OkStatus();
  const std::string order = absl::StrCat("orders/", holder);
  return Error::FailedPrecondition("FILE_LOCKED", absl::StrCat(name, " belongs to an open order"))
      .Precondition("FILE_LOCKED", order, "withdraw or cancel the order, replace the file and order again")
      .Meta("order", order)
      .Build();
}

absl::StatusOr<v1::Upload> UploadsHandlers::StartUpload(const CallInfo& call, const v1::StartUploadRequest& request) {
  if (request.size_bytes() > context_.limits.max_file_bytes) return UploadTooLarge(context_.limits.max_file_bytes);
  const absl::Time now = context_.clock.Now();
  return Mutate<v1::Upload>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Upload> {
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(tx, call, request.parent()));
    MW_RETURN_IF_ERROR(CheckName(tx, project.id, request.file_name()));
    MW_RETURN_IF_ERROR(CheckQuota(tx, project.company, request.size_bytes()));
    UploadRow row;
    row.id = context_.ids.Owned(project.company);
    row.project = project.id;
    row.company = project.company;
    row.file_name = request.file_name();
    row.size = request.size_bytes();
    row.sha256 = absl::AsciiStrToLower(request.sha256());
    row.unit = request.unit();
    row.uploaded_by = call.principal.member;
    row.expire_time = now + context_.limits.upload_ttl;
    MW_RETURN_IF_ERROR(UploadStore::Insert(tx, row));
    MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, row.company, row.size).status());
    MW_RETURN_IF_ERROR(context_.due.Schedule(tx, {.kind = kUploadExpires, .key = row.id, .due = row.expire_time}));
    return ToProto(row, 0);
  });
}

absl::StatusOr<v1::File> UploadsHandlers::UploadFile(const CallInfo& call,
                                                     StreamReader<v1::UploadFileRequest>& stream) {
  v1::UploadFileRequest message;
  if (!stream.Read(&message)) return absl::CancelledError("the stream ended before its first message");
  if (!MatchesNamePattern(message.upload(), "companies/*/projects/*/uploads/*")) {
    return Error::InvalidArgument("FIELD_INVALID", "the first message must name the upload")
        .Field("upload", "must be companies/{company}/projects/{project}/uploads/{upload}; StartUpload answers it");
  }
  MW_RETURN_IF_ERROR(ValidateRequest(message));
  const std::string name = message.upload();
  MW_ASSIGN_OR_RETURN(UploadRow row, context_.db.Read([&](Reader& reader) { return OwnUpload(reader, call, name); }));
  if (message.part_size_bytes() > 0) return ReceivePart(call, stream, message, row);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Enter(row.id));
  // Again, now that nobody else sends: a stream that just ended may have moved it.
  MW_ASSIGN_OR_RETURN(row, context_.db.Read([&](Reader& reader) { return OwnUpload(reader, call, name); }));
  if (!row.file.empty()) return UploadEnded(row);
  MW_ASSIGN_OR_RETURN(const std::vector<PartRow> parts,
                      context_.db.Read([&](Reader& reader) { return UploadStore::Parts(reader, row.id); }));
  if (!parts.empty()) return UploadModeWrong("the upload is sent in parts; send the ones that are missing");
  EarlyPass early(row.file_name, row.size);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobWriter> writer,
                      context_.blobs.OpenUpload(row.id, row.committed,
                                                [&](absl::string_view bytes) { early.Feed(bytes); }));
  bool finished = false;
  const absl::Status received = Receive(stream, message, row, *writer, early, &finished);
  if (received.ok() && finished) return FinishUpload(call, row, *writer, /*has_row=*/true, std::move(early).Finish());
  // What came is kept: the client resumes behind it.
  MW_RETURN_IF_ERROR(writer->Sync());
  MW_RETURN_IF_ERROR(
      context_.db.Write([&](Transaction& tx) { return UploadStore::SetCommitted(tx, row.id, writer->synced()); }));
  ShowEarly(row, early);
  if (!received.ok()) return received;
  return Error::Aborted("UPLOAD_INCOMPLETE", "the stream ended without finish; resume behind committed_bytes")
      .Meta("committed_bytes", absl::StrCat(writer->synced()));
}

absl::Status UploadsHandlers::Receive(StreamReader<v1::UploadFileRequest>& stream, v1::UploadFileRequest& message,
                                      const UploadRow& row, BlobWriter& writer, EarlyPass& early,
                                      bool* finished) {
  do {
    MW_RETURN_IF_ERROR(AppendChunk(message, row, writer));
    early.Feed(message.data());
    if (message.finish()) {
      *finished = true;
      return absl::OkStatus();
    }
    if (writer.size() - writer.synced() < sync_bytes_) continue;
    MW_RETURN_IF_ERROR(writer.Sync());
    ShowEarly(row, early);
    const int64_t synced = writer.synced();
    context_.db.WriteAsync([id = row.id, synced](Transaction& tx) { return UploadStore::SetCommitted(tx, id, synced); },
                           [](absl::Status) {});
    std::lock_guard<std::mutex> lock(mutex_);
    active_[row.id] = synced;
  } while (stream.Read(&message));
  return absl::OkStatus();
}

absl::Status UploadsHandlers::AppendChunk(const v1::UploadFileRequest& message, const UploadRow& row,
                                          BlobWriter& writer) {
  const std::string& data = message.data();
  if (static_cast<int64_t>(data.size()) > kMaxChunkBytes) {
    return Error::InvalidArgument("FIELD_INVALID", "a chunk is too large")
        .Field("data", absl::StrCat("must have at most ", kMaxChunkBytes, " bytes; send more chunks"));
  }
  if (message.offset_bytes() != writer.size()) {
    return Error::OutOfRange("UPLOAD_OFFSET_WRONG", absl::StrCat("the upload stands at ", writer.size(),
                                                                 ", the chunk begins at ", message.offset_bytes()))
        .Field("offset_bytes", absl::StrCat("must be ", writer.size()))
        .Meta("committed_bytes", absl::StrCat(writer.size()));
  }
  if (writer.size() + static_cast<int64_t>(data.size()) > row.size) {
    return UploadSizeWrong(row.size, writer.size() + static_cast<int64_t>(data.size()));
  }
  if (message.has_crc32c() && message.crc32c() != static_cast<int64_t>(Crc32c(data))) {
    return Error::InvalidArgument("CHUNK_CHECKSUM_MISMATCH", "a chunk was damaged on its way")
        .Field("crc32c", "is not the CRC32C of data; send the chunk again")
        .Meta("offset_bytes", absl::StrCat(message.offset_bytes()));
  }
  return writer.Append(data);
}

absl::Status UploadsHandlers::Drop(const UploadRow& row) {
  MW_RETURN_IF_ERROR(context_.db.Write([&](Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(UploadStore::Delete(tx, row.id));
    MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, row.company, -row.size).status());
    return context_.due.Cancel(tx, kUploadExpires, row.id).status();
  }));
  ForgetEarly(row.id);
  return context_.blobs.DropUpload(row.id);
}

absl::StatusOr<v1::File> UploadsHandlers::FinishUpload(const CallInfo& call, const UploadRow& row, BlobWriter& writer,
                                                       bool has_row, std::optional<MeshReport> early) {
  if (writer.size() != row.size) return UploadSizeWrong(row.size, writer.size());
  const FinishedBlob blob = writer.Hash();
  if (!row.sha256.empty() && row.sha256 != blob.sha256) {
    if (has_row) MW_RETURN_IF_ERROR(Drop(row));
    return Error::InvalidArgument("UPLOAD_HASH_MISMATCH",
                                  "the bytes do not have the SHA-256 that was announced; nothing was stored")
        .Field("sha256", "is not the SHA-256 of the bytes that arrived; upload the file again")
        .Meta("announced", row.sha256)
        .Meta("received", blob.sha256)
        .Build();
  }
  MW_RETURN_IF_ERROR(writer.Publish(blob));
  FileRow file;
  file.id = context_.ids.Owned(row.company);
  file.project = row.project;
  file.company = row.company;
  file.file_name = row.file_name;
  file.size = row.size;
  file.sha256 = blob.sha256;
  file.unit = row.unit;
  file.create_time = context_.clock.Now();
  file.uploaded_by = call.principal.member;
  MW_RETURN_IF_ERROR(RunAnalysis(file, IsCheckedAtOnce(file.size), std::move(early)));
  // Once more, now that the last word about the stream has had time to come.
  if (!has_row) MW_RETURN_IF_ERROR(UploadCutOff(call));
  MW_RETURN_IF_ERROR(context_.db.Write([&](Transaction& tx) { return InsertFile(call, tx, row, file, has_row); }));
  ForgetEarly(row.id);
  // The file is stored whatever comes of these; the sweep and the next upload try again.
  context_.blobs.DropUpload(row.id).IgnoreError();
  context_.evaluator.ProveSender(file.project, file.create_time).IgnoreError();
  return ToProto(file);
}

absl::Status UploadsHandlers::InsertFile(const CallInfo& call, Transaction& tx, const UploadRow& upload, FileRow& file,
                                         bool has_row) {
  // An order may have locked the name since the upload began.
  MW_RETURN_IF_ERROR(CheckName(tx, file.project, file.file_name));
  if (has_row) {
    MW_RETURN_IF_ERROR(UploadStore::SetFile(tx, upload.id, file.id));
    // The row stays as long as it would have anyway, so that a client that lost the answer finds its file.
  } else {
    MW_RETURN_IF_ERROR(CheckQuota(tx, file.company, file.size));
    MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, file.company, file.size).status());
  }
  MW_RETURN_IF_ERROR(FileStore::InsertRevision(tx, file));
  if (file.exact_follows) {
    MW_RETURN_IF_ERROR(context_.due.Schedule(tx, {.kind = kFileAnalysis, .key = file.id, .due = context_.clock.Now()}));
  }
  MW_RETURN_IF_ERROR(ProjectStore::Touch(tx, file.project, file.create_time));
  return EmitProjectChanged(context_, tx, call, file.project);
}

absl::StatusOr<v1::Upload> UploadsHandlers::QueryUpload(const CallInfo& call, const v1::QueryUploadRequest& request) {
  MW_ASSIGN_OR_RETURN(const UploadRow row,
                      context_.db.Read([&](Reader& reader) { return OwnUpload(reader, call, request.name()); }));
  MW_ASSIGN_OR_RETURN(const std::vector<PartRow> parts,
                      context_.db.Read([&](Reader& reader) { return UploadStore::Parts(reader, row.id); }));
  std::lock_guard<std::mutex> lock(mutex_);
  const auto active = active_.find(row.id);
  v1::Upload proto = ToProto(row, active == active_.end() ? row.committed : std::max(row.committed, active->second));
  const auto early = early_.find(row.id);
  if (early != early_.end()) *proto.mutable_early_measurement() = early->second;
  for (const PartRow& part : parts) {
    v1::UploadPart& shown = *proto.add_parts();
    shown.set_offset_bytes(part.start);
    shown.set_size_bytes(part.size);
    shown.set_committed_bytes(part.committed);
  }
  return proto;
}

absl::StatusOr<google::protobuf::Empty> UploadsHandlers::CancelUpload(const CallInfo& call,
                                                                      const v1::CancelUploadRequest& request) {
  const std::string id = IdsOf(request.name()).leaf;
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Enter(id));
  auto answer = Mutate<google::protobuf::Empty>(
      call, context_.db, context_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<google::protobuf::Empty> {
        MW_ASSIGN_OR_RETURN(const UploadRow row, OwnUpload(tx, call, request.name()));
        if (!row.file.empty()) return UploadEnded(row);
        MW_RETURN_IF_ERROR(UploadStore::Delete(tx, row.id));
        MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, row.company, -row.size).status());
        MW_RETURN_IF_ERROR(context_.due.Cancel(tx, kUploadExpires, row.id).status());
        return google::protobuf::Empty();
      });
  if (answer.ok() && !call.validate_only) {
    ForgetEarly(id);
    MW_RETURN_IF_ERROR(context_.blobs.DropUpload(id));
  }
  return answer;
}

absl::Status UploadsHandlers::Expire(Transaction& tx, const std::string& upload) {
  MW_ASSIGN_OR_RETURN(const std::optional<UploadRow> row, UploadStore::Find(tx, upload));
  if (!row.has_value()) return absl::OkStatus();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto next = active_.lower_bound(upload);
    if (next != active_.end() && (next->first == upload || absl::StartsWith(next->first, upload + "#"))) {
      // Somebody is just sending: it gets another hour.
      return context_.due.Schedule(
          tx, {.kind = kUploadExpires, .key = upload, .due = context_.clock.Now() + absl::Hours(1)});
    }
    early_.erase(upload);
  }
  if (row->file.empty()) MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, row->company, -row->size).status());
  // The bytes go with the next sweep of the disk.
  return UploadStore::Delete(tx, upload);
}

absl::Status UploadsHandlers::SweepDisk() {
  MW_ASSIGN_OR_RETURN(const std::vector<std::string> unfinished,
                      context_.db.Read([](Reader& reader) { return UploadStore::Unfinished(reader); }));
  std::set<std::string> alive(unfinished.begin(), unfinished.end());
  // Held during the sweep, so that an upload that begins just now is not taken for a dead one.
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [id, synced] : active_) alive.insert(id.substr(0, id.find('#')));
  return context_.blobs.SweepUploads(alive);
}

}  // namespace millwright::files
