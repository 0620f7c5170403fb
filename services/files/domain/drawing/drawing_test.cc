// DXF: lengths against closed forms, contours, blocks, layers, units; hostile drawings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/drawing/svg.h"

namespace millwright::files {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kPi = std::numbers::pi;

// "0 LINE 8 cut 10 0" with each word on a line of its own; '_' stands for a blank.
std::string Lines(absl::string_view words) { return absl::StrReplaceAll(words, {{" ", "\n"}, {"_", " "}}) + "\n"; }

std::string Dxf(absl::string_view entities, absl::string_view blocks = "", absl::string_view layers = "",
                absl::string_view units = "4") {
  std::string text;
  if (!units.empty())
    text += Lines(absl::StrCat("0 SECTION 2 HEADER 9 $ACADVER 1 AC1015 9 $INSUNITS 70 ", units, " 0 ENDSEC"));
  if (!layers.empty()) text += Lines(absl::StrCat("0 SECTION 2 TABLES 0 TABLE 2 LAYER ", layers, " 0 ENDTAB 0 ENDSEC"));
  if (!blocks.empty()) text += Lines(absl::StrCat("0 SECTION 2 BLOCKS ", blocks, " 0 ENDSEC"));
  return text + Lines(absl::StrCat("0 SECTION 2 ENTITIES ", entities, entities.empty() ? "" : " ", "0 ENDSEC 0 EOF"));
}

DrawingReport Analyse(const std::string& bytes, double stated_mm = 0) {
  DrawingReport report;
  EXPECT_TRUE(AnalyseDrawing(MemoryAccess(bytes), "d.dxf", stated_mm, {}, report));
  return report;
}

std::vector<Rule> RulesOf(const DrawingReport& report) {
  std::vector<Rule> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string Text(const DrawingReport& report) {
  std::string text;
  for (const Finding& f : report.findings) absl::StrAppend(&text, InfoOf(f.rule).id, ": ", f.message, "\n");
  return text;
}

constexpr char kSquare[] =
    "0 LINE 10 0 20 0 11 10 21 0 0 LINE 10 10 20 0 11 10 21 10 0 LINE 10 0 20 10 11 10 21 10 0 LINE 10 0 20 10 11 0 21 "
    "0";

TEST(Dxf, LengthsOfEachEntity) {
  struct Row {
    const char* name;
    std::string entities;
    double length;
    int64_t closed, open;
  };
  // The perimeter of an ellipse of 2 x 1 (semi-axes), by its complete elliptic integral.
  constexpr double kEllipse = 9.688448220547675;
  const Row rows[] = {
      {"square of lines, ends in any order", kSquare, 40, 1, 0},
      {"circle", "0 CIRCLE 10 5 20 5 40 3", 6 * kPi, 1, 0},
      {"arc over 0 degrees", "0 ARC 10 5 20 5 40 2 50 270 51 90", 2 * kPi, 0, 1},
      {"closed polyline", "0 LWPOLYLINE 90 3 70 1 10 0 20 0 10 3 20 0 10 3 20 4", 12, 1, 0},
      {"open polyline", "0 LWPOLYLINE 90 3 70 0 10 0 20 0 10 3 20 0 10 3 20 4", 7, 0, 1},
      {"slot with bulges", "0 LWPOLYLINE 90 4 70 1 10 0 20 0 10 10 20 0 42 1 10 10 20 4 10 0 20 4 42 1", 20 + 4 * kPi,
       1, 0},
      {"quarter bulge", "0 LWPOLYLINE 90 2 70 0 10 1 20 0 42 0.41421356237309503 10 0 20 1", kPi / 2, 0, 1},
      {"R12 polyline",
       "0 POLYLINE 66 1 70 1 0 VERTEX 10 0 20 0 0 VERTEX 10 2 20 0 42 1 0 VERTEX 10 2 20 2 0 VERTEX 10 0 20 2 0 SEQEND",
       6 + kPi, 1, 0},
      {"ellipse", "0 ELLIPSE 10 0 20 0 11 2 21 0 40 0.5 41 0 42 6.283185307179586", kEllipse, 1, 0},
      {"half an ellipse, turned", "0 ELLIPSE 10 0 20 0 11 0 21 2 40 0.5 41 0 42 3.141592653589793", kEllipse / 2, 0, 1},
      {"straight spline",
       "0 SPLINE 71 3 40 0 40 0 40 0 40 0 40 1 40 1 40 1 40 1 10 0 20 0 10 1 20 0 10 2 20 0 10 3 20 0", 3, 0, 1},
      {"parabola", "0 SPLINE 71 2 40 0 40 0 40 0 40 1 40 1 40 1 10 -1 20 1 10 0 20 -1 10 1 20 1",
       std::sqrt(5) + std::asinh(2) / 2, 0, 1},
      {"quarter circle as a rational spline",
       "0 SPLINE 71 2 40 0 40 0 40 0 40 1 40 1 40 1 41 1 41 0.7071067811865476 41 1 10 1 20 0 10 1 20 1 10 0 20 1",
       kPi / 2, 0, 1},
  };
  for (const Row& row : rows) {
    const DrawingReport report = Analyse(Dxf(row.entities));
    EXPECT_NEAR(report.cut_length, row.length, 1e-9 * row.length) << row.name << "\n" << Text(report);
    EXPECT_EQ(report.closed_contours, row.closed) << row.name;
    EXPECT_EQ(report.open_contours, row.open) << row.name;
    EXPECT_EQ(report.pierces(), row.closed + row.open) << row.name;
    EXPECT_EQ(RulesOf(report).size(), row.open > 0 ? 1u : 0u) << row.name << "\n" << Text(report);
  }
}

TEST(Dxf, APlateWithHoles) {
  const DrawingReport report =
      Analyse(Dxf(absl::StrCat("0 LWPOLYLINE 90 4 70 1 10 0 20 0 10 100 20 0 10 100 20 50 10 0 20 50 0 CIRCLE 10 20 20 "
                               "25 40 5 0 CIRCLE 10 80 20 25 40 5 ",
                               "0 LINE 8 Bend-up 10 50 20 0 11 50 21 50")));
  const std::optional<QuantisedDrawing> facts = report.Quantise();
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->cut_length_um, 300'000 + std::llround(20'000 * kPi));
  EXPECT_EQ(facts->width_um, 100'000);
  EXPECT_EQ(facts->height_um, 50'000);
  EXPECT_EQ(facts->bend_length_um, 50'000);
  EXPECT_EQ(report.bend_lines, 1);
  EXPECT_EQ(report.closed_contours, 3);
  EXPECT_THAT(report.bend_layers, ElementsAre("Bend-up"));
  EXPECT_TRUE(report.findings.empty()) << Text(report);
}

TEST(Dxf, BlocksScaledTurnedMirroredNestedAndInArrays) {
  const std::string blocks = absl::StrCat(
      "0 BLOCK 2 SQ 10 5 20 5 ", kSquare, " 0 ENDBLK 0 BLOCK 2 HOLE 10 0 20 0 0 CIRCLE 10 0 20 0 40 1 0 ENDBLK ",
      "0 BLOCK 2 BOTH 10 0 20 0 0 INSERT 2 SQ 10 0 20 0 0 INSERT 2 hole 10 0 20 0 0 ENDBLK");
  struct Row {
    const char* name;
    const char* insert;
    double length;
    int64_t contours;
  };
  constexpr double kEllipse = 9.688448220547675;
  const Row rows[] = {
      {"as it is", "0 INSERT 2 SQ 10 0 20 0", 40, 1},
      {"scaled", "0 INSERT 2 SQ 10 0 20 0 41 2 42 0.5", 50, 1},
      {"turned and mirrored", "0 INSERT 2 SQ 10 7 20 7 41 -1 42 1 50 33", 40, 1},
      {"nested", "0 INSERT 2 BOTH 10 0 20 0 41 2 42 2", 80 + 4 * kPi, 2},
      {"a circle becomes an ellipse", "0 INSERT 2 HOLE 10 0 20 0 41 2 42 1 50 20", kEllipse, 1},
      {"array", "0 INSERT 2 HOLE 10 0 20 0 70 3 71 2 44 5 45 5", 12 * kPi, 6},
      {"from below", "0 INSERT 2 BOTH 10 1 20 2 230 -1", 40 + 2 * kPi, 2},
  };
  for (const Row& row : rows) {
    const DrawingReport report = Analyse(Dxf(row.insert, blocks));
    EXPECT_NEAR(report.cut_length, row.length, 1e-9 * row.length) << row.name << "\n" << Text(report);
    EXPECT_EQ(report.closed_contours, row.contours) << row.name;
    EXPECT_EQ(report.open_contours, 0) << row.name;
  }
  EXPECT_THAT(RulesOf(Analyse(Dxf("0 INSERT 2 NONE 10 0 20 0", blocks))), Contains(Rule::kDrawingBlockMissing));
}

TEST(Dxf, EndsJoinWithinAHundredthOfAMillimetre) {
  auto gap = [](const char* to, const char* unit) {
    return Analyse(
        Dxf(absl::StrCat("0 LWPOLYLINE 90 3 70 0 10 0 20 0 10 10 20 0 10 10 20 10 0 LINE 10 10 20 10 11 ", to, " 21 0"),
            "", "", unit));
  };
  EXPECT_EQ(gap("0.01", "4").closed_contours, 1);
  EXPECT_EQ(gap("0.0101", "4").open_contours, 1);
  EXPECT_EQ(gap("0.0005", "1").open_contours, 1);  // 0.0127 mm
  EXPECT_EQ(gap("0.0003", "1").closed_contours, 1);
}

TEST(Dxf, UnitsAreStatedOrAskedFor) {
  EXPECT_THAT(RulesOf(Analyse(Dxf(kSquare, "", "", ""))), ElementsAre(Rule::kDrawingUnitNotStated));
  EXPECT_THAT(RulesOf(Analyse(Dxf(kSquare, "", "", "0"))), ElementsAre(Rule::kDrawingUnitNotStated));
  EXPECT_FALSE(Analyse(Dxf(kSquare, "", "", "0")).Quantise().has_value());
  EXPECT_EQ(Analyse(Dxf(kSquare, "", "", ""), 10).Quantise()->cut_length_um, 400'000);
  EXPECT_EQ(Analyse(Dxf(kSquare, "", "", "1")).Quantise()->cut_length_um, 1'016'000);
  EXPECT_THAT(RulesOf(Analyse(Dxf(kSquare, "", "", "1"), 1)), ElementsAre(Rule::kDrawingUnitDiffers));
  EXPECT_EQ(Analyse(Dxf(kSquare, "", "", "1"), 1).Quantise()->cut_length_um, 1'016'000);
  EXPECT_TRUE(Analyse(Dxf(kSquare, "", "", "1"), 25.4).findings.empty());
}

// AutoCAD writes some two hundred variables; those of code 2 looked like the name of another section once.
TEST(Dxf, UnitsBehindOtherVariablesOfTheHeader) {
  const std::string header = Lines(
      "0 SECTION 2 HEADER 9 $ACADVER 1 AC1024 9 $DIMSTYLE 2 ISO-25 9 $CMLSTYLE 2 STANDARD 9 $CLAYER 8 0 9 $INSUNITS 70 5 "
      "9 $EXTMIN 10 0 20 0 30 0 0 ENDSEC");
  const DrawingReport report = Analyse(header + Dxf(kSquare, "", "", ""));
  EXPECT_TRUE(report.findings.empty()) << Text(report);
  EXPECT_EQ(report.unit_mm, 10);
}

TEST(Dxf, EveryUnitThatADrawingMayState) {
  const double kMillimetres[] = {0,     25.4,     304.8, 1609344,         1,    10,  1000, 1e6,  25.4e-6,
                                 0.0254, 914.4,   1e-7,  1e-6,            1e-3, 100, 1e4,  1e5,  1e12,
                                 149597870.7e6, 9460730472580.8e6, 30856775814913.673e6,
                                 304.800609601219, 25.4000508001016, 914.401828803658, 1609347.21869444};
  for (int code = 0; code < 25; ++code) {
    const double unit = Analyse(Dxf(kSquare, "", "", absl::StrCat(code))).unit_mm.value_or(0);
    EXPECT_NEAR(unit, kMillimetres[code], 1e-12 * kMillimetres[code]) << code;
  }
  EXPECT_FALSE(Analyse(Dxf(kSquare, "", "", "25")).unit_mm.has_value());
  EXPECT_FALSE(Analyse(Dxf(kSquare, "", "", "-1")).unit_mm.has_value());
}

TEST(Dxf, NamesOfLayersInAnyCaseCodePageAndEscape) {
  constexpr char kLine[] = "0 CIRCLE 10 0 20 0 40 1 0 LINE 8 LAYER 10 0 20 0 11 3 21 4";
  const std::string code_page = Lines("0 SECTION 2 HEADER 9 $DWGCODEPAGE 3") + "ANSI_1250\n" + Lines("0 ENDSEC");
  for (const char* layer : {"Gięcie", "GIĘCIE", "Gi\\U+0119cie", "GI\\U+0118CIE", "Gi\xEA""cie", "GI\xCA""CIE", "BIEGELINIE"}) {
    const DrawingReport report = Analyse(code_page + absl::StrReplaceAll(Dxf(kLine), {{"LAYER", layer}}));
    EXPECT_EQ(report.bend_length, 5) << layer;
    EXPECT_EQ(report.bend_lines, 1) << layer;
  }
  // Layers and blocks are found whatever their case.
  const DrawingReport frozen = Analyse(Dxf("0 CIRCLE 10 0 20 0 40 1 0 INSERT 2 LOCH_Ä 8 ÜBER 10 0 20 0",
                                           "0 BLOCK 2 loch_ä 10 0 20 0 0 CIRCLE 10 9 20 0 40 1 0 ENDBLK",
                                           "0 LAYER 2 über 70 1 62 7"));
  EXPECT_THAT(RulesOf(frozen), ElementsAre(Rule::kDrawingLayersLeftOut)) << Text(frozen);
}

TEST(Dxf, BlocksOnLayersThatAreOffOrFrozen) {
  const std::string layers = "0 LAYER 2 Frozen 70 1 62 7 0 LAYER 2 Off 70 0 62 -7";
  const std::string blocks = "0 BLOCK 2 B 10 0 20 0 0 CIRCLE 8 0 10 0 20 0 40 1 0 CIRCLE 8 own 10 9 20 0 40 2 0 ENDBLK";
  EXPECT_NEAR(Analyse(Dxf("0 INSERT 8 Off 2 B 10 0 20 0", blocks, layers)).cut_length, 4 * kPi, 1e-9);
  EXPECT_EQ(Analyse(Dxf("0 INSERT 8 Frozen 2 B 10 0 20 0", blocks, layers)).cut_length, 0);
}

TEST(Dxf, ReferencesToOtherDrawingsAndInvisibleEntities) {
  for (const char* flags : {"4", "8", "36"}) {
    const std::string blocks = absl::StrCat("0 BLOCK 2 X 70 ", flags, " 10 0 20 0 1 other.dwg 0 ENDBLK");
    const DrawingReport report = Analyse(Dxf(absl::StrCat(kSquare, " 0 INSERT 2 X 10 0 20 0"), blocks));
    EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kDrawingBlockMissing)) << flags;
  }
  const DrawingReport report = Analyse(Dxf(absl::StrCat(kSquare, " 0 CIRCLE 60 1 10 0 20 0 40 1")));
  EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kDrawingIgnored));
  EXPECT_NEAR(report.cut_length, 40, 1e-12);
}

