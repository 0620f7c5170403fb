// What travels and what does not: patient's names, the allowlist of the shared copy, order files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/domain/sharing/shared_copy.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kCanary[] = "Kanarienvogel";

bool HoldsIgnoringCase(absl::string_view text, absl::string_view word) {
  return absl::StrContains(absl::AsciiStrToLower(text), absl::AsciiStrToLower(word));
}

struct Copy {
  std::string text;
  SharedCopyReport report;
};

Copy Share(absl::string_view xml, SharedCopyOptions options = {.name = "case.constructionInfo", .case_code = "C-1"},
           size_t piece = SIZE_MAX) {
  Copy copy;
  SharedCopyWriter writer(std::move(options), [&](absl::string_view bytes) { absl::StrAppend(&copy.text, bytes); });
  for (size_t at = 0; at < xml.size(); at += std::min(piece, xml.size() - at)) writer.Feed(xml.substr(at, piece));
  copy.report = std::move(writer).Finish();
  return copy;
}

InfoReport Read(absl::string_view xml, const std::string& name = "case.constructionInfo") {
  InfoReader reader({.name = name});
  reader.Feed(xml);
  return std::move(reader).Finish();
}

OrderFileReport ReadOrder(absl::string_view xml, const std::string& name) {
  OrderFileReader reader(name);
  reader.Feed(xml);
  return std::move(reader).Finish();
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(PatientNames, AreFoundHoweverTheyAreWritten) {
  PatientNames names;
  names.Add("Müller-Lüdenscheidt, Ana von");
  for (const char* text : {"MÜLLER", "x_mu\u0308ller_y", "Mueller36", "muller", "luedenscheidt", "2020_ANA-crown.stl"}) {
    EXPECT_TRUE(names.Holds(text)) << text;
  }
  for (const char* text : {"Mull", "An", "vonwegen", "", "crown_cad.stl"}) EXPECT_FALSE(names.Holds(text)) << text;
  EXPECT_EQ(names.Replace("a Müller, an ANA", "C-1"), "a C-1, an C-1");
  EXPECT_EQ(names.Replace("crown", "C-1"), "crown");
  PatientNames numbers;
  numbers.Add("000000010 An 7");
  EXPECT_TRUE(numbers.empty()) << "numbers and two letters are no names";
}

TEST(PatientNames, StandInTheNameOfTheProject) {
  for (const auto& [project, holds] : std::vector<std::pair<std::string, bool>>{
           {"2020-01-02_mustermann", true},
           {"2020-01-02_Max_Mustermann-", true},
           {"mustermann", false},  // of no documented form
           {"2020-01-02_000000010", false},
           {"2020-1-02_mustermann", false}}) {
    PatientNames names;
    names.AddProjectName(project);
    EXPECT_EQ(names.Holds("MUSTERMANN_36.stl"), holds) << project;
  }
}

TEST(PatientNames, LeaveNamesThatFilesCanHave) {
  const PatientNames names({"Mustermann"});
  EXPECT_EQ(SharedFileName("2020_Mustermann-36_cad.stl", names, "C-1"), "2020_C-1-36_cad.stl");
  EXPECT_EQ(SharedFileName("crown.stl", names, "C-1"), "crown.stl");
  EXPECT_EQ(SharedFileName("Mustermann.stl", names, "a/b"), "case.stl");
  EXPECT_EQ(SharedFileName("Mustermann.stl", names, "Mustermann 7"), "case.stl");
  EXPECT_EQ(SharedFileName("x.mustermann", names, ""), "x.case");
  std::string many;
  for (int i = 0; i < 25; ++i) many += "mustermann";
  EXPECT_EQ(SharedFileName(many, names, std::string(60, 'c')), "case") << "too long with the code";
}

TEST(SharedCopy, KeepsWhatManufacturingNeeds) {
  TestCase c = Bridge({12, 11, 21}, {11});
  c.teeth[0].implant_type = "WithoutAbutment";
  c.teeth[0].screw_channel = true;
  c.teeth[0].implant_library = "Lib : Sub : Item";
  c.teeth[0].implant_target = "bridge_cad.stl";
  c.teeth[1].margin = RoundMargin(50);
  c.parts[0].sha256 = std::string(64, 'a');
  const std::string xml = ConstructionInfoXml(c);
  const Copy copy = Share(xml);
  ASSERT_TRUE(copy.report.complete());
  InfoReport original = Read(xml), shared = Read(copy.text);
  EXPECT_THAT(shared.findings, IsEmpty());
  ASSERT_EQ(shared.facts.teeth.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const ToothFact &a = original.facts.teeth[i], &b = shared.facts.teeth[i];
    EXPECT_EQ(a.number, b.number);
    EXPECT_EQ(a.reconstruction_type, b.reconstruction_type);
    EXPECT_EQ(a.connected_mesially, b.connected_mesially);
    EXPECT_EQ(a.parameters.connector_area, b.parameters.connector_area);
    EXPECT_EQ(a.margin.points, b.margin.points);
    EXPECT_EQ(a.has_screw_channel, b.has_screw_channel);
    EXPECT_EQ(a.implant_library, b.implant_library);
    EXPECT_EQ(a.implant_target, b.implant_target);
  }
  EXPECT_EQ(shared.facts.parts[0].filename, "bridge_cad.stl");
  EXPECT_EQ(shared.facts.parts[0].sha256, c.parts[0].sha256);
  EXPECT_EQ(shared.facts.header.project_guid, "") << "GUIDs are ids";
  EXPECT_EQ(Share(copy.text).text, copy.text) << "a copy of a copy is the copy";
}

// The canary in every place that a construction info has: elements, attributes, names, comments, unknown places.
std::string CanaryCase() {
  TestCase c;
  const std::string k = kCanary;
  const std::string leaf = "<" + k + ">" + k + "</" + k + ">";
  c.teeth[0].type = "Anatomic" + k;
  c.teeth[0].implant_type = k;
  c.teeth[0].implant_target = k + ".stl";
  c.teeth[0].implant_library = k + " : " + k;
  c.teeth[0].shade = k;
  c.teeth[0].parameters = {{k, k}, {"MinThickness", k}, {k + "Type", "1"}};
  c.teeth[0].extra = absl::StrCat(
      "<FilenameImplantGeometry>C:\\", k, "\\", k, ".sdfa</FilenameImplantGeometry><ToothModelFilename>", k,
      "</ToothModelFilename><Axis><x>", k, "</x></Axis><Center a=\"", k, "\">", leaf, "</Center><Notes>", k,
      "</Notes><MarginBottomType>", k, "</MarginBottomType><ToothScanFileName>/home/", k,
      "/scan.stl</ToothScanFileName><ScrewDiameter>", k, "</ScrewDiameter><CutbackPerformed>", k,
      "</CutbackPerformed><ImplantGeometryFileHashSHA>", k, "</ImplantGeometryFileHashSHA><ToothLibraryName>", k,
      "</ToothLibraryName>", leaf, "<![CDATA[", k, "]]>");
  c.parts[0] = {.filename = "2020-01-02_" + k + "-36_cad.stl",
                .material = k,
                .teeth = {"36", k},
                .part_type = k,
                .color = k,
                .height = k,
                .sha1 = k,
                .sha256 = k};
  c.parts[0].extra = absl::StrCat("<PartName>", k, "</PartName><MaterialName>", k, "</MaterialName><MaterialPostfix>", k,
                                  "</MaterialPostfix><SaveTime>", k, "</SaveTime><ExportInformation>", k,
                                  "</ExportInformation><Label>", k, "</Label>", leaf);
  c.scans = {"Z:\\CAD\\" + k + "\\" + k + ".stl", k};
  c.count = k;
  c.save_time = k;
  c.project_guid = k;
  c.extra = absl::StrCat(
      "<ProjectName>2020-01-02_", k, "</ProjectName><ProjectDir>Z:\\", k, "</ProjectDir><ProjectFileOriginallyLoaded>", k,
      "</ProjectFileOriginallyLoaded><LoadedSceneFileName>", k, "</LoadedSceneFileName><ProductName>", k,
      "</ProductName><EngineBuildString>", k, "</EngineBuildString><EngineBuild>", k, "</EngineBuild><PatientId>", k,
      "</PatientId><PracticeId>", k, "</PracticeId><Notes>", k, "</Notes><DebugSessionInfo>", k, "</DebugSessionInfo><!-- ",
      k, " --><?", k, " ", k, "?><StaticInfo>", k, "</StaticInfo><ScanFiles><ScanFile><FileName>", k,
      "</FileName><ScanReplacementInfos><ScanReplacementInfo><InputFileName>", k,
      "</InputFileName></ScanReplacementInfo></ScanReplacementInfos></ScanFile></ScanFiles>", leaf);
  InfoStyle style;
  absl::StrAppend(&style.root_attributes, " ", k, "=\"", k, "\"");
  style.declaration += absl::StrCat("\n<!--", k, "-->");
  return ConstructionInfoXml(c, style);
}

TEST(SharedCopy, NoCanaryGetsOut) {
  const std::string xml = CanaryCase();
  // The name is known by the project's name alone; then by the order file.
  for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{7}}) {
    PatientNames names;
    names.AddProjectName(Read(xml).facts.header.project_name);
    const Copy copy = Share(xml, {.name = "c.constructionInfo", .case_code = "C-1", .patient_names = names}, piece);
    ASSERT_TRUE(copy.report.complete());
    EXPECT_FALSE(HoldsIgnoringCase(copy.text, kCanary)) << copy.text;
    EXPECT_THAT(copy.text, HasSubstr("<Filename>2020-01-02_C-1-36_cad.stl</Filename>"));
    EXPECT_THAT(copy.text, HasSubstr("<ProjectName>C-1</ProjectName>"));
    for (const LeftOut& out : copy.report.left_out) {
      EXPECT_FALSE(HoldsIgnoringCase(out.what + out.why, kCanary)) << out.what;
      EXPECT_GT(out.count, 0);
    }
    auto whats = Field(&LeftOut::what, "comments");
    EXPECT_THAT(copy.report.left_out, Contains(whats));
    for (const char* what : {"processing instructions", "attributes", "unknown elements", "Notes", "DebugSessionInfo",
                             "PatientId", "ProjectDir", "ScanReplacementInfos", "values of ProjectName",
                             "folders of ToothScanFileName", "values of Height"}) {
      EXPECT_THAT(copy.report.left_out, Contains(Field(&LeftOut::what, what))) << what;
    }
  }
}

