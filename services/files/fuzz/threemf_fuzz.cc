// The whole package. What is inside its deflated parts is better reached by threemf_model.
#include "services/files/fuzz/mesh_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  millwright::files::AnalyseMeshInput(data, size, "x.3mf", /*in_pieces=*/false);
  return 0;
}
