// Cases at the edge of a rule: equal to a limit, over the midline, in several files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/project_check.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT

InfoFacts FactsOf(const TestCase& c) {
  InfoReader reader({.name = "c.constructionInfo"});
  reader.Feed(ConstructionInfoXml(c));
  return std::move(reader).Finish().facts;
}

int CountOf(Rule rule, const std::vector<Finding>& findings) {
  return static_cast<int>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.rule == rule; }));
}

int Judge(Rule rule, const TestCase& c, const AcceptanceProfile& profile = DefaultAcceptanceProfile()) {
  return CountOf(rule, CheckConstruction(FactsOf(c), {.info_name = "c", .files = {}, .profile = profile}));
}

TEST(CaseEdges, TheSmallerOfTwoConnectorsOverTheMidlineCounts) {
  for (const bool swapped : {false, true}) {
    for (const bool second : {false, true}) {
      TestCase c = Bridge({11, 21}, {});
      c.teeth[0].connected = c.teeth[1].connected = true;
      c.teeth[second].parameters = {{"ConnectorArea", "6.9"}};
      c.teeth[!second].parameters = {{"ConnectorArea", "8"}};
      if (swapped) std::swap(c.teeth[0], c.teeth[1]);
      EXPECT_EQ(Judge(Rule::kConnectorBelowLimit, c), 1);
      for (TestTooth& tooth : c.teeth) tooth.parameters = {{"ConnectorArea", "7"}};
      EXPECT_EQ(Judge(Rule::kConnectorBelowLimit, c), 0);
    }
  }
}

TEST(CaseEdges, ABlankThatIsExactlyHighEnoughIs) {
  for (const double blank : {10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 25.0, 98.5}) {
    for (int permille = 100; permille <= 250; ++permille) {
      const double shrinkage = permille / 1000.0;
      AcceptanceProfile profile = DefaultAcceptanceProfile();
      profile.materials[0].blank_heights_mm = {blank};
      profile.materials[0].linear_shrinkage = shrinkage;
      TestCase c;
      c.parts[0].height = absl::StrFormat("%.6f", blank * (1000 - permille) / 1000);
      ASSERT_EQ(Judge(Rule::kPartBlankHeight, c, profile), 0) << blank << " " << shrinkage;
      c.parts[0].height = absl::StrFormat("%.6f", blank * (1000 - permille) / 1000 + 0.00001);
      ASSERT_EQ(Judge(Rule::kPartBlankHeight, c, profile), 1) << blank << " " << shrinkage;
    }
  }
}

TEST(CaseEdges, AnAxisAtTheLimitPasses) {
  AcceptanceProfile profile = DefaultAcceptanceProfile();
  profile.check_insertion_axis = true;
  for (int limit = 1; limit <= 60; ++limit) {
    profile.max_insertion_axis_degrees = limit;
    for (const double more : {0.0, 0.0001}) {
      const double angle = (limit + more) * std::numbers::pi / 180;
      TestCase c;
      c.teeth[0].axis = Vec3{std::sin(angle), 0, std::cos(angle)};
      EXPECT_EQ(Judge(Rule::kInsertionAxis, c, profile), more > 0 ? 1 : 0) << limit;
    }
  }
}

ProjectFile InfoFile(const std::string& name, InfoFacts facts) {
  return {.file = {.name = name, .size = 1, .kind = facts.kind == InfoKind::kModelInfo ? FileKind::kModelInfo
                                                                                         : FileKind::kConstructionInfo},
          .info = std::make_shared<InfoFacts>(std::move(facts))};
}

TEST(CaseEdges, OneFileForPartsOfTwoInfoFiles) {
  TestCase other;
  other.teeth[0].number = "46";
  other.parts[0].teeth = {"46"};
  std::vector<ProjectFile> files = {InfoFile("a.constructionInfo", FactsOf({})), InfoFile("b.constructionInfo", FactsOf(other))};
  files.push_back({.file = {.name = "part_cad.stl", .size = 1000, .kind = FileKind::kStl}});
  const ProjectCheck check = CheckProject(files, {});
  ASSERT_EQ(CountOf(Rule::kPartNamedTwice, check.findings), 1);
  EXPECT_EQ(check.findings[0].place.file, "b.constructionInfo");
  EXPECT_EQ(check.findings[0].place.element, "ConstructionFile[1]/Filename");
  // A construction info and a model info may share a file.
  InfoReader model({.name = "m.modelInfo"});
  model.Feed(ModelInfoXml({{"PART_CAD.stl", "ModelBase", "LowerJaw"}}));
  files[1] = InfoFile("m.modelInfo", std::move(model).Finish().facts);
  EXPECT_EQ(CountOf(Rule::kPartNamedTwice, CheckProject(files, {}).findings), 0);
}

TEST(CaseEdges, AnOrderFileIsNotSurplus) {
  const InfoFacts facts = FactsOf({});
  const InfoFacts* infos[] = {&facts};
  const CaseFile files[] = {{.name = "o.dentalProject", .kind = FileKind::kDentalProject},
                            {.name = "late.constructionInfo", .kind = FileKind::kXml},
                            {.name = "x.stl", .kind = FileKind::kStl}};
  const auto findings = CheckFileSet(files, infos);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].place.file, "x.stl");
  // Its root is not among the first bytes; its own reader finds it.
  EXPECT_FALSE(JudgeSuffix(FileKind::kXml, "late.constructionInfo").has_value());
  EXPECT_TRUE(JudgeSuffix(FileKind::kXml, "late.stl").has_value());
}

}  // namespace
}  // namespace millwright::files