TEST(SharedCopy, NoCanaryGetsOutOfModelInfosAndOrders) {
  const std::string k = kCanary;
  const PatientNames names({k});
  const std::string model = absl::StrCat(
      "<ModelInfo a='", k, "'><ProjectName>", k, "</ProjectName><", k, "><Filename>", k, ".stl</Filename></", k,
      "><MyList><MyPart><Filename>x-", k, "-base.stl</Filename><Jaw>", k, "</Jaw><Remark>", k, "</Remark><PartType>Mo", k,
      "</PartType></MyPart></MyList><Notes>", k, "</Notes></ModelInfo>");
  const Copy copy = Share(model, {.name = "m.modelInfo", .case_code = "C-1", .patient_names = names});
  ASSERT_TRUE(copy.report.complete());
  EXPECT_FALSE(HoldsIgnoringCase(copy.text, k)) << copy.text;
  const InfoReport shared = Read(copy.text, "m.modelInfo");
  ASSERT_EQ(shared.facts.parts.size(), 1u) << copy.text;
  EXPECT_EQ(shared.facts.parts[0].filename, "x-C-1-base.stl");

  const std::string order = absl::StrCat(
      "<Treatment><DateTime>", k, "</DateTime><Notes>", k, "</Notes><Teeth><Tooth><Number>36</Number>",
      "<ReconstructionType>AnatomicCrown</ReconstructionType><Material p='", k, "'>ZI</Material><MaterialName>", k,
      "</MaterialName></Tooth></Teeth><Practice><PracticeName>", k, "</PracticeName></Practice><Patient><PatientName>", k,
      "</PatientName></Patient></Treatment>");
  const Copy shared_order = Share(order, {.name = "o.dentalProject", .case_code = "C-1", .patient_names = names});
  ASSERT_TRUE(shared_order.report.complete());
  EXPECT_FALSE(HoldsIgnoringCase(shared_order.text, k)) << shared_order.text;
  EXPECT_THAT(shared_order.text, HasSubstr("<Number>36</Number>"));
}

