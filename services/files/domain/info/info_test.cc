// Reading info files: every tolerance, every limit, every fault; the real samples where they exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/joints.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/info_values.h"
#include "services/files/domain/info/margin_check.h"
#include "services/files/domain/order_facts.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

InfoReport Read(absl::string_view xml, const std::string& name = "case.constructionInfo", size_t piece = SIZE_MAX,
                const XmlLimits& limits = {}) {
  InfoReader reader({.name = name, .limits = limits});
  for (size_t at = 0; at < xml.size(); at += std::min(piece, xml.size() - at)) reader.Feed(xml.substr(at, piece));
  return std::move(reader).Finish();
}

std::vector<Rule> RulesOf(const InfoReport& report) {
  std::vector<Rule> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const InfoReport& report) {
  std::string text;
  for (const Finding& f : report.findings) absl::StrAppend(&text, InfoOf(f.rule).id, ": ", f.message, "\n");
  return text;
}

TEST(InfoReader, ReadsATooth) {
  TestCase c;
  c.teeth[0].margin = RoundMargin(40);
  c.teeth[0].implant_type = "WithoutAbutment";
  c.teeth[0].screw_channel = true;
  c.teeth[0].shade = "A3";
  c.teeth[0].parameters = {{"MinThickness", "0.6"}, {"ConnectorArea", "9"}, {"Whatever", "abc"}};
  c.scans = {"upper gingival .stl"};
  const InfoReport report = Read(ConstructionInfoXml(c));
  EXPECT_THAT(report.findings, IsEmpty()) << Text(report);
  ASSERT_EQ(report.facts.teeth.size(), 1u);
  const ToothFact& tooth = report.facts.teeth[0];
  EXPECT_EQ(tooth.number, 36);
  EXPECT_EQ(tooth.reconstruction_type, "AnatomicCrown");
  EXPECT_TRUE(tooth.has_implant());
  EXPECT_TRUE(tooth.has_screw_channel);
  EXPECT_EQ(tooth.shade, "A3");
  EXPECT_EQ(tooth.margin.points, 40);
  EXPECT_EQ(tooth.margin.crossing, Crossing::kNone);
  EXPECT_EQ(tooth.parameters.min_thickness, 0.6);
  EXPECT_EQ(tooth.parameters.connector_area, 9);
  ASSERT_EQ(report.facts.parts.size(), 1u);
  EXPECT_EQ(report.facts.parts[0].filename, "part_cad.stl");
  EXPECT_EQ(report.facts.parts[0].height, 10.5);
  EXPECT_THAT(report.facts.parts[0].teeth, ElementsAre(36));
  ASSERT_EQ(report.facts.scans.size(), 1u);
  EXPECT_EQ(report.facts.scans[0].filename, "upper gingival .stl");
  EXPECT_EQ(report.facts.header.construction_file_count, 1);
}

TEST(InfoReader, EveryWayOfWritingGivesTheSame) {
  TestCase c = Bridge({14, 15, 16}, {15});
  c.teeth[0].margin = RoundMargin(100);
  c.parts[0].filename = "Müller–brücke_橋.stl";
  c.extra = "<!-- a comment --><?pi data?><Unknown a=\"1\"><Tooth><Number>99</Number></Tooth></Unknown><![CDATA[ x ]]>";
  std::vector<std::string> files;
  for (const char* root : {"ConstuctionInfo", "ConstructionInfo"}) {
    for (const char* line_end : {"\n", "\r\n"}) {
      for (const bool mark : {false, true}) {
        files.push_back(ConstructionInfoXml(c, {.root = root, .byte_order_mark = mark, .line_end = line_end}));
      }
    }
    const std::string wide =
        ConstructionInfoXml(c, {.root = root, .declaration = R"(<?xml version="1.0" encoding="UTF-16"?>)"});
    files.push_back(Utf16(wide, true));
    files.push_back(Utf16(wide, false));
    files.push_back(ConstructionInfoXml(c, {.root = root, .declaration = ""}));
  }
  for (const std::string& file : files) {
    for (const size_t piece : {size_t{1}, size_t{2}, size_t{3}, size_t{1000}, SIZE_MAX}) {
      const InfoReport report = Read(file, "a.constructioninfo", piece);
      ASSERT_THAT(report.findings, IsEmpty()) << Text(report);
      ASSERT_EQ(report.facts.teeth.size(), 3u);
      EXPECT_EQ(report.facts.teeth[0].margin.points, 100);
      EXPECT_EQ(report.facts.parts[0].filename, "Müller–brücke_橋.stl");
    }
  }
}

