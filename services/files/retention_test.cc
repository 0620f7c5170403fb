// File settings: their rules, what time erases by them and what it never does, and what layers of drawings mean.
#include <functional>

#include "absl/strings/str_cat.h"
#include "common/rpc/field_mask.h"
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

using namespace ::testing;  // NOLINT

constexpr char kSettings[] = "companies/lab0000000/fileSettings";

class RetentionTest : public FilesServiceTest {
 protected:
  absl::StatusOr<v1::FileSettings> Set(const std::function<void(v1::FileSettings&)>& fill,
                                       const std::string& company = kLab) {
    v1::UpdateFileSettingsRequest request;
    request.mutable_file_settings()->set_name(kSettings);
    fill(*request.mutable_file_settings());
    return house_->settings.UpdateFileSettings(As(company), request);
  }
  static void AddRule(v1::FileSettings& settings, v1::RetentionRule::Kind kind, int days, int implant_days = 0,
                      bool for_ever = false) {
    v1::RetentionRule& rule = *settings.add_retention();
    rule.set_kind(kind);
    rule.set_days(days);
    rule.set_implant_days(implant_days);
    rule.set_keep_for_ever(for_ever);
  }
  void EraseAfter(int case_days, int mesh_days = 0, int implant_days = 0) {
    auto set = Set([&](v1::FileSettings& settings) {
      AddRule(settings, v1::RetentionRule::CASE_FILE, case_days, implant_days);
      if (mesh_days > 0) AddRule(settings, v1::RetentionRule::MESH, mesh_days);
    });
    ASSERT_TRUE(set.ok()) << set.status();
  }
  int64_t SweepIn(absl::Duration time) {
    house_->clock.Advance(time);
    auto erased = house_->retention.Sweep();
    EXPECT_TRUE(erased.ok()) << erased.status();
    return erased.value_or(-1);
  }
  std::string EndedCase() {
    const std::string project = Case();
    EXPECT_TRUE(Pin(project).ok());
    OrderIs("SUBMITTED");
    OrderIs("DELIVERED");
    return project;
  }
  bool IsErased(const v1::File& file) { return ReasonOf(Download(kLab, file.name()).status()) == "FILE_ERASED"; }
  v1::ListErasuresResponse Proof(const std::string& project) {
    v1::ListErasuresRequest request;
    request.set_parent(project);
    return *house_->erasure.ListErasures(As(kLab), request);
  }
  static std::string FieldOf(const absl::StatusOr<v1::FileSettings>& answer) {
    return MetaOf(answer.status(), "field");
  }
};

TEST_F(RetentionTest, NothingIsErasedUnlessACompanySaysSo) {
  const std::string project = EndedCase();
  EXPECT_EQ(SweepIn(absl::Hours(24) * 36'525), 0);
  EXPECT_FALSE(IsErased(info_));
  v1::GetFileSettingsRequest request;
  request.set_name(kSettings);
  auto settings = house_->settings.GetFileSettings(As(kLab), request);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->retention_size(), 0);
  EXPECT_THAT(settings->drawing_layers().bend(), Contains("biege"));
  EXPECT_TRUE(absl::IsNotFound(house_->settings.GetFileSettings(As(kCenter), request).status()));
}

TEST_F(RetentionTest, FilesGoAtTheDayAndNotBefore) {
  EraseAfter(30);
  const std::string project = EndedCase();
  EXPECT_EQ(SweepIn(absl::Hours(24) * 30 - absl::Seconds(2)), 0);
  EXPECT_FALSE(IsErased(info_));
  EXPECT_EQ(SweepIn(absl::Seconds(2)), 1);
  EXPECT_TRUE(IsErased(info_));
  EXPECT_EQ(ReasonOf(Preview(kLab, info_.name()).status()), "FILE_ERASED");
  EXPECT_FALSE(IsErased(part_)) << "meshes have no rule";
  EXPECT_EQ(SweepIn(absl::Hours(1)), 0) << "once is enough";

  const v1::ListErasuresResponse proof = Proof(project);
  ASSERT_THAT(proof.erasures(), SizeIs(2));  // the original and the copy of the center
  for (const v1::Erasure& one : proof.erasures()) {
    EXPECT_EQ(one.file(), info_.name());
    EXPECT_EQ(one.erased_by(), kSettings);
    EXPECT_EQ(one.reason(), "by time: case files 30 days after the last order ended (settings version 1)");
    EXPECT_TRUE(one.absent());
  }
  EXPECT_EQ(proof.erasures(0).shared_copy() + proof.erasures(1).shared_copy(), 1);
  EXPECT_EQ(Project(project).display_name(), "(erased)") << "the patient goes with the case";
  EXPECT_EQ(*house_->db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); }), part_.size_bytes());
}

