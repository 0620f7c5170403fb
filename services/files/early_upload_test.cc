// What an upload tells of a mesh before it was checked exactly: while it arrives and in the answer that ends it.
#include <filesystem>

#include "common/events/scheduler.h"
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {


using Early = v1::EarlyMeasurement;

class EarlyUploadTest : public FilesServiceTest {
 protected:
  EarlyUploadTest() { house_->context.limits.inline_check_bytes = 0; }  // every mesh counts as large

  // Sends `bytes` up to `end`, without finishing.
  void SendSome(const std::string& upload, const std::string& bytes, size_t from, size_t end) {
    const auto sent = Send(Chunks(upload, bytes.substr(0, end), from, 1000, false));
    ASSERT_EQ(ReasonOf(sent.status()), "UPLOAD_INCOMPLETE");
  }
  v1::File CheckExactly(const std::string& name) {
    Scheduler scheduler(*house_->db, house_->due, {.clock = &house_->clock});
    scheduler.HandleWork(kFileAnalysis, [&](const DueRow& row) { return house_->uploads.Analyse(row.key); });
    EXPECT_EQ(*scheduler.RunDue(), 1);
    v1::GetFileRequest get;
    get.set_name(name);
    return *house_->downloads.GetFile(As(kLab), get);
  }
  v1::UploadFileRequest Part(const std::string& upload, const std::string& bytes, size_t from, size_t size) {
    v1::UploadFileRequest part;
    part.set_upload(upload);
    part.set_part_offset_bytes(static_cast<int64_t>(from));
    part.set_part_size_bytes(static_cast<int64_t>(size));
    part.set_offset_bytes(static_cast<int64_t>(from));
    part.set_data(bytes.substr(from, size));
    return part;
  }

  const Mesh torus_ = MakeTorus(40, 20, 9, 2);
  const std::string bytes_ = BinaryStl(torus_);
};

TEST_F(EarlyUploadTest, AnUploadUnderWayTellsWhatItHasMeasured) {
  const std::string project = NewProject();
  const v1::Upload upload = *Start(project, "torus.stl", bytes_);
  EXPECT_FALSE(upload.has_early_measurement());
  SendSome(upload.name(), bytes_, 0, 84 + 50 * 700);
  const v1::Upload half = Query(upload.name());
  EXPECT_EQ(half.early_measurement().measured_bytes(), half.committed_bytes());
  EXPECT_EQ(half.early_measurement().triangle_count(), 700);
  EXPECT_EQ(half.early_measurement().openness(), Early::NOT_YET_KNOWN) << "half a mesh is open, the mesh may be not";
  EXPECT_FALSE(half.early_measurement().whole_file());
  EXPECT_FALSE(half.early_measurement().has_volume_thousandth_mm3());
  EXPECT_EQ(half.early_measurement().box_micrometers_size(), 3);
  SendSome(upload.name(), bytes_, static_cast<size_t>(half.committed_bytes()), bytes_.size());
  const v1::Upload whole = Query(upload.name());
  EXPECT_TRUE(whole.early_measurement().whole_file());
  EXPECT_EQ(whole.early_measurement().triangle_count(), 1600);
  EXPECT_TRUE(whole.early_measurement().has_volume_thousandth_mm3());
  auto last = Chunks(upload.name(), bytes_, bytes_.size());
  last.back().set_finish(true);
  ASSERT_TRUE(Send(std::move(last)).ok());
  EXPECT_FALSE(Query(upload.name()).has_early_measurement()) << "the file tells from now on";
}

TEST_F(EarlyUploadTest, TheExactCheckConfirmsTheEarlyFiguresOfAClosedMesh) {
  const v1::File early = Upload(NewProject(), "torus.stl", bytes_);
  EXPECT_EQ(early.verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_EQ(early.early_measurement().openness(), Early::NOT_YET_KNOWN);
  EXPECT_FALSE(early.measurement().closed());
  EXPECT_EQ(early.measurement().volume_thousandth_mm3(), 0) << "no volume is stated before the mesh proves closed";
  const v1::File exact = CheckExactly(early.name());
  EXPECT_EQ(exact.verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_FALSE(exact.has_early_measurement());
  EXPECT_EQ(early.early_measurement().volume_thousandth_mm3(), exact.measurement().volume_thousandth_mm3());
  EXPECT_EQ(early.early_measurement().area_thousandth_mm2(), exact.measurement().area_thousandth_mm2());
  EXPECT_THAT(early.early_measurement().box_micrometers(), ::testing::ElementsAreArray(exact.measurement().box_micrometers()));
}

TEST_F(EarlyUploadTest, AnOpenMeshIsFlaggedInTheAnswerAndCountedLater) {
  Mesh mesh = torus_;
  mesh.pop_back();
  const v1::File early = Upload(NewProject(), "open.stl", BinaryStl(mesh));
  EXPECT_EQ(early.early_measurement().openness(), Early::OPEN_FOR_CERTAIN);
  EXPECT_FALSE(early.early_measurement().has_volume_thousandth_mm3());
  EXPECT_EQ(early.verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(early.measurement().open_edge_count(), 0) << "not counted yet";
  EXPECT_EQ(CheckExactly(early.name()).measurement().open_edge_count(), 3);
}

TEST_F(EarlyUploadTest, ARestartLosesNothing) {
  const std::string project = NewProject();
  const v1::Upload upload = *Start(project, "torus.stl", bytes_);
  SendSome(upload.name(), bytes_, 0, 84 + 50 * 700 + 13);
  RandomIdGenerator ids;
  house_.reset();
  house_ = std::make_unique<House>(folder_.File("."), &ids);
  house_->context.limits.inline_check_bytes = 0;
  const v1::Upload resumed = Query(upload.name());
  EXPECT_FALSE(resumed.has_early_measurement());
  const auto file = Send(Chunks(upload.name(), bytes_, static_cast<size_t>(resumed.committed_bytes())));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->early_measurement().triangle_count(), 1600);
  EXPECT_EQ(file->early_measurement().openness(), Early::NOT_YET_KNOWN);
  EXPECT_EQ(file->early_measurement().volume_thousandth_mm3(),
            CheckExactly(file->name()).measurement().volume_thousandth_mm3());
}

TEST_F(EarlyUploadTest, PartsAreMeasuredWhenTheLastIsThere) {
  const v1::Upload upload = *Start(NewProject(), "torus.stl", bytes_);
  const size_t half = bytes_.size() / 2;
  ASSERT_TRUE(Send({Part(upload.name(), bytes_, half, bytes_.size() - half)}).ok());
  EXPECT_FALSE(Query(upload.name()).has_early_measurement());
  const auto file = Send({Part(upload.name(), bytes_, 0, half)});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->early_measurement().triangle_count(), 1600);
  EXPECT_TRUE(file->early_measurement().whole_file());
}

TEST_F(EarlyUploadTest, NothingIsLeftOfWhatWasCancelledOrDamaged) {
  const std::string project = NewProject();
  const v1::Upload cancelled = *Start(project, "a.stl", bytes_);
  SendSome(cancelled.name(), bytes_, 0, 20'000);
  v1::CancelUploadRequest cancel;
  cancel.set_name(cancelled.name());
  ASSERT_TRUE(house_->uploads.CancelUpload(As(kLab), cancel).ok());
  const v1::Upload damaged = *Start(project, "b.stl", bytes_, std::string(64, '0'));
  EXPECT_EQ(ReasonOf(Send(Chunks(damaged.name(), bytes_)).status()), "UPLOAD_HASH_MISMATCH");
  for (const v1::Upload& gone : {cancelled, damaged}) {
    v1::QueryUploadRequest query;
    query.set_name(gone.name());
    EXPECT_TRUE(absl::IsNotFound(house_->uploads.QueryUpload(As(kLab), query).status()));
  }
  EXPECT_EQ(house_->blobs->CountBlobs(), 0);
}

TEST_F(EarlyUploadTest, WhatDoesNotFitIntoMemoryIsCheckedOnDisk) {
  const std::string project = NewProject();
  house_->context.limits.inline_check_bytes = int64_t{1} << 30;
  const v1::File in_memory = Upload(project, "a.stl", bytes_);
  house_->context.limits.exact_check_memory_bytes = 0;
  const v1::File on_disk = Upload(project, "b.stl", bytes_);
  EXPECT_EQ(on_disk.verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(on_disk.measurement().volume_thousandth_mm3(), in_memory.measurement().volume_thousandth_mm3());
  EXPECT_TRUE(in_memory.measurement().has_hull_volume_thousandth_mm3());
  EXPECT_FALSE(on_disk.measurement().has_hull_volume_thousandth_mm3()) << "facts of the solid need the mesh in memory";
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("copies"))) << "temporary files have no name";
}

TEST_F(EarlyUploadTest, ADiskThatFailsPutsTheCheckOff) {
  house_->context.limits.exact_check_memory_bytes = 0;
  const v1::File early = Upload(NewProject(), "torus.stl", bytes_);
  std::filesystem::remove_all(folder_.File("copies"));
  Scheduler scheduler(*house_->db, house_->due, {.clock = &house_->clock});
  absl::Status failed;
  scheduler.HandleWork(kFileAnalysis, [&](const DueRow& row) {
    auto work = house_->uploads.Analyse(row.key);
    failed = work.status();
    return work;
  });
  EXPECT_EQ(*scheduler.RunDue(), 0);
  EXPECT_EQ(ReasonOf(failed), "STORAGE_UNAVAILABLE");
  std::filesystem::create_directory(folder_.File("copies"));
  house_->clock.Advance(absl::Hours(1));
  EXPECT_EQ(CheckExactly(early.name()).verdict(), v1::VERDICT_ACCEPTED);
}

TEST_F(EarlyUploadTest, WithoutAUnitCountsAreToldAndLengthsAreNot) {
  v1::StartUploadRequest request;
  request.set_parent(NewProject());
  request.set_file_name("torus.stl");
  request.set_size_bytes(static_cast<int64_t>(bytes_.size()));
  const auto upload = house_->uploads.StartUpload(As(kLab), request);
  ASSERT_TRUE(upload.ok()) << upload.status();
  SendSome(upload->name(), bytes_, 0, 20'000);
  const v1::Upload shown = Query(upload->name());
  EXPECT_GT(shown.early_measurement().triangle_count(), 300);
  EXPECT_THAT(shown.early_measurement().box_micrometers(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace millwright::files