TEST(InfoReader, ForeignNamespacesAreReadByLocalName) {
  const InfoReport report = Read(ConstructionInfoXml(
      TestCase{}, {.root_attributes = " xmlns=\"urn:other\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""}));
  EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kInfoForeignNamespace)) << Text(report);
  EXPECT_EQ(report.facts.teeth.size(), 1u);
}

TEST(InfoReader, NilAndNaNAreNotStated) {
  TestCase c;
  c.parts[0].height = "NaN";
  c.teeth[0].parameters = {{"MinThickness", "NaN"}};
  c.teeth[0].extra = "<ImplantLibraryEntryDescriptor xsi:nil=\"true\">x</ImplantLibraryEntryDescriptor>";
  const InfoReport report = Read(ConstructionInfoXml(c));
  EXPECT_THAT(report.findings, IsEmpty()) << Text(report);
  EXPECT_FALSE(report.facts.parts[0].height.has_value());
  EXPECT_FALSE(report.facts.teeth[0].parameters.min_thickness.has_value());
  EXPECT_EQ(report.facts.teeth[0].implant_library, "");
}

struct Fault {
  const char* name;
  std::string xml;
  Rule rule;
  const char* element;  // "" not compared
};

std::vector<Fault> Faults() {
  const std::string good = ConstructionInfoXml(TestCase{});
  auto with = [](auto change) {
    TestCase c;
    change(c);
    return ConstructionInfoXml(c);
  };
  auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  return {
      {"empty", "", Rule::kInfoTruncated, "line 1"},
      {"truncated", good.substr(0, good.size() - 5), Rule::kInfoTruncated, ""},
      {"mismatched tag", replaced("</Number>", "</Numbr>"), Rule::kInfoBrokenXml, ""},
      {"not XML", "MZ\x90 binary", Rule::kInfoBrokenXml, ""},
      {"undeclared prefix", replaced("<Number>", "<q:Number>"), Rule::kInfoBrokenXml, ""},
      {"two roots", good + "<a/>", Rule::kInfoBrokenXml, ""},
      {"wrong root", "<Construction/>", Rule::kInfoWrongRoot, "Construction"},
      {"root in wrong case", replaced("<ConstuctionInfo", "<constuctionInfo").replace(0, 0, ""), Rule::kInfoWrongRoot,
       ""},
      {"DOCTYPE", "<!DOCTYPE a SYSTEM \"http://x/y\"><ConstuctionInfo/>", Rule::kInfoDoctype, ""},
      {"entities", "<!DOCTYPE a [<!ENTITY x \"xx\"><!ENTITY y \"&x;&x;\">]><ConstuctionInfo>&y;</ConstuctionInfo>",
       Rule::kInfoDoctype, ""},
      {"unknown entity", replaced("36", "&nbsp;"), Rule::kInfoBrokenXml, ""},
      {"Latin 1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><ConstuctionInfo/>", Rule::kInfoEncoding, ""},
      {"made-up encoding", "<?xml version=\"1.0\" encoding=\"x-mine\"?><ConstuctionInfo/>", Rule::kInfoEncoding, ""},
      {"UTF-16 declared but not written", "<?xml version=\"1.0\" encoding=\"utf-16\"?><ConstuctionInfo/>",
       Rule::kInfoEncoding, ""},
      {"UTF-16 without mark", Utf16(good, false).substr(2), Rule::kInfoEncoding, ""},
      {"bytes that are no UTF-8", replaced("36", "\xFF\xC0"), Rule::kInfoBrokenXml, ""},
      {"NUL",
       replaced("36", std::string("3\0"
                                  "6",
                                  3)),
       Rule::kInfoBrokenXml, ""},
      {"no tooth", with([](TestCase& c) { c.teeth.clear(); }), Rule::kInfoRequired, "Teeth"},
      {"no part", with([](TestCase& c) { c.parts.clear(); }), Rule::kInfoRequired, "ConstructionFileList"},
      {"no number", with([](TestCase& c) { c.teeth[0].number = ""; }), Rule::kInfoRequired, "Teeth/Tooth[1]"},
      {"empty number", replaced("<Number>36</Number>", "<Number> </Number>"), Rule::kInfoRequired, "Teeth/Tooth[1]"},
      {"no type", with([](TestCase& c) { c.teeth[0].type = ""; }), Rule::kInfoRequired, "Teeth/Tooth[1]"},
      {"no filename", with([](TestCase& c) { c.parts[0].filename = ""; }), Rule::kInfoRequired,
       "ConstructionFileList/ConstructionFile[1]"},
      {"no material", with([](TestCase& c) { c.parts[0].material = ""; }), Rule::kInfoRequired, ""},
      {"no teeth of part", with([](TestCase& c) { c.parts[0].teeth.clear(); }), Rule::kInfoRequired, ""},
      {"tooth 19", with([](TestCase& c) { c.teeth[0].number = "19"; }), Rule::kToothNotFdi, "Teeth/Tooth[1]/Number"},
      {"tooth x", with([](TestCase& c) { c.teeth[0].number = "x"; }), Rule::kToothNotFdi, ""},
      {"tooth twice", with([](TestCase& c) { c.teeth.push_back(c.teeth[0]); }), Rule::kToothDuplicate,
       "Teeth/Tooth[2]/Number"},
      {"decimal comma in Height", with([](TestCase& c) { c.parts[0].height = "10,5"; }), Rule::kInfoDecimalComma,
       "ConstructionFile[1]/Height"},
      {"decimal comma in a parameter", with([](TestCase& c) {
         c.teeth[0].parameters = {{"MinThickness", "0,6"}};
       }),
       Rule::kInfoDecimalComma, ""},
      {"decimal comma in geometry", replaced("<x>0</x>", "<x>0,5</x>"), Rule::kInfoDecimalComma, ""},
      {"a boolean that is none", replaced("<EncryptedOutput>false", "<EncryptedOutput>False"), Rule::kInfoBadValue,
       "EncryptedOutput"},
      {"a height that is none", with([](TestCase& c) { c.parts[0].height = "high"; }), Rule::kInfoBadValue, ""},
      {"NaN in geometry", replaced("<x>0</x>", "<x>NaN</x>"), Rule::kInfoNotFinite, "Teeth/Tooth[1]/Axis/x"},
      {"NaN in a matrix", with([](TestCase& c) { c.teeth[0].extra = "<M><_00>NaN</_00></M>"; }), Rule::kInfoNotFinite,
       ""},
      {"SaveTime", with([](TestCase& c) { c.save_time = "20200231"; }), Rule::kInfoSaveTime, "SaveTime"},
      {"SaveTime that does not exist", with([](TestCase& c) { c.save_time = "202002301200"; }), Rule::kInfoSaveTime,
       ""},
      {"GUID", with([](TestCase& c) { c.project_guid = "no guid"; }), Rule::kInfoGuid, "ProjectGUID"},
  };
}

TEST(InfoReader, EachFault) {
  for (const Fault& fault : Faults()) {
    for (const size_t piece : {SIZE_MAX, size_t{7}}) {
      const InfoReport report = Read(fault.xml, "case.constructionInfo", piece);
      ASSERT_THAT(RulesOf(report), Contains(fault.rule)) << fault.name << "\n" << Text(report);
      for (const Finding& finding : report.findings) {
        EXPECT_EQ(finding.place.file, "case.constructionInfo");
        if (finding.rule != fault.rule || *fault.element == '\0') continue;
        EXPECT_EQ(finding.place.element, fault.element);
      }
    }
  }
  EXPECT_THAT(Read(ConstructionInfoXml(TestCase{})).findings, IsEmpty());
}

TEST(InfoReader, TruncationAtEveryByteBlocks) {
  TestCase c = Bridge({11, 21}, {});
  c.teeth[0].margin = RoundMargin(5);
  for (const std::string& xml : {ConstructionInfoXml(c), Utf16(ConstructionInfoXml(c, {.declaration = ""}), false)}) {
    for (size_t size = 0; size + 3 < xml.size(); ++size) {
      const InfoReport report = Read(absl::string_view(xml).substr(0, size));
      ASSERT_EQ(report.verdict(), Severity::kBlocking) << size;
    }
  }
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string Wrapped(const std::string& inside) {
  std::string xml = ConstructionInfoXml(TestCase{});
  return xml.insert(xml.rfind("</"), inside);
}

TEST(InfoReader, LimitsAreTestedAtAndAbove) {
  const XmlLimits limits{.max_bytes = 200'000,
                         .max_depth = 10,
                         .max_attributes = 5,
                         .max_elements = 500,
                         .max_text_bytes = 5000,
                         .max_markup_bytes = 90'000,
                         .max_value_bytes = 100};
  auto depth = [](int n) { return Wrapped(Repeat("<a>", n) + Repeat("</a>", n)); };
  auto attributes = [](int n) {
    std::string tag = "<a";
    for (int i = 0; i < n; ++i) absl::StrAppend(&tag, " b", i, "=\"1\"");
    return Wrapped(tag + "/>");
  };
  const int own = [] {
    const std::string xml = ConstructionInfoXml(TestCase{});
    int count = 0;
    for (size_t i = 0; i + 1 < xml.size(); ++i) count += xml[i] == '<' && xml[i + 1] != '/' && xml[i + 1] != '?';
    return count;
  }();
  auto notes = [](int n) { return Wrapped("<Notes>" + std::string(static_cast<size_t>(n), 'x') + "</Notes>"); };
  auto text = [](int n) {
    return Wrapped("<DebugSessionInfo>" + std::string(static_cast<size_t>(n), 'x') + "</DebugSessionInfo>");
  };
  const std::string base = ConstructionInfoXml(TestCase{});
  auto sized = [&](size_t n) {
    return Wrapped("<!--" + std::string(60'000, 'x') + "-->" + "<!--" + std::string(60'000, 'x') + "-->" + "<!--" +
                   std::string(n - base.size() - 120'021, 'x') + "-->");
  };
  struct Row {
    const char* name;
    std::string at, above;
  };
  const Row rows[] = {
      {"depth", depth(9), depth(10)},
      {"attributes", attributes(5), attributes(6)},
      {"elements", Wrapped(Repeat("<a/>", 500 - own)), Wrapped(Repeat("<a/>", 501 - own))},
      {"value", notes(100), notes(101)},
      {"text", text(5000), text(5001)},
      {"size", sized(200'000), sized(200'001)},
  };
  for (const Row& row : rows) {
    const InfoReport at = Read(row.at, "a.constructionInfo", 1000, limits);
    EXPECT_THAT(RulesOf(at), Not(Contains(Rule::kInfoLimit))) << row.name << Text(at);
    const InfoReport above = Read(row.above, "a.constructionInfo", 1000, limits);
    EXPECT_THAT(RulesOf(above), ElementsAre(Rule::kInfoLimit)) << row.name << Text(above);
  }
}

TEST(InfoReader, AMillionAttributesStopAtTheLimitOfATag) {
  std::string tag = "<a";
  for (int i = 0; i < 1'000'000; ++i) absl::StrAppend(&tag, " b", i, "=\"\"");
  const InfoReport report = Read(Wrapped(tag + "/>"), "a.constructionInfo", 4096);
  EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kInfoLimit));
}

TEST(InfoReader, MoreTeethAndPartsThanKeptAreCounted) {
  TestCase c;
  c.parts.assign(static_cast<size_t>(kMaxParts) + 1, TestPart{});
  const InfoReport report = Read(ConstructionInfoXml(c));
  EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kInfoLimit));
  EXPECT_EQ(report.facts.parts.size(), static_cast<size_t>(kMaxParts));
  EXPECT_EQ(report.facts.part_count, kMaxParts + 1);
  TestCase many;
  many.teeth.assign(5000, TestTooth{});
  const InfoReport teeth = Read(ConstructionInfoXml(many));
  EXPECT_EQ(teeth.facts.tooth_count, 5000);
  EXPECT_EQ(teeth.findings.size(), FindingList::kMaxFindingsPerRule + 1u);
  EXPECT_EQ(teeth.findings.back().message, "and 4939 more of this rule");
}