TEST_F(RetentionTest, EachKindHasItsTime) {
  EraseAfter(30, 60);
  EndedCase();
  EXPECT_EQ(SweepIn(absl::Hours(24) * 30), 1);
  EXPECT_EQ(SweepIn(absl::Hours(24) * 29), 0);
  EXPECT_FALSE(IsErased(part_));
  EXPECT_EQ(SweepIn(absl::Hours(24)), 1);
  EXPECT_TRUE(IsErased(part_));
}

TEST_F(RetentionTest, LiveOrdersAndProjectsWithoutOrdersAreLeftAlone) {
  EraseAfter(1, 1);
  const std::string never = Case();
  EXPECT_EQ(SweepIn(absl::Hours(24) * 1000), 0);
  EXPECT_FALSE(IsErased(info_)) << "never ordered";
  ASSERT_TRUE(Pin(never).ok());
  EXPECT_EQ(SweepIn(absl::Hours(24) * 1000), 0) << "a pin waits for its order";
  OrderIs("SUBMITTED");
  OrderIs("APPROVED");
  EXPECT_EQ(SweepIn(absl::Hours(24) * 1000), 0) << "a live order";
  OrderIs("IN_PRODUCTION");
  EXPECT_EQ(SweepIn(absl::Hours(24) * 1000), 0);
  OrderIs("DELIVERED");
  EXPECT_EQ(SweepIn(absl::Hours(23)), 0) << "the clock runs from the end";
  ASSERT_TRUE(Pin(never, "orders/o2").ok());
  OrderIs("SUBMITTED", "orders/o2");
  EXPECT_EQ(SweepIn(absl::Hours(24) * 1000), 0) << "another order of the same files";
  OrderIs("CANCELLED", "orders/o2");
  EXPECT_EQ(SweepIn(absl::Hours(24)), 2);
}

// Payments and papers come after the end; they do not move it.
TEST_F(RetentionTest, LaterNewsOfTheSameStateDoNotMoveTheEnd) {
  EraseAfter(10);
  EndedCase();
  house_->clock.Advance(absl::Hours(24) * 9);
  OrderIs("DELIVERED");
  EXPECT_EQ(SweepIn(absl::Hours(24)), 1);
}

TEST_F(RetentionTest, ImplantsAreKeptLonger) {
  EraseAfter(30, 0, 90);
  const std::string project = NewProject();
  TestCase c;
  c.teeth[0].parameters = {{"MinThickness", "0.6"}};
  c.teeth[0].implant_type = "CustomAbutment";
  info_ = Upload(project, "case.constructionInfo", ConstructionInfoXml(c));
  part_ = Upload(project, "part_cad.stl", BinaryStl(MakeBox({8, 8, 8})));
  v1::WaiveFindingRequest waive;
  waive.set_name(project);
  waive.set_rule("part.no_screw_channel");
  waive.set_reason("cemented");
  waive.set_center(kCenter);
  auto facts = Check(project);
  ASSERT_TRUE(facts.ok());
  for (const auto& finding : facts->findings()) {
    if (finding.finding_class() != common::v1::FINDING_CLASS_NEEDS_CONFIRMATION) continue;
    waive.set_rule(finding.rule());
    waive.set_file_name(finding.file_name());
    waive.set_tooth(finding.tooth());
    ASSERT_TRUE(house_->projects.WaiveFinding(As(kLab), waive).ok());
  }
  auto pin = Pin(project);
  ASSERT_TRUE(pin.ok()) << pin.status();
  ASSERT_GT(pin->facts().parts(0).implant_count(), 0);
  OrderIs("SUBMITTED");
  OrderIs("DELIVERED");
  EXPECT_EQ(SweepIn(absl::Hours(24) * 89), 0);
  EXPECT_EQ(SweepIn(absl::Hours(24)), 1);
}

