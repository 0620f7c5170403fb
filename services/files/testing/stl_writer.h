// Writes meshes as STL, also wrongly on purpose.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_STL_WRITER_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_STL_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "services/files/testing/mesh_shapes.h"

namespace millwright::files::testing {

struct BinaryStlOptions {
  std::string header = "millwright";             // cut or padded with zeros to 80 bytes
  std::optional<uint32_t> count = std::nullopt;  // instead of the true one
};
std::string BinaryStl(const Mesh& mesh, const BinaryStlOptions& options = {});

struct AsciiStlOptions {
  std::string name = "part";
  std::string line_end = "\n";
  bool upper_case = false;
  bool final_newline = true;
  bool end = true;                      // "endsolid"
  std::string number_format = "%.17g";  // one double, printf
};
std::string AsciiStl(const Mesh& mesh, const AsciiStlOptions& options = {});

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_STL_WRITER_H_
