// Where a finding is: its element, its tooth and what was measured, however the elements of the file are ordered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/margin_check.h"
#include "services/files/domain/info/order_file.h"

namespace millwright::files {
namespace {

using ::testing::IsEmpty;

InfoReport Read(const std::string& xml, const std::string& name) {
  InfoReader reader({.name = name});
  reader.Feed(xml);
  return std::move(reader).Finish();
}

// A crown on 36; the number of the tooth stands last.
std::string Crown(const std::string& in_tooth, const std::string& in_part = "", const std::string& in_root = "",
                  const std::string& number = "36") {
  return absl::StrCat(
      "<ConstuctionInfo xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Teeth><Tooth>", in_tooth,
      "<ReconstructionType>AnatomicCrown</ReconstructionType><Number>", number, "</Number></Tooth></Teeth>",
      "<ConstructionFileList><ConstructionFile><Filename>a.stl</Filename><Material>ZI</Material>",
      "<ToothNumbers><int>36</int></ToothNumbers>", in_part, "</ConstructionFile></ConstructionFileList>", in_root,
      "</ConstuctionInfo>");
}

std::string Parameter(const std::string& type, const std::string& value) {
  return absl::StrCat("<ParametersUsed><Parameter><Value>", value, "</Value><Type>", type,
                      "</Type></Parameter></ParametersUsed>");
}

std::string Vector(const std::string& tag, const std::string& x) {
  return absl::StrCat("<", tag, "><x>", x, "</x><y>0</y><z>1</z></", tag, ">");
}

struct Row {
  std::string xml;
  Rule rule;
  std::string element;
  int tooth;
  std::string measured;
};

TEST(InfoPlaces, EachFindingNamesItsElementToothAndValue) {
  const std::string number = "Teeth/Tooth[1]/Number";
  for (const Row& row : std::vector<Row>{
           {Crown(Parameter("CementGap", "0,04")), Rule::kInfoDecimalComma, "Teeth/Tooth[1]/ParametersUsed/CementGap", 36,
            "0,04"},
           {Crown(Parameter("MinThickness", "thin")), Rule::kInfoBadValue, "Teeth/Tooth[1]/ParametersUsed/MinThickness",
            36, "thin"},
           {Crown("<CutbackPerformed>True</CutbackPerformed>"), Rule::kInfoBadValue, "Teeth/Tooth[1]/CutbackPerformed",
            36, "True"},
           {Crown(Vector("Axis", "NaN")), Rule::kInfoNotFinite, "Teeth/Tooth[1]/Axis/x", 36, "NaN"},
           {Crown(Vector("Axis", "-INF")), Rule::kInfoNotFinite, "Teeth/Tooth[1]/Axis/x", 36, "-INF"},
           {Crown(Vector("Axis", "0,1")), Rule::kInfoDecimalComma, "Teeth/Tooth[1]/Axis/x", 36, "0,1"},
           {Crown(Vector("Axis", "1.2.3")), Rule::kInfoBadValue, "Teeth/Tooth[1]/Axis/x", 36, "1.2.3"},
           {Crown(Vector("Center", "NaN")), Rule::kInfoNotFinite, "Teeth/Tooth[1]/Center/x", 36, "NaN"},
           {Crown(absl::StrCat("<Margin>", Vector("Vec3", "0"), Vector("Vec3", "1,5"), "</Margin>")),
            Rule::kInfoDecimalComma, "Teeth/Tooth[1]/Margin/Vec3[2]/x", 36, "1,5"},
           {Crown("<ToothModelMatrix><_31>NaN</_31></ToothModelMatrix>"), Rule::kInfoNotFinite,
            "Teeth/Tooth[1]/ToothModelMatrix/_31", 36, "NaN"},
           {Crown("<ScrewDiameter>2,699</ScrewDiameter>"), Rule::kInfoDecimalComma, "Teeth/Tooth[1]/ScrewDiameter", 36,
            "2,699"},
           {Crown("", "<ZRotationMatrix><_00>x</_00></ZRotationMatrix>"), Rule::kInfoBadValue,
            "ConstructionFile[1]/ZRotationMatrix/_00", 0, "x"},
           {Crown("", "<SaveTime>202013011200</SaveTime>"), Rule::kInfoSaveTime, "ConstructionFile[1]/SaveTime", 0,
            "202013011200"},
           {Crown("", "", "<MatrixToScanDataFiles><_00>NaN</_00></MatrixToScanDataFiles>"), Rule::kInfoNotFinite,
            "MatrixToScanDataFiles/_00", 0, "NaN"},
           {Crown("", "", "", "-11"), Rule::kToothNotFdi, number, 0, "-11"},
           {Crown("", "", "", "99999999999"), Rule::kToothNotFdi, number, 0, "99999999999"},
           {Crown("", "", "", "36x"), Rule::kToothNotFdi, number, 0, "36x"},
           {Crown("", "", "<Notes e:a='1' xmlns:e='urn:e'/>"), Rule::kInfoForeignNamespace, "line 1", 0, ""},
       }) {
    const InfoReport report = Read(row.xml, "c.constructionInfo");
    ASSERT_EQ(report.findings.size(), 1u) << row.element << " " << row.measured;
    EXPECT_EQ(report.findings[0].rule, row.rule) << report.findings[0].message;
    EXPECT_EQ(report.findings[0].place.element, row.element);
    EXPECT_EQ(report.findings[0].place.tooth, row.tooth) << row.element;
    EXPECT_EQ(report.findings[0].measured, row.measured);
  }
}

TEST(InfoPlaces, WhatIsLegalIsNoFinding) {
  for (const std::string& xml :
       {Crown(Parameter("MinThickness", "NaN")), Crown("", "<Height>NaN</Height>"), Crown("<Margin/>"),
        Crown("", "<SaveTime>202001021030</SaveTime>"), Crown("", "", "<Notes xml:space='preserve' xsi:nil='true'/>"),
        Crown("", "", "<Future><x>left, right</x></Future>"), Crown("<ScrewDiameter xsi:nil='true'>x</ScrewDiameter>")}) {
    EXPECT_THAT(Read(xml, "c.constructionInfo").findings, IsEmpty()) << xml;
  }
}

TEST(InfoPlaces, OfAModel) {
  const InfoReport report = Read(
      "<ModelInfo><SaveTime>x</SaveTime><ModelFileList><ModelFile><Filename>a.stl</Filename><TransformationMatrix>"
      "<_00>NaN</_00></TransformationMatrix></ModelFile></ModelFileList></ModelInfo>",
      "m.modelInfo");
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].place.element, "ModelFileList/ModelFile/TransformationMatrix/_00");
  EXPECT_EQ(report.findings[1].place.element, "SaveTime") << "once, for the file";
}

