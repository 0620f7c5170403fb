// The XML of a 3MF model, without the package around it.
#include <cstdlib>

#include "services/files/domain/mesh/threemf/model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  millwright::files::FindingList findings;
  millwright::files::ModelParser parser("/3D/3dmodel.model", findings);
  parser.Feed(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!parser.Finish()) return 0;
  const millwright::files::Model model = parser.Take();
  for (const auto& [id, object] : model.objects) {
    for (const auto& triangle : object.triangles) {
      for (const uint32_t corner : triangle) {
        if (corner >= object.vertices.size()) abort();
      }
    }
  }
  return 0;
}
