// What leaves the owner's company, and what the owner is told of it.
#include <zip.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "services/files/blob_sweeper.h"
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kCanary[] = "Kanarienvogel";

bool HoldsCanary(const std::string& text) {
  return PatientNames({kCanary}).Holds(text);
}

class SharingTest : public FilesServiceTest {
 protected:
  // A case whose order file, info file, part file and texts name the patient. Sound but for the part's name.
  std::string CanaryCase() {
    const std::string k = kCanary;
    const std::string project = NewProject();
    TestCase c;
    c.teeth[0].parameters = {{"MinThickness", "0.6"}};
    c.parts[0].filename = k + "-36_cad.stl";
    c.parts[0].extra = "<MaterialName>Zirconia for " + k + "</MaterialName>";
    c.extra = "<Notes>" + k + "</Notes><ProjectName>2020-01-02_" + k + "</ProjectName><!-- " + k + " -->";
    c.scans = {k + "-upperjaw.stl"};
    info_ = Upload(project, k + ".constructionInfo", ConstructionInfoXml(c));
    part_ = Upload(project, c.parts[0].filename, BinaryStl(MakeBox({8, 8, 8})));
    order_ = Upload(project, k + ".dentalProject",
                    "<Treatment><Teeth><Tooth><Number>36</Number><ReconstructionType>AnatomicCrown</ReconstructionType>"
                    "</Tooth></Teeth><Patient><PatientName>" + k + "</PatientName></Patient></Treatment>");
    Upload(project, "photo of " + k + ".txt", "hello");
    return project;
  }
  absl::StatusOr<v1::ProjectFacts> Waive(const std::string& project, const std::string& rule, const std::string& file,
                                         int tooth = 0, const std::string& center = "") {
    v1::WaiveFindingRequest waive;
    waive.set_name(project);
    waive.set_rule(rule);
    waive.set_file_name(file);
    waive.set_tooth(tooth);
    waive.set_reason("agreed");
    waive.set_center(center);
    return house_->projects.WaiveFinding(As(kLab), waive);
  }
  static const common::v1::Finding* FindingOf(const v1::ProjectFacts& facts, const std::string& rule) {
    for (const common::v1::Finding& finding : facts.findings()) {
      if (finding.rule() == rule) return &finding;
    }
    return nullptr;
  }
  // All bytes below the folder but those of the blobs in `originals`.
  std::string EverythingElse(const std::set<std::string>& originals) {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.File("blobs"))) {
      if (!entry.is_regular_file() || originals.contains(entry.path().filename().string())) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return all;
  }
  std::string Events() {
    std::string all;
    const auto payloads = house_->db->Read([](Reader& reader) {
      return reader.Query("SELECT after FROM outbox").All([](const Row& row) { return row.String(0); });
    });
    EXPECT_TRUE(payloads.ok()) << payloads.status();
    for (const std::string& payload : *payloads) all += payload;
    return all;
  }

  v1::File order_;
};

