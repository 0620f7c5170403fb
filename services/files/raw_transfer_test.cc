// Uploads and downloads as the body of one HTTP call.
#include <filesystem>

#include "services/files/fixture_for_test.h"
#include "services/files/testing/mesh_shapes.h"
#include "services/files/testing/stl_writer.h"

namespace millwright::files {
namespace {

using Request = v1::StreamRawUploadRequest;

class RawTransferTest : public FilesServiceTest {
 protected:
  const std::string project_ = NewProject();
  const std::string bytes_ = BinaryStl(MakeTorus(40, 20, 9, 2));

  std::deque<Request> Body(const std::string& bytes, size_t piece = 5000) {
    std::deque<Request> messages;
    for (size_t at = 0; at < bytes.size() || messages.empty(); at += piece) {
      Request message;
      if (messages.empty()) {
        message.set_parent(project_);
        message.set_file_name("torus.stl");
        message.set_unit(v1::LENGTH_UNIT_MILLIMETER);
      }
      message.mutable_content()->set_data(bytes.substr(at, piece));
      messages.push_back(std::move(message));
    }
    return messages;
  }
  absl::StatusOr<v1::File> Post(std::deque<Request> messages, const CallInfo& call = As(kLab)) {
    FakeReader<Request> reader(std::move(messages));
    return house_->uploads.StreamRawUpload(call, reader);
  }
  void ExpectNothingStored() {
    EXPECT_EQ(house_->blobs->CountBlobs(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
    v1::ListFilesRequest list;
    list.set_parent(project_);
    EXPECT_EQ(house_->downloads.ListFiles(As(kLab), list)->files_size(), 0);
  }
};

// A body that was cut off ends like a whole one.
TEST_F(RawTransferTest, ABodyThatWasCutOffIsNoFile) {
  CallInfo call = As(kLab);
  call.cancelled = [] { return true; };
  EXPECT_TRUE(absl::IsCancelled(Post(Body(bytes_.substr(0, 10'000)), call).status()));
  ExpectNothingStored();
  // It may turn out late, while the bytes are made safe and measured.
  int asked = 0;
  call.cancelled = [&asked] { return ++asked > 1; };
  EXPECT_TRUE(absl::IsCancelled(Post(Body(bytes_), call).status()));
  ASSERT_TRUE(house_->uploads.SweepDisk().ok());
  v1::ListFilesRequest list;
  list.set_parent(project_);
  EXPECT_EQ(house_->downloads.ListFiles(As(kLab), list)->files_size(), 0);
}

TEST_F(RawTransferTest, MoreAndFewerBytesThanAnnounced) {
  for (const int64_t wrong : {int64_t{0}, static_cast<int64_t>(bytes_.size()) - 1, static_cast<int64_t>(bytes_.size()) + 1}) {
    std::deque<Request> body = Body(bytes_);
    body[0].set_size_bytes(wrong);
    const absl::Status refused = Post(std::move(body)).status();
    EXPECT_EQ(ReasonOf(refused), "UPLOAD_SIZE_WRONG") << wrong;
    ExpectNothingStored();
  }
  std::deque<Request> body = Body(bytes_);
  body[0].set_size_bytes(static_cast<int64_t>(bytes_.size()));
  EXPECT_TRUE(Post(std::move(body)).ok());
}

TEST_F(RawTransferTest, TheQuotaIsAskedBeforeDuringAndAfter) {
  std::deque<Request> announced = Body("x");
  announced[0].set_size_bytes(1'000'001);
  EXPECT_EQ(ReasonOf(Post(std::move(announced)).status()), "QUOTA_EXCEEDED");
  EXPECT_EQ(ReasonOf(Post(Body(std::string(1'000'001, 'x'))).status()), "QUOTA_EXCEEDED");
  EXPECT_EQ(ReasonOf(Post(Body(std::string(3'000'000, 'x'))).status()), "QUOTA_EXCEEDED");
  ExpectNothingStored();
  EXPECT_TRUE(Post(Body(std::string(1'000'000, 'x'))).ok());
}

TEST_F(RawTransferTest, ARefusedBodyIsReadToItsEnd) {
  std::deque<Request> body = Body(std::string(100'000, 'x'));
  body[0].set_file_name("../x.stl");
  FakeReader<Request> reader(std::move(body));
  EXPECT_EQ(ReasonOf(house_->uploads.StreamRawUpload(As(kLab), reader).status()), "FILE_NAME_REFUSED");
  Request rest;
  EXPECT_FALSE(reader.Read(&rest)) << "clients that are still sending would not see the answer";
}

// With the size announced, or guessed from the header of a binary STL, or neither: the answer is the same.
TEST_F(RawTransferTest, AMeshIsMeasuredWhileItArrives) {
  house_->context.limits.inline_check_bytes = 0;
  for (const size_t piece : {size_t{50}, size_t{5000}, size_t{1 << 20}}) {
    for (const bool announced : {false, true}) {
      std::deque<Request> body = Body(bytes_, piece);
      if (announced) body[0].set_size_bytes(static_cast<int64_t>(bytes_.size()));
      const auto file = Post(std::move(body));
      ASSERT_TRUE(file.ok()) << file.status();
      EXPECT_EQ(file->early_measurement().triangle_count(), 1600);
      EXPECT_TRUE(file->early_measurement().whole_file());
    }
  }
  // One byte more than the header says: the guess was wrong, the bytes are read again.
  const auto stray = Post(Body(bytes_ + "x"));
  ASSERT_TRUE(stray.ok());
  EXPECT_EQ(stray->early_measurement().triangle_count(), 1600);
  const auto cut = Post(Body(bytes_.substr(0, bytes_.size() - 60)));
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->verdict(), v1::VERDICT_BLOCKING);
}

TEST_F(RawTransferTest, RangesOfADownload) {
  const auto file = Post(Body(bytes_));
  ASSERT_TRUE(file.ok());
  struct Row {
    int64_t offset, limit;
    std::string bytes;
  };
  const auto size = static_cast<int64_t>(bytes_.size());
  for (const Row& row : {Row{0, 0, bytes_}, Row{0, 1, bytes_.substr(0, 1)}, Row{5, 10, bytes_.substr(5, 10)},
                         Row{20'000, 0, bytes_.substr(20'000)}, Row{size - 1, INT64_MAX, bytes_.substr(bytes_.size() - 1)},
                         Row{size, 0, ""}, Row{size, 5, ""}}) {
    v1::StreamRawDownloadRequest request;
    request.set_name(file->name());
    request.set_offset_bytes(row.offset);
    request.set_limit_bytes(row.limit);
    Collector<google::api::HttpBody> stream;
    ASSERT_TRUE(house_->downloads.StreamRawDownload(As(kLab), request, stream).ok());
    std::string got;
    for (const auto& message : stream.messages) got += message.data();
    EXPECT_EQ(got, row.bytes) << row.offset;
  }
  v1::StreamRawDownloadRequest behind;
  behind.set_name(file->name());
  behind.set_offset_bytes(size + 1);
  Collector<google::api::HttpBody> stream;
  EXPECT_EQ(ReasonOf(house_->downloads.StreamRawDownload(As(kLab), behind, stream)), "OFFSET_BEHIND_END");
}

// The fields of a stream's first message are checked like those of any other request.
TEST_F(RawTransferTest, PartsOutsideOfTheUpload) {
  const v1::Upload upload = *Start(project_, "a.stl", bytes_);
  struct Row {
    int64_t offset, size;
    const char* reason;
  };
  const auto size = static_cast<int64_t>(bytes_.size());
  for (const Row& row : {Row{-1, 5, "FIELD_INVALID"}, Row{0, -5, "FIELD_INVALID"}, Row{1, size, "UPLOAD_SIZE_WRONG"},
                         Row{0, size + 1, "UPLOAD_SIZE_WRONG"}, Row{INT64_MAX, INT64_MAX, "UPLOAD_SIZE_WRONG"}}) {
    v1::UploadFileRequest part;
    part.set_upload(upload.name());
    part.set_part_offset_bytes(row.offset);
    part.set_part_size_bytes(row.size);
    part.set_data("x");
    EXPECT_EQ(ReasonOf(Send({part}).status()), row.reason) << row.offset << " " << row.size;
    EXPECT_EQ(Query(upload.name()).parts_size(), 0);
  }
}

}  // namespace
}  // namespace millwright::files
