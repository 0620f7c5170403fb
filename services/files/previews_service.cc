#include "services/files/previews_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/files/blob_access.h"
#include "services/files/convert.h"
#include "services/files/domain/drawing/svg.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/mesh/mesh_file.h"
#include "services/files/domain/preview/mesh_preview.h"
#include "services/files/file_settings.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

View ViewOf(v1::GetPreviewRequest::View view) {
  switch (view) {
    case v1::GetPreviewRequest::VIEW_FRONT:
      return View::kFront;
    case v1::GetPreviewRequest::VIEW_BACK:
      return View::kBack;
    case v1::GetPreviewRequest::VIEW_LEFT:
      return View::kLeft;
    case v1::GetPreviewRequest::VIEW_RIGHT:
      return View::kRight;
    case v1::GetPreviewRequest::VIEW_TOP:
      return View::kTop;
    case v1::GetPreviewRequest::VIEW_BOTTOM:
      return View::kBottom;
    case v1::GetPreviewRequest::VIEW_ISOMETRIC_BACK:
      return View::kIsometricBack;
    default:
      return View::kIsometric;
  }
}

absl::Status NoPreview(const v1::File& file, absl::string_view why) {
  return Error::FailedPrecondition("PREVIEW_NOT_POSSIBLE", absl::StrCat(file.file_name(), " has no preview: ", why))
      .Field("name", "names a file without a preview; meshes and drawings have one")
      .Meta("file_name", file.file_name())
      .Build();
}

}  // namespace

std::optional<PreviewsHandlers::Picture> PreviewsHandlers::DrawMesh(const RandomAccess& mesh, const std::string& name,
                                                                    const v1::GetPreviewRequest& request) {
  BoxOfMesh box;
  if (!ReadTriangles(mesh, name, box) || box.box().empty()) return std::nullopt;
  const int pixels = request.size_pixels() == 0 ? kDefaultPreviewPixels : request.size_pixels();
  MeshPreview preview(box.box(), ViewOf(request.view()), pixels);
  if (!ReadTriangles(mesh, name, preview)) return std::nullopt;
  return Picture{"image/png", EncodePng(preview.Render())};
}

absl::StatusOr<google::api::HttpBody> PreviewsHandlers::GetPreview(const CallInfo& call,
                                                                   const v1::GetPreviewRequest& request) {
  MW_ASSIGN_OR_RETURN(const DownloadsHandlers::Opened opened, downloads_.Open(call, request.name()));
  const std::string key = absl::StrCat(opened.file.sha256(), " ", request.view(), " ", request.size_pixels());
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = pictures_.find(key);
  if (found == pictures_.end()) {
    MW_ASSIGN_OR_RETURN(const Picture picture, Draw(opened, request));
    Remember(key, picture);
    found = pictures_.find(key);
  }
  google::api::HttpBody body;
  body.set_content_type(found->second.content_type);
  body.set_data(found->second.bytes);
  return body;
}

absl::StatusOr<PreviewsHandlers::Picture> PreviewsHandlers::Draw(const DownloadsHandlers::Opened& opened,
                                                                 const v1::GetPreviewRequest& request) const {
  const v1::File& file = opened.file;
  if (file.size_bytes() > kMaxFileBytes) return NoPreview(file, absl::StrCat("it has more than ", kMaxFileBytes, " bytes"));
  const FileKind kind = EffectiveKind(opened.content, file.file_name());
  if (kind == FileKind::kDxf) return DrawDrawing(file);
  if (IsCad(kind)) return DrawCad(file, kind, request);
  if (!IsMesh(kind)) return NoPreview(file, absl::StrCat("it is of kind ", NameOf(kind)));
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, context_.blobs.OpenBlob(file.sha256()));
  const BlobAccess access(*blob);
  std::optional<Picture> picture = DrawMesh(access, file.file_name(), request);
  if (!access.status().ok()) return access.status();
  if (!picture.has_value()) return NoPreview(file, "no triangle in it can be read");
  return *std::move(picture);
}

absl::StatusOr<PreviewsHandlers::Picture> PreviewsHandlers::DrawCad(const v1::File& file, FileKind kind,
                                                                    const v1::GetPreviewRequest& request) const {
  if (context_.cad == nullptr) return NoPreview(file, WhyNot(CadResult::Outcome::kNoProgram));
  CadLimits limits = context_.cad->limits();
  limits.wall = std::min(limits.wall, kCadPreviewTime);
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, context_.blobs.OpenBlob(file.sha256()));
  MW_ASSIGN_OR_RETURN(const CadResult result,
                      context_.cad->Run(kind, blob->fd(), file.size_bytes(), /*mesh=*/true, limits));
  if (!result.measured()) return NoPreview(file, WhyNot(result.outcome));
  std::optional<Picture> picture;
  if (result.mesh != nullptr) picture = DrawMesh(*result.mesh, file.file_name() + ".ply", request);
  if (!picture.has_value()) return NoPreview(file, "no surface in it can be drawn");
  return *std::move(picture);
}

absl::StatusOr<PreviewsHandlers::Picture> PreviewsHandlers::DrawDrawing(const v1::File& file) const {
  MW_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> blob, context_.blobs.OpenBlob(file.sha256()));
  const BlobAccess access(*blob);
  MW_ASSIGN_OR_RETURN(const LayerNames layers, LayersOf(context_.db, IdsOf(file.name()).company));
  DrawingReport report;
  // Ends join by millimetres: the unit decides which contours are closed.
  const double unit_mm = MillimetresPer(UnitOf(file.unit()));
  if (!AnalyseDrawing(access, file.file_name(), unit_mm, layers, report)) return access.status();
  Picture picture{"image/svg+xml", DrawSvg(report)};
  if (picture.bytes.empty()) return NoPreview(file, "nothing in it can be drawn, or it has too many lines");
  return picture;
}

void PreviewsHandlers::Remember(const std::string& key, const Picture& picture) {
  pictures_[key] = picture;
  order_.push_back(key);
  remembered_ += picture.bytes.size();
  while (remembered_ > kRememberedBytes && order_.size() > 1) {
    const auto oldest = pictures_.find(order_.front());
    remembered_ -= oldest->second.bytes.size();
    pictures_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace millwright::files
