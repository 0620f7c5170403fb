// What tests of the handlers share: the service without gRPC and threads, over a real database and disk.
#ifndef MILLWRIGHT_SERVICES_FILES_FIXTURE_FOR_TEST_H_
#define MILLWRIGHT_SERVICES_FILES_FIXTURE_FOR_TEST_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/files/acceptance_service.h"
#include "services/files/crc32c.h"
#include "services/files/downloads_service.h"
#include "services/files/erasure_service.h"
#include "services/files/file_settings.h"
#include "services/files/journal_service.h"
#include "services/files/order_events.h"
#include "services/files/order_verdicts.h"
#include "services/files/pinning_service.h"
#include "services/files/previews_service.h"
#include "services/files/projects_service.h"
#include "services/files/restrictions_service.h"
#include "services/files/retention_sweeper.h"
#include "services/files/testing/info_writer.h"
#include "services/files/testing/stl_writer.h"
#include "services/files/uploads_service.h"

namespace millwright::files {

using namespace testing;  // NOLINT

inline constexpr char kLab[] = "companies/lab0000000";
inline constexpr char kCenter[] = "companies/center0000";

template <typename Request>
class FakeReader : public StreamReader<Request> {
 public:
  explicit FakeReader(std::deque<Request> messages) : messages_(std::move(messages)) {}
  bool Read(Request* request) override {
    if (messages_.empty()) return false;
    *request = std::move(messages_.front());
    messages_.pop_front();
    return true;
  }

 private:
  std::deque<Request> messages_;
};

template <typename Response>
class Collector : public StreamWriter<Response> {
 public:
  bool Write(const Response& response) override {
    messages.push_back(response);
    return true;
  }
  std::vector<Response> messages;
};

// Everything a running service has but gRPC and threads.
struct House {
  // `generator`: for houses that are left and entered again; by default ids begin anew.
  explicit House(const std::string& dir, IdGenerator* generator = nullptr)
      : ids(generator == nullptr ? sequential : *generator),
        db(*Database::Open(
            {.path = dir + "/files.db", .migrations = {StorageSchema(), EventsSchema(), FilesSchema()}})),
        outbox(*Outbox::Open(*db)),
        blobs(*BlobStore::Open(dir)) {}