TEST(SharedCopy, VocabularyStaysWhateverThePatientIsCalled) {
  const Copy copy = Share(ConstructionInfoXml(TestCase{}),
                          {.name = "c.constructionInfo", .case_code = "C-1", .patient_names = PatientNames({"Crown"})});
  EXPECT_THAT(copy.text, HasSubstr("<ReconstructionType>AnatomicCrown</ReconstructionType>"));
}

TEST(SharedCopy, ThereIsNoneOfWhatCantBeRead) {
  const std::string good = ConstructionInfoXml(TestCase{});
  EXPECT_FALSE(Share(good.substr(0, good.size() - 20)).report.complete());
  EXPECT_FALSE(Share("").report.complete());
  EXPECT_FALSE(Share("<Other/>").report.complete());
  EXPECT_FALSE(Share("<!DOCTYPE a><ConstuctionInfo/>").report.complete());
  for (size_t size = 0; size + 2 < good.size(); ++size) {
    ASSERT_FALSE(Share(absl::string_view(good).substr(0, size)).report.complete()) << size;
  }
}

TEST(OrderFile, ReadsADentalProject) {
  const auto order = ReadOrder(
      "<Treatment><ProjectGUID>g</ProjectGUID><Teeth><Tooth><Number>36</Number><ReconstructionType>AnatomicCrown"
      "</ReconstructionType><MesialConnector>true</MesialConnector><Material>ZI</Material><ImplantType>CustomAbutment"
      "</ImplantType><Color>A2</Color></Tooth><Tooth><Number>99</Number></Tooth></Teeth>"
      "<Patient><PatientName>Muster</PatientName><PatientFirstName>Max</PatientFirstName></Patient></Treatment>",
      "a.dentalProject");
  EXPECT_EQ(order.facts.kind, OrderFileKind::kDentalProject);
  ASSERT_EQ(order.facts.teeth.size(), 1u);
  EXPECT_EQ(order.facts.teeth[0].number, 36);
  EXPECT_TRUE(order.facts.teeth[0].joined_mesially);
  EXPECT_EQ(order.facts.teeth[0].implant_type, "CustomAbutment");
  EXPECT_THAT(order.facts.patient_names, ElementsAre("Muster", "Max"));
  ASSERT_EQ(order.findings.size(), 1u);
  EXPECT_EQ(order.findings[0].rule, Rule::kToothNotFdi);
  EXPECT_FALSE(ReadOrder("<Treatment><Teeth>", "a.dentalProject").readable());
}