TEST_F(SharingTest, NoCanaryLeavesTheCompany) {
  const std::string project = CanaryCase();
  // The owner sees the names; ordering waits for a person to confirm the one in the part's file name.
  auto own = Check(project);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->parts(0).file_name(), "Kanarienvogel-36_cad.stl");
  EXPECT_EQ(own->verdict(), v1::VERDICT_NEEDS_CONFIRMATION) << own->DebugString();
  const absl::Status refused = Pin(project).status();
  EXPECT_EQ(ReasonOf(refused), "FINDINGS_BLOCK");
  EXPECT_FALSE(HoldsCanary(refused.ToString())) << refused;
  ASSERT_TRUE(Waive(project, "part.patient_name", "Kanarienvogel.constructionInfo").ok());

  internal::files::v1::GetProjectFactsRequest ask;
  ask.set_project(project);
  ask.set_center(kCenter);
  auto facts = house_->pinning.GetProjectFacts(As(kLab), ask);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_FALSE(HoldsCanary(facts->SerializeAsString())) << facts->DebugString();
  EXPECT_EQ(facts->parts(0).file_name(), "C-1-36_cad.stl");
  EXPECT_EQ(facts->parts(0).material_name(), "Zirconia for C-1");
  internal::files::v1::BatchGetFilesRequest batch;
  batch.add_names(part_.name());
  EXPECT_FALSE(HoldsCanary(house_->pinning.BatchGetFiles(As(kLab), batch)->SerializeAsString()));

  // Orders asks for the parts by the names it was told.
  internal::files::v1::PinProjectRevisionRequest request;
  request.set_order("orders/o1");
  request.set_project(project);
  request.set_seller(kCenter);
  request.add_part_file_names("C-1-36_cad.stl");
  auto pin = house_->pinning.PinProjectRevision(As(kLab), request);
  ASSERT_TRUE(pin.ok()) << pin.status();
  EXPECT_FALSE(HoldsCanary(pin->SerializeAsString())) << pin->DebugString();
  EXPECT_EQ(ReasonOf(Start(project, part_.file_name(), "x").status()), "FILE_LOCKED");

  OrderIs("SUBMITTED");
  v1::ListSharedFilesRequest list;
  list.set_order("orders/o1");
  auto shared = house_->projects.ListSharedFiles(As(kCenter), list);
  ASSERT_TRUE(shared.ok()) << shared.status();
  ASSERT_THAT(shared->files(), SizeIs(2));
  EXPECT_FALSE(HoldsCanary(shared->SerializeAsString())) << shared->DebugString();
  for (const v1::File& file : shared->files()) {
    auto bytes = Download(kCenter, file.name());
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_FALSE(HoldsCanary(*bytes));
    EXPECT_EQ(Sha256Hex(*bytes), file.sha256());
    EXPECT_EQ(static_cast<int64_t>(bytes->size()), file.size_bytes());
    v1::GetFileRequest get;
    get.set_name(file.name());
    EXPECT_FALSE(HoldsCanary(house_->downloads.GetFile(As(kCenter), get)->SerializeAsString()));
    if (!file.shared_copy()) continue;
    EXPECT_EQ(file.file_name(), "C-1.constructionInfo");
    EXPECT_THAT(*bytes, HasSubstr("<Filename>C-1-36_cad.stl</Filename>"));
    EXPECT_GT(file.left_out_size(), 0);
    EXPECT_NE(*bytes, *Download(kLab, info_.name()));
  }
  EXPECT_TRUE(absl::IsNotFound(Download(kCenter, order_.name()).status()));
  EXPECT_FALSE(HoldsCanary(Events()));
  // The originals keep every byte, and nothing else on disk holds the name.
  EXPECT_TRUE(HoldsCanary(*Download(kLab, info_.name())));
  EXPECT_EQ(Sha256Hex(*Download(kLab, info_.name())), info_.sha256());
  EXPECT_FALSE(HoldsCanary(EverythingElse({info_.sha256(), order_.sha256()})));
  EXPECT_EQ(*SweepBlobs(*house_->db, *house_->blobs), 0) << "the copy is named by its grants";
}

TEST_F(SharingTest, TheOwnerSeesWhatACopyLeavesOut) {
  const std::string project = CanaryCase();
  v1::PreviewSharedFileRequest request;
  request.set_name(info_.name());
  const int64_t blobs = house_->blobs->CountBlobs();
  auto seen = house_->journal.PreviewSharedFile(As(kLab), request);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_TRUE(seen->shared_copy());
  std::vector<std::string> what;
  for (const v1::LeftOut& out : seen->left_out()) what.push_back(out.what());
  EXPECT_THAT(what, Contains("Notes"));
  EXPECT_THAT(what, Contains("comments"));
  EXPECT_EQ(house_->blobs->CountBlobs(), blobs) << "a preview stores nothing";
  EXPECT_TRUE(absl::IsNotFound(house_->journal.PreviewSharedFile(As(kCenter), request).status()));
}

TEST_F(SharingTest, WhatHasNoCopyIsNotShared) {
  const std::string project = Case();
  Upload(project, "case.3ox", "<o xmlns='http://schemas.3shape.com/3OX/OrderInterface/2011/01'/>");
  EXPECT_EQ(ReasonOf(Pin(project, "orders/o1", {"part_cad.stl", "case.constructionInfo", "case.3ox"}).status()),
            "NOT_SHAREABLE");
  EXPECT_EQ(*SweepBlobs(*house_->db, *house_->blobs), 1) << "the copy that the refused pin had made";
}

