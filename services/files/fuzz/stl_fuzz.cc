#include "services/files/fuzz/mesh_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  millwright::files::AnalyseMeshInput(data, size, "x.stl", /*in_pieces=*/true);
  return 0;
}