TEST(ModelInfo, PartsAreFoundByStructure) {
  const std::string xml = ModelInfoXml({{"a-modelbase.stl", "ModelBase", "LowerJaw"}, {"a-36-die.stl", "Die", ""}});
  const InfoReport report = Read(xml, "a.modelInfo");
  EXPECT_THAT(report.findings, IsEmpty()) << Text(report);
  EXPECT_EQ(report.facts.kind, InfoKind::kModelInfo);
  const std::vector<ModelPartFacts> parts = ModelParts(report.facts);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].group, ModelGroup::kBase);
  EXPECT_EQ(parts[0].jaw, Jaw::kLower);
  EXPECT_EQ(parts[1].group, ModelGroup::kDie);
}

TEST(ModelInfo, Roots) {
  const std::vector<TestModelPart> parts = {{"a.stl", "Base", ""}};
  EXPECT_THAT(Read(ModelInfoXml(parts, "MODELINFO"), "a.modelInfo").findings, IsEmpty());
  EXPECT_THAT(RulesOf(Read(ModelInfoXml(parts, "Models"), "a.modelInfo")),
              ElementsAre(Rule::kInfoUnrecognisedModelInfo));
  EXPECT_THAT(RulesOf(Read(ModelInfoXml({}, "Models"), "a.modelInfo")), ElementsAre(Rule::kInfoWrongRoot));
  EXPECT_THAT(RulesOf(Read(ModelInfoXml({}), "a.modelInfo")), ElementsAre(Rule::kInfoRequired));
  EXPECT_THAT(RulesOf(Read(ModelInfoXml(parts, "Models"), "a.constructionInfo")), ElementsAre(Rule::kInfoWrongRoot));
  // Content decides: a model info under another name is still one.
  EXPECT_EQ(Read(ModelInfoXml(parts), "a.constructionInfo").facts.kind, InfoKind::kModelInfo);
}

