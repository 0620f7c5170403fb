#include "common/events/scheduler.h"

#include <future>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "common/events/event.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr EmbeddedFile kSchema[] = {
    {"0001_effects.sql", "CREATE TABLE effects (id INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT;"}};

class SchedulerTest : public ::testing::Test {
 protected:
  SchedulerTest() : scratch_({EventsSchema(), SchemaOf("test", kSchema)}) {}

  void Schedule(const std::string& key, absl::Duration in, const std::string& kind = "k") {
    ASSERT_TRUE(scratch_.db()
                    .Write([&](Transaction& tx) {
                      return due_.Schedule(tx, {.kind = kind, .key = key, .due = clock_.Now() + in, .payload = "p"});
                    })
                    .ok());
  }
  std::optional<DueRow> Find(const std::string& key) {
    return *scratch_.db().Read([&](Reader& reader) { return due_.Find(reader, "k", key); });
  }
  Scheduler::Options Options() { return {.clock = &clock_, .backoff = {absl::Seconds(1), absl::Seconds(10)}}; }
  Scheduler::Handler Effect() {
    return [](Transaction& tx, const DueRow& row) { return tx.Run("INSERT INTO effects (key) VALUES ($1)", row.key); };
  }
  std::vector<std::string> Effects() {
    return *scratch_.db().Read([](Reader& reader) {
      return reader.Query("SELECT key FROM effects ORDER BY id").All([](const Row& row) { return row.String(0); });
    });
  }
  ScratchDatabase scratch_;
  DueRows due_;
  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
};

TEST_F(SchedulerTest, RowsRunWhenDueInOrderOfTime) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", Effect());
  Schedule("c", absl::Minutes(3));
  Schedule("a", absl::Minutes(1));
  Schedule("b", absl::Minutes(2));
  EXPECT_EQ(*scheduler.RunDue(), 0);
  clock_.Advance(absl::Minutes(1) - absl::Microseconds(1));
  EXPECT_EQ(*scheduler.RunDue(), 0);
  clock_.Advance(absl::Microseconds(1));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(*scheduler.RunDue(), 2);
  EXPECT_THAT(Effects(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(*scheduler.RunDue(), 0);
}

TEST_F(SchedulerTest, SchedulingAgainMovesAndCancellingRemoves) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", Effect());
  Schedule("moved", absl::Minutes(1));
  Schedule("moved", absl::Minutes(5));
  Schedule("gone", absl::Minutes(1));
  auto cancel = [&] { return *scratch_.db().Write([&](Transaction& tx) { return due_.Cancel(tx, "k", "gone"); }); };
  EXPECT_TRUE(cancel());
  EXPECT_FALSE(cancel());
  clock_.Advance(absl::Minutes(2));
  EXPECT_EQ(*scheduler.RunDue(), 0);
  clock_.Advance(absl::Minutes(3));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_THAT(Effects(), ElementsAre("moved"));
}

TEST_F(SchedulerTest, MoreThanOneBatchRunsInOneCallWithFewCommits) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", Effect());
  constexpr int kRows = 3 * kDueBatch + 7;
  ASSERT_TRUE(scratch_.db()
                  .Write([&](Transaction& tx) {
                    for (int i = 0; i < kRows; ++i) {
                      MW_RETURN_IF_ERROR(due_.Schedule(tx, {.kind = "k", .key = absl::StrCat(i), .due = clock_.Now()}));
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(*scheduler.RunDue(), kRows);
  EXPECT_EQ(Effects().size(), kRows);
  EXPECT_EQ(scheduler.stats().done, kRows);
}

TEST_F(SchedulerTest, AFailureUndoesTheEffectAndBacksOffUpToTheMaximum) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  bool down = true;
  scheduler.Handle("k", [&](Transaction& tx, const DueRow& row) {
    MW_RETURN_IF_ERROR(Effect()(tx, row));
    return down ? absl::UnavailableError("down") : absl::OkStatus();
  });
  Schedule("a", absl::ZeroDuration());
  for (int seconds : {1, 2, 4, 8, 10, 10}) {
    EXPECT_EQ(*scheduler.RunDue(), 0);
    auto row = Find("a");
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->due, clock_.Now() + absl::Seconds(seconds));
    EXPECT_THAT(row->last_error, HasSubstr("down"));
    clock_.Set(row->due);
  }
  EXPECT_EQ(Find("a")->attempts, 6);
  EXPECT_THAT(Effects(), IsEmpty());
  down = false;
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_EQ(Find("a"), std::nullopt);
  EXPECT_EQ(scheduler.stats().failures, 6);
}

TEST_F(SchedulerTest, AFailingRowDoesNotHoldUpOthers) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", [&](Transaction& tx, const DueRow& row) {
    return row.key == "bad" ? absl::InternalError("no") : Effect()(tx, row);
  });
  Schedule("bad", absl::ZeroDuration());
  Schedule("good", absl::Seconds(1));
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_THAT(Effects(), ElementsAre("good"));
}

