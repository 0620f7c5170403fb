#include "services/files/domain/mesh/mesh_file.h"

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "services/files/domain/mesh/mesh_reader.h"
#include "services/files/domain/mesh/threemf/reader.h"

namespace millwright::files {

bool IsPackage(absl::string_view head, absl::string_view name, int64_t size) {
  const bool zip = absl::StartsWith(head, "PK\x03\x04");
  return zip && (DetectMeshFormat(head, size) == MeshFormat::k3mf || ClaimedMeshFormat(name, head) == MeshFormat::k3mf);
}

bool ReadTriangles(const RandomAccess& file, absl::string_view name, TriangleSink& sink) {
  constexpr size_t kPieceBytes = 256 * 1024;
  std::vector<char> buffer(kPieceBytes);
  FindingList findings;
  std::unique_ptr<MeshReader> reader;
  int64_t at = 0, n = 0;
  while ((n = file.Read(at, buffer.size(), buffer.data())) > 0) {
    const absl::string_view piece(buffer.data(), static_cast<size_t>(n));
    if (at == 0 && IsPackage(piece, name, file.size())) {
      ThreeMfReader(file).Read(sink, findings);
      return true;
    }
    if (at == 0) {
      const MeshFormat format = DetectMeshFormat(piece, file.size());
      reader = MakeMeshReader(format == MeshFormat::kNone ? ClaimedMeshFormat(name, piece) : format, file.size());
      if (reader == nullptr) return true;
    }
    reader->Feed(piece, sink, findings);
    at += n;
  }
  if (reader != nullptr) reader->Finish(sink, findings);
  return n == 0;
}

}  // namespace millwright::files
