// kill -9 at random moments of uploads. After each: what was acknowledged is there, nothing is half there, nothing is
// counted that is not there, and what is resumed ends as the bytes that were sent. Every other upload is sent in parts;
// the others are synced so often that nearly every resumed one goes on in its middle.
//
// MW_KILLS sets how many kills (50 unless set; 500 for a full run), MW_KILL_SEED repeats a run.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "services/files/blob_sweeper.h"
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// The content of the n-th file: a mesh of its own, so that every file has its own blob.
std::string BytesOf(int n) { return BinaryStl(MakeTorus(40 + n % 7, 30, 10 + n, 3)); }

class KillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    House house(dir_, &ids_);
    house.context.limits.company_quota_bytes = int64_t{1} << 40;
    v1::CreateProjectRequest project;
    project.set_parent(kLab);
    project.mutable_project()->set_display_name("Case");
    project_ = house.projects.CreateProject(As(kLab), project)->name();
  }

  void StartNext() {
    House house(dir_, &ids_);
    house.context.limits.company_quota_bytes = int64_t{1} << 40;
    const std::string bytes = BytesOf(++current_);
    v1::StartUploadRequest start;
    start.set_parent(project_);
    start.set_file_name(absl::StrCat("part", current_, ".stl"));
    start.set_size_bytes(static_cast<int64_t>(bytes.size()));
    start.set_sha256(Sha256Hex(bytes));
    auto upload = house.uploads.StartUpload(As(kLab), start);
    ASSERT_TRUE(upload.ok()) << upload.status();
    upload_ = upload->name();
  }

  // By its name, so that every process that goes on with it says the same.
  static bool InParts(const std::string& upload) { return upload.back() % 2 == 0; }

  static absl::StatusOr<v1::Upload> Query(House& house, const std::string& name) {
    v1::QueryUploadRequest query;
    query.set_name(name);
    return house.uploads.QueryUpload(As(kLab), query);
  }

  static constexpr int64_t kSyncOften = 8000;  // bytes
  static constexpr int kParts = 4;

  // Sends the missing bytes of each part. The last is sent even if nothing is missing: the upload may have died between
  // its last byte and its end.
  static absl::Status SendParts(House& house, const v1::Upload& at, const std::string& bytes) {
    const auto size = static_cast<int64_t>(bytes.size());
    for (int i = 0; i < kParts; ++i) {
      const int64_t start = size * i / kParts, end = size * (i + 1) / kParts;
      int64_t from = start;
      for (const v1::UploadPart& part : at.parts()) {
        if (part.offset_bytes() == start) from += part.committed_bytes();
      }
      if (from == end && i + 1 < kParts) continue;
      std::deque<v1::UploadFileRequest> messages =
          Chunks(at.name(), bytes.substr(0, static_cast<size_t>(end)), static_cast<size_t>(from), 700, false);
      messages.front().set_part_offset_bytes(start);
      messages.front().set_part_size_bytes(end - start);
      FakeReader<v1::UploadFileRequest> reader(std::move(messages));
      const auto sent = house.uploads.UploadFile(As(kLab), reader);
      if (!sent.ok()) return sent.status();
    }
    return absl::OkStatus();
  }

  // Sends what is missing. In a process of its own: 0 when the upload is finished.
  static int Send(const std::string& dir, const std::string& upload, const std::string& bytes) {
    RandomIdGenerator ids;
    House house(dir, &ids);
    const auto at = Query(house, upload);
    if (!at.ok()) return 3;
    if (!at->file().empty()) return 0;
    if (InParts(upload)) {
      const absl::Status sent = SendParts(house, *at, bytes);
      if (!sent.ok()) std::cerr << sent << "\n";
      return sent.ok() ? 0 : 4;
    }
    FakeReader<v1::UploadFileRequest> reader(Chunks(upload, bytes, static_cast<size_t>(at->committed_bytes()), 700));
    UploadsHandlers uploads(house.context, kSyncOften);
    const absl::Status sent = uploads.UploadFile(As(kLab), reader).status();
    if (!sent.ok()) std::cerr << sent << "\n";
    return sent.ok() ? 0 : 2;
  }

  // True once the current upload has become a file.
  bool CheckHouse() {
    House house(dir_, &ids_);
    house.context.limits.company_quota_bytes = int64_t{1} << 40;
    EXPECT_TRUE(house.uploads.SweepDisk().ok());
    EXPECT_TRUE(SweepBlobs(*house.db, *house.blobs).ok());
    v1::ListFilesRequest list;
    list.set_parent(project_);
    list.set_page_size(1000);
    const auto files = house.downloads.ListFiles(As(kLab), list);
    EXPECT_TRUE(files.ok()) << files.status();
    int64_t bytes = 0;
    std::set<std::string> hashes;
    for (const v1::File& file : files->files()) {
      bytes += file.size_bytes();
      hashes.insert(file.sha256());
      EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED) << "no file without its judgement";
    }
    const auto upload = Query(house, upload_);
    EXPECT_TRUE(upload.ok()) << upload.status();
    const bool finished = upload.ok() && !upload->file().empty();
    if (upload.ok() && !finished) bytes += upload->size_bytes();
    EXPECT_LE(upload->committed_bytes(), upload->size_bytes());
    bool begun = upload->committed_bytes() > 0;
    for (const v1::UploadPart& part : upload->parts()) begun = begun || part.committed_bytes() > 0;
    half_way_ += !finished && begun;
    EXPECT_EQ(*house.db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); }), bytes);
    EXPECT_EQ(house.blobs->CountBlobs(), static_cast<int64_t>(hashes.size())) << "an orphan, or a file without bytes";
    EXPECT_EQ(files->files_size(), finished ? current_ : current_ - 1) << "a file that was not sent to its end";
    for (const std::string& hash : hashes) EXPECT_TRUE(house.blobs->Has(hash));
    return finished;
  }

  RandomIdGenerator ids_;
  ScratchFolder folder_;
  const std::string dir_ = folder_.File(".");
  std::string project_, upload_;
  int current_ = 0, half_way_ = 0;
};

