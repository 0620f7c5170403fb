#include "common/events/consumer.h"

#include <future>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/events/cursor_store.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr EmbeddedFile kSchema[] = {
    {"0001_effects.sql", "CREATE TABLE effects (id INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT;"}};

Event Numbered(int64_t n) {
  Event event;
  event.id = absl::StrCat("e", n);
  event.tenant = "acme012345";
  event.aggregate = "orders/a";
  event.sequence = event.position = n;
  event.type = "order.changed";
  event.time = absl::FromUnixSeconds(n);
  return event;
}

// Events e1 ... eN; a cursor is the number of the last event. Can deliver again what it delivered before, as a source
// may after a crash, by going back `rewind` events.
class ListSource : public EventSource {
 public:
  explicit ListSource(int64_t count) : count_(count) {}
  absl::StatusOr<Batch> Fetch(const std::string& cursor, int limit, absl::Time) override {
    if (!failure.ok()) return failure;
    int64_t after = cursor.empty() ? 0 : std::stoll(cursor);
    after = std::max<int64_t>(0, after - rewind);
    Batch batch;
    for (int64_t n = after + 1; n <= count_ && static_cast<int>(batch.deliveries.size()) < limit; ++n) {
      batch.deliveries.push_back({Numbered(n), absl::StrCat(n)});
    }
    batch.caught_up = batch.deliveries.empty() || batch.deliveries.back().event.position == count_;
    return batch;
  }
  void Cancel() override {}
  int64_t rewind = 0;
  absl::Status failure;

 private:
  int64_t count_;
};

class ConsumerTest : public ::testing::Test {
 protected:
  ConsumerTest() : scratch_({EventsSchema(), SchemaOf("test", kSchema)}) {}

  absl::Status Effect(Transaction& tx, const Event& event) {
    return tx.Run("INSERT INTO effects (event) VALUES ($1)", event.id);
  }
  Consumer Make(EventSource& source, Consumer::Handler handler) {
    return Consumer(scratch_.db(), source, std::move(handler),
                    {.source = "orders", .batch = 10, .max_attempts = 3, .clock = &clock_});
  }
  std::vector<std::string> Effects() {
    return *scratch_.db().Read([](Reader& reader) {
      return reader.Query("SELECT event FROM effects ORDER BY id").All([](const Row& row) { return row.String(0); });
    });
  }
  std::vector<std::string> Expected(int from, int to) {
    std::vector<std::string> ids;
    for (int n = from; n <= to; ++n) ids.push_back(absl::StrCat("e", n));
    return ids;
  }
  ScratchDatabase scratch_;
  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
};

TEST_F(ConsumerTest, AppliesInBatchesOfOneCommitEach) {
  ListSource source(25);
  Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) { return Effect(tx, event); });
  const int64_t before = scratch_.db().stats().commits;
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 10);
  EXPECT_EQ(consumer.caught_up_time(), absl::InfinitePast());
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 10);
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 5);
  EXPECT_EQ(scratch_.db().stats().commits - before, 3);
  EXPECT_EQ(consumer.caught_up_time(), clock_.Now());
  EXPECT_EQ(Effects(), Expected(1, 25));
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 0);
}

TEST_F(ConsumerTest, RedeliveredEventsHaveNoSecondEffect) {
  ListSource source(30);
  source.rewind = 4;
  Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) { return Effect(tx, event); });
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(consumer.RunOnce(absl::InfinitePast()).ok());
  EXPECT_EQ(Effects(), Expected(1, 30));
  EXPECT_GT(consumer.stats().duplicates, 0);
}

TEST_F(ConsumerTest, APassingFailureIsRetriedForEverAndKeepsOrder) {
  ListSource source(5);
  int down = 20;
  Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) {
    MW_RETURN_IF_ERROR(Effect(tx, event));
    return event.id == "e3" && down > 0 ? absl::UnavailableError("down") : absl::OkStatus();
  });
  for (; down > 0; --down) EXPECT_FALSE(consumer.RunOnce(absl::InfinitePast()).ok());
  EXPECT_EQ(Effects(), Expected(1, 2));
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 3);
  EXPECT_EQ(Effects(), Expected(1, 5));
  EXPECT_EQ(consumer.stats().parked, 0);
}