TEST(Dxf, LayersThatAreNotCut) {
  const std::string layers = "0 LAYER 2 Frozen 70 1 62 7 0 LAYER 2 Off 70 0 62 -7 0 LAYER 2 On 70 0 62 7";
  const std::string circle = " 10 0 20 0 40 1 ";
  const DrawingReport report =
      Analyse(Dxf(absl::StrCat("0 CIRCLE 8 FROZEN", circle, "0 CIRCLE 8 Off", circle, "0 CIRCLE 8 Construction-1",
                               circle, "0 CIRCLE 8 On 10 9 20 0 40 1 0 CIRCLE 67 1 10 0 20 0 40 1"),
                  "", layers));
  EXPECT_EQ(report.closed_contours, 1);
  EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kDrawingIgnored, Rule::kDrawingLayersLeftOut));
  EXPECT_THAT(report.findings[1].message, HasSubstr("Construction-1, FROZEN, Off"));
  EXPECT_THAT(report.cut_layers, ElementsAre("On"));
}

TEST(Dxf, EntitiesOnLayer0OfABlockFollowTheirInsert) {
  const std::string blocks = "0 BLOCK 2 B 10 0 20 0 0 CIRCLE 8 0 10 0 20 0 40 1 0 CIRCLE 8 own 10 0 20 0 40 2 0 ENDBLK";
  const DrawingReport report = Analyse(Dxf("0 INSERT 8 bend 2 B 10 0 20 0", blocks));
  EXPECT_NEAR(report.cut_length, 4 * kPi, 1e-9);
  EXPECT_NEAR(report.bend_length, 2 * kPi, 1e-9);
}

