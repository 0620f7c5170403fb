// kill -9 in the middle of work: what was acknowledged is there, nothing is there by halves, no repair step.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>
#include <thread>
#include <vector>

#include "common/errors/error.h"
#include "common/storage/database.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

constexpr int kCycles = 50;
constexpr int kThreads = 6;
constexpr int64_t kIdsPerCycle = 1'000'000;

constexpr EmbeddedFile kSchema[] = {
    {"0001_pairs.sql",
     "CREATE TABLE pairs (id INTEGER NOT NULL, half INTEGER NOT NULL, PRIMARY KEY (id, half)) STRICT;"}};

Database::Options Options(const std::string& path) { return {.path = path, .migrations = {SchemaOf("test", kSchema)}}; }

// The child: writes pairs of rows from several threads for ever; each acknowledged id goes into the pipe.
[[noreturn]] void WriteUntilKilled(const std::string& path, int64_t first_id, int pipe) {
  auto db = Database::Open(Options(path));
  if (!db.ok()) _exit(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t id = first_id + t;; id += kThreads) {
        absl::Status status = (*db)->Write([&](Transaction& tx) -> absl::Status {
          MW_RETURN_IF_ERROR(tx.Run("INSERT INTO pairs VALUES ($1, 0)", id));
          MW_RETURN_IF_ERROR(tx.Run("INSERT INTO pairs VALUES ($1, 1)", id));
          return id % 10 == 9 ? absl::CancelledError("some fail") : absl::OkStatus();
        });
        if (id % 10 == 9) continue;
        if (!status.ok()) _exit(4);
        if (write(pipe, &id, sizeof(id)) != sizeof(id)) _exit(5);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  _exit(6);
}

TEST(KillTest, AcknowledgedWritesSurviveAndNoneIsPartial) {
  ScratchFolder folder;
  const std::string path = folder.File("kill.db");
  std::mt19937 random(20261122);
  std::set<int64_t> acknowledged;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      WriteUntilKilled(path, cycle * kIdsPerCycle, ends[1]);
    }
    close(ends[1]);
    // The moment is drawn in acknowledgements: from "just opened" to well into the work.
    int64_t id = 0;
    for (int left = 1 + random() % 200; left > 0 && read(ends[0], &id, sizeof(id)) == sizeof(id); --left) {
      acknowledged.insert(id);
    }
    kill(child, SIGKILL);
    while (read(ends[0], &id, sizeof(id)) == sizeof(id)) acknowledged.insert(id);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);

    auto db = Database::Open(Options(path));
    ASSERT_TRUE(db.ok()) << db.status();
    std::set<int64_t> found;
    int64_t rows = 0;
    ASSERT_TRUE((*db)
                    ->Read([&](Reader& reader) {
                      return reader.Query("SELECT id FROM pairs").ForEach([&](const Row& row) {
                        found.insert(row.Int(0));
                        ++rows;
                      });
                    })
                    .ok());
    EXPECT_EQ(rows, 2 * static_cast<int64_t>(found.size())) << "a write is there by halves";
    for (int64_t known : acknowledged) ASSERT_TRUE(found.contains(known)) << "lost " << known << " in cycle " << cycle;
    for (int64_t known : found) ASSERT_NE(known % 10, 9) << "a failed write is there";
  }
  EXPECT_GT(acknowledged.size(), kCycles);
}

}  // namespace
}  // namespace millwright