TEST_F(ConsumerTest, APoisonedEventIsParkedWholeAfterItsAttemptsAlsoOverRestarts) {
  ListSource source(5);
  auto handler = [&](Transaction& tx, const Event& event) {
    MW_RETURN_IF_ERROR(Effect(tx, event));
    return event.id == "e3" ? absl::InvalidArgumentError("poison") : absl::OkStatus();
  };
  for (int attempt = 1; attempt <= 2; ++attempt) {
    Consumer consumer = Make(source, handler);  // each attempt in a new "process"
    EXPECT_FALSE(consumer.RunOnce(absl::InfinitePast()).ok());
    scratch_.Reopen();
  }
  Consumer consumer = Make(source, handler);
  ASSERT_EQ(*consumer.RunOnce(absl::InfinitePast()), 3);
  EXPECT_THAT(Effects(), ElementsAre("e1", "e2", "e4", "e5"));
  EXPECT_EQ(consumer.stats().parked, 1);

  auto parked = *scratch_.db().Read([](Reader& reader) { return ListParked(reader, "orders"); });
  ASSERT_THAT(parked, SizeIs(1));
  EXPECT_THAT(parked[0].error, HasSubstr("poison"));
  Event whole = Numbered(3);
  whole.position = 0;
  EXPECT_EQ(parked[0].event, whole);
  auto taken = *scratch_.db().Write([](Transaction& tx) { return Unpark(tx, "orders", "e3"); });
  EXPECT_TRUE(taken.has_value());
  EXPECT_THAT(*scratch_.db().Read([](Reader& reader) { return ListParked(reader, "orders"); }), IsEmpty());
}

TEST_F(ConsumerTest, AFailingSourceChangesNothing) {
  ListSource source(5);
  source.failure = absl::UnavailableError("orders is down");
  Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) { return Effect(tx, event); });
  EXPECT_EQ(consumer.RunOnce(absl::InfinitePast()).status(), source.failure);
  EXPECT_EQ(consumer.stats().failures, 1);
  source.failure = absl::OkStatus();
  EXPECT_EQ(*consumer.RunOnce(absl::InfinitePast()), 5);
}

// A crash before the commit loses effects and cursor together; a crash after it, neither. Both are played at random.
TEST_F(ConsumerTest, EachEffectHappensOnceOverRandomCrashes) {
  std::mt19937 random(20261122);
  ListSource source(400);
  for (int run = 0; Effects().size() < 400; ++run) {
    ASSERT_LT(run, 2000);
    source.rewind = random() % 6;
    int until_crash = 1 + random() % 15;
    Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) -> absl::Status {
      MW_RETURN_IF_ERROR(Effect(tx, event));
      // Poisons the transaction the way a lost disk does: nothing of the batch may commit.
      if (--until_crash == 0) (void)tx.Run("INSERT INTO no_such_table VALUES (1)");
      return absl::OkStatus();
    });
    while (consumer.RunOnce(absl::InfinitePast()).ok() && until_crash > 0 && Effects().size() < 400) {
    }
    if (run % 10 == 0) scratch_.Reopen();
  }
  EXPECT_EQ(Effects(), Expected(1, 400));
}

TEST_F(ConsumerTest, TheThreadFollowsALiveOutboxAndStopsCleanly) {
  ScratchDatabase producer({EventsSchema()});
  auto outbox = *Outbox::Open(producer.db());
  OutboxSource source(producer.db(), *outbox);
  std::promise<void> all;
  int seen = 0;
  Consumer consumer = Make(source, [&](Transaction& tx, const Event& event) {
    tx.OnCommit([&] {
      if (++seen == 300) all.set_value();
    });
    return Effect(tx, event);
  });
  consumer.Start();
  for (int i = 1; i <= 300; ++i) {
    ASSERT_TRUE(producer.db().Write([&](Transaction& tx) { return outbox->Append(tx, Numbered(i)).status(); }).ok());
  }
  all.get_future().wait();
  consumer.Stop();
  EXPECT_EQ(Effects(), Expected(1, 300));
}

TEST_F(ConsumerTest, ConsumedIdsAreSweptAfterTheirWindow) {
  auto mark = [&](int64_t n) {
    return *scratch_.db().Write([&](Transaction& tx) { return MarkConsumed(tx, "orders", Numbered(n), clock_.Now()); });
  };
  EXPECT_TRUE(mark(1));
  EXPECT_FALSE(mark(1));
  clock_.Advance(kConsumedWindow + absl::Seconds(1));
  EXPECT_TRUE(mark(2));
  EXPECT_EQ(*scratch_.db().Write([&](Transaction& tx) { return SweepConsumed(tx, clock_.Now()); }), 1);
  EXPECT_FALSE(mark(2));
}

}  // namespace
}  // namespace millwright
