// Every rule about a case: one case that breaks it, and the sound case that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/order_facts.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSha256[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kOther256[] = "ffff456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// A case and everything it is judged against.
struct Setting {
  TestCase c;
  std::vector<CaseFile> files = {};
  AcceptanceProfile profile = CenterProfile();
  std::vector<std::string> patient_names = {};
  bool proven = false;

  static AcceptanceProfile CenterProfile() {
    AcceptanceProfile profile = DefaultAcceptanceProfile();
    profile.name = "companies/c/acceptanceProfiles/p";
    return profile;
  }
};

InfoFacts FactsOf(const std::string& xml, const std::string& name = "case.constructionInfo") {
  InfoReader reader({.name = name});
  reader.Feed(xml);
  return std::move(reader).Finish().facts;
}

// All parts uploaded as meshes.
Setting Sound(TestCase c) {
  Setting setting{.c = std::move(c)};
  for (const TestPart& part : setting.c.parts) {
    setting.files.push_back({.name = part.filename, .size = 1000, .sha256 = kSha256, .kind = FileKind::kStl});
  }
  return setting;
}

std::vector<Finding> Judge(const Setting& setting) {
  const InfoFacts facts = FactsOf(ConstructionInfoXml(setting.c));
  return CheckConstruction(facts, {.info_name = "case.constructionInfo",
                                   .files = setting.files,
                                   .profile = setting.profile,
                                   .patient_names = PatientNames(setting.patient_names),
                                   .sender_hashes_proven = setting.proven});
}

std::vector<Rule> RulesOf(const std::vector<Finding>& findings) {
  std::vector<Rule> rules;
  for (const Finding& finding : findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& f : findings) absl::StrAppend(&text, InfoOf(f.rule).id, ": ", f.message, "\n");
  return text;
}

TestCase Implant() {
  TestCase c;
  c.teeth[0].implant_type = "WithoutAbutment";
  c.teeth[0].screw_channel = true;
  c.teeth[0].implant_library = "LibA : SubB : Item C";
  c.teeth[0].implant_target = "part_cad.stl";
  c.teeth[0].parameters = {{"MinThickness", "0.4"}, {"MillingMachineAxes", "5"}};
  c.parts[0].screw_retained = true;
  return c;
}

TestCase Sound36() {
  TestCase c;
  c.teeth[0].parameters = {{"MinThickness", "0.4"}, {"ConnectorArea", "9"}};
  return c;
}

struct Row {
  const char* name;
  Rule rule;
  TestCase base;
  std::function<void(Setting&)> breaks;
  int tooth = 0;
};

