// Members who are kept from a file by their own company, at home and where it is shared.
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

using namespace ::testing;  // NOLINT

CallInfo Member(const std::string& company, const std::string& member, const std::string& role = "member") {
  CallInfo call = As(company);
  call.principal.member = absl::StrCat(company, "/members/", member);
  call.principal.roles = {role};
  return call;
}

class RestrictionsTest : public FilesServiceTest {
 protected:
  absl::StatusOr<v1::FileRestriction> Restrict(const CallInfo& call, const std::string& file,
                                               std::vector<std::string> allowed = {}) {
    v1::RestrictFileRequest request;
    request.set_name(file);
    for (const std::string& member : allowed) request.add_allowed_members(member);
    return house_->restrictions.RestrictFile(call, request);
  }
  absl::Status Lift(const CallInfo& call, const std::string& file) {
    v1::LiftFileRestrictionRequest request;
    request.set_name(file);
    return house_->restrictions.LiftFileRestriction(call, request).status();
  }
  v1::ListFileRestrictionsResponse List(const CallInfo& call, const std::string& project) {
    v1::ListFileRestrictionsRequest request;
    request.set_parent(project);
    auto listed = house_->restrictions.ListFileRestrictions(call, request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return listed.value_or(v1::ListFileRestrictionsResponse());
  }
  // Every way to a file's content: whether each of them is open.
  std::vector<bool> Ways(const CallInfo& call, const std::string& project, const std::string& file) {
    v1::GetFileRequest get;
    get.set_name(file);
    v1::DownloadFileRequest download;
    download.set_name(file);
    v1::StreamRawDownloadRequest raw;
    raw.set_name(file);
    v1::GetPreviewRequest picture;
    picture.set_name(file);
    v1::ListFilesRequest list;
    list.set_parent(project);
    list.set_show_superseded(true);
    Collector<v1::DownloadFileResponse> bytes;
    Collector<google::api::HttpBody> http;
    bool listed = false;
    const auto files = house_->downloads.ListFiles(call, list);
    if (files.ok()) {
      for (const v1::File& one : files->files()) listed = listed || one.name() == file;
    }
    v1::ListSharedFilesRequest shared;
    shared.set_order("orders/o1");
    const auto of_order = house_->projects.ListSharedFiles(call, shared);
    for (const v1::File& one : of_order->files()) listed = listed || one.name() == file;
    return {house_->downloads.GetFile(call, get).ok(), house_->downloads.DownloadFile(call, download, bytes).ok(),
            house_->downloads.StreamRawDownload(call, raw, http).ok(), house_->previews.GetPreview(call, picture).ok(),
            listed};
  }
  static std::vector<bool> All(bool open) { return std::vector<bool>(5, open); }
};

TEST_F(RestrictionsTest, AMemberIsKeptFromOneFileOfHisCompany) {
  const std::string project = Case();
  const CallInfo ann = Member(kLab, "ann"), bob = Member(kLab, "bob"), boss = Member(kLab, "boss", "owner");
  EXPECT_EQ(Ways(bob, project, part_.name()), All(true));
  const auto made = Restrict(boss, part_.name(), {ann.principal.member});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->file_name(), "part_cad.stl");
  EXPECT_EQ(made->company(), kLab);
  EXPECT_EQ(Ways(bob, project, part_.name()), All(false));
  EXPECT_EQ(Ways(ann, project, part_.name()), All(true));
  EXPECT_EQ(Ways(boss, project, part_.name()), All(true));
  EXPECT_EQ(Ways(bob, project, info_.name())[0], true) << "one file only";

  v1::ExportProjectRequest zip;
  zip.set_name(project);
  Collector<google::api::HttpBody> his, hers;
  ASSERT_TRUE(house_->downloads.ExportProject(bob, zip, his).ok());
  ASSERT_TRUE(house_->downloads.ExportProject(ann, zip, hers).ok());
  EXPECT_EQ(his.messages[0].data().find("part_cad.stl"), std::string::npos);
  EXPECT_NE(hers.messages[0].data().find("part_cad.stl"), std::string::npos);

  // A new revision is restricted too; the facts of the case are not.
  const v1::File next = Upload(project, "part_cad.stl", BinaryStl(MakeBox({8, 8, 9})));
  EXPECT_EQ(Ways(bob, project, next.name()), All(false));
  EXPECT_TRUE(Check(project).ok());
  ASSERT_EQ(List(boss, project).restrictions_size(), 1);
  EXPECT_EQ(List(boss, project).restrictions(0).file(), next.name());
  EXPECT_THAT(List(boss, project).restrictions(0).allowed_members(), ElementsAre(ann.principal.member));

