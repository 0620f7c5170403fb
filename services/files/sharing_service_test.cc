// What leaves the owner's company, and what erasing leaves.
#include <cmath>

#include "services/files/blob_sweeper.h"
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
// What a client could still ask for after the patient is gone: the answer to a request it repeats, an upload it goes on with.
TEST_F(SharingTest, ErasingEmptiesAnswersAndDropsUploads) {
  CallInfo call = As(kLab);
  call.method = "/millwright.files.v1.FilesService/CreateProject";
  call.request_id = "11111111-1111-4111-8111-111111111111";
  call.request_hash = "h";
  v1::CreateProjectRequest create;
  create.set_parent(kLab);
  create.mutable_project()->set_display_name("Kanarienvogel");
  const std::string project = house_->projects.CreateProject(call, create)->name();
  auto upload = Start(project, "Kanarienvogel.stl", "0123456789");
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_FALSE(Send(Chunks(upload->name(), "01234", 0, 1000, /*finish=*/false)).ok());

  v1::EraseProjectRequest request;
  request.set_name(project);
  request.set_reason("asked for");
  ASSERT_TRUE(house_->erasure.EraseProject(As(kLab), request).ok());
  for (const char* query : {"SELECT response FROM idempotency", "SELECT file_name FROM uploads"}) {
    const auto texts = house_->db->Read([&](Reader& reader) {
      return reader.Query(query).All([](const Row& row) { return row.String(0); });
    });
    ASSERT_TRUE(texts.ok()) << texts.status();
    for (const std::string& text : *texts) EXPECT_FALSE(HoldsCanary(text)) << query;
  }
  auto replay = house_->projects.CreateProject(call, create);
  ASSERT_TRUE(replay.ok()) << replay.status();
  EXPECT_EQ(replay->name(), "") << "no second project, and nothing of the first";
  EXPECT_FALSE(Send(Chunks(upload->name(), "0123456789", 5)).ok());
  EXPECT_EQ(*house_->db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); }), 0);
}

TEST_F(SharingTest, ErasedFilesSaySo) {
  const std::string project = Case();
  v1::EraseProjectRequest request;
  request.set_name(project);
  request.set_reason("asked for");
  ASSERT_TRUE(house_->erasure.EraseProject(As(kLab), request).ok());
  EXPECT_EQ(ReasonOf(Download(kLab, part_.name()).status()), "FILE_ERASED");
  EXPECT_EQ(ReasonOf(Preview(kLab, part_.name()).status()), "FILE_ERASED");
  v1::PreviewSharedFileRequest preview;
  preview.set_name(part_.name());
  EXPECT_EQ(ReasonOf(house_->journal.PreviewSharedFile(As(kLab), preview).status()), "FILE_ERASED");
  v1::StreamRawDownloadRequest raw;
  raw.set_name(part_.name());
  Collector<google::api::HttpBody> stream;
  EXPECT_EQ(ReasonOf(house_->downloads.StreamRawDownload(As(kLab), raw, stream)), "FILE_ERASED");
  v1::ImportArchiveRequest import;
  import.set_name(part_.name());
  EXPECT_EQ(ReasonOf(house_->uploads.ImportArchive(As(kLab), import).status()), "FILE_ERASED");
}

}  // namespace
}  // namespace millwright::files
