// Every RPC of the public service x every kind of caller: the owner, a center while the order runs, before it is
// submitted, after it was withdrawn, a center that has nothing to do with it.
#include "services/files/sharing_fixture_for_test.h"

#include <functional>
#include <map>
#include <set>

#include "millwright/files/v1/files_service.pb.h"

namespace millwright::files {
namespace {

constexpr char kOtherCenter[] = "companies/center1111";

// How a call ends. Absent: NOT_FOUND, as for what does not exist. Empty: OK, and nothing of the owner's in the answer.
enum class End { kOk, kAbsent, kEmpty };

struct Row {
  End grantee, pending, withdrawn, stranger;
  // The answer in text, for the search for the owner's names.
  std::function<absl::StatusOr<std::string>(const CallInfo&)> run;
};

class AccessTable : public SharingTest {
 protected:
  void SetUp() override {
    project_ = Case();
    archive_ = Upload(project_, "case.zip", "PK").name();
    upload_ = Start(project_, "half.stl", "0123456789")->name();
    const auto pin = Pin(project_, kOrder);
    ASSERT_TRUE(pin.ok()) << pin.status();
  }

  template <typename Response>
  static absl::StatusOr<std::string> Text(const absl::StatusOr<Response>& response) {
    if (!response.ok()) return response.status();
    return response->ShortDebugString();
  }

  template <typename Request>
  static Request With(void (Request::*set)(const std::string&), const std::string& value) {
    Request request;
    (request.*set)(value);
    return request;
  }

  std::map<std::string, Row> Table();

