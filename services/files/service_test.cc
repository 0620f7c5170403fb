// The handlers of the files service over a real database and disk, called directly.
#include <filesystem>
#include <limits>
#include <thread>

#include "common/events/scheduler.h"
#include "services/files/fixture_for_test.h"
#include "services/files/testing/zip_writer.h"

namespace millwright::files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FilesServiceTest, AnUploadedMeshIsMeasured) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeBox({10, 20, 30}));
  const v1::File file = Upload(project, "box.stl", bytes);
  EXPECT_EQ(file.kind(), v1::File::STL);
  EXPECT_EQ(file.sha256(), Sha256Hex(bytes));
  EXPECT_EQ(file.revision(), 1);
  EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_THAT(file.measurement().box_micrometers(), ElementsAre(10'000, 20'000, 30'000));
  EXPECT_EQ(file.measurement().volume_thousandth_mm3(), 6'000'000);
  EXPECT_EQ(file.measurement().area_thousandth_mm2(), 2'200'000);
  EXPECT_TRUE(file.measurement().closed());
  EXPECT_EQ(*Download(kLab, file.name()), bytes);
  EXPECT_EQ(*Download(kLab, file.name(), 84, 50), bytes.substr(84, 50));
  EXPECT_EQ(ReasonOf(Download(kLab, file.name(), 100'000).status()), "OFFSET_BEHIND_END");
}

TEST_F(FilesServiceTest, EveryMeshFormatIsMeasuredWithItsFacts) {
  const std::string project = NewProject();
  const std::string obj =
      "v 0 0 0\nv 10 0 0\nv 10 20 0\nv 0 20 0\nv 0 0 30\nv 10 0 30\nv 10 20 30\nv 0 20 30\n"
      "f 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n";
  const std::string ply =
      "ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\nproperty float z\n"
      "element face 6\nproperty list uchar int vertex_indices\nend_header\n"
      "0 0 0\n10 0 0\n10 20 0\n0 20 0\n0 0 30\n10 0 30\n10 20 30\n0 20 30\n"
      "4 3 2 1 0\n4 4 5 6 7\n4 0 1 5 4\n4 1 2 6 5\n4 2 3 7 6\n4 3 0 4 7\n";
  const std::pair<const char*, std::string> files[] = {{"binary.stl", BinaryStl(MakeBox({10, 20, 30}))},
                                                       {"ascii.stl", AsciiStl(MakeBox({10, 20, 30}))},
                                                       {"box.obj", obj},
                                                       {"box.ply", ply}};
  for (const auto& [name, bytes] : files) {
    const v1::File file = Upload(project, name, bytes);
    EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED) << file.DebugString();
    const v1::Measurement& measured = file.measurement();
    EXPECT_EQ(measured.volume_thousandth_mm3(), 6'000'000) << name;
    EXPECT_EQ(measured.hull_volume_thousandth_mm3(), 6'000'000) << name;
    EXPECT_THAT(measured.oriented_box_micrometers(), ElementsAre(30'000, 20'000, 10'000)) << name;
    EXPECT_THAT(measured.center_of_mass_micrometers(), ElementsAre(5'000, 10'000, 15'000)) << name;
    EXPECT_EQ(measured.thinnest_wall_micrometers(), 10'000) << name;
    EXPECT_THAT(measured.thinnest_wall_method(), HasSubstr("rays"));
  }
}

TEST_F(FilesServiceTest, ThreeMfStatesItsOwnUnit) {
  const std::string project = NewProject();
  const v1::File file = Upload(project, "box.3mf", ThreeMf({MakeBox({1, 2, 3})}, "inch"));
  EXPECT_EQ(file.kind(), v1::File::THREE_MF) << file.DebugString();
  EXPECT_THAT(file.measurement().box_micrometers(), ElementsAre(25'400, 50'800, 76'200));
  EXPECT_EQ(file.unit(), v1::LENGTH_UNIT_INCH);
  EXPECT_EQ(file.verdict(), v1::VERDICT_NEEDS_CONFIRMATION);  // the test uploads as millimetres
  EXPECT_EQ(Upload(project, "mm.3mf", ThreeMf({MakeBox({1, 2, 3})})).verdict(), v1::VERDICT_ACCEPTED);
}

TEST_F(FilesServiceTest, DrawingsAreMeasuredAndShown) {
  const std::string project = NewProject();
  const std::string dxf =
      "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n4\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
      "0\nLWPOLYLINE\n90\n3\n70\n1\n10\n0\n20\n0\n10\n3\n20\n0\n10\n3\n20\n4\n0\nENDSEC\n0\nEOF\n";
  const v1::File file = Upload(project, "plate.dxf", dxf);
  EXPECT_EQ(file.kind(), v1::File::DXF);
  EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED) << file.DebugString();
  EXPECT_EQ(file.drawing().cut_length_micrometers(), 12'000);
  EXPECT_EQ(file.drawing().pierce_count(), 1);
  EXPECT_THAT(file.drawing().box_micrometers(), ElementsAre(3'000, 4'000));
  const auto svg = Preview(kLab, file.name());
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_EQ(svg->content_type(), "image/svg+xml");
  EXPECT_THAT(svg->data(), HasSubstr("<path"));
  const v1::File binary = Upload(project, "b.dxf", "AutoCAD Binary DXF\r\n\x1A");
  EXPECT_EQ(binary.verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(binary.findings(0).rule(), "drawing.binary");
}

TEST_F(FilesServiceTest, PreviewsAreForThoseWhoMayReadTheFile) {
  const std::string project = NewProject();
  const v1::File mesh = Upload(project, "box.stl", BinaryStl(MakeBox({10, 20, 30})));
  const auto png = Preview(kLab, mesh.name());
  ASSERT_TRUE(png.ok()) << png.status();
  EXPECT_EQ(png->content_type(), "image/png");
  EXPECT_THAT(png->data(), ::testing::StartsWith("\x89PNG"));
  EXPECT_EQ(Preview(kLab, mesh.name())->data(), png->data());  // the same again, remembered
  EXPECT_NE(Preview(kLab, mesh.name(), v1::GetPreviewRequest::VIEW_TOP)->data(), png->data());
  EXPECT_TRUE(absl::IsNotFound(Preview(kCenter, mesh.name()).status()));
  const v1::File text = Upload(project, "notes.txt", "hello");
  EXPECT_EQ(ReasonOf(Preview(kLab, text.name()).status()), "PREVIEW_NOT_POSSIBLE");
}

TEST_F(FilesServiceTest, ContentFaultsAreFindingsNotErrors) {
  const std::string project = NewProject();
  EXPECT_EQ(Upload(project, "lying.stl", BinaryStl(MakeBox({1, 1, 1}), {.count = 99})).verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(Upload(project, "cut.constructionInfo", "<ConstuctionInfo><Teeth>").verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(Upload(project, "empty.stl", "").verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(Upload(project, "drawing.stl", "%PDF-1.4\n").verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_EQ(Upload(project, "photo.jpg", "\xFF\xD8\xFF\xE0").verdict(), v1::VERDICT_ACCEPTED);
}

TEST_F(FilesServiceTest, AnotherHashStoresNothing) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeBox({1, 1, 1}));
  auto upload = Start(project, "a.stl", bytes, std::string(64, 'a'));
  auto file = Send(Chunks(upload->name(), bytes));
  EXPECT_TRUE(absl::IsInvalidArgument(file.status())) << file.status();
  EXPECT_EQ(ReasonOf(file.status()), "UPLOAD_HASH_MISMATCH");
  EXPECT_EQ(MetaOf(file.status(), "received"), Sha256Hex(bytes));
  EXPECT_EQ(house_->blobs->CountBlobs(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
  EXPECT_THAT(Check(project)->parts(), IsEmpty());
  EXPECT_EQ(*house_->db->Read([](Reader& r) { return FileStore::Usage(r, "lab0000000"); }), 0);
}

TEST_F(FilesServiceTest, UploadsResumeWhereTheyStand) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeTorus(20, 10, 10, 3));
  auto upload = Start(project, "torus.stl", bytes);
  auto part = Chunks(upload->name(), bytes, 0, 1000, false);
  part.resize(5);
  auto broken = Send(std::move(part));
  EXPECT_EQ(ReasonOf(broken.status()), "UPLOAD_INCOMPLETE");
  EXPECT_EQ(Query(upload->name()).committed_bytes(), 5000);
  EXPECT_EQ(MetaOf(Send(Chunks(upload->name(), bytes, 0)).status(), "committed_bytes"), "5000");
  auto file = Send(Chunks(upload->name(), bytes, 5000));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*Download(kLab, file->name()), bytes);
  EXPECT_EQ(Query(upload->name()).file(), file->name());
  EXPECT_EQ(ReasonOf(Send(Chunks(upload->name(), bytes)).status()), "UPLOAD_ENDED");
}

TEST_F(FilesServiceTest, ChunksAreChecked) {
  const std::string project = NewProject();
  const std::string bytes(5000, 'x');
  auto upload = Start(project, "x.txt", bytes);
  auto damaged = Chunks(upload->name(), bytes);
  damaged[2].set_crc32c(1);
  EXPECT_EQ(ReasonOf(Send(damaged).status()), "CHUNK_CHECKSUM_MISMATCH");
  EXPECT_EQ(Query(upload->name()).committed_bytes(), 2000);
  EXPECT_EQ(ReasonOf(Send(Chunks(upload->name(), bytes + "yyy", 2000)).status()), "UPLOAD_SIZE_WRONG");
  auto early = Chunks(upload->name(), bytes.substr(0, 3000), 3000);
  early[0].set_finish(true);
  EXPECT_EQ(ReasonOf(Send(early).status()).empty(), false);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);  // RFC 3720's check value
}

TEST_F(FilesServiceTest, RefusedBeforeAnyByte) {
  const std::string project = NewProject();
  for (const char* name : {"a/b.stl", "..", "C:a.stl", "a\u202Eb.stl"}) {
    EXPECT_EQ(ReasonOf(Start(project, name, "x").status()), "FILE_NAME_REFUSED") << name;
  }
  EXPECT_EQ(ReasonOf(Start(project, "big.bin", std::string(1'000'001, 'x')).status()), "QUOTA_EXCEEDED");
  EXPECT_TRUE(absl::IsNotFound(Start("companies/lab0000000/projects/nosuch", "a.stl", "x").status()));
}

TEST_F(FilesServiceTest, TheSameBytesAreStoredOnceAndNamesHaveRevisions) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeBox({1, 1, 1}));
  const v1::File one = Upload(project, "a.stl", bytes);
  const v1::File two = Upload(project, "b.stl", bytes);
  EXPECT_EQ(house_->blobs->CountBlobs(), 1);
  const v1::File next = Upload(project, "a.stl", BinaryStl(MakeBox({2, 2, 2})));
  EXPECT_EQ(next.revision(), 2);
  v1::ListFilesRequest request;
  request.set_parent(project);
  request.set_page_size(1);
  std::vector<std::string> seen;
  for (;;) {
    auto page = house_->downloads.ListFiles(As(kLab), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::File& file : page->files()) seen.push_back(file.file_name() + absl::StrCat(file.revision()));
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  EXPECT_THAT(seen, ElementsAre("a.stl2", "b.stl1"));
  v1::ListFilesRequest all;
  all.set_parent(project);
  all.set_show_superseded(true);
  EXPECT_THAT(house_->downloads.ListFiles(As(kLab), all)->files(), SizeIs(3));
}

TEST_F(FilesServiceTest, RawUploadAndDownload) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeBox({1, 2, 3}));
  v1::StreamRawUploadRequest first;
  first.set_parent(project);
  first.set_file_name("Brücke \"1\".stl");
  first.set_unit(v1::LENGTH_UNIT_MILLIMETER);
  first.mutable_content()->set_data(bytes.substr(0, 100));
  v1::StreamRawUploadRequest second;
  second.mutable_content()->set_data(bytes.substr(100));
  FakeReader<v1::StreamRawUploadRequest> reader({first, second});
  auto file = house_->uploads.StreamRawUpload(As(kLab), reader);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->measurement().volume_thousandth_mm3(), 6000);
  CallInfo call = As(kLab);
  std::map<std::string, std::string> headers;
  call.add_header = [&](absl::string_view key, absl::string_view value) {
    headers[std::string(key)] = std::string(value);
  };
  v1::StreamRawDownloadRequest request;
  request.set_name(file->name());
  Collector<google::api::HttpBody> stream;
  ASSERT_TRUE(house_->downloads.StreamRawDownload(call, request, stream).ok());
  EXPECT_EQ(stream.messages[0].data(), bytes);
  EXPECT_EQ(stream.messages[0].content_type(), "model/stl");
  EXPECT_EQ(headers["x-sha256"], Sha256Hex(bytes));
  EXPECT_EQ(headers["content-disposition"],
            "attachment; filename=\"Br__cke _1_.stl\"; filename*=UTF-8''Br%C3%BCcke%20%221%22.stl");
  first.set_sha256(std::string(64, '0'));
  FakeReader<v1::StreamRawUploadRequest> wrong({first, second});
  EXPECT_EQ(ReasonOf(house_->uploads.StreamRawUpload(As(kLab), wrong).status()), "UPLOAD_HASH_MISMATCH");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
}

TEST_F(FilesServiceTest, CancelAndExpiryGiveTheirRoomBack) {
  const std::string project = NewProject();
  const std::string bytes(600'000, 'x');
  auto first = Start(project, "a.bin", bytes);
  EXPECT_EQ(ReasonOf(Start(project, "b.bin", bytes).status()), "QUOTA_EXCEEDED");
  v1::CancelUploadRequest cancel;
  cancel.set_name(first->name());
  ASSERT_TRUE(house_->uploads.CancelUpload(As(kLab), cancel).ok());
  auto second = Start(project, "b.bin", bytes);
  ASSERT_TRUE(second.ok()) << second.status();
  auto part = Chunks(second->name(), bytes, 0, 1000, false);
  part.resize(2);
  EXPECT_FALSE(Send(std::move(part)).ok());
  Scheduler scheduler(*house_->db, house_->due, {.clock = &house_->clock});
  scheduler.Handle(kUploadExpires,
                   [&](Transaction& tx, const DueRow& row) { return house_->uploads.Expire(tx, row.key); });
  house_->clock.Advance(absl::Hours(25));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  v1::QueryUploadRequest query;
  query.set_name(second->name());
  EXPECT_TRUE(absl::IsNotFound(house_->uploads.QueryUpload(As(kLab), query).status()));
  ASSERT_TRUE(house_->uploads.SweepDisk().ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("uploads")));
  EXPECT_TRUE(Start(project, "c.bin", bytes).ok());
}

TEST_F(FilesServiceTest, ForeignCompaniesSeeNothing) {
  const std::string project = Case();
  const auto absent = Download(kCenter, "companies/lab0000000/projects/p/files/f").status();
  const auto foreign = Download(kCenter, part_.name()).status();
  EXPECT_TRUE(absl::IsNotFound(foreign));
  EXPECT_EQ(ReasonOf(foreign), ReasonOf(absent));
  v1::CheckProjectRequest request;
  request.set_name(project);
  EXPECT_TRUE(absl::IsNotFound(house_->projects.CheckProject(As(kCenter), request).status()));
  internal::files::v1::GetProjectFactsRequest facts;
  facts.set_project(project);
  EXPECT_TRUE(absl::IsNotFound(house_->pinning.GetProjectFacts(As(kCenter), facts).status()));
  EXPECT_TRUE(house_->pinning.GetProjectFacts(AsOrders(), facts).ok());
}

TEST_F(FilesServiceTest, TheFactsOfACase) {
  const std::string project = Case();
  auto facts = Check(project);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->verdict(), v1::VERDICT_ACCEPTED) << facts->DebugString();
  ASSERT_THAT(facts->parts(), SizeIs(1));
  EXPECT_EQ(facts->parts(0).file(), part_.name());
  EXPECT_EQ(facts->parts(0).work_type(), "AnatomicCrown");
  EXPECT_EQ(facts->parts(0).material(), "ZI");
  EXPECT_EQ(facts->parts(0).shade(), "A2");
  EXPECT_THAT(facts->parts(0).teeth(), ElementsAre(36));
  EXPECT_EQ(facts->parts(0).unit_count(), 1);
  EXPECT_EQ(facts->case_code(), "C-1");
  const std::string hash = facts->revision_hash();
  Upload(project, "notes.txt", "text");
  EXPECT_THAT(Check(project)->surplus_files(), ElementsAre("notes.txt"));
  EXPECT_NE(Check(project)->revision_hash(), hash);
}

TEST_F(FilesServiceTest, AMissingPartBlocks) {
  const std::string project = NewProject();
  Upload(project, "case.constructionInfo", ConstructionInfoXml(TestCase{}));
  auto facts = Check(project);
  EXPECT_EQ(facts->verdict(), v1::VERDICT_BLOCKING);
  EXPECT_THAT(facts->missing_files(), ElementsAre("part_cad.stl"));
  auto pin = Pin(project);
  EXPECT_TRUE(absl::IsFailedPrecondition(pin.status()));
  EXPECT_EQ(ReasonOf(pin.status()), "FINDINGS_BLOCK");
  EXPECT_THAT(std::string(pin.status().message()), HasSubstr("part_cad.stl"));
}

TEST_F(FilesServiceTest, UpdateListAndRules) {
  const std::string project = NewProject();
  NewProject();
  v1::UpdateProjectRequest update;
  update.mutable_project()->set_name(project);
  update.mutable_project()->set_case_code("C-2");
  update.mutable_update_mask()->add_paths("case_code");
  auto updated = house_->projects.UpdateProject(As(kLab), update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->case_code(), "C-2");
  EXPECT_EQ(updated->display_name(), "Case");
  update.mutable_project()->set_etag("\"stale\"");
  EXPECT_TRUE(absl::IsAborted(house_->projects.UpdateProject(As(kLab), update).status()));
  v1::ListProjectsRequest list;
  list.set_parent(kLab);
  list.set_page_size(1);
  auto page = house_->projects.ListProjects(As(kLab), list);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->projects(), SizeIs(1));
  list.set_page_token(page->next_page_token());
  EXPECT_THAT(house_->projects.ListProjects(As(kLab), list)->projects(), SizeIs(1));
  v1::ListRulesRequest rules;
  rules.set_page_size(1000);
  EXPECT_EQ(house_->projects.ListRules(As(kLab), rules)->rules_size(), static_cast<int>(kRuleCount));
}

std::deque<v1::UploadFileRequest> PartChunks(const std::string& upload, const std::string& bytes, size_t from, size_t size,
                                             size_t skip = 0) {
  auto messages = Chunks(upload, bytes.substr(0, from + size), from + skip, 1000, false);
  messages.front().set_part_offset_bytes(static_cast<int64_t>(from));
  messages.front().set_part_size_bytes(static_cast<int64_t>(size));
  return messages;
}

TEST_F(FilesServiceTest, PartsMayComeInAnyOrderAndAtOnce) {
  const std::string project = NewProject();
  const std::string bytes = BinaryStl(MakeTorus(40, 20, 10, 3));
  const size_t half = bytes.size() / 2;
  auto upload = Start(project, "torus.stl", bytes);
  // The second half first, and broken off.
  auto second = PartChunks(upload->name(), bytes, half, bytes.size() - half);
  second.resize(3);
  EXPECT_EQ(ReasonOf(Send(std::move(second)).status()), "UPLOAD_INCOMPLETE");
  const v1::Upload at = Query(upload->name());
  ASSERT_THAT(at.parts(), SizeIs(1));
  EXPECT_EQ(at.parts(0).committed_bytes(), 3000);
  // Wrong ways: a part over another, beyond the end, of another size, the whole.
  EXPECT_EQ(ReasonOf(Send(PartChunks(upload->name(), bytes, half - 1, 10)).status()), "UPLOAD_PARTS_OVERLAP");
  EXPECT_EQ(ReasonOf(Send(PartChunks(upload->name(), bytes, half, 10)).status()), "UPLOAD_PARTS_OVERLAP");
  auto beyond = PartChunks(upload->name(), bytes, 0, 10);
  beyond.front().set_part_offset_bytes(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ReasonOf(Send(beyond).status()), "UPLOAD_SIZE_WRONG");
  EXPECT_EQ(ReasonOf(Send(Chunks(upload->name(), bytes)).status()), "UPLOAD_MODE_WRONG");
  auto longer = PartChunks(upload->name(), bytes, 0, half);
  longer.back().mutable_data()->append("xx");
  longer.back().clear_crc32c();
  EXPECT_EQ(ReasonOf(Send(longer).status()), "UPLOAD_SIZE_WRONG");
  // Both halves at once, the second from where it stands.
  absl::StatusOr<v1::File> one = absl::UnknownError(""), two = absl::UnknownError("");
  const auto first_at = Query(upload->name()).parts(0);
  std::thread other([&] {
    one = Send(PartChunks(upload->name(), bytes, 0, half, static_cast<size_t>(first_at.committed_bytes())));
  });
  two = Send(PartChunks(upload->name(), bytes, half, bytes.size() - half, 3000));
  other.join();
  const std::string name = Query(upload->name()).file();
  ASSERT_NE(name, "") << one.status() << two.status();
  EXPECT_EQ(*Download(kLab, name), bytes);
  EXPECT_EQ(ReasonOf(Send(PartChunks(upload->name(), bytes, 0, half)).status()), "UPLOAD_ENDED");
}

}  // namespace
}  // namespace millwright::files
