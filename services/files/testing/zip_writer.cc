#include "services/files/testing/zip_writer.h"

#include <zlib.h>

#include <array>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::files::testing {
namespace {

template <class T>
void Put(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

std::string Deflated(const std::string& content) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);  // raw, as ZIP has it
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// What the local header and the central directory have in common, from "version needed" to the length of the name.
std::string CommonFields(const ZipEntry& entry, const std::string& packed) {
  std::string fields;
  Put<uint16_t>(fields, 20);
  Put<uint16_t>(fields, entry.encrypted ? 1 : 0);
  Put<uint16_t>(fields, entry.deflate ? 8 : 0);
  Put<uint32_t>(fields, 0x00210000);  // 1980-01-01
  Put<uint32_t>(fields, static_cast<uint32_t>(
                            crc32(0, reinterpret_cast<const Bytef*>(entry.content.data()), entry.content.size())));
  Put<uint32_t>(fields, static_cast<uint32_t>(packed.size()));
  Put<uint32_t>(fields, entry.announced_size.value_or(static_cast<uint32_t>(entry.content.size())));
  Put<uint16_t>(fields, static_cast<uint16_t>(entry.name.size()));
  return fields;
}

constexpr char kTypes[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "content-types\"><Default Extension=\"model\" "
    "ContentType=\"application/vnd.ms-package.3dmanufacturing-3dmodel+xml\"/>"
    "</Types>";
constexpr char kRelationships[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "relationships\"><Relationship Id=\"r\" Target=\"/3D/3dmodel.model\" Type=\"http://schemas.microsoft.com/"
    "3dmanufacturing/2013/01/3dmodel\"/></Relationships>";

}  // namespace

std::string MakeZip(const std::vector<ZipEntry>& entries) {
  std::string zip, directory;
  for (const ZipEntry& entry : entries) {
    const std::string packed = entry.deflate ? Deflated(entry.content) : entry.content;
    const std::string fields = CommonFields(entry, packed);
    Put<uint32_t>(directory, 0x02014b50);
    Put<uint16_t>(directory, 20);
    directory += fields;
    Put<uint16_t>(directory, 0);  // extra
    Put<uint16_t>(directory, 0);  // comment
    Put<uint16_t>(directory, 0);  // disk
    Put<uint16_t>(directory, 0);  // internal attributes
    Put<uint32_t>(directory, 0);  // external attributes
    Put<uint32_t>(directory, static_cast<uint32_t>(zip.size()));
    directory += entry.name;
    Put<uint32_t>(zip, 0x04034b50);
    zip += fields;
    Put<uint16_t>(zip, 0);
    zip += entry.name + packed;
  }
  const auto begin = static_cast<uint32_t>(zip.size());
  zip += directory;
  Put<uint32_t>(zip, 0x06054b50);
  Put<uint32_t>(zip, 0);
  Put<uint16_t>(zip, static_cast<uint16_t>(entries.size()));
  Put<uint16_t>(zip, static_cast<uint16_t>(entries.size()));
  Put<uint32_t>(zip, static_cast<uint32_t>(directory.size()));
  Put<uint32_t>(zip, begin);
  Put<uint16_t>(zip, 0);
  return zip;
}

std::string MeshXml(const Mesh& mesh) {
  std::map<std::array<double, 3>, size_t> numbers;
  std::string vertices, triangles;
  for (const Triangle& t : mesh) {
    size_t corner[3];
    for (int i = 0; i < 3; ++i) {
      const Vec3& p = t.corner[i];
      const auto [at, added] = numbers.emplace(std::array<double, 3>{p.x, p.y, p.z}, numbers.size());
      corner[i] = at->second;
      if (added) absl::StrAppendFormat(&vertices, "<vertex x=\"%.17g\" y=\"%.17g\" z=\"%.17g\"/>", p.x, p.y, p.z);
    }
    absl::StrAppend(&triangles, "<triangle v1=\"", corner[0], "\" v2=\"", corner[1], "\" v3=\"", corner[2], "\"/>");
  }
  return absl::StrCat("<mesh><vertices>", vertices, "</vertices><triangles>", triangles, "</triangles></mesh>");
}

std::string ThreeMf(const std::vector<Mesh>& meshes, const std::string& unit) {
  std::string xml = absl::StrCat("<?xml version=\"1.0\"?><model unit=\"", unit,
                                 "\" xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\"><resources>");
  std::string build;
  for (size_t i = 0; i < meshes.size(); ++i) {
    absl::StrAppend(&xml, "<object id=\"", i + 1, "\" type=\"model\">", MeshXml(meshes[i]), "</object>");
    absl::StrAppend(&build, "<item objectid=\"", i + 1, "\"/>");
  }
  return ThreeMfOf(absl::StrCat(xml, "</resources><build>", build, "</build></model>"));
}

std::string ThreeMfOf(const std::string& model_xml) {
  return MakeZip({{.name = "[Content_Types].xml", .content = kTypes},
                  {.name = "_rels/.rels", .content = kRelationships},
                  {.name = "3D/3dmodel.model", .content = model_xml}});
}

}  // namespace millwright::files::testing
