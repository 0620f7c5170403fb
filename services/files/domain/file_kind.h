// What a file is, by its content; and whether its suffix says the same (file-rules, section 3).
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_KIND_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_KIND_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"

namespace millwright::files {

enum class FileKind {
  kUnknown,
  kEmpty,
  kStl,
  kObj,
  kPly,
  k3mf,
  kStep,
  kIges,
  kDxf,
  kBinaryDxf,
  kDwg,
  kConstructionInfo,
  kModelInfo,
  kDentalProject,
  k3ShapeOrder,
  kXml,
  kPdf,
  kImage,
  kZip,
  kExecutable,
  kText,
};
absl::string_view NameOf(FileKind kind);

// How many leading bytes DetectKind wants to see (fewer if the file is shorter).
inline constexpr size_t kKindDetectionBytes = 4096;

// By the first bytes and the size. A mesh or info file too broken to be recognised is kUnknown or kText; see
// EffectiveKind.
FileKind DetectKind(absl::string_view head, int64_t size);

// What the suffix claims; kUnknown for suffixes that say nothing.
FileKind ClaimedKind(absl::string_view name);

// The kind to analyse a file as: its content if that is recognised, else what its name claims, so that findings explain
// what is wrong with it.
FileKind EffectiveKind(FileKind content, absl::string_view name);

// A finding if the content is one thing and the suffix says another.
std::optional<Finding> JudgeSuffix(FileKind content, absl::string_view name);

inline bool IsMesh(FileKind kind) {
  return kind == FileKind::kStl || kind == FileKind::kObj || kind == FileKind::kPly || kind == FileKind::k3mf;
}
// Models with exact surfaces, read by mw_cad_worker.
inline bool IsCad(FileKind kind) { return kind == FileKind::kStep || kind == FileKind::kIges; }
// What has a volume, if all is well.
inline bool IsBody(FileKind kind) { return IsMesh(kind) || IsCad(kind); }
// .dentalProject, .3ox, ImplantDirectionPosition_<n>.xml: read by info/order_file.h.
bool IsOrderFile(FileKind kind, absl::string_view name);
inline bool IsInfo(FileKind kind) { return kind == FileKind::kConstructionInfo || kind == FileKind::kModelInfo; }

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_FILE_KIND_H_
