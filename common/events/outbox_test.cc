#include "common/events/outbox.h"

#include <atomic>
#include <map>
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
using ::testing::SizeIs;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

Event Make(const std::string& aggregate, absl::Time time = kStart) {
  Event event;
  event.tenant = "acme012345";
  event.aggregate = aggregate;
  event.type = "order.changed";
  event.time = time;
  event.actor = "companies/acme012345/members/1";
  event.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  event.before = std::string("\0b", 2);
  event.after = "after";
  return event;
}

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() : scratch_({EventsSchema()}) { OpenOutbox(); }
  void OpenOutbox() {
    auto opened = Outbox::Open(scratch_.db());
    ASSERT_TRUE(opened.ok()) << opened.status();
    outbox_ = *std::move(opened);
  }
  absl::StatusOr<Event> Append(const Event& event) {
    return scratch_.db().Write([&](Transaction& tx) { return outbox_->Append(tx, event); });
  }
  absl::StatusOr<std::vector<Event>> ReadAfter(int64_t position, int limit = 1000) {
    return scratch_.db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, position, limit); });
  }
  int64_t Compact(absl::Time time, int limit = 1000) {
    return *scratch_.db().Write([&](Transaction& tx) { return outbox_->CompactBefore(tx, time, limit); });
  }
  ScratchDatabase scratch_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxTest, AnEventComesBackAsItWasWritten) {
  auto written = Append(Make("orders/a"));
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->sequence, 1);
  EXPECT_FALSE(written->id.empty());
  auto read = ReadAfter(0);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(*read, ElementsAre(*written));
}

