// What centers accept, what the owner is told, and cases in sentences.
#include <cmath>

#include "services/files/sharing_fixture_for_test.h"

namespace millwright::files {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(SharingTest, AccessesAndWaiversAreListedToTheOwner) {
  const std::string project = CanaryCase();
  ASSERT_TRUE(Waive(project, "part.patient_name", "Kanarienvogel.constructionInfo").ok());
  ASSERT_TRUE(Pin(project).ok());
  OrderIs("SUBMITTED");
  for (int i = 0; i < 3; ++i) {
    house_->clock.Advance(absl::Seconds(1));
    ASSERT_TRUE(Download(kCenter, i == 1 ? info_.name() : part_.name()).ok());
  }
  ASSERT_TRUE(Download(kLab, part_.name()).ok()) << "the owner's own reading is nobody's business";
  v1::ListAccessesRequest request;
  request.set_parent(project);
  request.set_page_size(2);
  auto page = house_->journal.ListAccesses(As(kLab), request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->accesses(), SizeIs(2));
  EXPECT_EQ(page->accesses(0).file(), part_.name());
  EXPECT_EQ(page->accesses(1).file(), info_.name());
  EXPECT_EQ(page->accesses(0).grantee(), kCenter);
  EXPECT_EQ(page->accesses(0).member(), std::string(kCenter) + "/members/m");
  EXPECT_EQ(page->accesses(0).order(), "orders/o1");
  EXPECT_EQ(page->accesses(0).file_name(), part_.file_name());
  request.set_page_token(page->next_page_token());
  page = house_->journal.ListAccesses(As(kLab), request);
  EXPECT_THAT(page->accesses(), SizeIs(1));
  EXPECT_EQ(page->next_page_token(), "");
  request.clear_page_token();
  EXPECT_TRUE(absl::IsNotFound(house_->journal.ListAccesses(As(kCenter), request).status()));

