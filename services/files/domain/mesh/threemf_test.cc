// 3MF: units, components, transforms, other model parts; broken, encrypted and hostile packages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/mesh/analysis.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/domain/mesh/threemf/package.h"
#include "services/files/domain/mesh/threemf/reader.h"
#include "services/files/testing/zip_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;

constexpr char kRels[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" "
    "Target=\"/3D/3dmodel.model\" "
    "Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/></Relationships>";

MeshReport Analyse(const std::string& bytes) {
  MeshAnalysis analysis({.size = static_cast<int64_t>(bytes.size()), .name = "part.3mf", .exact = true});
  EXPECT_TRUE(analysis.Read(MemoryAccess(bytes)));
  return std::move(analysis).Finish();
}

std::vector<Rule> RulesOf(const MeshReport& report) {
  std::vector<Rule> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const MeshReport& report) {
  std::string text;
  for (const Finding& f : report.findings) absl::StrAppend(&text, InfoOf(f.rule).id, ": ", f.message, "\n");
  return text;
}

std::string Model(const std::string& resources, const std::string& build, const std::string& attributes = "") {
  return absl::StrCat("<?xml version=\"1.0\"?><model unit=\"millimeter\" ", attributes,
                      " xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\" "
                      "xmlns:p=\"http://schemas.microsoft.com/3dmanufacturing/production/2015/06\" "
                      "xmlns:b=\"http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02\"><resources>",
                      resources, "</resources><build>", build, "</build></model>");
}

std::string Object(int id, const std::string& content) {
  return absl::StrCat("<object id=\"", id, "\" type=\"model\" name=\"o", id, "\">", content, "</object>");
}

const std::string kCube = MeshXml(MakeBox({1, 2, 3}));

TEST(ThreeMf, UnitsBecomeMillimetres) {
  const std::pair<const char*, double> units[] = {{"micron", 1e-3}, {"millimeter", 1}, {"centimeter", 10},
                                                  {"inch", 25.4},   {"foot", 304.8},   {"meter", 1000}};
  for (const auto& [unit, mm] : units) {
    const MeshReport report = Analyse(ThreeMf({MakeBox({1, 2, 3})}, unit));
    EXPECT_EQ(report.format, MeshFormat::k3mf);
    EXPECT_EQ(report.own_unit_mm, mm) << Text(report);
    ASSERT_TRUE(report.volume().has_value()) << Text(report);
    EXPECT_NEAR(*report.volume() / (6 * mm * mm * mm), 1, 1e-12) << unit;
    // Whatever was stated for the upload.
    EXPECT_EQ(Quantise(report, LengthUnit::kInch)->size_z_um, std::llround(3000 * mm)) << unit;
  }
  EXPECT_THAT(RulesOf(Analyse(ThreeMf({MakeBox({1, 2, 3})}, "furlong"))), Contains(Rule::kMeshSyntax));
}

TEST(ThreeMf, TransformsComponentsAndMirrors) {
  const std::string resources =
      Object(1, kCube) +
      Object(2,
             "<components><component objectid=\"1\"/>"
             "<component objectid=\"1\" transform=\"-1 0 0 0 1 0 0 0 1 -5 0 0\"/></components>") +
      Object(3, "<components><component objectid=\"2\" transform=\"2 0 0 0 2 0 0 0 2 0 100 0\"/></components>");
  const MeshReport report = Analyse(ThreeMfOf(
      Model(resources, "<item objectid=\"3\"/><item objectid=\"1\" transform=\"0 1 0 -1 0 0 0 0 1 0 0 50\"/>")));
  ASSERT_TRUE(report.volume().has_value()) << Text(report);
  EXPECT_NEAR(*report.volume(), 2 * 8 * 6 + 6, 1e-9);  // two cubes doubled in size, one turned
  EXPECT_EQ(report.topology->shells, 3);
  EXPECT_EQ(report.topology->negative_shells, 0);
  EXPECT_EQ(report.solids, (std::vector<std::string>{"o3", "o1"}));
  EXPECT_DOUBLE_EQ(report.measured.box.min.x, -12);  // mirrored, moved by -5 and doubled
  EXPECT_DOUBLE_EQ(report.measured.box.max.z, 53);
}

TEST(ThreeMf, ObjectsOfOtherModelPartsAndOddStartParts) {
  const std::string start = Model("", "<item objectid=\"7\" p:path=\"/3D/Objects/Object_1.model\"/>");
  const std::string other = Model(Object(7, kCube), "");
  const MeshReport report = Analyse(MakeZip({{.name = "_rels/.rels", .content = kRels},
                                             {.name = "3D/3DModel.model", .content = start},
                                             {.name = "3D/Objects/object_1.model", .content = other}}));
  ASSERT_TRUE(report.volume().has_value()) << Text(report);
  EXPECT_NEAR(*report.volume(), 6, 1e-12);
}

TEST(ThreeMf, SupportIsNoPart) {
  const std::string resources = Object(1, kCube) + "<object id=\"2\" type=\"support\">" + kCube + "</object>";
  const MeshReport report = Analyse(ThreeMfOf(Model(resources, "<item objectid=\"1\"/><item objectid=\"2\"/>")));
  EXPECT_EQ(report.measured.triangles, 12);
}

// Nothing that has a shape and is not read is left out in silence, whether or not the writer says that it must be read.
TEST(ThreeMf, ShapesThatAreNotRead) {
  const std::string lattice = absl::StrReplaceAll(
      kCube, {{"</mesh>", "<b:beamlattice radius=\"1\" minlength=\"1\"><b:beams><b:beam v1=\"0\" v2=\"7\"/></b:beams>"
                          "</b:beamlattice></mesh>"}});
  const std::string sliced = "<object id=\"1\" xmlns:s=\"http://schemas.microsoft.com/3dmanufacturing/slice/2015/07\" "
                             "s:meshresolution=\"lowres\">" + kCube + "</object>";
  for (const std::string& object : {Object(1, lattice), sliced}) {
    const MeshReport report = Analyse(ThreeMfOf(Model(object, "<item objectid=\"1\"/>")));
    EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshExtension));
    EXPECT_EQ(report.verdict(), Severity::kNeedsConfirmation);
    EXPECT_NEAR(report.volume().value_or(0), 6, 1e-12) << Text(report);
  }
}