TEST(Dxf, DuplicatesAreCutOnce) {
  const DrawingReport report = Analyse(Dxf(absl::StrCat(
      kSquare,
      " 0 LINE 10 10 20 0 11 0 21 0 0 CIRCLE 10 5 20 5 40 1 0 CIRCLE 10 5 20 5 40 1 0 ARC 10 0 20 50 40 1 50 0 51 90 ",
      "0 LWPOLYLINE 90 2 70 0 10 0 20 51 42 -0.41421356237309503 10 1 20 50")));
  EXPECT_EQ(report.duplicates, 3);
  EXPECT_NEAR(report.cut_length, 40 + 2 * kPi + kPi / 2, 1e-9);
  EXPECT_EQ(report.closed_contours, 2);
  EXPECT_EQ(report.open_contours, 1);
}

TEST(Dxf, WhatCanNotBeReadIsNamedWithItsHandle) {
  const char* entities[] = {"0 3DFACE 5 AB 10 0 20 0 30 0",
                            "0 REGION 5 AB",
                            "0 ACAD_PROXY_ENTITY 5 AB",
                            "0 LINE 5 AB 10 0 20 0 30 0 11 1 21 1 31 5",
                            "0 CIRCLE 5 AB 10 0 20 0 40 1 210 1 220 0 230 0",
                            "0 CIRCLE 5 AB 10 0 20 0 40 0",
                            "0 CIRCLE 5 AB 10 nan 20 0 40 1",
                            "0 SPLINE 5 AB 71 3 11 0 21 0 11 1 21 1",
                            "0 SPLINE 5 AB 71 3 40 0 10 0 20 0",
                            "0 SPLINE 5 AB 71 99 40 0 10 0 20 0",
                            "0 LINE 5 AB 10 1e308 20 0 11 -1e308 21 1e308",
                            "0 POLYLINE 5 AB 70 8 0 VERTEX 10 0 20 0 0 VERTEX 10 1 20 0 0 SEQEND"};
  for (const char* entity : entities) {
    const DrawingReport report = Analyse(Dxf(absl::StrCat(kSquare, " ", entity)));
    EXPECT_THAT(RulesOf(report), ElementsAre(Rule::kDrawingNotRead)) << entity << "\n" << Text(report);
    EXPECT_THAT(report.findings[0].message, HasSubstr("AB")) << entity;
    EXPECT_NEAR(report.cut_length, 40, 1e-12);
  }
}

