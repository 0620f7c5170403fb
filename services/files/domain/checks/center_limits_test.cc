// What a center's own list and machine decide: each rule at its limit, where it passes, and just beyond, where it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/testing/info_writer.h"

namespace millwright::files {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

struct Desk {
  TestCase c;
  AcceptanceProfile profile = DefaultAcceptanceProfile();
  int64_t part_bytes = 1000;

  MaterialLimits& zirconia() { return profile.materials[0]; }
  void Parameter(size_t tooth, const std::string& name, const std::string& value) {
    c.teeth[tooth].parameters.push_back({name, value});
  }
};

std::vector<Finding> Judge(Desk desk) {
  desk.profile.name = "companies/c/acceptanceProfiles/1";
  InfoReader reader({.name = "case.constructionInfo"});
  reader.Feed(ConstructionInfoXml(desk.c));
  const InfoFacts facts = std::move(reader).Finish().facts;
  std::vector<CaseFile> files;
  for (const TestPart& part : desk.c.parts) {
    files.push_back({.name = part.filename, .size = desk.part_bytes, .kind = FileKind::kStl});
  }
  return CheckConstruction(facts, {.info_name = "case.constructionInfo", .files = files, .profile = desk.profile});
}

std::vector<Rule> RulesOf(const std::vector<Finding>& findings) {
  std::vector<Rule> rules;
  for (const Finding& finding : findings) rules.push_back(finding.rule);
  return rules;
}

// The rule passes where `at` sets things and breaks where `beyond` does; without the center's limit nothing is said.
void ExpectLimit(Rule rule, const TestCase& c, const std::function<void(Desk&)>& limit,
                 const std::function<void(Desk&)>& at, const std::function<void(Desk&)>& beyond) {
  SCOPED_TRACE(InfoOf(rule).id);
  Desk passing{.c = c}, breaking{.c = c}, unlimited{.c = c};
  limit(passing);
  at(passing);
  EXPECT_THAT(RulesOf(Judge(passing)), Not(Contains(rule)));
  limit(breaking);
  beyond(breaking);
  const std::vector<Finding> findings = Judge(breaking);
  ASSERT_THAT(RulesOf(findings), Contains(rule));
  for (const Finding& finding : findings) {
    if (finding.rule != rule) continue;
    EXPECT_EQ(finding.severity, Severity::kNeedsConfirmation);
    EXPECT_FALSE(finding.measured.empty());
    EXPECT_FALSE(finding.limit.empty());
    EXPECT_FALSE(finding.place.element.empty());
  }
  beyond(unlimited);
  EXPECT_THAT(RulesOf(Judge(unlimited)), Not(Contains(rule)));
}

TEST(CenterLimits, Cantilever) {
  // 34 and 35 hang from 36 and 37.
  const auto one = [](Desk& d) { d.zirconia().max_cantilever_pontics = 1; };
  const TestCase hanging_one = Bridge({37, 36, 35}, {35}), hanging_two = Bridge({37, 36, 35, 34}, {35, 34});
  ExpectLimit(Rule::kCantilever, hanging_one, one, [](Desk&) {}, [&](Desk& d) { d.c = hanging_two; });
  // Inside of the bridge two are no free end; a chain of pontics alone hangs nowhere else and is told once.
  Desk inside{.c = Bridge({37, 36, 35, 34}, {36, 35})};
  one(inside);
  EXPECT_THAT(RulesOf(Judge(inside)), Not(Contains(Rule::kCantilever)));
}

TEST(CenterLimits, ConnectorsOfFreeEnds) {
  const TestCase hanging = Bridge({37, 36, 35}, {35});
  const auto area = [](const char* value) {
    return [value](Desk& d) {
      for (TestTooth& tooth : d.c.teeth) tooth.parameters[1].second = value;
    };
  };
  ExpectLimit(Rule::kConnectorBelowLimit, hanging, [](Desk& d) { d.zirconia().min_connector_cantilever_mm2 = 12; },
              area("12"), area("11.9"));
}

TEST(CenterLimits, BlankRestriction) {
  const auto height = [](const char* value) {
    return [value](Desk& d) { d.Parameter(0, "ProductionBlankRestrictionHeight", value); };
  };
  TestCase crown;
  crown.teeth[0].parameters = {{"MinThickness", "0.6"}};
  const auto blanks = [](Desk& d) { d.zirconia().blank_heights_mm = {14, 18, 25}; };
  ExpectLimit(Rule::kBlankRestriction, crown, blanks, height("18.04"), height("18.06"));
  ExpectLimit(Rule::kBlankRestriction, crown, blanks, height("14"), height("16"));
}

TEST(CenterLimits, ScrewChannelAngle) {
  TestCase screwed;
  screwed.teeth[0].screw_channel = true;
  const auto angle = [](const char* value) {
    return [value](Desk& d) { d.Parameter(0, "MaxScrewChannelAngleAdditionalLimit", value); };
  };
  const auto limit = [](Desk& d) { d.profile.max_screw_channel_degrees = 25; };
  ExpectLimit(Rule::kScrewChannelAngle, screwed, limit, angle("25"), angle("25.1"));
  // Without a channel the setting says nothing.
  Desk plain{.c = TestCase()};
  limit(plain);
  angle("40")(plain);
  EXPECT_THAT(RulesOf(Judge(plain)), Not(Contains(Rule::kScrewChannelAngle)));
}

TEST(CenterLimits, ToolDiameter) {
  const auto tool = [](const char* value) {
    return [value](Desk& d) { d.Parameter(0, "MillingDiameter", value); };
  };
  const auto limit = [](Desk& d) { d.profile.min_tool_diameter_mm = 0.6; };
  ExpectLimit(Rule::kToolDiameter, TestCase(), limit, tool("0.6"), tool("0.59"));
  // Not stated is no tool.
  ExpectLimit(Rule::kToolDiameter, TestCase(), limit, tool("0"), tool("0.1"));
}

TEST(CenterLimits, PartFileSize) {
  ExpectLimit(Rule::kPartFileLarge, TestCase(), [](Desk& d) { d.profile.max_part_file_bytes = 5000; },
              [](Desk& d) { d.part_bytes = 5000; }, [](Desk& d) { d.part_bytes = 5001; });
}

}  // namespace
}  // namespace millwright::files