  SequentialIdGenerator sequential;
  IdGenerator& ids;
  std::unique_ptr<Database> db;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<BlobStore> blobs;
  DueRows due;
  ManualClock clock{absl::FromUnixSeconds(1'600'000'000)};
  absl::Time news = absl::InfiniteFuture();
  FilesLimits limits{.company_quota_bytes = 1'000'000};
  InfoCache infos{*blobs, limits.info};
  OrderFileCache order_files{*blobs, limits.info};
  ProjectEvaluator evaluator{*db, *blobs, infos, order_files};
  FilesContext context{*db,
                       *blobs,
                       *outbox,
                       due,
                       ids,
                       clock,
                       Pager("0123456789abcdef0123456789abcdef"),
                       Access(clock, [this] { return news; }),
                       evaluator,
                       limits,
                       /*cad=*/nullptr};
  ProjectsHandlers projects{context};
  UploadsHandlers uploads{context};
  DownloadsHandlers downloads{context};
  PreviewsHandlers previews{context, downloads};
  PinningHandlers pinning{context};
  JournalHandlers journal{context};
  AcceptanceHandlers acceptance{context};
  ErasureHandlers erasure{context};
  RestrictionHandlers restrictions{context};
  FileSettingsHandlers settings{context};
  OrderVerdicts verdicts{context};
  RetentionSweeper retention{context};
  OrderEvents orders{context};
};

inline CallInfo As(const std::string& company) {
  CallInfo call;
  call.principal.company = company;
  call.principal.member = company + "/members/m";
  call.principal.roles = {"owner"};
  call.principal.service = "gateway";
  return call;
}

inline CallInfo AsOrders() {
  CallInfo call;
  call.principal.service = "orders";
  return call;
}

inline std::deque<v1::UploadFileRequest> Chunks(const std::string& upload, const std::string& bytes, size_t from = 0,
                                         size_t piece = 1000, bool finish = true) {
  std::deque<v1::UploadFileRequest> messages;
  size_t at = from;
  do {
    v1::UploadFileRequest message;
    if (messages.empty()) message.set_upload(upload);
    message.set_offset_bytes(static_cast<int64_t>(at));
    message.set_data(bytes.substr(at, piece));
    message.set_crc32c(Crc32c(message.data()));
    at += message.data().size();
    message.set_finish(finish && at == bytes.size());
    messages.push_back(std::move(message));
  } while (at < bytes.size());
  return messages;
}

class FilesServiceTest : public ::testing::Test {
 protected:
  std::string NewProject(const std::string& company = kLab) {
    v1::CreateProjectRequest request;
    request.set_parent(company);
    request.mutable_project()->set_display_name("Case");
    request.mutable_project()->set_case_code("C-1");
    auto project = house_->projects.CreateProject(As(company), request);
    EXPECT_TRUE(project.ok()) << project.status();
    return project->name();
  }
  absl::StatusOr<v1::Upload> Start(const std::string& project, const std::string& name, const std::string& bytes,
                                   const std::string& sha256 = "") {
    v1::StartUploadRequest request;
    request.set_parent(project);
    request.set_file_name(name);
    request.set_size_bytes(static_cast<int64_t>(bytes.size()));
    request.set_sha256(sha256.empty() ? Sha256Hex(bytes) : sha256);
    request.set_unit(v1::LENGTH_UNIT_MILLIMETER);
    return house_->uploads.StartUpload(As(kLab), request);
  }
  absl::StatusOr<v1::File> Send(std::deque<v1::UploadFileRequest> messages) {
    FakeReader<v1::UploadFileRequest> reader(std::move(messages));
    return house_->uploads.UploadFile(As(kLab), reader);
  }
  v1::File Upload(const std::string& project, const std::string& name, const std::string& bytes) {
    auto upload = Start(project, name, bytes);
    EXPECT_TRUE(upload.ok()) << upload.status();
    auto file = Send(Chunks(upload->name(), bytes));
    EXPECT_TRUE(file.ok()) << file.status();
    return file.value_or(v1::File());
  }
  v1::Upload Query(const std::string& name) {
    v1::QueryUploadRequest request;
    request.set_name(name);
    return *house_->uploads.QueryUpload(As(kLab), request);
  }
  absl::StatusOr<v1::ProjectFacts> Check(const std::string& project) {
    v1::CheckProjectRequest request;
    request.set_name(project);
    return house_->projects.CheckProject(As(kLab), request);
  }
  absl::StatusOr<std::string> Download(const std::string& company, const std::string& file, int64_t offset = 0,
                                       int64_t limit = 0) {
    v1::DownloadFileRequest request;
    request.set_name(file);
    request.set_offset_bytes(offset);
    request.set_limit_bytes(limit);
    Collector<v1::DownloadFileResponse> stream;
    absl::Status status = house_->downloads.DownloadFile(As(company), request, stream);
    if (!status.ok()) return status;
    std::string bytes;
    for (const auto& message : stream.messages) bytes += message.data();
    return bytes;
  }
  // A crown whose parts are uploaded.
  std::string Case() {
    const std::string project = NewProject();
    TestCase c;
    c.teeth[0].parameters = {{"MinThickness", "0.6"}};
    info_ = Upload(project, "case.constructionInfo", ConstructionInfoXml(c));
    part_ = Upload(project, "part_cad.stl", BinaryStl(MakeBox({8, 8, 8})));
    return project;
  }
  absl::StatusOr<internal::files::v1::PinProjectRevisionResponse> Pin(const std::string& project,
                                                                      const std::string& order = "orders/o1",
                                                                      std::vector<std::string> shared = {}) {
    internal::files::v1::PinProjectRevisionRequest request;
    request.set_order(order);
    request.set_project(project);
    request.set_seller(kCenter);
    for (const std::string& name : shared) request.add_shared_file_names(name);
    return house_->pinning.PinProjectRevision(As(kLab), request);
  }
  void OrderIs(const std::string& state, const std::string& order = "orders/o1") {
    internal::orders::v1::OrderEvent payload;
    payload.mutable_order()->set_name(order);
    payload.mutable_order()->set_state(state);
    Event event;
    event.time = house_->clock.Now();
    event.after = payload.SerializeAsString();
    ASSERT_TRUE(house_->db->Write([&](Transaction& tx) { return house_->orders.Apply(tx, event); }).ok());
    house_->clock.Advance(absl::Seconds(1));
  }
  absl::StatusOr<google::api::HttpBody> Preview(
      const std::string& company, const std::string& file,
      v1::GetPreviewRequest::View view = v1::GetPreviewRequest::VIEW_UNSPECIFIED) {
    v1::GetPreviewRequest request;
    request.set_name(file);
    request.set_view(view);
    return house_->previews.GetPreview(As(company), request);
  }
  v1::Project Project(const std::string& name) {
    v1::GetProjectRequest request;
    request.set_name(name);
    return *house_->projects.GetProject(As(kLab), request);
  }

  ScratchFolder folder_;
  std::unique_ptr<House> house_ = std::make_unique<House>(folder_.File("."));
  v1::File info_, part_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FIXTURE_FOR_TEST_H_