TEST_F(SharingTest, NamesThatTheLabStatesAreForItsPeopleOnly) {
  const std::string project = Case();
  v1::UpdateProjectRequest update;
  update.mutable_project()->set_name(project);
  update.mutable_project()->add_patient_names("Part");
  update.mutable_update_mask()->add_paths("patient_names");
  auto updated = house_->projects.UpdateProject(As(kLab), update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(Project(project).patient_names(), ElementsAre("Part"));
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  internal::files::v1::GetProjectFactsRequest ask;
  ask.set_project(project);
  EXPECT_EQ(house_->pinning.GetProjectFacts(AsOrders(), ask)->parts(0).file_name(), "C-1_cad.stl");
  EXPECT_THAT(Events(), Not(HasSubstr("Part")));
}

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

TEST_F(SharingTest, ErasingAPatientLeavesHashesOnly) {
  const std::string project = CanaryCase();
  const std::string other = NewProject();
  const v1::File twin = Upload(other, "same.stl", BinaryStl(MakeBox({8, 8, 8})));
  ASSERT_TRUE(Waive(project, "part.patient_name", "Kanarienvogel.constructionInfo").ok());
  auto pin = Pin(project);
  ASSERT_TRUE(pin.ok()) << pin.status();
  OrderIs("SUBMITTED");
  v1::EraseProjectRequest request;
  request.set_name(project);
  request.set_reason("asked for by the patient");
  EXPECT_EQ(ReasonOf(house_->erasure.EraseProject(As(kLab), request).status()), "FILE_LOCKED");
  OrderIs("DELIVERED");
  EXPECT_TRUE(absl::IsNotFound(house_->erasure.EraseProject(As(kCenter), request).status()));
  const int64_t used = *house_->db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); });
  auto erased = house_->erasure.EraseProject(As(kLab), request);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->erased_file_count(), 4);
  EXPECT_EQ(*house_->db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); }),
            used - erased->freed_bytes());

  EXPECT_FALSE(HoldsCanary(EverythingElse({}))) << "no bytes of the patient are left";
  for (const char* query :
       {"SELECT display_name || patient_names FROM projects", "SELECT file_name FROM files", "SELECT analysis FROM files",
        "SELECT file_name || reason FROM waivers", "SELECT file_name FROM uploads", "SELECT shared FROM grants",
        "SELECT response FROM pins", "SELECT after FROM outbox", "SELECT file_name FROM locks"}) {
    const auto texts = house_->db->Read([&](Reader& reader) {
      return reader.Query(query).All([](const Row& row) { return row.String(0); });
    });
    ASSERT_TRUE(texts.ok()) << query << texts.status();
    for (const std::string& text : *texts) EXPECT_FALSE(HoldsCanary(text)) << query << ": " << text;
  }
  EXPECT_EQ(ReasonOf(Download(kLab, info_.name()).status()), "FILE_ERASED");
  EXPECT_EQ(ReasonOf(Download(kCenter, part_.name()).status()), "FILE_ERASED");
  EXPECT_TRUE(Download(kLab, twin.name()).ok()) << "the same bytes of another project stay";

  v1::ListErasuresRequest list;
  list.set_parent(project);
  auto proof = house_->erasure.ListErasures(As(kLab), list);
  ASSERT_TRUE(proof.ok()) << proof.status();
  ASSERT_THAT(proof->erasures(), SizeIs(5));
  int copies = 0;
  for (const v1::Erasure& one : proof->erasures()) {
    EXPECT_EQ(one.absent(), one.sha256() != twin.sha256());
    EXPECT_EQ(one.kept_by_another_project(), one.sha256() == twin.sha256());
    EXPECT_EQ(one.reason(), "asked for by the patient");
    copies += one.shared_copy();
  }
  EXPECT_EQ(copies, 1);
  EXPECT_EQ(pin->facts().parts(0).sha256(), part_.sha256()) << "what the order knows stays true";
  EXPECT_EQ(Project(project).display_name(), "(erased)");
  // Once more is no fault: there is nothing left.
  EXPECT_EQ(house_->erasure.EraseProject(As(kLab), request)->erased_file_count(), 0);
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

