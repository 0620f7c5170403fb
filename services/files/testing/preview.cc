// mw_preview FILE VIEW PIXELS OUT.png: draws a mesh as GetPreview does. VIEW is 0 (isometric) to 7, in the order of
// preview/mesh_preview.h.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "services/files/domain/mesh/mesh_file.h"
#include "services/files/domain/preview/mesh_preview.h"
#include "services/files/testing/open_file.h"

using namespace millwright::files;  // NOLINT: a program of one file

int main(int argc, char** argv) {
  const int view = argc == 5 ? std::atoi(argv[2]) : -1;
  if (view < 0 || view > 7) {
    std::fprintf(stderr, "usage: mw_preview FILE VIEW PIXELS OUT.png\n");
    return 2;
  }
  const testing::OpenFile file(argv[1]);
  BoxOfMesh box;
  if (!file.ok() || !ReadTriangles(file, argv[1], box)) {
    std::perror(argv[1]);
    return 1;
  }
  MeshPreview preview(box.box(), static_cast<View>(view), std::atoi(argv[3]));
  ReadTriangles(file, argv[1], preview);
  std::ofstream(argv[4], std::ios::binary) << EncodePng(preview.Render());
  return 0;
}