TEST(ThreeMf, ElementsOfOtherNamespacesAreNoneOfTheMesh) {
  const std::string decorated = absl::StrReplaceAll(
      kCube, {{"</mesh>", "<deco xmlns=\"http://deco\"><vertices><vertex x=\"9\" y=\"9\" z=\"9\"/></vertices><triangles>"
                          "<triangle v1=\"0\" v2=\"1\" v3=\"2\"/></triangles><mesh/></deco></mesh>"}});
  const MeshReport report = Analyse(ThreeMfOf(Model(Object(1, decorated), "<item objectid=\"1\"/>")));
  EXPECT_NEAR(report.volume().value_or(0), 6, 1e-12) << Text(report);
  EXPECT_EQ(report.measured.triangles, 12);
}

TEST(ThreeMf, AnotherUnitInAnotherModelPart) {
  const std::string start = Model("", "<item objectid=\"7\" p:path=\"/3D/other.model\"/>");
  const std::string inches = absl::StrReplaceAll(Model(Object(7, kCube), ""), {{"millimeter", "inch"}});
  const MeshReport report = Analyse(MakeZip({{.name = "_rels/.rels", .content = kRels},
                                             {.name = "3D/3dmodel.model", .content = start},
                                             {.name = "3D/other.model", .content = inches}}));
  EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshUnitDiffers));
}

// Readers differ in which of two entries with one name they take.
TEST(ThreeMf, TwoEntriesOfOneName) {
  const std::string model = Model(Object(1, kCube), "<item objectid=\"1\"/>");
  for (const char* second : {"3D/3dmodel.model", "3d/3DMODEL.model"}) {
    const MeshReport report = Analyse(MakeZip({{.name = "_rels/.rels", .content = kRels},
                                               {.name = "3D/3dmodel.model", .content = model},
                                               {.name = second, .content = model}}));
    EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshPackage)) << second;
    EXPECT_EQ(report.verdict(), Severity::kBlocking);
  }
}

TEST(ThreeMf, NumbersMayHaveSpaceAroundThem) {
  const std::string spaced = absl::StrReplaceAll(kCube, {{"x=\"", "x=\" "}, {"v1=\"", "v1=\"\n"}});
  const MeshReport report = Analyse(ThreeMfOf(Model(Object(1, spaced), "<item objectid=\"1\"/>")));
  EXPECT_NEAR(report.volume().value_or(0), 6, 1e-12) << Text(report);
}