// A mesh that stays loses the patient's name when the case that explains it goes.
TEST_F(RetentionTest, WhatStaysIsRenamed) {
  EraseAfter(30);
  v1::CreateProjectRequest create;
  create.set_parent(kLab);
  create.mutable_project()->set_display_name("Kanarienvogel");
  create.mutable_project()->set_case_code("C-7");
  create.mutable_project()->add_patient_names("Kanarienvogel");
  const std::string project = house_->projects.CreateProject(As(kLab), create)->name();
  const v1::File mesh = Upload(project, "Kanarienvogel.stl", BinaryStl(MakeBox({8, 8, 8})));
  const v1::File note = Upload(project, "case.xml", "<?xml version=\"1.0\"?><note/>");
  ASSERT_TRUE(Pin(project).ok());
  OrderIs("SUBMITTED");
  OrderIs("DELIVERED");
  EXPECT_EQ(SweepIn(absl::Hours(24) * 30), 1);
  EXPECT_TRUE(IsErased(note));
  v1::GetFileRequest get;
  get.set_name(mesh.name());
  EXPECT_THAT(house_->downloads.GetFile(As(kLab), get)->file_name(), Not(HasSubstr("Kanarienvogel")));
  EXPECT_TRUE(Download(kLab, mesh.name()).ok());
}

TEST_F(RetentionTest, RulesAreChecked) {
  auto with = [&](v1::RetentionRule::Kind kind, int days, int implant_days = 0, bool for_ever = false) {
    return FieldOf(Set([&](v1::FileSettings& s) { AddRule(s, kind, days, implant_days, for_ever); }));
  };
  EXPECT_EQ(with(v1::RetentionRule::MESH, 0), "file_settings.retention[0].days");
  EXPECT_EQ(with(v1::RetentionRule::MESH, 1), "");
  EXPECT_EQ(with(v1::RetentionRule::MESH, kMaxRetentionDays), "");
  EXPECT_EQ(with(v1::RetentionRule::MESH, kMaxRetentionDays + 1), "file_settings.retention[0].days");
  EXPECT_EQ(with(v1::RetentionRule::MESH, 10, 9), "file_settings.retention[0].implant_days");
  EXPECT_EQ(with(v1::RetentionRule::MESH, 10, 10), "");
  EXPECT_EQ(with(v1::RetentionRule::MESH, 0, 0, true), "");
  EXPECT_EQ(with(v1::RetentionRule::MESH, 5, 0, true), "file_settings.retention[0].keep_for_ever");
  EXPECT_EQ(with(v1::RetentionRule::KIND_UNSPECIFIED, 5), "file_settings.retention[0].kind");
  EXPECT_EQ(FieldOf(Set([&](v1::FileSettings& s) {
              AddRule(s, v1::RetentionRule::MESH, 5);
              AddRule(s, v1::RetentionRule::MESH, 6);
            })),
            "file_settings.retention[1].kind");
  EXPECT_TRUE(absl::IsNotFound(Set([](auto&) {}, kCenter).status()));
  EXPECT_EQ(ReasonOf(Set([](v1::FileSettings& s) { s.set_etag(EtagOf(1)); }).status()), "ETAG_MISMATCH");
}

// A drawing of four lines: one a layer.
std::string FourLayers() {
  std::string dxf = "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n4\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n";
  int y = 0;
  for (const char* layer : {"PLATE", "KANTEN", "SCHRIFT", "RAHMEN"}) {
    dxf += absl::StrCat("0\nLINE\n8\n", layer, "\n10\n0\n20\n", y, "\n11\n", 100 + y, "\n21\n", y, "\n");
    ++y;
  }
  return dxf + "0\nENDSEC\n0\nEOF\n";
}

TEST_F(RetentionTest, LayersAreTheCompanysOwn) {
  const std::string project = NewProject();
  const v1::DrawingFacts before = Upload(project, "plate.dxf", FourLayers()).drawing();
  EXPECT_EQ(before.cut_length_micrometers(), 406'000);
  EXPECT_EQ(before.engrave_line_count(), 0);
  auto set = Set([](v1::FileSettings& s) {
    s.mutable_drawing_layers()->add_bend("Kanten");
    s.mutable_drawing_layers()->add_engrave("schrift");
    s.mutable_drawing_layers()->add_not_cut("rahmen");
  });
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_THAT(set->drawing_layers().bend(), ElementsAre("kanten"));
  const v1::DrawingFacts facts = Upload(project, "plate.dxf", FourLayers()).drawing();
  EXPECT_EQ(facts.cut_length_micrometers(), 100'000);
  EXPECT_THAT(facts.cut_layers(), ElementsAre("PLATE"));
  EXPECT_EQ(facts.pierce_count(), 1);
  EXPECT_EQ(facts.bend_length_micrometers(), 101'000);
  EXPECT_THAT(facts.bend_layers(), ElementsAre("KANTEN"));
  EXPECT_EQ(facts.engrave_line_count(), 1);
  EXPECT_EQ(facts.engrave_length_micrometers(), 102'000);
  EXPECT_THAT(facts.engrave_layers(), ElementsAre("SCHRIFT"));
}

}  // namespace
}  // namespace millwright::files
