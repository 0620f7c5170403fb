// RPCs that give files out: metadata, lists, and bytes in chunks or as a plain HTTP answer.
#ifndef MILLWRIGHT_SERVICES_FILES_DOWNLOADS_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_DOWNLOADS_SERVICE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "google/api/httpbody.pb.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/domain/file_kind.h"
#include "services/files/files_context.h"

namespace millwright::files {

class DownloadsHandlers {
 public:
  explicit DownloadsHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::File> GetFile(const CallInfo& call, const v1::GetFileRequest& request);
  absl::StatusOr<v1::ListFilesResponse> ListFiles(const CallInfo& call, const v1::ListFilesRequest& request);
  absl::Status DownloadFile(const CallInfo& call, const v1::DownloadFileRequest& request,
                            StreamWriter<v1::DownloadFileResponse>& stream);
  absl::Status StreamRawDownload(const CallInfo& call, const v1::StreamRawDownloadRequest& request,
                                 StreamWriter<google::api::HttpBody>& stream);
  absl::Status ExportProject(const CallInfo& call, const v1::ExportProjectRequest& request,
                             StreamWriter<google::api::HttpBody>& stream);

  // Decides whether the bytes may go out and which: those of the file, or of its shared copy. Writes the access of a
  // grantee down.
  struct Opened {
    v1::File file;  // as the caller sees it; its hash names the bytes
    FileKind content = FileKind::kUnknown;
  };
  absl::StatusOr<Opened> Open(const CallInfo& call, const std::string& name);

 private:
  FilesContext& context_;
};

// RFC 6266, with the name in ASCII and, where that differs, in UTF-8 (RFC 8187).
std::string ContentDisposition(absl::string_view file_name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOWNLOADS_SERVICE_H_