TEST(InfoValues, NumbersByXmlSchema) {
  for (const char* good : {"1", "-1.5", "+2", "1e3", "1E-3", ".5", "5.", "0", "-0", "INF", "-INF", "NaN", "1e999"}) {
    EXPECT_TRUE(ParseXsDouble(good).has_value()) << good;
  }
  for (const char* bad : {"", "1,5", "inf", "nan", "infinity", "0x10", "1 2", "+-1", "--1", "-", "+", ".", "e5", "1e",
                          "1f", "-inf", "+nan"}) {
    EXPECT_FALSE(ParseXsDouble(bad).has_value()) << bad;
  }
  for (const char* bad : {"True", "yes", "2", ""}) EXPECT_FALSE(ParseXsBoolean(bad).has_value()) << bad;
  EXPECT_EQ(ParseXsInteger("+36"), 36);
  for (const char* bad : {"36.0", "", "+-3", "3 6", "99999999999999999999"})
    EXPECT_FALSE(ParseXsInteger(bad).has_value()) << bad;
}

TEST(Fdi, FiftyTwoTeeth) {
  int count = 0, upper = 0;
  for (int tooth = -5; tooth < 120; ++tooth) {
    if (!IsFdi(tooth)) continue;
    ++count;
    upper += JawOf(tooth) == Jaw::kUpper;
    const int mesial = MesialNeighbour(tooth);
    EXPECT_TRUE(IsFdi(mesial)) << tooth;
    EXPECT_EQ(JawOf(mesial), JawOf(tooth)) << tooth;
    EXPECT_EQ(IsMilkTooth(mesial), IsMilkTooth(tooth)) << tooth;
  }
  EXPECT_EQ(count, 52);
  EXPECT_EQ(upper, 26);
  for (const auto& [a, b] : {std::pair(11, 21), std::pair(31, 41), std::pair(51, 61), std::pair(71, 81)}) {
    EXPECT_EQ(MesialNeighbour(a), b);
    EXPECT_EQ(MesialNeighbour(b), a);
  }
  std::vector<int> teeth = {21, 36, 18, 48, 11, 28, 31};
  SortByArch(teeth);
  EXPECT_THAT(teeth, ElementsAre(18, 11, 21, 28, 48, 31, 36));
}

