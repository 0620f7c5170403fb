// GetPreview: a picture of a file, for everybody who may read the file. Rendered when asked and remembered for a while
// in memory, by the content of the file; nothing about a file is kept on disk beside it.
//
// Thread-safety: any thread; one picture is drawn at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_PREVIEWS_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_PREVIEWS_SERVICE_H_

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/random_access.h"
#include "services/files/downloads_service.h"
#include "services/files/files_context.h"

namespace millwright::files {

class PreviewsHandlers {
 public:
  static constexpr int64_t kMaxFileBytes = int64_t{256} << 20;  // larger files have no preview
  static constexpr absl::Duration kCadPreviewTime = absl::Seconds(20);  // for reading a CAD model
  static constexpr size_t kRememberedBytes = size_t{32} << 20;

  // `downloads` decides who may see a file, and must outlive this.
  PreviewsHandlers(FilesContext& context, DownloadsHandlers& downloads) : context_(context), downloads_(downloads) {}

  absl::StatusOr<google::api::HttpBody> GetPreview(const CallInfo& call, const v1::GetPreviewRequest& request);

 private:
  struct Picture {
    std::string content_type, bytes;
  };
  absl::StatusOr<Picture> Draw(const DownloadsHandlers::Opened& opened, const v1::GetPreviewRequest& request) const;
  absl::StatusOr<Picture> DrawCad(const v1::File& file, FileKind kind, const v1::GetPreviewRequest& request) const;
  // nullopt if no triangle can be read.
  static std::optional<Picture> DrawMesh(const RandomAccess& mesh, const std::string& name,
                                         const v1::GetPreviewRequest& request);
  absl::StatusOr<Picture> DrawDrawing(const v1::File& file) const;
  void Remember(const std::string& key, const Picture& picture);

  FilesContext& context_;
  DownloadsHandlers& downloads_;
  std::mutex mutex_;
  std::map<std::string, Picture> pictures_;
  std::list<std::string> order_;  // oldest first
  size_t remembered_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_PREVIEWS_SERVICE_H_