  v1::ListWaiversRequest waivers;
  waivers.set_parent(project);
  auto listed = house_->journal.ListWaivers(As(kLab), waivers);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_THAT(listed->waivers(), SizeIs(1));
  EXPECT_EQ(listed->waivers(0).reason(), "agreed");
  EXPECT_EQ(listed->waivers(0).waived_by(), std::string(kLab) + "/members/m");
  EXPECT_TRUE(listed->waivers(0).in_force());
  EXPECT_GT(listed->waivers(0).create_time().seconds(), 0);
  EXPECT_TRUE(absl::IsNotFound(house_->journal.ListWaivers(As(kCenter), waivers).status()));
}

TEST_F(SharingTest, AHashMeansSomethingOnceTheSenderHasMatched) {
  const std::string stl = BinaryStl(MakeBox({8, 8, 8}));
  TestCase c;
  c.teeth[0].parameters = {{"MinThickness", "0.6"}};
  c.parts[0].sha256 = std::string(64, 'b');
  const std::string first = NewProject();
  Upload(first, "case.constructionInfo", ConstructionInfoXml(c));
  Upload(first, "part_cad.stl", stl);
  EXPECT_EQ(Check(first)->verdict(), v1::VERDICT_ACCEPTED) << "a mismatch is information so far";
  const std::string second = NewProject();
  c.parts[0].sha256 = Sha256Hex(stl);
  Upload(second, "case.constructionInfo", ConstructionInfoXml(c));
  Upload(second, "part_cad.stl", stl);
  EXPECT_EQ(Check(second)->verdict(), v1::VERDICT_ACCEPTED);
  auto facts = Check(first);
  EXPECT_EQ(facts->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_NE(FindingOf(*facts, "part.hash_differs_proven"), nullptr) << facts->DebugString();
  EXPECT_TRUE(Waive(first, "part.hash_differs_proven", "case.constructionInfo").ok());
}

TEST_F(SharingTest, ACenterSetsWhatItAccepts) {
  const std::string project = Case();
  v1::GetAcceptanceProfileRequest get;
  get.set_name(std::string(kCenter) + "/acceptanceProfiles/current");
  auto current = house_->acceptance.GetAcceptanceProfile(As(kCenter), get);
  ASSERT_TRUE(current.ok()) << current.status();
  EXPECT_EQ(current->version(), 0);
  EXPECT_EQ(current->materials(0).min_wall_mm(), 0.4);
  EXPECT_TRUE(absl::IsNotFound(house_->acceptance.GetAcceptanceProfile(As(kLab), get).status()));

  auto check = [&] {
    v1::CheckProjectRequest request;
    request.set_name(project);
    request.set_center(kCenter);
    return *house_->projects.CheckProject(As(kLab), request);
  };
  EXPECT_EQ(check().verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(check().acceptance_profile(), "");
  v1::CreateAcceptanceProfileRequest create;
  create.set_parent(kCenter);
  v1::MaterialLimits& zirconia = *create.mutable_acceptance_profile()->add_materials();
  zirconia.add_materials("ZI");
  zirconia.add_blank_heights_mm(10);
  zirconia.set_linear_shrinkage(0.2);
  auto made = house_->acceptance.CreateAcceptanceProfile(As(kCenter), create);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->version(), 1);
  EXPECT_TRUE(absl::IsNotFound(house_->acceptance.CreateAcceptanceProfile(As(kLab), create).status()));

  // 10.5 mm / 0.8 does not fit a blank of 10 mm; the defaults say nothing of blanks.
  EXPECT_EQ(check().verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_EQ(check().acceptance_profile(), std::string(kCenter) + "/acceptanceProfiles/1");
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(ReasonOf(Pin(project).status()), "FINDINGS_BLOCK") << "the pin judges by the seller's limits";
  EXPECT_TRUE(absl::IsNotFound(Waive(project, "part.blank_height", "case.constructionInfo").status()));
  EXPECT_TRUE(Waive(project, "part.blank_height", "case.constructionInfo", 0, kCenter).ok());
  auto pin = Pin(project);
  ASSERT_TRUE(pin.ok()) << pin.status();
  EXPECT_EQ(pin->facts().acceptance_profile(), std::string(kCenter) + "/acceptanceProfiles/1");

  zirconia.add_blank_heights_mm(18);
  EXPECT_EQ(house_->acceptance.CreateAcceptanceProfile(As(kCenter), create)->version(), 2);
  v1::ListAcceptanceProfilesRequest list;
  list.set_parent(kCenter);
  list.set_page_size(1);
  auto page = house_->acceptance.ListAcceptanceProfiles(As(kCenter), list);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->acceptance_profiles(0).version(), 2);
  list.set_page_token(page->next_page_token());
  EXPECT_EQ(house_->acceptance.ListAcceptanceProfiles(As(kCenter), list)->acceptance_profiles(0).version(), 1);
}

TEST_F(SharingTest, LimitsThatCantBeUsedAreNamed) {
  auto reason = [&](const std::function<void(v1::AcceptanceProfile&)>& change) {
    v1::CreateAcceptanceProfileRequest create;
    create.set_parent(kCenter);
    create.mutable_acceptance_profile()->add_materials()->add_materials("ZI");
    change(*create.mutable_acceptance_profile());
    auto made = house_->acceptance.CreateAcceptanceProfile(As(kCenter), create);
    return made.ok() ? "" : MetaOf(made.status(), "field");
  };
  EXPECT_EQ(reason([](auto&) {}), "");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->set_linear_shrinkage(0.5); }), "");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->set_linear_shrinkage(0.51); }),
            "acceptance_profile.materials[0].linear_shrinkage");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->set_min_wall_mm(std::nan("")); }),
            "acceptance_profile.materials[0].min_wall_mm");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->add_materials("ZI"); }),
            "acceptance_profile.materials[0].materials");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->clear_materials(); }),
            "acceptance_profile.materials[0].materials");
  EXPECT_EQ(reason([](auto& p) { p.mutable_materials(0)->add_blank_heights_mm(0); }),
            "acceptance_profile.materials[0].blank_heights_mm");
  EXPECT_EQ(reason([](auto& p) { p.set_machine_axes(5); }), "");
  EXPECT_EQ(reason([](auto& p) { p.set_machine_axes(6); }), "acceptance_profile.machine_axes");
  EXPECT_EQ(reason([](auto& p) { p.set_always_confirm_pontics(0); }), "acceptance_profile.always_confirm_pontics");
  EXPECT_EQ(reason([](auto& p) { p.set_max_part_file_bytes(999); }), "acceptance_profile.max_part_file_bytes");
  EXPECT_EQ(reason([](auto& p) { p.mutable_implant_lines()->add_lines(""); }), "acceptance_profile.implant_lines");
  EXPECT_EQ(reason([](auto& p) {
              for (int i = 1; i < 200; ++i) p.add_materials()->add_materials(absl::StrCat("M", i));
            }),
            "");
  EXPECT_EQ(reason([](auto& p) {
              for (int i = 1; i <= 200; ++i) p.add_materials()->add_materials(absl::StrCat("M", i));
            }),
            "acceptance_profile.materials");
}

