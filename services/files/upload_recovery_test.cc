// A process that dies between publishing the bytes of an upload and recording the file.
#include <filesystem>

#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

class UploadRecoveryTest : public FilesServiceTest {
 protected:
  // An upload of which half was sent and recorded, and all was published: where the process died.
  v1::Upload DiesBeforeItIsRecorded() {
    const v1::Upload upload = *Start(NewProject(), "a.stl", bytes_);
    EXPECT_FALSE(Send(Chunks(upload.name(), bytes_.substr(0, kHalf), 0, 1000, false)).ok());
    const std::string id = upload.name().substr(upload.name().rfind('/') + 1);
    auto writer = house_->blobs->OpenUpload(id, kHalf);
    EXPECT_TRUE(writer.ok() && (*writer)->Append(bytes_.substr(kHalf)).ok());
    EXPECT_TRUE((*writer)->Publish((*writer)->Hash()).ok());
    return upload;
  }

  static constexpr size_t kHalf = 20'000;
  const std::string bytes_ = BinaryStl(MakeTorus(40, 20, 9, 2));
};

TEST_F(UploadRecoveryTest, IsFinishedByTheNext) {
  const v1::Upload upload = DiesBeforeItIsRecorded();
  ASSERT_EQ(Query(upload.name()).committed_bytes(), kHalf);
  const auto file = Send(Chunks(upload.name(), bytes_, kHalf));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*Download(kLab, file->name()), bytes_);
  EXPECT_EQ(house_->blobs->CountBlobs(), 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
}

TEST_F(UploadRecoveryTest, NeverChangesABlobThatAnotherFileNames) {
  const v1::Upload upload = DiesBeforeItIsRecorded();
  const v1::File other = Upload(NewProject(), "b.stl", bytes_);
  std::string wrong = bytes_;
  for (size_t at = kHalf; at < wrong.size(); ++at) wrong[at] ^= 1;
  EXPECT_EQ(ReasonOf(Send(Chunks(upload.name(), wrong, kHalf)).status()), "UPLOAD_HASH_MISMATCH");
  EXPECT_EQ(*Download(kLab, other.name()), bytes_);
}

TEST_F(UploadRecoveryTest, LeavesNothingWhenItIsCancelled) {
  const v1::Upload upload = DiesBeforeItIsRecorded();
  v1::CancelUploadRequest cancel;
  cancel.set_name(upload.name());
  ASSERT_TRUE(house_->uploads.CancelUpload(As(kLab), cancel).ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
}

}  // namespace
}  // namespace millwright::files