TEST_F(SharingTest, HostileFilesAreFindings) {
  const std::string project = NewProject();
  EXPECT_EQ(Upload(project, "virus.constructionInfo", std::string("MZ\x90\0\x03", 5)).verdict(),
            v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_EQ(Upload(project, "none.modelInfo", "").verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(Upload(project, "cut.dentalProject", "<Treatment><Teeth>").verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(Upload(project, "bomb.constructionInfo", "<!DOCTYPE a [<!ENTITY b 'c'>]><ConstuctionInfo/>").verdict(),
            v1::VERDICT_BLOCKING);
  Upload(project, "CON.stl", BinaryStl(MakeBox({8, 8, 8})));
  Upload(project, "nul", "x");
  std::vector<std::string> rules;
  const auto facts = Check(project);
  ASSERT_TRUE(facts.ok()) << facts.status();
  for (const auto& finding : facts->findings()) rules.push_back(finding.rule());
  EXPECT_THAT(rules, Contains("file.reserved_name"));
  for (const char* name : {"../a.stl", "a\\b.stl", "C:\\a.stl", "a\x01.stl", "a\u202Eb.stl", "a\u200Fb.stl", "."}) {
    EXPECT_EQ(ReasonOf(Start(project, name, "x").status()), "FILE_NAME_REFUSED") << name;
  }
  EXPECT_EQ(ReasonOf(Start(project, std::string("a\0b.stl", 7), "x").status()), "FILE_NAME_REFUSED");
  EXPECT_TRUE(Start(project, std::string(251, 'a') + ".stl", "x").ok());
  EXPECT_EQ(ReasonOf(Start(project, std::string(252, 'a') + ".stl", "x").status()), "FILE_NAME_REFUSED");
}

// -- archives ---------------------------------------------------------------------------------------------------

struct ZipEntry {
  std::string name, bytes;
};

std::string Zip(const std::vector<ZipEntry>& entries, const std::string& folder, const std::string& password = "") {
  const std::string path = folder + "/test.zip";
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const ZipEntry& entry : entries) {
    zip_source_t* source = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_RAW);
    if (!password.empty()) {
      zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password.c_str());
    }
  }
  EXPECT_EQ(zip_close(zip), 0);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

class ArchiveTest : public SharingTest {
 protected:
  absl::StatusOr<v1::ImportArchiveResponse> Import(const std::string& project, const std::string& bytes) {
    v1::ImportArchiveRequest request;
    request.set_name(Upload(project, "case.zip", bytes).name());
    request.set_unit(v1::LENGTH_UNIT_MILLIMETER);
    return house_->uploads.ImportArchive(As(kLab), request);
  }
  std::string folder() { return folder_.File("."); }
};

TEST_F(ArchiveTest, ACaseGoesInAndOut) {
  const std::string project = NewProject();
  const std::string stl = BinaryStl(MakeBox({8, 8, 8}));
  TestCase c;
  c.teeth[0].parameters = {{"MinThickness", "0.6"}};
  c.parts[0].filename = "\uD55C\uAE00.stl";  // as a Korean program names it, in CP949
  const std::vector<ZipEntry> entries = {{"case/", ""},
                                         {"case/a.constructionInfo", ConstructionInfoXml(c)},
                                         {"case/parts/\xC7\xD1\xB1\xDB.stl", stl},
                                         {"case/run.exe", "MZ"},
                                         {"case/.DS_Store", "x"}};
  auto imported = Import(project, Zip(entries, folder()));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(imported->files(), SizeIs(2));
  EXPECT_THAT(imported->skipped_entries(), UnorderedElementsAre("run.exe", ".DS_Store"));
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_ACCEPTED) << Check(project)->DebugString();

  v1::ExportProjectRequest request;
  request.set_name(project);
  Collector<google::api::HttpBody> stream;
  ASSERT_TRUE(house_->downloads.ExportProject(As(kLab), request, stream).ok());
  std::string bytes;
  for (const auto& message : stream.messages) bytes += message.data();
  const std::string again = NewProject();
  auto second = Import(again, bytes);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(Check(again)->verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_TRUE(absl::IsNotFound(house_->downloads.ExportProject(As(kCenter), request, stream)));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("copies")));
}

TEST_F(ArchiveTest, HostileArchivesLeaveNothing) {
  const std::string stl = BinaryStl(MakeBox({8, 8, 8}));
  const std::string zeros(3 << 20, '\0');
  std::vector<ZipEntry> many, most;
  for (int i = 0; i < 1001; ++i) many.push_back({absl::StrCat("f", i, ".txt"), ""});
  most.assign(many.begin(), many.end() - 1);
  const std::string good = Zip({{"a.stl", stl}, {"b.stl", stl}}, folder());
  std::string damaged = good;
  damaged[60] = static_cast<char>(damaged[60] ^ 0x55);
  struct Hostile {
    const char* what;
    std::string bytes;
  };
  for (const Hostile& hostile : {Hostile{"climbs", Zip({{"a.stl", stl}, {"../b.stl", stl}}, folder())},
                                 Hostile{"climbs by backslash", Zip({{"x\\..\\b.stl", stl}}, folder())},
                                 Hostile{"absolute", Zip({{"/etc/b.stl", stl}}, folder())},
                                 Hostile{"drive", Zip({{"C:\\b.stl", stl}}, folder())},
                                 Hostile{"mark", Zip({{"a\u202Eb.stl", stl}}, folder())},
                                 Hostile{"bomb", Zip({{"a.stl", zeros}}, folder())},
                                 Hostile{"encrypted", Zip({{"a.stl", stl}}, folder(), "secret")},
                                 Hostile{"two of a name", Zip({{"x/a.stl", stl}, {"y/A.STL", stl}}, folder())},
                                 Hostile{"1,001 entries", Zip(many, folder())},
                                 Hostile{"damaged", damaged},
                                 Hostile{"cut", good.substr(0, good.size() / 2)},
                                 Hostile{"no archive", "PK\x03\x04 hello"}}) {
    const std::string project = NewProject();
    auto imported = Import(project, hostile.bytes);
    EXPECT_EQ(ReasonOf(imported.status()), "ARCHIVE_REFUSED") << hostile.what << imported.status();
    v1::ListFilesRequest list;
    list.set_parent(project);
    EXPECT_THAT(house_->downloads.ListFiles(As(kLab), list)->files(), SizeIs(1)) << hostile.what;
  }
  EXPECT_TRUE(Import(NewProject(), Zip(most, folder())).ok()) << "1,000 entries are fine";
}

}  // namespace
}  // namespace millwright::files