TEST(Dxf, Faults) {
  struct Row {
    const char* name;
    std::string bytes;
    Rule rule;
  };
  std::string tower = "0 BLOCK 2 B0 10 0 20 0 0 CIRCLE 10 0 20 0 40 1 0 ENDBLK";
  for (int i = 1; i < 14; ++i) {
    const std::string insert = absl::StrCat(" 0 INSERT 2 B", i - 1, " 10 0 20 0");
    absl::StrAppend(&tower, " 0 BLOCK 2 B", i, " 10 0 20 0", insert, insert, insert, insert, " 0 ENDBLK");
  }
  const std::string fine = Dxf(kSquare);
  const Row rows[] = {
      {"empty drawing", Dxf(""), Rule::kDrawingNothingToCut},
      {"no EOF", fine.substr(0, fine.size() - 6), Rule::kDrawingTruncated},
      {"no group code", "0\nSECTION\nx\n", Rule::kDrawingSyntax},
      {"no number", Dxf("0 LINE 10 1,5 20 0"), Rule::kDrawingSyntax},
      {"no section", "10\n5\n", Rule::kDrawingSyntax},
      {"a line of 16 KiB and one byte",
       "0\nSECTION\n2\nENTITIES\n1\n" + std::string(DxfTokens::kMaxLine + 1, 'x') + "\n", Rule::kDrawingLimit},
      {"a block in itself", Dxf("0 INSERT 2 B 10 0 20 0", "0 BLOCK 2 B 10 0 20 0 0 INSERT 2 B 10 1 20 0 0 ENDBLK"),
       Rule::kDrawingLimit},
      {"a tower of blocks", Dxf("0 INSERT 2 B13 10 0 20 0", tower), Rule::kDrawingLimit},
      {"a huge array", Dxf("0 INSERT 2 B0 10 0 20 0 70 30000 71 30000", tower), Rule::kDrawingLimit},
      {"an array beyond numbers", Dxf("0 INSERT 2 B0 10 0 20 0 70 1e300 71 1", tower), Rule::kDrawingLimit},
  };
  for (const Row& row : rows) {
    const DrawingReport report = Analyse(row.bytes);
    EXPECT_THAT(RulesOf(report), Contains(row.rule)) << row.name << "\n" << Text(report);
  }
  const std::string at_limit = "0\nSECTION\n2\nENTITIES\n1\n" + std::string(DxfTokens::kMaxLine, 'x') + "\n0\nEOF\n";
  EXPECT_THAT(RulesOf(Analyse(at_limit)), Not(Contains(Rule::kDrawingLimit)));
}

