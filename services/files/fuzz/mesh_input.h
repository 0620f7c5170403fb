// What the fuzz targets of mesh formats have in common: the whole analysis, and that pieces make no difference.
#ifndef MILLWRIGHT_SERVICES_FILES_FUZZ_MESH_INPUT_H_
#define MILLWRIGHT_SERVICES_FILES_FUZZ_MESH_INPUT_H_

#include <cstdlib>
#include <string>

#include "services/files/domain/mesh/analysis.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/domain/preview/mesh_preview.h"

namespace millwright::files {

inline void AnalyseMeshInput(const uint8_t* data, size_t size, const std::string& name, bool in_pieces) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr HashKey kKey{1, 2, 3};
  MeshAnalysis whole({.size = static_cast<int64_t>(size), .name = name, .exact = true, .key = kKey});
  if (!whole.Read(MemoryAccess(bytes))) abort();
  const MeshReport report = std::move(whole).Finish();
  Quantise(report, LengthUnit::kMillimetre);
  // A volume is only stated for a mesh that is closed, and then all that is told of it is finite or left out.
  if (report.volume().has_value() && (report.topology->open_edges != 0 || report.measured.not_finite != 0)) abort();
  if (!in_pieces) return;
  MeshAnalysis pieces(
      {.size = static_cast<int64_t>(size), .name = name, .exact = true, .solid_facts = false, .key = kKey});
  for (size_t at = 0; at < size; at += 7) pieces.Feed(bytes.substr(at, 7));
  const MeshReport same = std::move(pieces).Finish();
  if (same.measured.triangles != report.measured.triangles || same.verdict() != report.verdict()) abort();
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FUZZ_MESH_INPUT_H_
