#include "common/storage/migrations.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/database.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::HasSubstr;

constexpr EmbeddedFile kOne = {"0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"};
constexpr EmbeddedFile kTwo = {"0002_b.sql", "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = 2;"};

class MigrationsTest : public ::testing::Test {
 protected:
  absl::Status Open(std::vector<MigrationSet> sets) {
    db_.reset();
    auto opened = Database::Open({.path = folder_.File("m.db"), .migrations = std::move(sets), .log = [](auto) {}});
    if (opened.ok()) db_ = *std::move(opened);
    return opened.status();
  }
  int64_t Int(absl::string_view sql) {
    return *db_->Read([&](Reader& reader) { return reader.Query(sql).Int(); });
  }
  ScratchFolder folder_;
  std::unique_ptr<Database> db_;
};

TEST_F(MigrationsTest, AreAppliedOnceAndInOrder) {
  ASSERT_TRUE(Open({{"test", {kOne, kTwo}}}).ok());
  EXPECT_EQ(Int("SELECT y FROM a"), 2);
  ASSERT_TRUE(Open({{"test", {kOne, kTwo}}}).ok());
  EXPECT_EQ(Int("SELECT count(*) FROM a"), 1);
}

TEST_F(MigrationsTest, ANewerBinaryAppliesWhatIsMissing) {
  ASSERT_TRUE(Open({{"test", {kOne}}}).ok());
  ASSERT_TRUE(Open({{"test", {kOne, kTwo}}, StorageSchema()}).ok());
  EXPECT_EQ(Int("SELECT y FROM a"), 2);
  EXPECT_EQ(Int("SELECT count(*) FROM idempotency"), 0);
}

TEST_F(MigrationsTest, AnOlderBinaryIsRefused) {
  ASSERT_TRUE(Open({{"test", {kOne, kTwo}}}).ok());
  absl::Status status = Open({{"test", {kOne}}});
  EXPECT_EQ(ReasonOf(status), "DATABASE_NEWER");
  EXPECT_THAT(std::string(status.message()), HasSubstr("test/0002_b.sql"));
  EXPECT_EQ(ReasonOf(Open({})), "DATABASE_NEWER");
  EXPECT_TRUE(Open({{"test", {kOne, kTwo}}}).ok());
}

TEST_F(MigrationsTest, AChangedHistoryIsRefused) {
  ASSERT_TRUE(Open({{"test", {kOne, kTwo}}}).ok());
  const std::string edited = absl::StrCat(kOne.content, " ");
  absl::Status status = Open({{"test", {{"0001_a.sql", edited}, kTwo}}});
  EXPECT_EQ(ReasonOf(status), "MIGRATION_CHANGED");
  EXPECT_THAT(std::string(status.message()), HasSubstr("test/0001_a.sql"));
}

TEST_F(MigrationsTest, AFailingFileLeavesNothingBehind) {
  const EmbeddedFile broken = {"0002_b.sql", "CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"};
  EXPECT_EQ(ReasonOf(Open({{"test", {kOne, broken}}})), "MIGRATION_INVALID");
  ASSERT_TRUE(Open({{"test", {kOne}}}).ok());
  EXPECT_EQ(Int("SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
}

TEST_F(MigrationsTest, WrongFilesAreNamed) {
  struct Case {
    const char *name, *content;
  };
  for (const Case& wrong : std::vector<Case>{{"0002_gap.sql", "SELECT 1"},
                                             {"1_short.sql", "SELECT 1"},
                                             {"0001_notes.txt", "SELECT 1"},
                                             {"0001.sql", "SELECT 1"},
                                             {"0001_commits.sql", "CREATE TABLE c (x INTEGER) STRICT; COMMIT;"}}) {
    absl::Status status = Open({{"test", {{wrong.name, wrong.content}}}});
    EXPECT_EQ(ReasonOf(status), "MIGRATION_INVALID") << wrong.name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(wrong.name));
  }
}

}  // namespace
}  // namespace millwright