TEST(Dxf, LineEndsAndPiecesDoNotMatter) {
  const std::string text = Dxf(absl::StrCat(kSquare, " 0 TEXT 1 Grüße_5_mm"));
  const DrawingReport whole = Analyse(text);
  EXPECT_THAT(RulesOf(whole), ElementsAre(Rule::kDrawingIgnored));
  EXPECT_NEAR(Analyse(absl::StrReplaceAll(text, {{"\n", "\r\n"}})).cut_length, 40, 1e-12);
  EXPECT_NEAR(Analyse("999\nmade by hand\n" + text).cut_length, 0 + 40, 1e-12);
  for (size_t piece : {1, 2, 3, 7, 1000}) {
    DxfReader reader;
    FindingList findings;
    for (size_t at = 0; at < text.size(); at += piece) reader.Feed(absl::string_view(text).substr(at, piece), findings);
    EXPECT_EQ(reader.Finish(findings).curves.size(), 4u) << piece;
  }
}

TEST(Dxf, TruncationAtEveryByteIsNeverAccepted) {
  const std::string text = Dxf(kSquare);
  for (size_t size = 0; size + 1 < text.size(); ++size) {
    const DrawingReport report = Analyse(text.substr(0, size));
    if (absl::string_view(text).substr(0, size).find("EOF") != absl::string_view::npos) continue;
    EXPECT_EQ(VerdictOf(report.findings), Severity::kBlocking) << size;
  }
}

TEST(Svg, ShowsEachUseAndNoText) {
  const DrawingReport report = Analyse(Dxf(absl::StrCat(
      kSquare, " 0 LINE 8 bend 10 0 20 5 11 10 21 5 0 LINE 8 Doe-Jane 10 2 20 2 11 3 21 2 0 TEXT 1 Jane")));
  const std::string svg = DrawSvg(report);
  EXPECT_THAT(svg, HasSubstr("<svg xmlns"));
  EXPECT_THAT(svg, HasSubstr("#1f2937"));  // cut
  EXPECT_THAT(svg, HasSubstr("#dc2626"));  // open
  EXPECT_THAT(svg, HasSubstr("stroke-dasharray"));
  EXPECT_THAT(svg, Not(HasSubstr("Jane")));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 1080.00 1080.00\""));
  EXPECT_EQ(DrawSvg(Analyse(Dxf(""))), "");
}

}  // namespace
}  // namespace millwright::files
