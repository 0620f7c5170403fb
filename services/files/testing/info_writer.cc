#include "services/files/testing/info_writer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/info/fdi.h"

namespace millwright::files::testing {
namespace {

std::string Escape(absl::string_view text) { return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}}); }

std::string Leaf(absl::string_view name, absl::string_view text) {
  return absl::StrCat("<", name, ">", Escape(text), "</", name, ">\n");
}

std::string Optional(absl::string_view name, absl::string_view text) { return text.empty() ? "" : Leaf(name, text); }

std::string Vector(absl::string_view name, const Vec3& v) {
  return absl::StrFormat("<%s><x>%.17g</x><y>%.17g</y><z>%.17g</z></%s>\n", name, v.x, v.y, v.z, name);
}

std::string Bool(bool value) { return value ? "true" : "false"; }

std::string ToothXml(const TestTooth& tooth) {
  std::string xml = "<Tooth>\n";
  absl::StrAppend(&xml, Optional("Number", tooth.number), Optional("ReconstructionType", tooth.type));
  if (!tooth.parameters.empty()) {
    absl::StrAppend(&xml, "<ParametersUsed>\n");
    for (const auto& [type, value] : tooth.parameters) {
      absl::StrAppend(&xml, "<Parameter>", Leaf("Value", value), "<MinValue>NaN</MinValue>",
                      "<StepSize xsi:nil=\"true\" />", Leaf("Type", type), "</Parameter>\n");
    }
    absl::StrAppend(&xml, "</ParametersUsed>\n");
  }
  absl::StrAppend(&xml, Optional("ImplantType", tooth.implant_type));
  if (tooth.connected.has_value()) absl::StrAppend(&xml, Leaf("IsConnectToMesialNeighbor", Bool(*tooth.connected)));
  if (!tooth.margin.empty()) {
    absl::StrAppend(&xml, "<Margin>\n");
    for (const Vec3& point : tooth.margin) absl::StrAppend(&xml, Vector("Vec3", point));
    absl::StrAppend(&xml, "</Margin>\n");
  }
  if (tooth.screw_channel) {
    absl::StrAppend(&xml, Vector("ScrewChannelStart", {0, 0, 5}), Vector("ScrewChannelEnd", {0, 0, 0}));
  }
  if (tooth.axis.has_value()) absl::StrAppend(&xml, Vector("Axis", *tooth.axis));
  absl::StrAppend(&xml, Optional("MatrixImplantGeometryTargetOutputConstructionFile", tooth.implant_target),
                  Optional("ImplantLibraryEntryDescriptor", tooth.implant_library), Optional("ToothColor", tooth.shade),
                  tooth.extra, "</Tooth>\n");
  return xml;
}

std::string PartXml(const TestPart& part) {
  std::string xml = "<ConstructionFile>\n";
  absl::StrAppend(&xml, Optional("Filename", part.filename), Optional("Material", part.material),
                  Optional("MaterialColor", part.color), Optional("Height", part.height),
                  Optional("FileHashSHA1", part.sha1), Optional("FileHashSHA256", part.sha256), "<ToothNumbers>\n");
  for (const std::string& tooth : part.teeth) absl::StrAppend(&xml, Leaf("int", tooth));
  absl::StrAppend(&xml, "</ToothNumbers>\n", Optional("PartType", part.part_type));
  if (part.screw_retained.has_value()) absl::StrAppend(&xml, Leaf("IsScrewRetained", Bool(*part.screw_retained)));
  absl::StrAppend(&xml, part.extra, "</ConstructionFile>\n");
  return xml;
}

std::string Styled(std::string body, const InfoStyle& style) {
  std::string xml =
      absl::StrCat(style.declaration, "\n<", style.root, style.root_attributes, ">\n", body, "</", style.root, ">\n");
  if (style.line_end != "\n") xml = absl::StrReplaceAll(xml, {{"\n", style.line_end}});
  return absl::StrCat(style.byte_order_mark ? "\xEF\xBB\xBF" : "", xml);
}

}  // namespace

std::string ConstructionInfoXml(const TestCase& c, const InfoStyle& style) {
  std::string body = "<Teeth>\n";
  for (const TestTooth& tooth : c.teeth) absl::StrAppend(&body, ToothXml(tooth));
  absl::StrAppend(&body, "</Teeth>\n", Optional("SaveTime", c.save_time), Optional("ProjectGUID", c.project_guid),
                  Leaf("EncryptedOutput", Bool(c.encrypted)), "<ScanFiles>\n");
  for (const std::string& scan : c.scans) absl::StrAppend(&body, "<ScanFile>", Leaf("FileName", scan), "</ScanFile>\n");
  absl::StrAppend(&body, "</ScanFiles>\n<ConstructionFileList>\n");
  for (const TestPart& part : c.parts) absl::StrAppend(&body, PartXml(part));
  absl::StrAppend(&body, "</ConstructionFileList>\n", c.extra,
                  Leaf("ConstructionFileCount", c.count.value_or(absl::StrCat(c.parts.size()))));
  return Styled(std::move(body), style);
}

std::string ModelInfoXml(const std::vector<TestModelPart>& parts, const std::string& root) {
  std::string body = "<ModelFileList>\n";
  for (const TestModelPart& part : parts) {
    absl::StrAppend(&body, "<ModelFile>", Leaf("Filename", part.filename), Leaf("PartType", part.part_type),
                    Leaf("Jaw", part.jaw), "</ModelFile>\n");
  }
  absl::StrAppend(&body, "</ModelFileList>\n");
  return Styled(std::move(body), {.root = root});
}

std::string Utf16(const std::string& utf8, bool big_endian) {
  std::string out;
  auto put = [&](uint32_t c) {
    const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xFF);
    out.push_back(big_endian ? high : low);
    out.push_back(big_endian ? low : high);
  };
  put(0xFEFF);
  for (size_t i = 0; i < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    const int size = first < 0x80 ? 1 : first < 0xE0 ? 2 : 3;
    uint32_t c = size == 1 ? first : first & (size == 2 ? 0x1F : 0x0F);
    for (int k = 1; k < size; ++k) c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3F);
    put(c);
    i += size;
  }
  return out;
}

TestCase Bridge(const std::vector<int>& teeth, const std::vector<int>& pontics, const std::string& material) {
  TestCase c;
  c.teeth.clear();
  c.parts = {TestPart{.filename = "bridge_cad.stl", .material = material, .teeth = {}, .part_type = "Bridge"}};
  for (const int number : teeth) {
    const bool pontic = std::find(pontics.begin(), pontics.end(), number) != pontics.end();
    const bool joined = std::find(teeth.begin(), teeth.end(), MesialNeighbour(number)) != teeth.end();
    c.teeth.push_back(TestTooth{.number = absl::StrCat(number),
                                .type = pontic ? "AnatomicPontic" : "AnatomicCrown",
                                .connected = joined,
                                .parameters = {{"MinThickness", "0.6"}, {"ConnectorArea", "9"}}});
    c.parts[0].teeth.push_back(absl::StrCat(number));
  }
  return c;
}

std::vector<Vec3> RoundMargin(int points, double radius) {
  std::vector<Vec3> margin;
  for (int i = 0; i < points; ++i) {
    const double angle = 2 * std::numbers::pi * i / points;
    margin.push_back({radius * std::cos(angle), radius * std::sin(angle), 0.1 * std::sin(3 * angle)});
  }
  return margin;
}

}  // namespace millwright::files::testing
