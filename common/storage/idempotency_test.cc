#include "common/storage/idempotency.h"

#include <atomic>
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

constexpr EmbeddedFile kSchema[] = {{"0001_t.sql", "CREATE TABLE effects (id INTEGER PRIMARY KEY, tag TEXT) STRICT;"}};

class IdempotencyTest : public ::testing::Test {
 protected:
  IdempotencyTest() : scratch_({StorageSchema(), SchemaOf("test", kSchema)}) {}

  IdempotencyKey Key(const std::string& request_id, const std::string& hash = "hash") {
    return {"acme012345/members/1", "/Service/Method", request_id, hash};
  }
  // The effect is a row, the answer its id.
  absl::StatusOr<Answer> Call(const IdempotencyKey& key, absl::Status failure = absl::OkStatus()) {
    return scratch_.db().Write([&](Transaction& tx) {
      return AnswerOnce(tx, key, now_, [&]() -> absl::StatusOr<std::string> {
        MW_ASSIGN_OR_RETURN(int64_t id, tx.Query("INSERT INTO effects (tag) VALUES ($1) RETURNING id", "x").Int());
        if (!failure.ok()) return failure;
        return absl::StrCat("effect ", id);
      });
    });
  }
  int64_t Int(absl::string_view sql) {
    return *scratch_.db().Read([&](Reader& reader) { return reader.Query(sql).Int(); });
  }
  ScratchDatabase scratch_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

TEST_F(IdempotencyTest, ARepeatGetsTheFirstAnswerAlsoAfterARestart) {
  auto first = Call(Key("r1"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->replayed);
  scratch_.Reopen();
  auto second = Call(Key("r1"));
  EXPECT_TRUE(second->replayed);
  EXPECT_EQ(second->response, first->response);
  EXPECT_EQ(Int("SELECT count(*) FROM effects"), 1);
}

TEST_F(IdempotencyTest, TheSameIdForAnotherRequestIsRefused) {
  ASSERT_TRUE(Call(Key("r1", "one")).ok());
  absl::Status status = Call(Key("r1", "two")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
  EXPECT_THAT(FieldViolationsOf(status), ::testing::ElementsAre(::testing::StartsWith("request_id: ")));
}

TEST_F(IdempotencyTest, ScopeAndMethodSeparate) {
  IdempotencyKey key = Key("r1");
  ASSERT_FALSE(Call(key)->replayed);
  key.scope = "acme012345/members/2";
  EXPECT_FALSE(Call(key)->replayed);
  key.method = "/Service/Other";
  EXPECT_FALSE(Call(key)->replayed);
}

TEST_F(IdempotencyTest, ErrorsAreNotStored) {
  EXPECT_FALSE(Call(Key("r1"), absl::FailedPreconditionError("no")).ok());
  EXPECT_EQ(Int("SELECT count(*) FROM effects"), 0);
  auto again = Call(Key("r1"));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->replayed);
}

TEST_F(IdempotencyTest, ConcurrentCopiesHaveOneEffectAndEqualAnswers) {
  constexpr int kRequests = 100, kThreads = 8;
  std::vector<std::vector<std::string>> answers(kThreads, std::vector<std::string>(kRequests));
  std::atomic<int> fresh{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRequests; ++i) {
        auto answer = Call(Key(absl::StrCat("r", i)));
        ASSERT_TRUE(answer.ok()) << answer.status();
        fresh += answer->replayed ? 0 : 1;
        answers[t][i] = answer->response;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fresh, kRequests);
  for (int t = 1; t < kThreads; ++t) EXPECT_EQ(answers[t], answers[0]);
  EXPECT_EQ(Int("SELECT count(*) FROM effects"), kRequests);
}

TEST_F(IdempotencyTest, TheSweepKeepsTheWindow) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Call(Key(absl::StrCat("old", i))).ok());
  now_ += kIdempotencyWindow;
  ASSERT_TRUE(Call(Key("new")).ok());
  auto sweep = [&] { return *scratch_.db().Write([&](Transaction& tx) { return SweepAnswers(tx, now_, 3); }); };
  EXPECT_EQ(sweep(), 0) << "exactly at the window they are kept";
  now_ += absl::Microseconds(1);
  EXPECT_EQ(sweep(), 3);
  EXPECT_EQ(sweep(), 2);
  EXPECT_EQ(sweep(), 0);
  EXPECT_TRUE(Call(Key("new"))->replayed);
}

}  // namespace
}  // namespace millwright