TEST_F(KillTest, UploadsSurviveAtAnyMoment) {
  const int64_t kills = FromEnvironment("MW_KILLS", 50);
  const auto seed = static_cast<unsigned>(FromEnvironment("MW_KILL_SEED", static_cast<int64_t>(getpid())));
  SCOPED_TRACE(absl::StrCat("MW_KILL_SEED=", seed));
  std::mt19937 random(seed);
  StartNext();
  int killed = 0, reach = 25'000;  // of the kills, in µs from the start of a process
  for (int64_t round = 0; killed < kills && round < kills * 20 && !HasFailure(); ++round) {
    const std::string bytes = BytesOf(current_);
    const pid_t child = fork();
    if (child == 0) _exit(Send(dir_, upload_, bytes));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, reach)(random)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status);
    ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << WEXITSTATUS(status);
    const int half_way_before = half_way_;
    const bool finished = CheckHouse();
    // Kills should fall into all of an upload, however busy the machine is.
    if (finished) {
      reach = std::max(reach * 3 / 4, 5'000);
      StartNext();
    } else if (half_way_ == half_way_before) {
      reach = std::min(reach * 5 / 4, 2'000'000);
    }
  }
  ASSERT_EQ(killed, kills) << "uploads end before they are killed: send more";
  EXPECT_GT(half_way_, kills / 10) << "kills that left something to go on behind";
  EXPECT_EQ(Send(dir_, upload_, BytesOf(current_)), 0);
  EXPECT_TRUE(CheckHouse());
  House house(dir_, &ids_);
  house.context.limits.company_quota_bytes = int64_t{1} << 40;
  v1::ListFilesRequest list;
  list.set_parent(project_);
  list.set_page_size(1000);
  const auto files = house.downloads.ListFiles(As(kLab), list);
  ASSERT_EQ(files->files_size(), current_);
  for (const v1::File& file : files->files()) {
    v1::DownloadFileRequest download;
    download.set_name(file.name());
    Collector<v1::DownloadFileResponse> stream;
    ASSERT_TRUE(house.downloads.DownloadFile(As(kLab), download, stream).ok());
    std::string got;
    for (const auto& message : stream.messages) got += message.data();
    EXPECT_EQ(Sha256Hex(got), file.sha256());
    EXPECT_EQ(got, BytesOf(std::atoi(file.file_name().c_str() + 4)));
  }
}

}  // namespace
}  // namespace millwright::files