TEST(InfoPlaces, OfAnImplantPositionAndAnOrder) {
  auto read = [](const std::string& xml, const std::string& name) {
    OrderFileReader reader(name);
    reader.Feed(xml);
    return std::move(reader).Finish().findings;
  };
  auto position = read("<root><ToothIndex unn='19'/><Position x='1,5' y='2' z='NaN'/></root>", "ImplantDirectionPosition_1.xml");
  ASSERT_EQ(position.size(), 2u);
  EXPECT_EQ(position[0].rule, Rule::kInfoDecimalComma);
  EXPECT_EQ(position[0].place.element, "Position/@x");
  EXPECT_EQ(position[1].rule, Rule::kInfoNotFinite);
  const std::string tooth = "<Tooth><Number>36</Number><ReconstructionType>AnatomicCrown</ReconstructionType></Tooth>";
  auto order = read(absl::StrCat("<Treatment><Teeth>", tooth, tooth, "</Teeth></Treatment>"), "o.dentalProject");
  ASSERT_EQ(order.size(), 1u);
  EXPECT_EQ(order[0].rule, Rule::kToothDuplicate);
  EXPECT_EQ(order[0].place.tooth, 36);
}

// -- margins --------------------------------------------------------------------------------------------------------

MarginFact Judged(const std::vector<Vec3>& points) {
  MarginCheck check;
  for (const Vec3& point : points) check.Add(point);
  return check.Result();
}

TEST(MarginCheck, AFigureOfEightCrossesInEveryPlane) {
  std::vector<Vec3> bow = {{0, 0, 0}, {2, 2, 0}, {2, 0, 0}, {0, 2, 0}}, eight;
  // Both lobes pass through one corner: no segment properly crosses another.
  for (int i = 0; i < 12; ++i) {
    const double x[] = {0, 1, 2, 3, 2, 1}, y[] = {0, 1, 1, 0, -1, -1};
    eight.push_back(i < 6 ? Vec3{x[i], y[i], 0} : Vec3{-x[i - 6], y[i - 6], 0});
  }
  // The same two lobes, the second one the other way round, only touch.
  std::vector<Vec3> pinch(eight.begin(), eight.begin() + 7);
  pinch.insert(pinch.end(), eight.rbegin(), eight.rbegin() + 5);
  // A corner upon the middle of another segment, passing through it and not.
  std::vector<Vec3> through = {{0, 0, 0}, {4, 0, 0}, {4, 2, 0}, {2, 2, 0}, {2, 0, 0}, {2, -2, 0}, {0, -2, 0}};
  std::vector<Vec3> touch = {{0, 0, 0}, {4, 0, 0}, {4, 2, 0}, {3, 2, 0}, {2, 0, 0}, {1, 2, 0}, {0, 2, 0}};
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_EQ(Judged(bow).crossing, Crossing::kCrosses) << turn;
    EXPECT_EQ(Judged(eight).crossing, Crossing::kCrosses) << turn;
    EXPECT_EQ(Judged(pinch).crossing, Crossing::kNone) << turn;
    EXPECT_EQ(Judged(through).crossing, Crossing::kCrosses) << turn;
    EXPECT_EQ(Judged(touch).crossing, Crossing::kNone) << turn;
    for (std::vector<Vec3>* line : {&bow, &eight, &pinch, &through, &touch}) {
      for (Vec3& p : *line) p = {p.z, p.x, p.y};
    }
  }
}

TEST(MarginCheck, PointsThatRepeatOthersAreNone) {
  EXPECT_EQ(Judged({{0, 0, 0}, {1, 0, 0}, {0, 0, 0}}).different_points, 2);
  EXPECT_EQ(Judged({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0}}).different_points, 3);
  EXPECT_EQ(Judged({{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}).different_points, 1);
}

}  // namespace
}  // namespace millwright::files
