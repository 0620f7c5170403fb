// The promises of the group writer: groups, isolation of failures, bounded queue, full disks.
#include <atomic>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/database.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

constexpr EmbeddedFile kSchema[] = {
    {"0001_rows.sql", "CREATE TABLE entries (id INTEGER PRIMARY KEY, data BLOB) STRICT;"}};

// Holds the writer thread, so that what is queued meanwhile forms one group.
class Gate {
 public:
  explicit Gate(Database& db) {
    std::promise<void> entered;
    db.WriteAsync(
        [this, &entered](Transaction&) {
          entered.set_value();
          open_.get_future().wait();
          return absl::OkStatus();
        },
        [](absl::Status) {});
    entered.get_future().wait();
  }
  void Open() { open_.set_value(); }

 private:
  std::promise<void> open_;
};

class Collector {
 public:
  Database::DoneFn Slot() {
    auto promise = std::make_shared<std::promise<absl::Status>>();
    futures_.push_back(promise->get_future());
    return [promise](absl::Status status) { promise->set_value(std::move(status)); };
  }
  std::vector<absl::Status> Wait() {
    std::vector<absl::Status> all;
    for (auto& future : futures_) all.push_back(future.get());
    futures_.clear();
    return all;
  }

 private:
  std::vector<std::future<absl::Status>> futures_;
};

Database::WriteFn Insert(int64_t id, size_t bytes = 1) {
  return [=](Transaction& tx) {
    return tx.Run("INSERT INTO entries (id, data) VALUES ($1, $2)", id, Blob{std::string(bytes, 'x')});
  };
}

int64_t Count(Database& db) {
  return *db.Read([](Reader& reader) { return reader.Query("SELECT count(*) FROM entries").Int(); });
}

TEST(GroupCommitTest, WhatQueuedDuringOneCommitSharesTheNext) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  Gate gate(scratch.db());
  Collector collector;
  for (int i = 0; i < 100; ++i) scratch.db().WriteAsync(Insert(i), collector.Slot());
  gate.Open();
  for (const absl::Status& status : collector.Wait()) EXPECT_TRUE(status.ok()) << status;
  Database::Stats stats = scratch.db().stats();
  EXPECT_EQ(stats.writes, 101);
  EXPECT_EQ(stats.commits, 2);
  EXPECT_EQ(stats.largest_group, 100);
}

TEST(GroupCommitTest, TheControlCommitsEachWriteAlone) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)}, {.group_commit = false});
  Gate gate(scratch.db());
  Collector collector;
  for (int i = 0; i < 20; ++i) scratch.db().WriteAsync(Insert(i), collector.Slot());
  gate.Open();
  collector.Wait();
  EXPECT_EQ(scratch.db().stats().commits, 21);
}

TEST(GroupCommitTest, ConcurrentWritersNeedFewerCommitsThanWrites) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(scratch.db().Write(Insert(t * 1000 + i)).ok());
    });
  }
  for (auto& thread : threads) thread.join();
  Database::Stats stats = scratch.db().stats();
  EXPECT_EQ(stats.writes, 800);
  EXPECT_LT(stats.commits, stats.writes);
  EXPECT_EQ(Count(scratch.db()), 800);
}

TEST(GroupCommitTest, AFailureHarmsNoNeighbour) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  Gate gate(scratch.db());
  Collector collector;
  for (int i = 0; i < 30; ++i) {
    scratch.db().WriteAsync(
        [i](Transaction& tx) -> absl::Status {
          MW_RETURN_IF_ERROR(Insert(2 * i)(tx));
          MW_RETURN_IF_ERROR(Insert(2 * i + 1)(tx));
          if (i % 3 == 1) return absl::CancelledError("on purpose");
          if (i % 3 == 2) return tx.Run("this is not SQL");
          return absl::OkStatus();
        },
        collector.Slot());
  }
  gate.Open();
  auto statuses = collector.Wait();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(statuses[i].ok(), i % 3 == 0) << statuses[i];
  EXPECT_EQ(scratch.db().stats().commits, 2);
  auto odd = scratch.db().Read([](Reader& reader) {
    return reader.Query("SELECT count(*) FROM entries WHERE (id / 2) % 3 <> 0").Int();
  });
  EXPECT_EQ(*odd, 0);
  EXPECT_EQ(Count(scratch.db()), 20);
}

TEST(GroupCommitTest, BeyondTheQueueLimitWritesAreRefusedAtOnce) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)}, {.max_queued_writes = 10});
  Gate gate(scratch.db());
  Collector collector;
  for (int i = 0; i < 11; ++i) scratch.db().WriteAsync(Insert(i), collector.Slot());
  gate.Open();
  auto statuses = collector.Wait();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(statuses[i].ok());
  EXPECT_EQ(statuses[10].code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(statuses[10]), "STORAGE_QUEUE_FULL");
  EXPECT_EQ(Count(scratch.db()), 10);
}

