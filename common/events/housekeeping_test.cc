#include "common/events/housekeeping.h"

#include <future>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/idempotency.h"
#include "common/storage/scratch_database.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

TEST(HousekeepingTest, StandardTasksRemoveWhatIsTooOldInPieces) {
  ScratchDatabase scratch({StorageSchema(), EventsSchema()});
  auto outbox = *Outbox::Open(scratch.db());
  ManualClock clock(absl::FromUnixSeconds(1'800'000'000));
  constexpr int kRows = 1200;
  ASSERT_TRUE(scratch.db()
                  .Write([&](Transaction& tx) -> absl::Status {
                    for (int i = 0; i < kRows; ++i) {
                      MW_RETURN_IF_ERROR(StoreAnswer(tx, {"s", "m", absl::StrCat(i), "h"}, "r", clock.Now()));
                      Event event;
                      event.tenant = "t";
                      event.aggregate = "orders/a";
                      event.type = "x";
                      event.time = clock.Now();
                      MW_RETURN_IF_ERROR(outbox->Append(tx, event).status());
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  auto count = [&](const char* table) {
    return *scratch.db().Read(
        [&](Reader& reader) { return reader.Query(absl::StrCat("SELECT count(*) FROM ", table)).Int(); });
  };
  Housekeeping housekeeping;
  AddStandardTasks(housekeeping, scratch.db(), outbox.get(), clock);
  clock.Advance(kIdempotencyWindow);
  ASSERT_TRUE(housekeeping.RunAll().ok());
  EXPECT_EQ(count("idempotency"), kRows);
  clock.Advance(kOutboxRetention);
  ASSERT_TRUE(housekeeping.RunAll().ok());
  EXPECT_EQ(count("idempotency"), 0);
  EXPECT_EQ(count("outbox"), 1) << "the newest event stays";
}

TEST(HousekeepingTest, TheThreadRunsEachTaskAtTheStartAndAFailureHarmsNoOther) {
  std::promise<void> second;
  std::string logged;
  Housekeeping housekeeping([&](absl::string_view line) { absl::StrAppend(&logged, line); });
  housekeeping.Add("bad", absl::Hours(1), []() -> absl::StatusOr<bool> { return absl::InternalError("no"); });
  housekeeping.Add("good", absl::Hours(1), [&]() -> absl::StatusOr<bool> { return second.set_value(), false; });
  housekeeping.Start();
  second.get_future().wait();
  housekeeping.Stop();
  EXPECT_EQ(logged, "housekeeping bad: INTERNAL: no");
}

}  // namespace
}  // namespace millwright