  ASSERT_TRUE(Restrict(boss, next.name()).ok());
  EXPECT_EQ(Ways(ann, project, next.name()), All(false)) << "owners only";
  ASSERT_TRUE(Lift(boss, next.name()).ok());
  EXPECT_EQ(Ways(bob, project, next.name()), All(true));
  EXPECT_EQ(List(boss, project).restrictions_size(), 0);
}

TEST_F(RestrictionsTest, EachCompanyKeepsItsOwnMembers) {
  const std::string project = Case();
  ASSERT_TRUE(Pin(project).ok());
  OrderIs("SUBMITTED");
  const CallInfo miller = Member(kCenter, "miller"), boss = Member(kCenter, "boss", "owner");
  EXPECT_EQ(Ways(miller, project, part_.name()), All(true));
  EXPECT_EQ(ReasonOf(Restrict(boss, part_.name(), {"companies/lab0000000/members/ann"}).status()),
            "MEMBER_OF_ANOTHER_COMPANY");
  EXPECT_THAT(FieldViolationsOf(Restrict(boss, part_.name(), {"companies/center0000/members/a/b"}).status()),
              ElementsAre(HasSubstr("allowed_members[0]")));
  ASSERT_TRUE(Restrict(boss, part_.name()).ok());
  EXPECT_EQ(Ways(miller, project, part_.name()), All(false));
  EXPECT_EQ(Ways(Member(kLab, "bob"), project, part_.name()), All(true)) << "the lab's members are not the center's";
  EXPECT_EQ(List(boss, project).restrictions_size(), 1);
  EXPECT_EQ(List(Member(kLab, "boss", "owner"), project).restrictions_size(), 0);
  EXPECT_TRUE(absl::IsNotFound(Restrict(Member("companies/other00000", "eve", "owner"), part_.name()).status()));
  EXPECT_TRUE(absl::IsNotFound(Lift(Member("companies/other00000", "eve", "owner"), part_.name())));
}

TEST_F(RestrictionsTest, WhoIsKeptFromAFileDoesNotShareIt) {
  const std::string project = Case();
  const v1::File drawing = Upload(project, "secret.pdf", "%PDF-1.4\n%%EOF\n");
  ASSERT_TRUE(Restrict(Member(kLab, "boss", "owner"), drawing.name()).ok());
  internal::files::v1::PinProjectRevisionRequest request;
  request.set_order("orders/o1");
  request.set_project(project);
  request.set_seller(kCenter);
  for (const char* name : {"case.constructionInfo", "part_cad.stl", "secret.pdf"}) request.add_shared_file_names(name);
  const CallInfo bob = Member(kLab, "bob");
  const absl::Status refused = house_->pinning.PinProjectRevision(bob, request).status();
  EXPECT_EQ(ReasonOf(refused), "FILE_RESTRICTED") << refused;
  request.mutable_shared_file_names()->RemoveLast();
  EXPECT_TRUE(house_->pinning.PinProjectRevision(bob, request).ok());
}

TEST_F(RestrictionsTest, AGrantSaysWhatItIsFor) {
  const std::string project = Case();
  Upload(project, "photo.txt", "shade A2");
  ASSERT_TRUE(Pin(project, "orders/o1", {"case.constructionInfo", "part_cad.stl", "photo.txt"}).ok());
  v1::ListGrantsRequest request;
  request.set_parent(project);
  const auto grants = house_->projects.ListGrants(As(kLab), request);
  ASSERT_TRUE(grants.ok()) << grants.status();
  std::map<std::string, v1::Grant::Purpose> purposes;
  for (const v1::Grant& grant : grants->grants()) purposes[grant.file_name()] = grant.purpose();
  EXPECT_EQ(purposes["part_cad.stl"], v1::Grant::MANUFACTURING);
  EXPECT_EQ(purposes["photo.txt"], v1::Grant::INFORMATION);
  EXPECT_EQ(purposes.size(), 3u);
}

TEST_F(RestrictionsTest, ARestrictionFollowsARenamedFile) {
  const std::string project = Case();
  ASSERT_TRUE(Restrict(Member(kLab, "boss", "owner"), part_.name()).ok());
  const std::string id = project.substr(project.rfind('/') + 1);
  ASSERT_TRUE(house_->db->Write([&](Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(ErasureStore::Rename(tx, part_.name().substr(part_.name().rfind('/') + 1), "C-1.stl"));
    return RestrictionStore::Rename(tx, id, NameKey("part_cad.stl"), NameKey("C-1.stl"));
  }).ok());
  EXPECT_EQ(Ways(Member(kLab, "bob"), project, part_.name()), All(false));
}

}  // namespace
}  // namespace millwright::files