TEST_F(SharingTest, TeethAreShownInTheNotationAskedFor) {
  const std::string project = NewProject();
  TestCase c = Bridge({14, 15, 16}, {15});
  c.teeth[0].parameters[0].second = "0.3";
  Upload(project, "case.constructionInfo", ConstructionInfoXml(c));
  Upload(project, "bridge_cad.stl", BinaryStl(MakeBox({8, 8, 8})));
  auto first = [&](v1::ToothNotation notation) {
    v1::CheckProjectRequest request;
    request.set_name(project);
    request.set_notation(notation);
    const auto facts = house_->projects.CheckProject(As(kLab), request);
    const common::v1::Finding* found = facts.ok() ? FindingOf(*facts, "limit.wall") : nullptr;
    return found == nullptr ? common::v1::Finding() : *found;
  };
  EXPECT_EQ(first(v1::TOOTH_NOTATION_UNSPECIFIED).tooth_label(), "14");
  EXPECT_EQ(first(v1::TOOTH_NOTATION_UNIVERSAL).tooth_label(), "5");
  EXPECT_THAT(first(v1::TOOTH_NOTATION_UNIVERSAL).message(), HasSubstr("Tooth 5 was designed"));
  EXPECT_THAT(first(v1::TOOTH_NOTATION_PALMER).message(), HasSubstr("Tooth UR4 was designed"));
  EXPECT_EQ(first(v1::TOOTH_NOTATION_PALMER).tooth(), 14);
}

TEST_F(SharingTest, ACaseIsExplainedInSentences) {
  v1::ExplainCaseRequest request;
  request.set_material("ZI");
  for (const char* tooth : {"14", "15", "16"}) {
    v1::CaseTooth& typed = *request.add_teeth();
    typed.set_tooth(tooth);
    typed.set_joined_to_mesial(std::string(tooth) != "14");
    typed.set_work_type(std::string(tooth) == "15" ? "AnatomicPontic" : "AnatomicCrown");
    typed.set_wall_mm(0.3);
    typed.set_connector_mm2(9);
  }
  auto english = house_->acceptance.ExplainCase(As(kLab), request);
  ASSERT_TRUE(english.ok()) << english.status();
  EXPECT_THAT(english->sentences(), ElementsAre("A bridge of 3 units over 16, 15, 14 of ZI, with pontics at 15."));
  EXPECT_THAT(english->finding_sentences(0),
              HasSubstr("Tooth 14: the wall is thinner than the limit (0.3 mm; allowed: >= 0.4 mm)"));
  EXPECT_EQ(english->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  request.set_language_code("de-AT");
  EXPECT_THAT(house_->acceptance.ExplainCase(As(kLab), request)->conclusion(), HasSubstr("bestätigt"));
  request.set_language_code("pl");
  EXPECT_THAT(house_->acceptance.ExplainCase(As(kLab), request)->sentences(0), HasSubstr("Most"));
  request.set_notation(v1::TOOTH_NOTATION_PALMER);
  EXPECT_EQ(ReasonOf(house_->acceptance.ExplainCase(As(kLab), request).status()), "FIELD_INVALID");
  request.mutable_teeth(0)->set_tooth("UR4");
  request.mutable_teeth(1)->set_tooth("UR5");
  request.mutable_teeth(2)->set_tooth("UR6");
  EXPECT_THAT(house_->acceptance.ExplainCase(As(kLab), request)->sentences(0), HasSubstr("UR6, UR5, UR4"));
}
}  // namespace
}  // namespace millwright::files