  static constexpr char kOrder[] = "orders/o1";
  std::string project_, archive_, upload_;
};

std::map<std::string, Row> AccessTable::Table() {
  std::map<std::string, Row> rows;
  House& h = *house_;
  const std::string part = part_.name(), info = info_.name(), project = project_;
  auto owner_only = [&](const std::string& method, auto run) {
    rows[method] = {End::kAbsent, End::kAbsent, End::kAbsent, End::kAbsent, run};
  };
  auto granted = [&](const std::string& method, auto run) {
    rows[method] = {End::kOk, End::kAbsent, End::kAbsent, End::kAbsent, run};
  };
  auto by_name = [&]<typename Request>(Request request, const std::string& name) {
    request.set_name(name);
    return request;
  };
  auto by_parent = [&]<typename Request>(Request request, const std::string& name) {
    request.set_parent(name);
    return request;
  };
  owner_only("GetProject", [=, &h](const CallInfo& c) {
    return Text(h.projects.GetProject(c, by_name(v1::GetProjectRequest(), project)));
  });
  owner_only("CheckProject", [=, &h](const CallInfo& c) {
    return Text(h.projects.CheckProject(c, by_name(v1::CheckProjectRequest(), project)));
  });
  owner_only("ListGrants", [=, &h](const CallInfo& c) {
    return Text(h.projects.ListGrants(c, by_parent(v1::ListGrantsRequest(), project)));
  });
  owner_only("ListAccesses", [=, &h](const CallInfo& c) {
    return Text(h.journal.ListAccesses(c, by_parent(v1::ListAccessesRequest(), project)));
  });
  owner_only("ListWaivers", [=, &h](const CallInfo& c) {
    return Text(h.journal.ListWaivers(c, by_parent(v1::ListWaiversRequest(), project)));
  });
  owner_only("ListErasures", [=, &h](const CallInfo& c) {
    return Text(h.erasure.ListErasures(c, by_parent(v1::ListErasuresRequest(), project)));
  });
  owner_only("PreviewSharedFile", [=, &h](const CallInfo& c) {
    return Text(h.journal.PreviewSharedFile(c, by_name(v1::PreviewSharedFileRequest(), part)));
  });
  owner_only("QueryUpload", [=, this, &h](const CallInfo& c) {
    return Text(h.uploads.QueryUpload(c, by_name(v1::QueryUploadRequest(), upload_)));
  });
  owner_only("UpdateProject", [=, &h](const CallInfo& c) {
    v1::UpdateProjectRequest request;
    request.mutable_project()->set_name(project);
    request.mutable_project()->set_display_name("taken over");
    return Text(h.projects.UpdateProject(c, request));
  });
  owner_only("StartUpload", [=, &h](const CallInfo& c) {
    auto request = by_parent(v1::StartUploadRequest(), project);
    request.set_file_name("mine.stl");
    return Text(h.uploads.StartUpload(c, request));
  });
  owner_only("UploadFile", [=, this, &h](const CallInfo& c) {
    FakeReader<v1::UploadFileRequest> reader(Chunks(upload_, "0123456789"));
    return Text(h.uploads.UploadFile(c, reader));
  });
  owner_only("StreamRawUpload", [=, &h](const CallInfo& c) {
    auto request = by_parent(v1::StreamRawUploadRequest(), project);
    request.set_file_name("mine.stl");
    FakeReader<v1::StreamRawUploadRequest> reader({request});
    return Text(h.uploads.StreamRawUpload(c, reader));
  });
  owner_only("CancelUpload", [=, this, &h](const CallInfo& c) {
    return Text(h.uploads.CancelUpload(c, by_name(v1::CancelUploadRequest(), upload_)));
  });
  owner_only("ImportArchive", [=, this, &h](const CallInfo& c) {
    return Text(h.uploads.ImportArchive(c, by_name(v1::ImportArchiveRequest(), archive_)));
  });
  owner_only("ExportProject", [=, &h](const CallInfo& c) -> absl::StatusOr<std::string> {
    Collector<google::api::HttpBody> stream;
    absl::Status status = h.downloads.ExportProject(c, by_name(v1::ExportProjectRequest(), project), stream);
    if (!status.ok()) return status;
    return "bytes";
  });
  owner_only("WaiveFinding", [=, &h](const CallInfo& c) {
    auto request = by_name(v1::WaiveFindingRequest(), project);
    request.set_rule("limit.wall");
    request.set_reason("x");
    return Text(h.projects.WaiveFinding(c, request));
  });
  owner_only("EraseProject", [=, &h](const CallInfo& c) {
    auto request = by_name(v1::EraseProjectRequest(), project);
    request.set_reason("x");
    return Text(h.erasure.EraseProject(c, request));
  });
  granted("GetFile", [=, &h](const CallInfo& c) {
    return Text(h.downloads.GetFile(c, by_name(v1::GetFileRequest(), part)));
  });
  granted("DownloadFile", [=, this](const CallInfo& c) { return Download(c.principal.company, part, 84, 10); });
  granted("GetPreview", [=, this](const CallInfo& c) -> absl::StatusOr<std::string> {
    auto picture = Preview(c.principal.company, part);
    if (!picture.ok()) return picture.status();
    return "a picture";
  });
  granted("StreamRawDownload", [=, &h](const CallInfo& c) -> absl::StatusOr<std::string> {
    Collector<google::api::HttpBody> stream;
    absl::Status status = h.downloads.StreamRawDownload(c, by_name(v1::StreamRawDownloadRequest(), part), stream);
    if (!status.ok()) return status;
    return "bytes";
  });
  granted("RestrictFile", [=, &h](const CallInfo& c) {
    return Text(h.restrictions.RestrictFile(c, by_name(v1::RestrictFileRequest(), part)));
  });
  granted("LiftFileRestriction", [=, &h](const CallInfo& c) {
    return Text(h.restrictions.LiftFileRestriction(c, by_name(v1::LiftFileRestrictionRequest(), part)));
  });
  rows["ListFileRestrictions"] = {End::kOk, End::kEmpty, End::kAbsent, End::kAbsent, [=, &h](const CallInfo& c) {
    return Text(h.restrictions.ListFileRestrictions(c, by_parent(v1::ListFileRestrictionsRequest(), project)));
  }};
  owner_only("ListFiles", [=, &h](const CallInfo& c) {
    return Text(h.downloads.ListFiles(c, by_parent(v1::ListFilesRequest(), project)));
  });
  rows["ListSharedFiles"] = {End::kOk, End::kEmpty, End::kEmpty, End::kEmpty, [&h](const CallInfo& c) {
                               v1::ListSharedFilesRequest request;
                               request.set_order(kOrder);
                               return Text(h.projects.ListSharedFiles(c, request));
                             }};
  rows["ListOrderVerdicts"] = {End::kOk, End::kEmpty, End::kEmpty, End::kEmpty, [&h](const CallInfo& c) {
                                 v1::ListOrderVerdictsRequest request;
                                 request.set_order(kOrder);
                                 return Text(h.verdicts.ListOrderVerdicts(c, request));
                               }};
  // Company-wide ones: somebody else's company is named.
  owner_only("ListProjects", [=, &h](const CallInfo& c) {
    return Text(h.projects.ListProjects(c, by_parent(v1::ListProjectsRequest(), kLab)));
  });
  owner_only("CreateProject", [=, &h](const CallInfo& c) {
    return Text(h.projects.CreateProject(c, by_parent(v1::CreateProjectRequest(), kLab)));
  });
  owner_only("GetFileSettings", [=, &h](const CallInfo& c) {
    return Text(h.settings.GetFileSettings(c,
        by_name(v1::GetFileSettingsRequest(), std::string(kLab) + "/fileSettings")));
  });
  owner_only("UpdateFileSettings", [=, &h](const CallInfo& c) {
    v1::UpdateFileSettingsRequest request;
    request.mutable_file_settings()->set_name(std::string(kLab) + "/fileSettings");
    return Text(h.settings.UpdateFileSettings(c, request));
  });
  owner_only("ListAcceptanceProfiles", [=, &h](const CallInfo& c) {
    return Text(h.acceptance.ListAcceptanceProfiles(c, by_parent(v1::ListAcceptanceProfilesRequest(), kLab)));
  });
  owner_only("GetAcceptanceProfile", [=, &h](const CallInfo& c) {
    return Text(h.acceptance.GetAcceptanceProfile(c,
        by_name(v1::GetAcceptanceProfileRequest(), std::string(kLab) + "/acceptanceProfiles/current")));
  });
  owner_only("CreateAcceptanceProfile", [=, &h](const CallInfo& c) {
    return Text(h.acceptance.CreateAcceptanceProfile(c, by_parent(v1::CreateAcceptanceProfileRequest(), kLab)));
  });
  return rows;
}

TEST_F(AccessTable, NamesEveryMethodThatTakesAName) {
  const auto table = Table();
  // These take no name of anybody's.
  const std::set<std::string> free = {"ListRules", "ExplainCase"};
  const auto* service = v1::GetProjectRequest::descriptor()->file()->FindServiceByName("FilesService");
  ASSERT_NE(service, nullptr);
  for (int i = 0; i < service->method_count(); ++i) {
    const std::string method = service->method(i)->name();
    EXPECT_NE(table.contains(method), free.contains(method)) << method << " belongs into the table";
  }
}

TEST_F(AccessTable, NobodySeesMoreThanAnOrderShares) {
  const auto table = Table();
  auto expect = [&](const std::string& stage, const std::string& company, End Row::*end) {
    for (const auto& [method, row] : table) {
      const absl::StatusOr<std::string> answer = row.run(As(company));
      const std::string what = method + " by " + company + ", " + stage + ": " + answer.status().ToString();
      if (row.*end == End::kOk) {
        EXPECT_TRUE(answer.ok()) << what;
      } else if (row.*end == End::kAbsent) {
        // A company's own list is refused as such; neither tells whether anything is there.
        EXPECT_TRUE(absl::IsNotFound(answer.status()) || absl::IsPermissionDenied(answer.status())) << what;
      } else if (answer.ok()) {
        EXPECT_EQ(*answer, "") << what;
      } else {
        EXPECT_TRUE(absl::IsNotFound(answer.status())) << what;
      }
    }
  };
  expect("pending", kCenter, &Row::pending);
  OrderIs("SUBMITTED");
  expect("submitted", kCenter, &Row::grantee);
  expect("submitted", kOtherCenter, &Row::stranger);
  // Granted is the part, nothing else of the project.
  EXPECT_TRUE(absl::IsNotFound(Download(kCenter, archive_).status()));
  v1::ListSharedFilesRequest list;
  list.set_order(kOrder);
  auto shared = house_->projects.ListSharedFiles(As(kCenter), list);
  ASSERT_TRUE(shared.ok()) << shared.status();
  ASSERT_EQ(shared->files_size(), 2);
  for (const v1::File& file : shared->files()) EXPECT_NE(file.name(), archive_);
  // News of orders are too old: bytes wait, and nothing else is told.
  house_->news = house_->clock.Now() - absl::Seconds(31);
  EXPECT_TRUE(absl::IsUnavailable(Download(kCenter, part_.name(), 84, 10).status()));
  EXPECT_TRUE(absl::IsUnavailable(Preview(kCenter, part_.name()).status()));
  EXPECT_TRUE(absl::IsNotFound(Download(kOtherCenter, part_.name()).status()));
  EXPECT_TRUE(Download(kLab, part_.name()).ok());
  house_->news = absl::InfiniteFuture();
  OrderIs("WITHDRAWN");
  expect("withdrawn", kCenter, &Row::withdrawn);
}

TEST_F(AccessTable, EveryReadByAnotherCompanyIsInTheLog) {
  OrderIs("SUBMITTED");
  auto entries = [&] {
    v1::ListAccessesRequest request;
    request.set_parent(project_);
    auto list = house_->journal.ListAccesses(As(kLab), request);
    EXPECT_TRUE(list.ok()) << list.status();
    for (const v1::Access& access : list->accesses()) {
      EXPECT_EQ(access.file(), part_.name());
      EXPECT_EQ(access.order(), kOrder);
    }
    return list->accesses_size();
  };
  EXPECT_EQ(entries(), 0);
  ASSERT_TRUE(Download(kCenter, part_.name()).ok());
  EXPECT_EQ(entries(), 1);
  ASSERT_TRUE(Download(kCenter, part_.name(), 84, 10).ok());
  EXPECT_EQ(entries(), 2) << "a range is a read";
  v1::StreamRawDownloadRequest raw;
  raw.set_name(part_.name());
  Collector<google::api::HttpBody> stream;
  ASSERT_TRUE(house_->downloads.StreamRawDownload(As(kCenter), raw, stream).ok());
  EXPECT_EQ(entries(), 3);
  ASSERT_TRUE(Preview(kCenter, part_.name()).ok());
  EXPECT_EQ(entries(), 4) << "a picture is a read";
  EXPECT_FALSE(Download(kOtherCenter, part_.name()).ok());
  ASSERT_TRUE(Download(kLab, part_.name()).ok());
  EXPECT_EQ(entries(), 4);
}

}  // namespace
}  // namespace millwright::files
