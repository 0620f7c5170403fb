// Writes ZIP archives for tests, also wrongly on purpose: entries are stored or deflated as asked, names are taken as
// they are.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_ZIP_WRITER_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_ZIP_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/files/testing/mesh_shapes.h"

namespace millwright::files::testing {

struct ZipEntry {
  std::string name = {}, content = {};
  bool deflate = true;
  bool encrypted = false;                                 // sets the flag; the bytes stay plain
  std::optional<uint32_t> announced_size = std::nullopt;  // unpacked, instead of the true one
};
std::string MakeZip(const std::vector<ZipEntry>& entries);

// A 3MF package of one object per mesh, each built once where it is.
std::string ThreeMf(const std::vector<Mesh>& meshes, const std::string& unit = "millimeter");
// A 3MF package around the XML of its model.
std::string ThreeMfOf(const std::string& model_xml);
// "<mesh>...</mesh>", vertices shared.
std::string MeshXml(const Mesh& mesh);

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_ZIP_WRITER_H_
