#include "common/time/clock.h"

#include "gtest/gtest.h"

namespace millwright {
namespace {

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

absl::TimeZone Warsaw() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Warsaw", &zone));
  return zone;
}

TEST(ClockTest, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(At("2026-01-01T00:00:00Z"));
  EXPECT_EQ(clock.Now(), clock.Now());
  clock.Advance(absl::Hours(2));
  EXPECT_EQ(FormatUtc(clock.Now()), "2026-01-01T02:00:00Z");
}

TEST(ClockTest, DueDatesCountCivilDaysOfTheSeller) {
  // 23:30 UTC is already the next day in Warsaw.
  EXPECT_EQ(FormatUtc(StartOfDayAfter(At("2026-06-30T23:30:00Z"), 14, Warsaw())), "2026-07-14T22:00:00Z");
}

TEST(ClockTest, EndOfDayIsRightAcrossTheClockChange) {
  // 2026-10-25 has 25 hours in Warsaw; its end is 23:00 UTC, not 22:00.
  EXPECT_EQ(EndOfDayAfter(At("2026-10-24T12:00:00Z"), 1, Warsaw()),
            At("2026-10-25T23:00:00Z") - absl::Microseconds(1));
}

}  // namespace
}  // namespace millwright