TEST(OrderFile, Reads3Shape) {
  const std::string xml =
      R"(<?xml version="1.0" encoding="utf-16"?><O xmlns="http://schemas.3shape.com/3OX/OrderInterface/2011/01">)"
      "<ThreeShapeOrderNo>12-7</ThreeShapeOrderNo><ModelElementList>"
      R"(<ModelElement displayName="Crown 36"><ModelElementIndex>4</ModelElementIndex></ModelElement>)"
      R"(<ModelElement displayName="Base"><ModelElementIndex>5</ModelElementIndex><ModelFileName>base.stl</ModelFileName>)"
      "</ModelElement></ModelElementList></O>";
  const auto order = ReadOrder(Utf16(xml, false), "x.3ox");
  EXPECT_EQ(order.facts.kind, OrderFileKind::k3ShapeOrder);
  EXPECT_EQ(order.facts.order_number, "12-7");
  ASSERT_EQ(order.facts.models.size(), 2u);
  EXPECT_EQ(order.facts.models[0].file_name, "12-7_4.stl");
  EXPECT_EQ(order.facts.models[1].file_name, "base.stl");
  const CaseFile base{.name = "BASE.stl"};
  const auto findings = CheckOrderFile(order.facts, "x.3ox", {}, {&base, 1});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, Rule::kOrderModelAbsent);
  EXPECT_THAT(findings[0].message, HasSubstr("12-7_4.stl"));

  const auto implant = ReadOrder(
      R"(<root><ToothIndex unn="19"/><Kit><System value="S"/><Name value="N"/><ID value="I"/></Kit>)"
      R"(<Position x="1" y="2.5" z="-3"/><Direction x="0" y="0" z="1"/></root>)",
      "ImplantDirectionPosition_1.xml");
  ASSERT_TRUE(implant.facts.implant.has_value());
  EXPECT_EQ(implant.facts.implant->tooth, 36);
  EXPECT_EQ(implant.facts.implant->system, "S");
  EXPECT_EQ(*implant.facts.implant->position, (Vec3{1, 2.5, -3}));
  const auto odd = ReadOrder(R"(<root><ToothIndex unn="33"/></root>)", "ImplantDirectionPosition_1.xml");
  EXPECT_EQ(CheckOrderFile(odd.facts, "i", {}, {})[0].rule, Rule::kOrderImplantTooth);
  EXPECT_EQ(ReadOrder("<root/>", "other.xml").facts.kind, OrderFileKind::kUnknown);
}

