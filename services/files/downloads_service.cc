#include "services/files/downloads_service.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/errors/error.h"
#include "services/files/archive.h"
#include "services/files/convert.h"
#include "services/files/names.h"
#include "services/files/sharing.h"

namespace millwright::files {

namespace {

// The first piece is small, so that it is there soon; the others are as large as is fast.
size_t PieceAt(int64_t offset, int64_t first_offset) {
  constexpr size_t kFirstPieceBytes = 16 * 1024;
  return offset == first_offset ? kFirstPieceBytes : kBlobPieceBytes;
}

absl::Status OffsetBehindEnd(int64_t size) {
  return Error::OutOfRange("OFFSET_BEHIND_END", absl::StrCat("the file has ", size, " bytes"))
      .Field("offset_bytes", absl::StrCat("must be at most ", size));
}

// Where a read of `limit` bytes from `offset` ends; `limit` 0: at the end.
int64_t EndOf(int64_t offset, int64_t limit, int64_t size) {
  const int64_t left = size - offset;
  return offset + (limit == 0 ? left : std::min(left, limit));
}

}  // namespace

std::string ContentDisposition(absl::string_view file_name) {
  std::string ascii, encoded;
  for (const char c : file_name) {
    const auto byte = static_cast<unsigned char>(c);
    ascii.push_back(byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' ? c : '_');
    if (absl::ascii_isalnum(byte) || c == '.' || c == '-' || c == '_') {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", byte);
    }
  }
  return absl::StrCat("attachment; filename=\"", ascii, "\"; filename*=UTF-8''", encoded);
}

absl::StatusOr<v1::File> DownloadsHandlers::GetFile(const CallInfo& call, const v1::GetFileRequest& request) {
  MW_ASSIGN_OR_RETURN(const FileAccess access, context_.db.Read([&](Reader& reader) {
    return context_.access.ReadableFile(reader, call, request.name());
  }));
  return access.grant.has_value() ? SeenByGrantee(access.file, *access.grant) : ToProto(access.file);
}

absl::StatusOr<v1::ListFilesResponse> DownloadsHandlers::ListFiles(const CallInfo& call,
                                                                   const v1::ListFilesRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(),
                                           absl::StrCat("files ", request.parent(), request.show_superseded())));
  const After after = page.first() ? After{"", "0"} : After{page.keys[0], page.keys[1]};
  v1::ListFilesResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(std::vector<FileRow> rows,
                        FileStore::List(reader, project.id, request.show_superseded(), after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(
          context_.pager.Token(page, {rows.back().file_name, absl::StrCat(rows.back().revision)}));
    }
    MW_ASSIGN_OR_RETURN(const KeptFiles kept, context_.access.KeptFrom(reader, call, project.id));
    for (const FileRow& row : rows) {
      if (!kept.Has(row)) *response.add_files() = ToProto(row);
    }
    return absl::OkStatus();
  }));
  return response;
}

absl::StatusOr<DownloadsHandlers::Opened> DownloadsHandlers::Open(const CallInfo& call, const std::string& name) {
  MW_ASSIGN_OR_RETURN(FileAccess access, context_.db.Read([&](Reader& reader) {
    return context_.access.ReadableFile(reader, call, name);
  }));
  MW_RETURN_IF_ERROR(context_.access.CheckNews(access));
  if (access.file.erased) return FileErased(name);
  const auto content = static_cast<FileKind>(access.file.content_kind);
  if (!access.grant.has_value()) return Opened{ToProto(access.file), content};
  // Never the original in place of a copy.
  if (NeedsCopy(access.file) && access.grant->copy_sha256.empty()) return Error::NotFound("file", name);
  {
    // On disk before the first byte goes out: the owner's log misses nothing.
    MW_RETURN_IF_ERROR(context_.db.Write([&](Transaction& tx) {
      return GrantStore::LogAccess(tx, context_.ids.Owned(access.file.company), *access.grant, call.principal.member,
                                   context_.clock.Now());
    }));
  }
  return Opened{SeenByGrantee(access.file, *access.grant), content};
}