TEST(GroupCommitTest, QueuedWritesAreFinishedAtClose) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  Collector collector;
  for (int i = 0; i < 200; ++i) scratch.db().WriteAsync(Insert(i), collector.Slot());
  scratch.Reopen();
  for (const absl::Status& status : collector.Wait()) EXPECT_TRUE(status.ok());
  EXPECT_EQ(Count(scratch.db()), 200);
}

TEST(GroupCommitTest, TheLogIsCheckpointedWhileWritesGoOn) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(scratch.db().Write(Insert(i, 2'000'000)).ok());
  EXPECT_GE(scratch.db().stats().checkpoints, 1);
  EXPECT_EQ(Count(scratch.db()), 12);
}

TEST(GroupCommitTest, WhatWasDeletedIsNowhereOnceTheLogIsEmptied) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)}, {.zero_deleted = true});
  auto held = [&] {
    std::string bytes;
    for (const char* suffix : {"", "-wal"}) {
      std::ifstream in(scratch.path() + suffix, std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(in), {});
    }
    return bytes.find("kanarienvogel") != bytes.npos;
  };
  auto insert = [](int64_t id, size_t size) {
    return [=](Transaction& tx) {
      std::string text;
      while (text.size() < size) text += "kanarienvogel ";
      return tx.Run("INSERT INTO entries (id, data) VALUES ($1, $2)", id, Blob{text});
    };
  };
  // Small rows of shared pages, and large ones with pages of their own.
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(scratch.db().Write(insert(i, i % 4 == 0 ? 20'000 : 200)).ok());
  ASSERT_TRUE(scratch.db().EmptyLog().ok());
  EXPECT_TRUE(held());
  ASSERT_TRUE(scratch.db().Write([](Transaction& tx) { return tx.Run("UPDATE entries SET data = x'00' WHERE id < 100"); }).ok());
  ASSERT_TRUE(scratch.db().Write([](Transaction& tx) { return tx.Run("DELETE FROM entries WHERE id >= 100"); }).ok());
  ASSERT_TRUE(scratch.db().EmptyLog().ok());
  EXPECT_FALSE(held());
  EXPECT_EQ(Count(scratch.db()), 100);
}

TEST(GroupCommitTest, ALogThatSomebodyReadsIsEmptiedLater) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)}, {.busy_timeout = absl::Milliseconds(1)});
  ASSERT_TRUE(scratch.db().Write(Insert(1)).ok());
  ASSERT_TRUE(scratch.db()
                  .Read([&](Reader& reader) -> absl::Status {
                    EXPECT_EQ(*reader.Query("SELECT count(*) FROM entries").Int(), 1);
                    EXPECT_TRUE(scratch.db().Write(Insert(2)).ok());
                    EXPECT_FALSE(scratch.db().EmptyLog().ok());
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_TRUE(scratch.db().EmptyLog().ok());
  EXPECT_TRUE(scratch.db().Write(Insert(3)).ok());
  EXPECT_EQ(Count(scratch.db()), 3);
}

TEST(GroupCommitTest, WhoFindsNobodyWritingWritesInItsOwnThread) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  std::thread::id wrote;
  ASSERT_TRUE(scratch.db()
                  .Write([&](Transaction& tx) {
                    wrote = std::this_thread::get_id();
                    return Insert(1)(tx);
                  })
                  .ok());
  EXPECT_EQ(wrote, std::this_thread::get_id());
  EXPECT_EQ(Count(scratch.db()), 1);
}

TEST(GroupCommitTest, WhoWaitsBehindAnotherWriterSharesACommit) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  Gate gate(scratch.db());
  std::vector<std::thread> threads;
  std::atomic<int> own{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const auto self = std::this_thread::get_id();
      EXPECT_TRUE(scratch.db()
                      .Write([&, self](Transaction& tx) {
                        own += std::this_thread::get_id() == self;
                        return Insert(t)(tx);
                      })
                      .ok());
    });
  }
  while (scratch.db().stats().queued < 8) std::this_thread::yield();
  gate.Open();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(own, 0);
  EXPECT_EQ(scratch.db().stats().commits, 2);
  EXPECT_EQ(scratch.db().stats().largest_group, 8);
}

TEST(GroupCommitTest, AWriteInsideAWriteIsRefusedInTheCallersThreadToo) {
  ScratchDatabase scratch({SchemaOf("test", kSchema)});
  absl::Status inner;
  ASSERT_TRUE(scratch.db()
                  .Write([&](Transaction&) {
                    inner = scratch.db().Write(Insert(1));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(inner.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(scratch.db().Write(Insert(2)).ok()) << "and the thread may write again";
}

}  // namespace
}  // namespace millwright