TEST(OrderFile, OrderedTeethAreComparedWithDesignedOnes) {
  const InfoReport designed = Read(ConstructionInfoXml(Bridge({14, 15, 16}, {15})));
  const InfoFacts* const facts = &designed.facts;
  OrderFileFacts order{.kind = OrderFileKind::kDentalProject, .project_guid = facts->header.project_guid};
  for (const int number : {14, 15, 16}) {
    order.teeth.push_back({.number = number, .reconstruction_type = "AnatomicCrown"});
  }
  order.teeth.push_back({.number = 13, .reconstruction_type = "HealthyTooth"});
  EXPECT_THAT(CheckOrderFile(order, "o", {&facts, 1}, {}), IsEmpty());
  order.teeth[0].number = 24;
  const auto findings = CheckOrderFile(order, "o", {&facts, 1}, {});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].rule, Rule::kOrderedTeethDiffer);
  EXPECT_EQ(findings[0].place.tooth, 24);
  EXPECT_EQ(findings[1].place.tooth, 14);
  order.project_guid = "another";
  const auto other = CheckOrderFile(order, "o", {&facts, 1}, {});
  ASSERT_EQ(other.size(), 3u) << "it lies in this case, so it is compared all the same";
  EXPECT_EQ(other[0].rule, Rule::kOrderedTeethDiffer);
  EXPECT_EQ(other[2].rule, Rule::kOrderOfAnotherProject);
  order.project_guid = absl::StrCat("{", facts->header.project_guid, "}");
  EXPECT_EQ(CheckOrderFile(order, "o", {&facts, 1}, {}).size(), 2u) << "braces make no other project";
}

TEST(Samples, RealFilesAreReadAndCopied) {
  const std::string dir = absl::StrCat(MW_SOURCE_DIR, "/../shared/samples/dental/");
  if (!std::filesystem::exists(dir)) GTEST_SKIP() << "no samples beside the repository";
  const std::string xml = ReadFile(dir + "exocad-3.0-implant-bridge.constructionInfo");
  const Copy copy = Share(xml);
  ASSERT_TRUE(copy.report.complete());
  const InfoReport shared = Read(copy.text);
  EXPECT_EQ(shared.facts.teeth.size(), 14u);
  EXPECT_EQ(shared.facts.parts.size(), 1u);
  for (const char* gone : {"Z:\\", "D:\\", "TEST PATIENT", "EXAMPLE LAB", "<Notes", "GUID", "ScanReplacementInfo"}) {
    EXPECT_THAT(copy.text, Not(HasSubstr(gone)));
  }
  // What was dropped is small: coordinates and parameters stay.
  EXPECT_GT(copy.text.size(), xml.size() / 2);
  const auto mixed =
      ReadOrder(ReadFile(dir + "exocad-3.2-order-mixed.dentalProject"), "exocad-3.2-order-mixed.dentalProject");
  EXPECT_TRUE(mixed.readable());
  EXPECT_EQ(mixed.facts.teeth.size(), 15u);
  EXPECT_THAT(mixed.facts.patient_names, ElementsAre("test"));
  EXPECT_EQ(ReadOrder(ReadFile(dir + "exocad-3.0-order.dentalProject"), "o.dentalProject").facts.teeth.size(), 1u);
}

}  // namespace
}  // namespace millwright::files