TEST_F(OutboxTest, IncompleteEventsAreRefused) {
  for (auto spoil : {+[](Event& e) { e.tenant.clear(); }, +[](Event& e) { e.aggregate.clear(); },
                     +[](Event& e) { e.type.clear(); }}) {
    Event event = Make("orders/a");
    spoil(event);
    EXPECT_EQ(Append(event).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(OutboxTest, AnUndoneChangeLeavesNoEventAndNoGap) {
  ASSERT_TRUE(Append(Make("orders/a")).ok());
  auto failed = scratch_.db().Write([&](Transaction& tx) -> absl::Status {
    MW_RETURN_IF_ERROR(outbox_->Append(tx, Make("orders/a")).status());
    return absl::CancelledError("no");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(Append(Make("orders/a"))->sequence, 2);
  EXPECT_THAT(*ReadAfter(0), SizeIs(2));
}

TEST_F(OutboxTest, UnderConcurrencyPositionsGrowAndSequencesHaveNoGap) {
  std::vector<int64_t> live;
  const int64_t subscription = outbox_->feed().Subscribe(
      [&](const std::shared_ptr<const Event>& event) { live.push_back(event->position); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        auto status = scratch_.db().Write([&](Transaction& tx) -> absl::Status {
          for (int k = 0; k < 2; ++k) {
            MW_RETURN_IF_ERROR(outbox_->Append(tx, Make(absl::StrCat("orders/", (t + i + k) % 5))).status());
          }
          return i % 7 == 0 ? absl::CancelledError("on purpose") : absl::OkStatus();
        });
        EXPECT_EQ(status.ok(), i % 7 != 0) << status;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  outbox_->feed().Unsubscribe(subscription);

  auto events = *ReadAfter(0);
  EXPECT_EQ(events.size(), 8 * 42 * 2);
  std::map<std::string, int64_t> last;
  std::vector<int64_t> positions;
  for (const Event& event : events) {
    EXPECT_EQ(event.sequence, ++last[event.aggregate]) << event.aggregate;
    positions.push_back(event.position);
  }
  EXPECT_THAT(last, SizeIs(5));
  EXPECT_EQ(live, positions) << "subscribers get each committed event once, in order";
}

TEST_F(OutboxTest, ReadingGoesOnAfterAPositionUpToTheLimit) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Append(Make("orders/a")).ok());
  auto first = *ReadAfter(0, 2);
  ASSERT_THAT(first, SizeIs(2));
  auto second = *ReadAfter(first.back().position, 2);
  ASSERT_THAT(second, SizeIs(2));
  EXPECT_THAT(*ReadAfter(second.back().position, 2), SizeIs(1));
  EXPECT_THAT(*ReadAfter(5), SizeIs(0));
}

TEST_F(OutboxTest, TokensNameTheirFeed) {
  ASSERT_TRUE(Append(Make("orders/a")).ok());
  const std::string token = outbox_->TokenOf(1);
  EXPECT_EQ(*outbox_->PositionOf(token), 1);
  EXPECT_EQ(*outbox_->PositionOf(""), 0);

  ScratchDatabase other({EventsSchema()});
  auto other_outbox = *Outbox::Open(other.db());
  EXPECT_EQ(ReasonOf(other_outbox->PositionOf(token).status()), "RESUME_TOKEN_INVALID");
  for (std::string bad : {std::string("?"), token + "A", token.substr(1), std::string(200, 'A'), std::string("MQ")}) {
    auto position = outbox_->PositionOf(bad);
    EXPECT_EQ(position.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_EQ(ReasonOf(position.status()), "RESUME_TOKEN_INVALID") << bad;
  }
  outbox_.reset();
  scratch_.Reopen();
  OpenOutbox();
  EXPECT_EQ(*outbox_->PositionOf(token), 1) << "the feed keeps its identity over restarts";
}

TEST_F(OutboxTest, APositionTheFeedNeverReachedIsRefused) {
  ASSERT_TRUE(Append(Make("orders/a")).ok());
  EXPECT_TRUE(ReadAfter(1).ok());
  EXPECT_EQ(ReasonOf(ReadAfter(2).status()), "RESUME_TOKEN_INVALID");
}

TEST_F(OutboxTest, CompactionExpiresOldTokensOnly) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(Append(Make("orders/a", kStart + absl::Minutes(i))).ok());
  EXPECT_EQ(Compact(kStart + absl::Minutes(3), 2), 2) << "at most the limit";
  EXPECT_EQ(Compact(kStart + absl::Minutes(3)), 1);
  EXPECT_EQ(Compact(kStart + absl::Minutes(3)), 0);
  absl::Status expired = ReadAfter(2).status();
  EXPECT_EQ(expired.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(expired), "RESUME_TOKEN_EXPIRED");
  EXPECT_THAT(*ReadAfter(3), SizeIs(3));
}

TEST_F(OutboxTest, CompactionNeverRepeatsAPositionOrASequence) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Append(Make("orders/a")).ok());
  EXPECT_EQ(Compact(absl::InfiniteFuture()), 2) << "the newest event stays";
  outbox_.reset();
  scratch_.Reopen();
  OpenOutbox();
  auto next = Append(Make("orders/a"));
  EXPECT_EQ(next->position, 4);
  EXPECT_EQ(next->sequence, 4);
}

TEST_F(OutboxTest, ManyWaitersWakeForOneEvent) {
  std::atomic<int> woken{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 20; ++i) {
    waiters.emplace_back([&] { woken += outbox_->feed().WaitBeyond(0, absl::InfiniteFuture()) ? 1 : 0; });
  }
  ASSERT_TRUE(Append(Make("orders/a")).ok());
  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(woken, 20);
  EXPECT_FALSE(outbox_->feed().WaitBeyond(1, Clock::System().Now() + absl::Milliseconds(5)));
}

TEST_F(OutboxTest, StopEndsTheWaiting) {
  std::thread waiter([&] { EXPECT_FALSE(outbox_->feed().WaitBeyond(0, absl::InfiniteFuture())); });
  outbox_->feed().Stop();
  waiter.join();
}

}  // namespace
}  // namespace millwright
