#include "services/files/testing/stl_writer.h"

#include <cstdio>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace millwright::files::testing {

std::string BinaryStl(const Mesh& mesh, const BinaryStlOptions& options) {
  std::string out = options.header.substr(0, 80);
  out.resize(80, '\0');
  const uint32_t count = options.count.value_or(static_cast<uint32_t>(mesh.size()));
  out.append(reinterpret_cast<const char*>(&count), sizeof(count));
  out.reserve(84 + mesh.size() * 50);
  for (const Triangle& t : mesh) {
    const Vec3 n = Cross(t.corner[1] - t.corner[0], t.corner[2] - t.corner[0]);
    const double length = Length(n) > 0 ? Length(n) : 1;
    float record[12] = {static_cast<float>(n.x / length), static_cast<float>(n.y / length),
                        static_cast<float>(n.z / length)};
    for (int i = 0; i < 3; ++i) {
      record[3 + i * 3] = static_cast<float>(t.corner[i].x);
      record[4 + i * 3] = static_cast<float>(t.corner[i].y);
      record[5 + i * 3] = static_cast<float>(t.corner[i].z);
    }
    out.append(reinterpret_cast<const char*>(record), sizeof(record));
    out.append(2, '\0');
  }
  return out;
}

std::string AsciiStl(const Mesh& mesh, const AsciiStlOptions& options) {
  auto number = [&](double value) {
    char text[64];
    std::snprintf(text, sizeof(text), options.number_format.c_str(), value);
    return std::string(text);
  };
  auto word = [&](absl::string_view text) {
    return options.upper_case ? absl::AsciiStrToUpper(text) : std::string(text);
  };
  std::string out = absl::StrCat(word("solid "), options.name, options.line_end);
  for (const Triangle& t : mesh) {
    absl::StrAppend(&out, word("  facet normal 0 0 0"), options.line_end, word("    outer loop"), options.line_end);
    for (const Vec3& c : t.corner) {
      absl::StrAppend(&out, word("      vertex "), number(c.x), " ", number(c.y), " ", number(c.z), options.line_end);
    }
    absl::StrAppend(&out, word("    endloop"), options.line_end, word("  endfacet"), options.line_end);
  }
  if (options.end)
    absl::StrAppend(&out, word("endsolid "), options.name, options.final_newline ? options.line_end : "");
  return out;
}

}  // namespace millwright::files::testing
