// Hostile files and archives: findings, refusals, nothing left behind.
#include <zip.h>

#include <cmath>

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
                                         {"case/.DS_Store", "x"},
                                         {"__MACOSX/case/._a.constructionInfo", "Mac OS X"},
                                         {"__MACOSX/case/parts/._b.stl", "Mac OS X"}};
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