std::vector<Row> Rows() {
  auto limits = [](Setting& s) -> MaterialLimits& { return s.profile.materials[0]; };
  return {
      {"encrypted", Rule::kPartEncrypted, Sound36(), [](Setting& s) { s.c.encrypted = true; }},
      {"count", Rule::kPartCountDiffers, Sound36(), [](Setting& s) { s.c.count = "2"; }},
      {"file absent", Rule::kPartFileAbsent, Sound36(), [](Setting& s) { s.files.clear(); }},
      {"file is a PDF", Rule::kPartNotAMesh, Sound36(), [](Setting& s) { s.files[0].kind = FileKind::kPdf; }},
      {"path in Filename", Rule::kPartFileName, Sound36(), [](Setting& s) { s.c.parts[0].filename = "../part.stl"; }},
      {"drive in Filename", Rule::kPartFileName, Sound36(), [](Setting& s) { s.c.parts[0].filename = "C:\\part.stl"; }},
      {"one file, two parts", Rule::kPartNamedTwice, Sound36(),
       [](Setting& s) {
         s.c.parts.push_back(s.c.parts[0]);
         s.c.parts[1].filename = "PART_CAD.STL";
       }},
      {"patient's name", Rule::kPartPatientName, Sound36(), [](Setting& s) { s.patient_names = {"Cad"}; }},
      {"hash", Rule::kPartHashDiffers, Sound36(), [](Setting& s) { s.c.parts[0].sha256 = kOther256; }},
      {"hash, proven sender", Rule::kPartHashDiffersProven, Sound36(),
       [](Setting& s) {
         s.c.parts[0].sha256 = kOther256;
         s.proven = true;
       }},
      {"hash of 63 digits", Rule::kPartHashMalformed, Sound36(), [](Setting& s) { s.c.parts[0].sha256 = kSha256 + 1; }},
      {"part names a tooth 37", Rule::kPartToothAbsent, Sound36(),
       [](Setting& s) { s.c.parts[0].teeth.push_back("37"); }, 37},
      {"part names a tooth 99", Rule::kToothNotFdi, Sound36(), [](Setting& s) { s.c.parts[0].teeth.push_back("99"); }},
      {"both jaws", Rule::kPartBothJaws, Bridge({35, 36}, {}),
       [](Setting& s) {
         s.c.teeth.push_back(TestTooth{.number = "26"});
         s.c.parts[0].teeth.push_back("26");
       }},
      {"broken chain", Rule::kPartBrokenChain, Bridge({14, 15, 16}, {15}),
       [](Setting& s) { s.c.teeth[2].connected = false; }},
      {"broken chain of a merged part", Rule::kPartBrokenChainMerged, Bridge({14, 15, 16}, {15}),
       [](Setting& s) {
         s.c.teeth[2].connected = false;
         s.c.parts[0].part_type = "MergedWaxupSLM";
       }},
      {"bridge of feldspar", Rule::kPartMaterialInBridge, Bridge({35, 36}, {}),
       [](Setting& s) { s.c.parts[0].material = "FSP"; }},
      {"no part for a tooth", Rule::kToothWithoutPart, Sound36(),
       [](Setting& s) { s.c.teeth.push_back(TestTooth{.number = "37"}); }, 37},
      {"joint to nothing", Rule::kJointDangling, Sound36(), [](Setting& s) { s.c.teeth[0].connected = true; }, 36},
      {"joint to a healthy tooth", Rule::kJointDangling, Sound36(),
       [](Setting& s) {
         s.c.teeth[0].connected = true;
         s.c.teeth.push_back(TestTooth{.number = "35", .type = "HealthyTooth"});
       },
       36},
      {"joint across parts", Rule::kJointCrossesParts, Sound36(),
       [](Setting& s) {
         s.c.teeth[0].connected = true;
         s.c.teeth.push_back(TestTooth{.number = "35"});
         s.c.parts.push_back(TestPart{.filename = "b.stl", .teeth = {"35"}});
         s.files.push_back({.name = "b.stl", .kind = FileKind::kStl});
       },
       36},
      {"margin of two points", Rule::kMarginTooFewPoints, Sound36(),
       [](Setting& s) { s.c.teeth[0].margin = RoundMargin(2); }, 36},
      {"margin crossing", Rule::kMarginSelfCrossing, Sound36(),
       [](Setting& s) {
         s.c.teeth[0].margin = RoundMargin(30);
         std::swap(s.c.teeth[0].margin[3], s.c.teeth[0].margin[6]);
       },
       36},
      {"margin too long", Rule::kMarginNotChecked, Sound36(),
       [](Setting& s) { s.c.teeth[0].margin = RoundMargin(20'001); }, 36},
      {"implant target", Rule::kImplantTargetAbsent, Implant(),
       [](Setting& s) { s.c.teeth[0].implant_target = "other.stl"; }, 36},
      {"implant line", Rule::kImplantLine, Implant(),
       [](Setting& s) {
         s.profile.implant_lines = {{"LibB", "LibA:Sub"}};
       },
       36},
      {"no screw channel", Rule::kPartNoScrewChannel, Implant(),
       [](Setting& s) { s.c.teeth[0].screw_channel = false; }},
      {"wall", Rule::kWallBelowLimit, Sound36(), [](Setting& s) { s.c.teeth[0].parameters[0].second = "0.39"; }, 36},
      {"wall not stated", Rule::kNotStated, Sound36(), [](Setting& s) { s.c.teeth[0].parameters.clear(); }, 36},
      {"posterior connector", Rule::kConnectorBelowLimit, Bridge({15, 16}, {}),
       [](Setting& s) { s.c.teeth[1].parameters[1].second = "8.9"; }, 16},
      {"three posterior pontics", Rule::kPonticRun, Bridge({14, 15, 16, 17}, {15, 16}),
       [](Setting& s) { s.c.teeth[0].type = "ReducedPontic"; }},
      {"four pontics in any material", Rule::kPonticRun, Bridge({13, 12, 11, 21, 22, 23}, {12, 11, 21}, "PMMA"),
       [](Setting& s) { s.c.teeth[4].type = "AnatomicPontic"; }},
      {"bridge units", Rule::kBridgeUnits, Bridge({14, 15, 16}, {15}),
       [=](Setting& s) { limits(s).max_bridge_units = 2; }},
      {"blank", Rule::kPartBlankHeight, Sound36(),
       [=](Setting& s) {
         s.c.parts[0].height = "20.01";
         limits(s).blank_heights_mm = {12, 25};
         limits(s).linear_shrinkage = 0.2;
       }},
      {"insertion axis", Rule::kInsertionAxis, Sound36(),
       [](Setting& s) {
         s.profile.check_insertion_axis = true;
         s.c.teeth[0].axis = Vec3{std::sin(0.0874), 0, std::cos(0.0874)};
       },
       36},
      {"five axes", Rule::kPartFiveAxis, Implant(), [](Setting& s) { s.profile.machine_axes = 3; }, 36},
      {"scan absent", Rule::kScanAbsent, Sound36(), [](Setting& s) { s.c.scans = {"scan.stl"}; }},
      {"scans of one name", Rule::kScanNamedTwice, Sound36(),
       [](Setting& s) {
         s.c.scans = {"part_cad.stl", "Part_cad.stl"};
       }},
      {"no center", Rule::kNotCheckedWithoutCenter, Sound36(), [](Setting& s) { s.profile.name.clear(); }},
  };
}

TEST(CaseRules, EachHasACaseThatBreaksItAndOneThatDoesNot) {
  for (const Row& row : Rows()) {
    Setting setting = Sound(row.base);
    EXPECT_THAT(Judge(setting), IsEmpty()) << row.name << "\n" << Text(Judge(setting));
    row.breaks(setting);
    const std::vector<Finding> findings = Judge(setting);
    ASSERT_THAT(RulesOf(findings), Contains(row.rule)) << row.name << "\n" << Text(findings);
    for (const Finding& finding : findings) {
      EXPECT_FALSE(finding.message.empty());
      EXPECT_FALSE(finding.remedy.empty());
      EXPECT_FALSE(finding.place.file.empty() && finding.place.element.empty()) << row.name;
      if (finding.rule == row.rule) {
        EXPECT_EQ(finding.place.tooth, row.tooth) << row.name;
      }
    }
  }
}

TEST(CaseRules, LimitsAreInclusive) {
  auto judged = [](TestCase c, const std::function<void(Setting&)>& change) {
    Setting setting = Sound(std::move(c));
    change(setting);
    return RulesOf(Judge(setting));
  };
  // 20 mm in a blank of 25 mm with 20 % shrinkage.
  EXPECT_THAT(judged(Sound36(),
                     [](Setting& s) {
                       s.c.parts[0].height = "20";
                       s.profile.materials[0].blank_heights_mm = {25};
                       s.profile.materials[0].linear_shrinkage = 0.2;
                     }),
              IsEmpty());
  // Anterior connectors need 7, posterior ones 9; a connector is posterior if one of its teeth is.
  for (const auto& [teeth, area, fine] :
       std::vector<std::tuple<std::vector<int>, const char*, bool>>{{{12, 11}, "7", true},
                                                                    {{12, 11}, "6.9", false},
                                                                    {{14, 13}, "8.9", false},
                                                                    {{14, 13}, "9", true},
                                                                    {{11, 21}, "7", true},
                                                                    {{21, 22}, "6.99", false},
                                                                    {{53, 52}, "7", true}}) {
    TestCase c = Bridge(teeth, {});
    for (TestTooth& tooth : c.teeth) tooth.parameters[1].second = area;
    EXPECT_EQ(judged(c, [](Setting&) {}).empty(), fine) << teeth[0] << " " << area;
  }
  // Three anterior pontics across the midline pass in zirconia, three with a posterior one do not.
  EXPECT_THAT(judged(Bridge({13, 12, 11, 21, 22}, {12, 11, 21}), [](Setting&) {}), IsEmpty());
  EXPECT_THAT(judged(Bridge({15, 14, 13, 12, 11}, {14, 13, 12}), [](Setting&) {}), Contains(Rule::kPonticRun));
}

TEST(CaseRules, ImplantLinesMatchByPrefix) {
  for (const char* listed : {"LibA", "LibA:SubB", "LibA : SubB : Item C"}) {
    Setting setting = Sound(Implant());
    setting.profile.implant_lines = {{listed}};
    EXPECT_THAT(Judge(setting), IsEmpty()) << listed;
  }
}

TEST(CaseRules, JointsPassThroughMissingTeethAndAreCountedOnce) {
  TestCase c = Bridge({14, 16}, {});
  c.teeth.push_back(TestTooth{.number = "15", .type = "MissingTooth"});
  c.teeth[1].connected = true;  // 16, over 15, to 14
  EXPECT_THAT(Judge(Sound(c)), IsEmpty()) << Text(Judge(Sound(c)));
  const TestCase midline = Bridge({11, 21}, {});  // both say it
  EXPECT_THAT(Judge(Sound(midline)), IsEmpty());
  EXPECT_EQ(PartsToOrder(FactsOf(ConstructionInfoXml(midline)))[0].kind, PartKind::kBridge);
}

TEST(CaseRules, SplintsAndDenturesNeedNoJoints) {
  for (const char* type : {"BiteSplint", "ProstheticTooth", "PartialFramework"}) {
    TestCase c = Bridge({14, 15, 24}, {});
    for (TestTooth& tooth : c.teeth) tooth.type = type, tooth.connected = false;
    c.parts[0].material = "PMMA";
    EXPECT_THAT(Judge(Sound(c)), IsEmpty()) << type << Text(Judge(Sound(c)));
  }
}

TEST(CaseRules, NamesAreComparedFoldedAndComposed) {
  TestCase c = Sound36();
  c.parts[0].filename = "M\u00fcller Stra\u00dfe.STL";
  Setting setting = Sound(c);
  setting.files[0].name = "mu\u0308ller strasse.stl";  // decomposed, and the folding of sharp s
  EXPECT_THAT(Judge(setting), IsEmpty()) << Text(Judge(setting));
}

TEST(ModelRules, SomeOrNoPart) {
  const InfoFacts facts = FactsOf(ModelInfoXml({{"a.stl", "Base", ""}, {"b.stl", "Die", ""}}), "m.modelInfo");
  auto judged = [&](std::vector<CaseFile> files) {
    return RulesOf(CheckModel(facts, {.info_name = "m.modelInfo", .files = files}));
  };
  EXPECT_THAT(judged({{.name = "A.stl", .kind = FileKind::kStl}, {.name = "b.stl", .kind = FileKind::kStl}}),
              IsEmpty());
  EXPECT_THAT(judged({{.name = "a.stl", .kind = FileKind::kStl}}), ElementsAre(Rule::kModelSomePartsAbsent));
  EXPECT_THAT(judged({}), ElementsAre(Rule::kModelNoPartPresent));
}

TEST(FileSet, SurplusFoldedAndReservedNames) {
  const InfoFacts facts = FactsOf(ConstructionInfoXml(Sound36()));
  const std::vector<CaseFile> files = {{.name = "part_cad.stl", .kind = FileKind::kStl},
                                       {.name = "PART_cad.stl", .kind = FileKind::kStl},
                                       {.name = "photo.jpg", .kind = FileKind::kImage},
                                       {.name = "aux.stl", .kind = FileKind::kStl},
                                       {.name = "case.constructionInfo", .kind = FileKind::kConstructionInfo}};
  const InfoFacts* infos[] = {&facts};
  const std::vector<Finding> findings = CheckFileSet(files, infos);
  EXPECT_THAT(RulesOf(findings),
              ElementsAre(Rule::kFileNamesFoldToOne, Rule::kFileReservedName, Rule::kFileSurplus, Rule::kFileSurplus));
  EXPECT_THAT(RulesOf(CheckFileSet(files, {})), Not(Contains(Rule::kFileSurplus)));
}

TEST(OrderFacts, OfParts) {
  TestCase c = Bridge({12, 11, 21, 22}, {11, 21}, "ZI_3ax");
  c.parts[0].color = "---";
  c.parts[0].height = "12.3456";
  for (TestTooth& tooth : c.teeth) tooth.shade = "A2";
  c.teeth[0].implant_type = "WithoutAbutment";
  const std::vector<PartOrderFacts> parts = PartsToOrder(FactsOf(ConstructionInfoXml(c)));
  ASSERT_EQ(parts.size(), 1u);
  const PartOrderFacts& part = parts[0];
  EXPECT_EQ(part.kind, PartKind::kBridge);
  EXPECT_EQ(part.jaw, Jaw::kUpper);
  EXPECT_THAT(part.teeth, ElementsAre(12, 11, 21, 22));
  EXPECT_EQ(part.units, 4);
  EXPECT_EQ(part.pontics, 2);
  EXPECT_EQ(part.implants, 1);
  EXPECT_TRUE(part.spans_midline);
  EXPECT_EQ(part.material, "ZI_3ax");
  EXPECT_EQ(part.base_material, "ZI");
  EXPECT_EQ(part.shade, "A2");
  EXPECT_EQ(part.work_type, "AnatomicCrown");
  EXPECT_EQ(part.work_group, WorkGroup::kCrown);
  EXPECT_EQ(part.height_um, 12'346);
}

TEST(FileName, RefusedAndFine) {
  for (const char* fine : {"a..b.stl", "upper gingival .stl", "橋.stl", "Ünï.stl", ".hidden", "a", "...", "con.stl"}) {
    EXPECT_EQ(WhyNameRefused(fine), std::nullopt) << fine;
  }
  for (const char* bad : {"", ".", "..", "a/b", "a\\b", "C:x", "a\nb", "a\x7F", "a\u0085", "a\u202Eb", "a\u200Bb",
                          "\uFEFFa", "a\u2066b", "\xFF"}) {
    EXPECT_NE(WhyNameRefused(bad), std::nullopt) << bad;
  }
  EXPECT_NE(WhyNameRefused(absl::string_view("a\0b", 3)), std::nullopt);
  EXPECT_EQ(WhyNameRefused(std::string(255, 'a')), std::nullopt);
  EXPECT_NE(WhyNameRefused(std::string(256, 'a')), std::nullopt);
  EXPECT_EQ(FoldName("\u212B.STL"), FoldName("a\u030A.stl"));  // Angstrom sign
  EXPECT_NE(FoldName("a.stl"), FoldName("b.stl"));
  EXPECT_EQ(SuffixOf("a.b.STL"), "stl");
  EXPECT_EQ(SuffixOf(".stl"), "");
}

TEST(FileKindOf, ByContent) {
  struct Kind {
    std::string head;
    FileKind kind;
  };
  const Kind rows[] = {
      {"", FileKind::kEmpty},
      {"%PDF-1.7\n", FileKind::kPdf},
      {"solid a\nendsolid a\n", FileKind::kStl},
      {"<?xml version=\"1.0\"?>\n<!-- c --><ConstructionInfo>", FileKind::kConstructionInfo},
      {"\xEF\xBB\xBF<ConstuctionInfo/>", FileKind::kConstructionInfo},
      {Utf16("<ConstuctionInfo>", false), FileKind::kConstructionInfo},
      {Utf16("<modelinfo>", true), FileKind::kModelInfo},
      {"<q:ModelInfo xmlns:q='u'>", FileKind::kModelInfo},
      {"<Treatment>", FileKind::kDentalProject},
      {"<svg>", FileKind::kXml},
      {"ply\nformat ascii 1.0\n", FileKind::kPly},
      {"# made by\nv 0 0 0\nv 1 0 0\nf 1 2 3\n", FileKind::kObj},
      {"MZ\x90", FileKind::kExecutable},
      {"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", FileKind::kDxf},
      {"AutoCAD Binary DXF\r\n\x1A", FileKind::kBinaryDxf},
      {"AC1032", FileKind::kDwg},
      {"ISO-10303-21;\nHEADER;", FileKind::kStep},
      {"just words", FileKind::kText},
      {"\x01\x02\x03", FileKind::kUnknown},
  };
  for (const Kind& row : rows) {
    EXPECT_EQ(DetectKind(row.head, static_cast<int64_t>(row.head.size())), row.kind) << row.head;
  }
  EXPECT_TRUE(JudgeSuffix(FileKind::kPdf, "a.stl").has_value());
  EXPECT_FALSE(JudgeSuffix(FileKind::kStl, "a.STL").has_value());
  EXPECT_FALSE(JudgeSuffix(FileKind::kStl, "a").has_value());
  EXPECT_EQ(EffectiveKind(FileKind::kUnknown, "a.stl"), FileKind::kStl);
  EXPECT_EQ(EffectiveKind(FileKind::kPdf, "a.stl"), FileKind::kPdf);
}

TEST(Rules, TheTableIsComplete) {
  std::set<absl::string_view> ids;
  for (const RuleInfo& info : AllRules()) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_FALSE(info.title.empty() || info.remedy.empty() || info.source.empty()) << info.id;
    EXPECT_NE(info.severity, Severity::kAccepted) << info.id;
    EXPECT_EQ(RuleById(info.id), info.rule);
  }
  EXPECT_EQ(RuleById("no.such"), std::nullopt);
}

}  // namespace
}  // namespace millwright::files