TEST(ThreeMf, ARequiredExtensionForEncryptedContent) {
  const std::string secure =
      "xmlns:sc=\"http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04\" requiredextensions=\"sc\"";
  const MeshReport report = Analyse(ThreeMfOf(Model(Object(1, kCube), "<item objectid=\"1\"/>", secure)));
  EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshEncrypted));
}

TEST(ThreeMf, SizesThatLie) {
  const std::string whole = ThreeMf({MakeBox({1, 2, 3})});
  for (const int64_t wrong : {int64_t{10}, int64_t{1} << 31}) {
    std::string bytes = whole;
    const size_t entry = bytes.rfind("PK\x01\x02");
    for (int i = 0; i < 4; ++i) bytes[entry + 24 + i] = static_cast<char>(wrong >> (8 * i));
    EXPECT_EQ(Analyse(bytes).verdict(), Severity::kBlocking) << wrong;
  }
}

TEST(ThreeMf, Faults) {
  struct Row {
    const char* name;
    std::string bytes;
    Rule rule;
  };
  const std::string fine = Model(Object(1, kCube), "<item objectid=\"1\"/>");
  const std::string tower = [] {
    std::string resources = Object(1, kCube);
    for (int i = 2; i < 40; ++i) {
      const std::string use = absl::StrCat("<component objectid=\"", i - 1, "\"/>");
      resources += Object(i, absl::StrCat("<components>", use, use, "</components>"));
    }
    return resources;
  }();
  const Row rows[] = {
      {"no zip behind the magic", "PK\x03\x04 3D/3dmodel.model and nothing else", Rule::kMeshPackage},
      {"no relationships", MakeZip({{.name = "3D/3dmodel.model", .content = fine}}), Rule::kMeshPartMissing},
      {"no start part", MakeZip({{.name = "_rels/.rels", .content = kRels}}), Rule::kMeshPartMissing},
      {"object absent", ThreeMfOf(Model(Object(1, kCube), "<item objectid=\"2\"/>")), Rule::kMeshPartMissing},
      {"nothing built", ThreeMfOf(Model(Object(1, kCube), "")), Rule::kMeshNoTriangle},
      {"two objects of one id", ThreeMfOf(Model(Object(1, kCube) + Object(1, kCube), "")), Rule::kMeshSyntax},
      {"index out of range",
       ThreeMfOf(Model(Object(1,
                              "<mesh><vertices><vertex x=\"0\" y=\"0\" z=\"0\"/></vertices><triangles>"
                              "<triangle v1=\"0\" v2=\"1\" v3=\"2\"/></triangles></mesh>"),
                       "<item objectid=\"1\"/>")),
       Rule::kMeshIndexOutOfRange},
      {"decimal comma",
       ThreeMfOf(Model(Object(1, "<mesh><vertices><vertex x=\"0,5\" y=\"0\" z=\"0\"/></vertices></mesh>"), "")),
       Rule::kMeshDecimalComma},
      {"DOCTYPE", ThreeMfOf("<!DOCTYPE model [<!ENTITY a \"b\">]>" + fine), Rule::kMeshSyntax},
      {"another root", ThreeMfOf("<Model/>"), Rule::kMeshSyntax},
      {"eleven numbers",
       ThreeMfOf(Model(Object(1, kCube), "<item objectid=\"1\" transform=\"1 0 0 0 1 0 0 0 1 0 0\"/>")),
       Rule::kMeshSyntax},
      {"an object in itself",
       ThreeMfOf(Model(Object(1, "<components><component objectid=\"1\"/></components>"), "<item objectid=\"1\"/>")),
       Rule::kMeshPackageLimit},
      {"a tower of doublings", ThreeMfOf(Model(tower, "<item objectid=\"30\"/>")), Rule::kMeshPackageLimit},
      {"encrypted entry",
       MakeZip({{.name = "_rels/.rels", .content = kRels},
                {.name = "3D/3dmodel.model", .content = fine, .encrypted = true}}),
       Rule::kMeshEncrypted},
      {"key store",
       MakeZip(
           {{.name = "_rels/.rels",
             .content = "<Relationships><Relationship Target=\"/Secure/keystore.xml\" Type=\"http://schemas.microsoft."
                        "com/3dmanufacturing/2019/04/keystore\"/></Relationships>"},
            {.name = "3D/3dmodel.model", .content = fine}}),
       Rule::kMeshEncrypted},
      {"an extension that is not read",
       ThreeMfOf(Model(Object(1, kCube), "<item objectid=\"1\"/>", "requiredextensions=\"p b\"")),
       Rule::kMeshExtension},
      {"a bomb",
       MakeZip({{.name = "_rels/.rels", .content = kRels},
                {.name = "3D/3dmodel.model", .content = fine + std::string(2 << 20, ' '), .announced_size = 1000}}),
       Rule::kMeshPackageLimit},
      {"NaN",
       ThreeMfOf(Model(Object(1,
                              "<mesh><vertices><vertex x=\"NaN\" y=\"0\" z=\"0\"/><vertex x=\"1\" y=\"0\" z=\"0\"/>"
                              "<vertex x=\"1\" y=\"1\" z=\"0\"/></vertices><triangles>"
                              "<triangle v1=\"0\" v2=\"1\" v3=\"2\"/></triangles></mesh>"),
                       "<item objectid=\"1\"/>")),
       Rule::kMeshNotFinite},
  };
  for (const Row& row : rows) {
    const MeshReport report = Analyse(row.bytes);
    EXPECT_THAT(RulesOf(report), Contains(row.rule)) << row.name << "\n" << Text(report);
    EXPECT_GE(report.verdict(), Severity::kNeedsConfirmation) << row.name;
  }
}

