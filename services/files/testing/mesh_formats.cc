#include "services/files/testing/mesh_formats.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::files::testing {
namespace {

template <class T>
void Put(std::string& out, T value, PlyForm form) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  if (form == PlyForm::kBigEndian) std::reverse(bytes, bytes + sizeof(T));
  out.append(bytes, sizeof(T));
}

}  // namespace

IndexedMesh Indexed(const Mesh& mesh) {
  IndexedMesh indexed;
  std::map<std::array<double, 3>, uint32_t> numbers;
  for (const Triangle& t : mesh) {
    std::array<uint32_t, 3> corners;
    for (int i = 0; i < 3; ++i) {
      const Vec3& p = t.corner[i];
      const auto [at, added] =
          numbers.emplace(std::array<double, 3>{p.x, p.y, p.z}, static_cast<uint32_t>(numbers.size()));
      if (added) indexed.vertices.push_back(p);
      corners[i] = at->second;
    }
    indexed.triangles.push_back(corners);
  }
  return indexed;
}

std::string Obj(const Mesh& mesh) {
  const IndexedMesh indexed = Indexed(mesh);
  std::string text = "# millwright\no part\n";
  for (const Vec3& p : indexed.vertices) absl::StrAppendFormat(&text, "v %.17g %.17g %.17g\n", p.x, p.y, p.z);
  for (const auto& t : indexed.triangles) absl::StrAppend(&text, "f ", t[0] + 1, " ", t[1] + 1, " ", t[2] + 1, "\n");
  return text;
}

std::string Ply(const Mesh& mesh, PlyForm form) {
  const IndexedMesh indexed = Indexed(mesh);
  const char* names[] = {"ascii", "binary_little_endian", "binary_big_endian"};
  std::string out =
      absl::StrCat("ply\nformat ", names[static_cast<int>(form)], " 1.0\nelement vertex ", indexed.vertices.size(),
                   "\nproperty double x\nproperty double y\nproperty double z\n", "element face ",
                   indexed.triangles.size(), "\nproperty list uchar uint vertex_indices\nend_header\n");
  for (const Vec3& p : indexed.vertices) {
    if (form == PlyForm::kAscii) {
      absl::StrAppendFormat(&out, "%.17g %.17g %.17g\n", p.x, p.y, p.z);
    } else {
      for (const double c : {p.x, p.y, p.z}) Put(out, c, form);
    }
  }
  for (const auto& t : indexed.triangles) {
    if (form == PlyForm::kAscii) {
      absl::StrAppend(&out, "3 ", t[0], " ", t[1], " ", t[2], "\n");
    } else {
      Put(out, uint8_t{3}, form);
      for (const uint32_t corner : t) Put(out, corner, form);
    }
  }
  return out;
}

}  // namespace millwright::files::testing
