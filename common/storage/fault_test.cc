// Disks that fail: never an acknowledgement without the row, never a crash, a clear status, no restart needed.
#include <atomic>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/database.h"
#include "common/storage/fault_vfs.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using Fault = FaultVfs::Fault;

constexpr EmbeddedFile kSchema[] = {
    {"0001_pairs.sql", "CREATE TABLE pairs (id INTEGER PRIMARY KEY, half INTEGER NOT NULL, data BLOB) STRICT;"}};

// A write is two rows; one without the other would be half a transaction.
absl::Status WritePair(Database& db, int64_t n, size_t bytes = 3000) {
  return db.Write([&](Transaction& tx) -> absl::Status {
    const std::string data(bytes, 'x');
    MW_RETURN_IF_ERROR(tx.Run("INSERT INTO pairs VALUES ($1, 0, $2)", 2 * n, Blob{data}));
    return tx.Run("INSERT INTO pairs VALUES ($1, 1, $2)", 2 * n + 1, Blob{data});
  });
}

absl::StatusOr<std::set<int64_t>> Pairs(Database& db) {
  return db.Read([](Reader& reader) -> absl::StatusOr<std::set<int64_t>> {
    std::set<int64_t> whole, half;
    MW_RETURN_IF_ERROR(reader.Query("SELECT id FROM pairs ORDER BY id").ForEach([&](const Row& row) {
      const int64_t n = row.Int(0) / 2;
      if (!half.erase(n)) half.insert(n);
      else whole.insert(n);
    }));
    if (!half.empty()) return absl::DataLossError(absl::StrCat("half of pair ", *half.begin()));
    return whole;
  });
}

Database::Options Quiet(const std::string& path) {
  return {.path = path, .migrations = {SchemaOf("test", kSchema)}, .log = [](absl::string_view) {}};
}

struct Disaster {
  std::string name;
  Fault fault;
  bool forever;
};

class EveryCallFails : public ::testing::TestWithParam<Disaster> {
 protected:
  // One life of a database in which the n-th file operation fails. False if there were fewer than n.
  bool Live(int64_t n) {
    ScratchFolder folder;
    const std::string path = folder.File("f.db");
    FaultVfs vfs;
    vfs.FailAt(n, GetParam().fault, GetParam().forever);
    std::set<int64_t> acknowledged;
    {
      auto db = Database::Open(Quiet(path));
      if (db.ok()) Write(**db, vfs, acknowledged);
    }
    const bool failed = vfs.failed() > 0;
    vfs.Heal();
    auto db = Database::Open(Quiet(path));
    EXPECT_TRUE(db.ok()) << db.status();
    if (!db.ok()) return false;
    auto found = Pairs(**db);
    EXPECT_TRUE(found.ok()) << found.status();
    for (int64_t pair : acknowledged) EXPECT_TRUE(found->contains(pair)) << "lost " << pair << " at call " << n;
    return failed;
  }

  void Write(Database& db, FaultVfs& vfs, std::set<int64_t>& acknowledged) {
    for (int64_t pair = 0; pair < 6; ++pair) {
      absl::Status status = WritePair(db, pair);
      if (status.ok()) acknowledged.insert(pair);
      else EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
      EXPECT_EQ(Pairs(db).value_or(std::set<int64_t>{-1}), acknowledged) << "what failed is not visible, reads go on";
    }
    vfs.Heal();
    absl::Status healed = WritePair(db, 100);
    EXPECT_TRUE(healed.ok()) << "no restart needed: " << healed;
    if (healed.ok()) acknowledged.insert(100);
  }
};

TEST_P(EveryCallFails, NothingAcknowledgedIsLost) {
  int64_t n = 1;
  while (Live(n)) ++n;
  EXPECT_GT(n, 20) << "the faults did not reach the database";
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryCallFails,
                         ::testing::Values(Disaster{"IoErrorOnce", Fault::kIoError, false},
                                           Disaster{"IoErrorForever", Fault::kIoError, true},
                                           Disaster{"DiskFullOnce", Fault::kDiskFull, false},
                                           Disaster{"DiskFullForever", Fault::kDiskFull, true},
                                           Disaster{"ShortWriteOnce", Fault::kShortWrite, false},
                                           Disaster{"ShortWriteForever", Fault::kShortWrite, true}),
                         [](const auto& info) { return info.param.name; });

TEST(DiskFullTest, ReadsGoOnWritesFailFastAndRecoverWithoutARestart) {
  ScratchFolder folder;
  FaultVfs vfs;
  auto opened = Database::Open(Quiet(folder.File("f.db")));
  ASSERT_TRUE(opened.ok()) << opened.status();
  Database& db = **opened;
  ASSERT_TRUE(WritePair(db, 1).ok());
  vfs.FailAt(1, Fault::kDiskFull, /*forever=*/true);
  for (int64_t n = 2; n < 20; ++n) {
    absl::Status status = WritePair(db, n);
    EXPECT_EQ(ReasonOf(status), "STORAGE_FULL") << status;
    EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  }
  EXPECT_EQ(*Pairs(db), std::set<int64_t>{1});
  vfs.Heal();
  EXPECT_TRUE(WritePair(db, 2).ok());
  EXPECT_EQ(*Pairs(db), (std::set<int64_t>{1, 2}));
}

// A write that is too big for the page cache reaches the disk before its COMMIT and fails in the middle of its group.
TEST(DiskFullTest, AWriteThatFailsBeforeTheCommitIsTheOnlyOneThatFails) {
  ScratchFolder folder;
  FaultVfs vfs;
  auto opened = Database::Open(Quiet(folder.File("f.db")));
  ASSERT_TRUE(opened.ok()) << opened.status();
  Database& db = **opened;
  std::atomic<bool> full{false};
  auto huge = [&](Transaction& tx) {
    vfs.FailAt(1, Fault::kDiskFull, /*forever=*/true);
    absl::Status status = tx.Run("INSERT INTO pairs VALUES (99, 0, zeroblob(60000000))");
    full = vfs.failed() > 0;
    vfs.Heal();
    return status;
  };
  std::promise<void> entered, open;
  std::promise<absl::Status> first, middle, last;
  db.WriteAsync([&](Transaction&) { return entered.set_value(), open.get_future().wait(), absl::OkStatus(); },
                [](absl::Status) {});
  entered.get_future().wait();
  auto insert = [](int64_t id) {
    return [id](Transaction& tx) { return tx.Run("INSERT INTO pairs VALUES ($1, 0, NULL)", id); };
  };
  db.WriteAsync(insert(1), [&](absl::Status status) { first.set_value(status); });
  db.WriteAsync(huge, [&](absl::Status status) { middle.set_value(status); });
  db.WriteAsync(insert(2), [&](absl::Status status) { last.set_value(status); });
  open.set_value();
  EXPECT_TRUE(first.get_future().get().ok());
  EXPECT_EQ(ReasonOf(middle.get_future().get()), "STORAGE_FULL");
  EXPECT_TRUE(last.get_future().get().ok());
  EXPECT_TRUE(full) << "the test did not reach what it is about";
  EXPECT_EQ(*db.Read([](Reader& reader) { return reader.Query("SELECT count(*) FROM pairs").Int(); }), 2);
}

}  // namespace
}  // namespace millwright