TEST(ThreeMf, NamesThatLeaveTheArchive) {
  const std::string fine = Model(Object(1, kCube), "<item objectid=\"1\"/>");
  for (const char* name : {"../evil", "a/../../b", "/etc/passwd", "C:evil", "..\\evil", "3D/..", ""}) {
    const MeshReport report = Analyse(MakeZip({{.name = "_rels/.rels", .content = kRels},
                                               {.name = "3D/3dmodel.model", .content = fine},
                                               {.name = name, .content = "x"}}));
    EXPECT_THAT(RulesOf(report), Contains(Rule::kMeshEntryName)) << name << "\n" << Text(report);
  }
  EXPECT_EQ(Package::PartName("../../x", "/3D"), "");
  EXPECT_EQ(Package::PartName("../x%20y.model", "/3D"), "/x y.model");
  EXPECT_EQ(Package::PartName("/3D/./x", "/any"), "/3D/x");
}

// At the limit it is read, above it is not.
TEST(ThreeMf, UnpackedBytesAreCountedAsTheyCome) {
  const std::string fine = Model(Object(1, kCube), "<item objectid=\"1\"/>");
  const auto package = [&](size_t padding) {
    return MakeZip({{.name = "_rels/.rels", .content = kRels},
                    {.name = "3D/3dmodel.model", .content = fine + std::string(padding, ' ')}});
  };
  const auto rules = RulesOf(Analyse(package(500'000)));
  EXPECT_THAT(rules, ::testing::Not(Contains(Rule::kMeshPackageLimit)));
  // Nothing but blanks behind the root: the limit of bytes without an element stops it first.
  EXPECT_THAT(RulesOf(Analyse(package(2'000'000))), Contains(Rule::kMeshPackageLimit));
  std::string many;  // a bomb of elements
  while (many.size() < (size_t{80} << 20)) many.append(1 << 16, ' ').append("<metadata/>");
  const std::string bomb = MakeZip({{.name = "_rels/.rels", .content = kRels},
                                    {.name = "3D/3dmodel.model", .content = Model(many + Object(1, kCube), "")}});
  ASSERT_LT(bomb.size() * Package::kUnpackedRatio + Package::kUnpackedBase, many.size());
  EXPECT_THAT(RulesOf(Analyse(bomb)), Contains(Rule::kMeshPackageLimit));
}

// The fast lane and the XML parser must read the same; oddly written elements leave the lane, in any place.
TEST(ThreeMf, HoweverTheElementsAreWritten) {
  const std::string plain = MeshXml(MakeTetrahedron(6));
  const std::string odd[] = {
      plain,
      absl::StrReplaceAll(plain, {{"\"/><", "\" />\r\n  <"}}),
      absl::StrReplaceAll(plain, {{"=\"", "='"}, {"\" ", "' "}, {"\"/", "'/"}}),
      absl::StrReplaceAll(plain, {{"/><vertex", "></vertex><vertex"}}),
      absl::StrReplaceAll(plain, {{"<triangles>", "<triangles><!-- <triangle v1=\"0\" v2=\"1\" v3=\"2\"/> -->"}}),
      absl::StrReplaceAll(plain, {{"<vertices>", "<!-- <vertices> --><vertices>"}}),
      absl::StrReplaceAll(plain, {{"<vertices>", "<vertices >"}, {"<triangles>", "<triangles\n>"}}),
      absl::StrReplaceAll(plain, {{"<triangle v1", "<triangle pid=\"1\" v1"}}),
      absl::StrReplaceAll(plain, {{"v3=\"3\"", "v3=\"3\" p1=\"0\""}}),
      absl::StrReplaceAll(plain, {{"x=\"6\"", "x=\"&#54;\""}}),
  };
  for (const std::string& mesh : odd) {
    const MeshReport report = Analyse(ThreeMfOf(Model(Object(1, mesh), "<item objectid=\"1\"/>")));
    ASSERT_TRUE(report.volume().has_value()) << mesh << Text(report);
    EXPECT_NEAR(*report.volume(), 36, 1e-12) << mesh;
  }
  // In pieces of every size.
  const std::string model = Model(Object(1, odd[1]), "<item objectid=\"1\"/>");
  for (size_t piece = 1; piece < 200; ++piece) {
    FindingList findings;
    ModelParser parser("m", findings);
    for (size_t at = 0; at < model.size(); at += piece) parser.Feed(absl::string_view(model).substr(at, piece));
    ASSERT_TRUE(parser.Finish());
    const millwright::files::Model read = parser.Take();
    EXPECT_EQ(read.objects.at(1).vertices.size(), 4u) << piece;
    EXPECT_EQ(read.objects.at(1).triangles.size(), 4u) << piece;
  }
  const MeshReport cut = Analyse(ThreeMfOf(Model(Object(1, plain.substr(0, plain.size() - 40)), "")));
  EXPECT_THAT(RulesOf(cut), Contains(Rule::kMeshSyntax));
}

TEST(ThreeMf, PackagesOfOfficesAreNone) {
  for (const char* part : {"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"}) {
    const std::string bytes = MakeZip({{.name = "[Content_Types].xml", .content = "<Types/>"},
                                       {.name = "_rels/.rels", .content = "<Relationships/>"},
                                       {.name = part, .content = "<x/>"}});
    EXPECT_EQ(DetectKind(bytes, static_cast<int64_t>(bytes.size())), FileKind::kZip) << part;
  }
}

TEST(ThreeMf, TooManyEntries) {
  std::vector<ZipEntry> entries = {
      {.name = "_rels/.rels", .content = kRels},
      {.name = "3D/3dmodel.model", .content = Model(Object(1, kCube), "<item objectid=\"1\"/>")}};
  while (entries.size() < static_cast<size_t>(Package::kMaxEntries)) {
    entries.push_back({.name = absl::StrCat("m/", entries.size()), .deflate = false});
  }
  EXPECT_TRUE(Analyse(MakeZip(entries)).volume().has_value());
  entries.push_back({.name = "one more", .deflate = false});
  EXPECT_THAT(RulesOf(Analyse(MakeZip(entries))), Contains(Rule::kMeshPackageLimit));
}

TEST(ThreeMf, TruncationAtEveryByteBlocks) {
  const std::string bytes = ThreeMf({MakeTetrahedron(1)});
  ASSERT_EQ(Analyse(bytes).verdict(), Severity::kInformation);
  for (size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(Analyse(bytes.substr(0, size)).verdict(), Severity::kBlocking) << size;
  }
}

TEST(ThreeMf, EveryFlippedByteIsSurvived) {
  const std::string bytes = ThreeMf({MakeTetrahedron(1)});
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    Analyse(broken);
  }
}

TEST(ThreeMf, IsRecognisedBehindOtherEntries) {
  const std::string bytes =
      MakeZip({{.name = "thumbnail.png", .content = std::string(5000, 'x'), .deflate = false},
               {.name = "_rels/.rels", .content = kRels},
               {.name = "3D/3dmodel.model", .content = Model(Object(1, kCube), "<item objectid=\"1\"/>")}});
  const FileKind content = DetectKind(bytes.substr(0, kKindDetectionBytes), static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(EffectiveKind(content, "part.3mf"), FileKind::k3mf);
  EXPECT_FALSE(JudgeSuffix(content, "part.3mf").has_value());
  EXPECT_TRUE(Analyse(bytes).volume().has_value());
}

}  // namespace
}  // namespace millwright::files