TEST_F(SchedulerTest, AHandlerMayScheduleItsOwnRowAgain) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", [&](Transaction& tx, const DueRow& row) {
    MW_RETURN_IF_ERROR(Effect()(tx, row));
    return due_.Schedule(tx, {.kind = "k", .key = row.key, .due = row.due + absl::Hours(1)});
  });
  Schedule("daily", absl::ZeroDuration());
  EXPECT_EQ(*scheduler.RunDue(), 1);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(*scheduler.RunDue(), 2) << "both hours that passed";
}

TEST_F(SchedulerTest, RowsSurviveARestart) {
  Schedule("a", absl::Minutes(1));
  scratch_.Reopen();
  clock_.Advance(absl::Minutes(1));
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("k", Effect());
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_THAT(Effects(), ElementsAre("a"));
}

TEST_F(SchedulerTest, KindsWithoutAHandlerStay) {
  Schedule("later-version", absl::ZeroDuration());
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.Handle("other", Effect());
  EXPECT_EQ(*scheduler.RunDue(), 0);
  EXPECT_TRUE(Find("later-version").has_value());
}

TEST_F(SchedulerTest, WorkRunsOutsideTheTransactionAndItsRecordIsDroppedIfTheRowMoved) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  bool move = true;
  scheduler.HandleWork("k", [&](const DueRow& row) -> absl::StatusOr<Scheduler::Record> {
    if (std::exchange(move, false)) Schedule(row.key, absl::Minutes(1));  // would wait for ever inside a write
    return [this, row](Transaction& tx) { return Effect()(tx, row); };
  });
  Schedule("a", absl::ZeroDuration());
  EXPECT_EQ(*scheduler.RunDue(), 0);
  EXPECT_EQ(scheduler.stats().dropped, 1);
  EXPECT_THAT(Effects(), IsEmpty());
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_THAT(Effects(), ElementsAre("a"));
}

TEST_F(SchedulerTest, FailingWorkIsPutOff) {
  Scheduler scheduler(scratch_.db(), due_, Options());
  scheduler.HandleWork("k", [](const DueRow&) -> absl::StatusOr<Scheduler::Record> {
    return absl::UnavailableError("no mail server");
  });
  Schedule("a", absl::ZeroDuration());
  EXPECT_EQ(*scheduler.RunDue(), 0);
  EXPECT_EQ(Find("a")->attempts, 1);
}

TEST_F(SchedulerTest, TheThreadWakesForARowThatIsScheduledEarlierThanItWaits) {
  Schedule("far", absl::Hours(1000));
  Scheduler scheduler(scratch_.db(), due_, Options());
  std::promise<void> ran;
  scheduler.Handle("k", [&](Transaction& tx, const DueRow& row) {
    tx.OnCommit([&] { ran.set_value(); });
    return Effect()(tx, row);
  });
  scheduler.Start();
  Schedule("now", absl::ZeroDuration());
  ran.get_future().wait();
  scheduler.Stop();
  EXPECT_THAT(Effects(), ElementsAre("now"));
}

}  // namespace
}  // namespace millwright