absl::Status DownloadsHandlers::DownloadFile(const CallInfo& call, const v1::DownloadFileRequest& request,
                                             StreamWriter<v1::DownloadFileResponse>& stream) {
  MW_ASSIGN_OR_RETURN(const Opened opened, Open(call, request.name()));
  const v1::File& file = opened.file;
  if (request.offset_bytes() > file.size_bytes()) return OffsetBehindEnd(file.size_bytes());
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> reader, context_.blobs.OpenBlob(file.sha256()));
  const int64_t end = EndOf(request.offset_bytes(), request.limit_bytes(), file.size_bytes());
  v1::DownloadFileResponse message;
  message.set_sha256(file.sha256());
  message.set_size_bytes(file.size_bytes());
  int64_t offset = request.offset_bytes();
  do {
    const auto piece = static_cast<size_t>(std::min<int64_t>(PieceAt(offset, request.offset_bytes()), end - offset));
    message.set_offset_bytes(offset);
    MW_RETURN_IF_ERROR(reader->Read(offset, piece, *message.mutable_data()));
    if (message.data().size() != piece) return absl::DataLossError("a file is shorter than it was");
    offset += static_cast<int64_t>(piece);
    if (!stream.Write(message) || call.cancelled()) return absl::CancelledError("the client is gone");
    message.clear_sha256();
    message.clear_size_bytes();
  } while (offset < end);
  return absl::OkStatus();
}

absl::Status DownloadsHandlers::StreamRawDownload(const CallInfo& call, const v1::StreamRawDownloadRequest& request,
                                                  StreamWriter<google::api::HttpBody>& stream) {
  MW_ASSIGN_OR_RETURN(const Opened opened, Open(call, request.name()));
  const v1::File& file = opened.file;
  if (request.offset_bytes() > file.size_bytes()) return OffsetBehindEnd(file.size_bytes());
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> reader, context_.blobs.OpenBlob(file.sha256()));
  // First, because an error in the middle of a stream is invisible on HTTP/1.1: the client compares size and digest.
  call.add_header("content-disposition", ContentDisposition(file.file_name()));
  call.add_header("etag", absl::StrCat("\"", file.sha256(), "\""));
  call.add_header("x-sha256", file.sha256());
  call.add_header("x-size-bytes", absl::StrCat(file.size_bytes()));
  call.add_header("accept-ranges", "none");
  google::api::HttpBody message;
  message.set_content_type(std::string(ContentTypeOf(opened.content)));
  const int64_t end = EndOf(request.offset_bytes(), request.limit_bytes(), file.size_bytes());
  int64_t offset = request.offset_bytes();
  do {
    const auto piece = static_cast<size_t>(std::min<int64_t>(PieceAt(offset, request.offset_bytes()), end - offset));
    MW_RETURN_IF_ERROR(reader->Read(offset, piece, *message.mutable_data()));
    if (message.data().size() != piece) return absl::DataLossError("a file is shorter than it was");
    offset += static_cast<int64_t>(piece);
    if (!stream.Write(message) || call.cancelled()) return absl::CancelledError("the client is gone");
  } while (offset < end);
  return absl::OkStatus();
}

absl::Status DownloadsHandlers::ExportProject(const CallInfo& call, const v1::ExportProjectRequest& request,
                                              StreamWriter<google::api::HttpBody>& stream) {
  std::vector<FileRow> rows;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.name()));
    MW_ASSIGN_OR_RETURN(rows, FileStore::Current(reader, project.id));
    MW_ASSIGN_OR_RETURN(const KeptFiles kept, context_.access.KeptFrom(reader, call, project.id));
    std::erase_if(rows, [&](const FileRow& row) { return kept.Has(row); });
    return absl::OkStatus();
  }));
  std::vector<ArchiveSource> sources;
  for (const FileRow& row : rows) {
    MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> blob, context_.blobs.OpenBlob(row.sha256));
    sources.push_back({row.file_name, std::move(blob)});
  }
  const std::string path = context_.blobs.TemporaryPath();
  MW_RETURN_IF_ERROR(WriteArchive(path, std::move(sources)));
  std::ifstream archive(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<int64_t>(archive.tellg());
  archive.seekg(0);
  // Open, it stays readable; nothing is left when the stream breaks.
  std::filesystem::remove(path);
  call.add_header("content-disposition", ContentDisposition("project.zip"));
  call.add_header("x-size-bytes", absl::StrCat(size));
  google::api::HttpBody message;
  message.set_content_type("application/zip");
  std::string piece(kBlobPieceBytes, '\0');
  do {
    archive.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    message.set_data(piece.data(), static_cast<size_t>(archive.gcount()));
    if (!stream.Write(message) || call.cancelled()) return absl::CancelledError("the client is gone");
  } while (archive);
  return absl::OkStatus();
}

}  // namespace millwright::files
