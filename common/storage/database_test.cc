#include "common/storage/database.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr EmbeddedFile kSchema[] = {
    {"0001_items.sql",
     "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER, data BLOB) STRICT;"
     "CREATE TABLE parts (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES items(id)"
     " DEFERRABLE INITIALLY DEFERRED) STRICT;"
     "CREATE TABLE tight_parts (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES items(id)) STRICT;"}};

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() : scratch_({SchemaOf("test", kSchema)}) {}
  Database& db() { return scratch_.db(); }
  absl::Status Insert(int64_t id, const std::string& name) {
    return db().Write(
        [&](Transaction& tx) { return tx.Run("INSERT INTO items (id, name) VALUES ($1, $2)", id, name); });
  }
  int64_t Count() {
    return *db().Read([](Reader& reader) { return reader.Query("SELECT count(*) FROM items").Int(); });
  }
  ScratchDatabase scratch_;
};

TEST_F(DatabaseTest, ParametersGoByNumberWhateverTheirOrderInTheText) {
  auto text = db().Read([](Reader& reader) {
    return reader.Query("SELECT $2 || '-' || $1 || '-' || $2", "one", "two").One([](const Row& row) {
      return row.String(0);
    });
  });
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(**text, "two-one-two");
}

TEST_F(DatabaseTest, EveryTypeComesBackAsItWentIn) {
  const std::string bytes("a\0b\xff", 4);
  const absl::Time time = absl::FromUnixMicros(1'700'000'000'123'456);
  std::optional<std::string> nothing;
  std::optional<int64_t> seven = 7;
  auto checked = db().Read([&](Reader& reader) {
    return reader
        .Query("SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9", int64_t{-1} << 62, bytes, Blob{bytes}, nullptr, nothing,
               seven, true, time, 0.1)
        .ForEach([&](const Row& row) {
          EXPECT_EQ(row.Int(0), int64_t{-1} << 62);
          EXPECT_EQ(row.Text(1), bytes);
          EXPECT_EQ(row.Blob(2), bytes);
          EXPECT_TRUE(row.IsNull(3));
          EXPECT_EQ(row.OptionalString(4), std::nullopt);
          EXPECT_EQ(row.OptionalInt(5), 7);
          EXPECT_TRUE(row.Bool(6));
          EXPECT_EQ(row.Time(7), time);
          EXPECT_EQ(row.Double(8), 0.1);
        });
  });
  EXPECT_TRUE(checked.ok()) << checked;
}

TEST_F(DatabaseTest, WrongNumberOfArgumentsIsRefused) {
  for (auto run : {+[](Reader& r) { return r.Query("SELECT $1").Int().status(); },
                   +[](Reader& r) { return r.Query("SELECT $1", 1, 2).Int().status(); },
                   +[](Reader& r) { return r.Query("SELECT $2", 1, 2).Int().status(); }}) {
    EXPECT_EQ(db().Read(run).code(), absl::StatusCode::kInternal);
  }
}

TEST_F(DatabaseTest, StatementsMayNestEvenWithTheSameText) {
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Insert(i, absl::StrCat(i)).ok());
  int pairs = 0;
  auto status = db().Read([&](Reader& reader) {
    auto walk = [&](auto fn) { return reader.Query("SELECT id FROM items ORDER BY id").ForEach(fn); };
    return walk([&](const Row&) { return walk([&](const Row&) { ++pairs; }); });
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(pairs, 9);
}

TEST_F(DatabaseTest, ManyDifferentTextsDoNotExhaustTheCache) {
  auto status = db().Read([](Reader& reader) {
    for (int round = 0; round < 2; ++round) {
      for (size_t i = 0; i < kStatementCacheSize + 50; ++i) {
        MW_ASSIGN_OR_RETURN(int64_t got, reader.Query(absl::StrCat("SELECT ", i)).Int());
        if (got != static_cast<int64_t>(i)) return absl::InternalError("wrong");
      }
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(DatabaseTest, ExecuteCountsTheRowsItTouched) {
  ASSERT_TRUE(Insert(1, "a").ok());
  ASSERT_TRUE(Insert(2, "b").ok());
  auto touched = db().Write([](Transaction& tx) -> absl::StatusOr<std::vector<int64_t>> {
    std::vector<int64_t> counts;
    for (const char* sql : {"UPDATE items SET size = 1", "UPDATE items SET size = 2 WHERE id = 9",
                            "SELECT 1", "DELETE FROM items WHERE id = 1"}) {
      MW_ASSIGN_OR_RETURN(int64_t count, tx.Execute(sql));
      counts.push_back(count);
    }
    return counts;
  });
  ASSERT_TRUE(touched.ok()) << touched.status();
  EXPECT_THAT(*touched, ElementsAre(2, 0, 0, 1));
}

TEST_F(DatabaseTest, UniqueViolationIsTellable) {
  ASSERT_TRUE(Insert(1, "a").ok());
  absl::Status status = Insert(2, "a");
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(IsUniqueViolation(status));
  EXPECT_EQ(UniqueViolationColumns(status), "items.name");
  EXPECT_EQ(UniqueViolationColumns(Insert(1, "b")), "items.id");
  EXPECT_FALSE(IsUniqueViolation(absl::AlreadyExistsError("other")));
}

TEST_F(DatabaseTest, AClosureMayHandleAUniqueViolationAndGoOn) {
  ASSERT_TRUE(Insert(1, "a").ok());
  auto status = db().Write([](Transaction& tx) {
    EXPECT_TRUE(IsUniqueViolation(tx.Run("INSERT INTO items (id, name) VALUES (2, 'a')")));
    return tx.Run("INSERT INTO items (id, name) VALUES (2, 'b')");
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Count(), 2);
}

TEST_F(DatabaseTest, OtherErrorsDoNotCommitEvenIfTheClosureIgnoresThem) {
  auto status = db().Write([](Transaction& tx) {
    (void)tx.Run("INSERT INTO items (id, name) VALUES (2, 'b')");
    (void)tx.Run("INSERT INTO no_such_table VALUES (1)");
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Count(), 0);
}

TEST_F(DatabaseTest, ForeignKeysHoldAndAViolationHarmsNoNeighbour) {
  absl::Status tight = db().Write([](Transaction& tx) { return tx.Run("INSERT INTO tight_parts VALUES (1, 77)"); });
  EXPECT_TRUE(IsForeignKeyViolation(tight)) << tight;
  // A deferred violation would fail the COMMIT of everybody: it is found before.
  std::promise<absl::Status> good, bad;
  std::promise<void> go;
  db().WriteAsync([&](Transaction&) { return go.get_future().wait(), absl::OkStatus(); }, [](absl::Status) {});
  db().WriteAsync([](Transaction& tx) { return tx.Run("INSERT INTO parts VALUES (1, 77)"); },
                  [&](absl::Status status) { bad.set_value(status); });
  db().WriteAsync([](Transaction& tx) { return tx.Run("INSERT INTO items (id, name) VALUES (1, 'x')"); },
                  [&](absl::Status status) { good.set_value(status); });
  go.set_value();
  EXPECT_EQ(bad.get_future().get().code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(good.get_future().get().ok());
  EXPECT_EQ(Count(), 1);
}

TEST_F(DatabaseTest, AClosureCanNotEndTheTransactionOrChangeSettings) {
  for (const char* sql : {"COMMIT", "ROLLBACK", "SAVEPOINT x", "RELEASE request", "PRAGMA synchronous=OFF",
                          "ATTACH ':memory:' AS other", "SELECT 1; SELECT 2", ""}) {
    auto status = db().Write([&](Transaction& tx) { return tx.Run(sql); });
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << sql;
  }
  EXPECT_TRUE(Insert(1, "a").ok());
}

TEST_F(DatabaseTest, ReadersCanNotWrite) {
  auto status = db().Read([](Reader& reader) { return reader.Query("DELETE FROM items").Finish().status(); });
  EXPECT_FALSE(status.ok());
}

TEST_F(DatabaseTest, AReadSeesOneSnapshot) {
  ASSERT_TRUE(Insert(1, "a").ok());
  auto status = db().Read([&](Reader& reader) {
    MW_ASSIGN_OR_RETURN(int64_t before, reader.Query("SELECT count(*) FROM items").Int());
    EXPECT_TRUE(Insert(2, "b").ok());
    MW_ASSIGN_OR_RETURN(int64_t after, reader.Query("SELECT count(*) FROM items").Int());
    EXPECT_EQ(before, after);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Count(), 2);
}

TEST_F(DatabaseTest, LongReadsEndAtTheirDeadline) {
  auto status = db().Read(
      [](Reader& reader) {
        return reader
            .Query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
                   " SELECT count(*) FROM n")
            .Int()
            .status();
      },
      Clock::System().Now() + absl::Milliseconds(50));
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Count(), 0);  // the connection works on, without a deadline
}

TEST_F(DatabaseTest, APassedDeadlineReadsNothing) {
  bool called = false;
  auto status = db().Read([&](Reader&) { return called = true, absl::OkStatus(); }, absl::UnixEpoch());
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(called);
}

TEST_F(DatabaseTest, ExceptionsDoNotCross) {
  EXPECT_EQ(db().Write([](Transaction&) -> absl::Status { throw 1; }).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(db().Read([](Reader&) -> absl::Status { throw 1; }).code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(Insert(1, "a").ok());
}

TEST_F(DatabaseTest, AWriteInsideAWriteIsRefusedInsteadOfWaitingForEver) {
  auto status = db().Write([&](Transaction&) { return Insert(1, "a"); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

TEST_F(DatabaseTest, NestedUndoesOnlyItself) {
  int committed = 0;
  auto status = db().Write([&](Transaction& tx) -> absl::Status {
    committed = 0;
    MW_RETURN_IF_ERROR(tx.Run("INSERT INTO items (id, name) VALUES (1, 'outer')"));
    absl::Status inner = tx.Nested([&](Transaction& nested) -> absl::Status {
      nested.OnCommit([&] { committed += 100; });
      MW_RETURN_IF_ERROR(nested.Run("INSERT INTO items (id, name) VALUES (2, 'inner')"));
      return absl::CancelledError("no");
    });
    EXPECT_EQ(inner.code(), absl::StatusCode::kCancelled);
    tx.OnCommit([&] { ++committed; });
    return tx.Nested([](Transaction& nested) { return nested.Run("INSERT INTO items (id, name) VALUES (3, 'c')"); });
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Count(), 2);
  EXPECT_EQ(committed, 1);
}

TEST_F(DatabaseTest, CommitHooksDoNotRunForWhatWasUndone) {
  bool called = false;
  (void)db().Write([&](Transaction& tx) {
    tx.OnCommit([&] { called = true; });
    return absl::CancelledError("no");
  });
  EXPECT_FALSE(called);
}

TEST_F(DatabaseTest, ASecondProcessIsRefused) {
  auto second = Database::Open({.path = scratch_.path(), .busy_timeout = absl::Milliseconds(20)});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(ReasonOf(second.status()), "DATABASE_IN_USE");
}

TEST_F(DatabaseTest, TheNextProcessWaitsUntilTheLastOneIsGone) {
  std::thread next([&] {
    auto db = Database::Open({.path = scratch_.path(), .migrations = {SchemaOf("test", kSchema)},
                              .busy_timeout = absl::Seconds(60)});
    EXPECT_TRUE(db.ok()) << db.status();
  });
  scratch_.Shut();
  next.join();
  scratch_.Reopen();
}

TEST_F(DatabaseTest, AfterCloseEverythingIsRefusedAndNothingIsLost) {
  ASSERT_TRUE(Insert(1, "a").ok());
  db().Close();
  EXPECT_EQ(ReasonOf(Insert(2, "b")), "STORAGE_CLOSED");
  EXPECT_EQ(ReasonOf(db().Read([](Reader&) { return absl::OkStatus(); })), "STORAGE_CLOSED");
  scratch_.Reopen();
  EXPECT_EQ(Count(), 1);
}

TEST(DatabaseOpenTest, AFileThatIsNoDatabaseIsRefusedWithoutRawErrors) {
  ScratchFolder folder;
  const std::string path = folder.File("x.db");
  FILE* file = fopen(path.c_str(), "w");
  for (int i = 0; i < 1000; ++i) fputs("this is not a database\n", file);
  fclose(file);
  std::string logged;
  auto db =
      Database::Open({.path = path, .log = [&](absl::string_view line) { absl::StrAppend(&logged, line, "\n"); }});
  ASSERT_FALSE(db.ok());
  EXPECT_THAT(std::string(db.status().message()), Not(HasSubstr("not a database")));
  EXPECT_THAT(logged, HasSubstr("not a database"));
}

TEST(DatabaseOpenTest, AMissingFolderIsNamed) {
  auto db = Database::Open({.path = "/nonexistent/folder/x.db"});
  ASSERT_FALSE(db.ok());
  EXPECT_THAT(std::string(db.status().message()), HasSubstr("/nonexistent/folder/x.db"));
}

}  // namespace
}  // namespace millwright