TEST(Fdi, Notations) {
  struct Row {
    int fdi;
    const char *universal, *palmer;
  };
  for (const Row& row :
       {Row{18, "1", "UR8"}, Row{11, "8", "UR1"}, Row{21, "9", "UL1"}, Row{28, "16", "UL8"}, Row{38, "17", "LL8"},
        Row{36, "19", "LL6"}, Row{31, "24", "LL1"}, Row{41, "25", "LR1"}, Row{48, "32", "LR8"}, Row{55, "A", "URE"},
        Row{51, "E", "URA"}, Row{61, "F", "ULA"}, Row{65, "J", "ULE"}, Row{75, "K", "LLE"}, Row{71, "O", "LLA"},
        Row{81, "P", "LRA"}, Row{85, "T", "LRE"}}) {
    EXPECT_EQ(ToothName(row.fdi, Notation::kUniversal), row.universal) << row.fdi;
    EXPECT_EQ(ToothName(row.fdi, Notation::kPalmer), row.palmer) << row.fdi;
    if (IsMilkTooth(row.fdi)) continue;
    EXPECT_EQ(FdiOfUniversal(std::atoi(row.universal)), row.fdi);
  }
}

TEST(MarginCheck, Crossings) {
  auto judged = [](const std::vector<Vec3>& points) {
    MarginCheck check;
    for (const Vec3& point : points) check.Add(point);
    return check.Result();
  };
  EXPECT_EQ(judged(RoundMargin(3)).crossing, Crossing::kNone);
  EXPECT_EQ(judged(RoundMargin(1200)).crossing, Crossing::kNone);
  std::vector<Vec3> closed = RoundMargin(50);
  closed.push_back(closed[0]);
  EXPECT_EQ(judged(closed).crossing, Crossing::kNone);
  // A figure of eight, and a large ring with one pair of points exchanged.
  EXPECT_EQ(judged({{0, 0, 0}, {2, 2, 0}, {2, 0, 0}, {0, 2, 0}}).crossing, Crossing::kCrosses);
  std::vector<Vec3> swapped = RoundMargin(400);
  std::swap(swapped[100], swapped[103]);
  EXPECT_EQ(judged(swapped).crossing, Crossing::kCrosses);
  std::vector<Vec3> turned = swapped;
  for (Vec3& p : turned) p = {p.z, p.x, p.y};
  EXPECT_EQ(judged(turned).crossing, Crossing::kCrosses);
  EXPECT_EQ(judged(RoundMargin(static_cast<int>(MarginCheck::kMaxPoints))).crossing, Crossing::kNone);
  EXPECT_EQ(judged(RoundMargin(static_cast<int>(MarginCheck::kMaxPoints) + 1)).crossing, Crossing::kNotChecked);
  EXPECT_EQ(judged({{1, 1, 1}}).points, 1);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Samples, TheRealImplantBridge) {
  const std::string folder = std::string(MW_SOURCE_DIR) + "/../shared/samples/dental";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no samples here";
  const InfoReport report = Read(ReadFile(folder + "/exocad-3.0-implant-bridge.constructionInfo"));
  EXPECT_THAT(report.findings, IsEmpty()) << Text(report);
  EXPECT_EQ(report.facts.teeth.size(), 14u);
  EXPECT_EQ(report.facts.scans.size(), 7u);
  const std::vector<PartOrderFacts> parts = PartsToOrder(report.facts);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].kind, PartKind::kBridge);
  EXPECT_EQ(parts[0].units, 14);
  EXPECT_EQ(parts[0].pontics, 8);
  EXPECT_EQ(parts[0].implants, 6);
  EXPECT_TRUE(parts[0].spans_midline);
  EXPECT_TRUE(parts[0].screw_retained);
  EXPECT_EQ(parts[0].base_material, "ZI");
  EXPECT_EQ(parts[0].height_um, 22'416);
  const Joints joints(report.facts);
  EXPECT_EQ(joints.all().size(), 13u);
  EXPECT_THAT(joints.dangling(), IsEmpty());
  EXPECT_EQ(joints.ChainsOf(parts[0].teeth).size(), 1u);
}

}  // namespace
}  // namespace millwright::files
