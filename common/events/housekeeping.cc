#include "common/events/housekeeping.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/idempotency.h"

namespace millwright {
namespace {

// Rows per transaction: short enough not to be felt by the writes between them.
constexpr int kSweepRows = 500;

}  // namespace

Housekeeping::~Housekeeping() { Stop(); }

void Housekeeping::Add(std::string name, absl::Duration every, Task task) {
  entries_.push_back({std::move(name), every, std::move(task)});
}

void Housekeeping::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Housekeeping::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Housekeeping::stopping() {
  std::lock_guard<std::mutex> lock(mutex_);
  return stopping_;
}

absl::Status Housekeeping::RunAll() {
  absl::Status first;
  for (const Entry& entry : entries_) first.Update(Run(entry));
  return first;
}

absl::Status Housekeeping::Run(const Entry& entry) {
  while (!stopping()) {
    absl::StatusOr<bool> more = entry.task();
    if (!more.ok()) {
      if (log_) log_(absl::StrCat("housekeeping ", entry.name, ": ", more.status().ToString()));
      return more.status();
    }
    if (!*more) break;
  }
  return absl::OkStatus();
}

void Housekeeping::Loop() {
  // Real time: intervals are about wear and tear, not about anybody's calendar.
  const Clock& clock = Clock::System();
  while (!stopping() && !entries_.empty()) {
    absl::Time next = absl::InfiniteFuture();
    for (Entry& entry : entries_) {
      if (entry.next <= clock.Now()) {
        (void)Run(entry);
        entry.next = clock.Now() + entry.every;
      }
      next = std::min(next, entry.next);
    }
    std::unique_lock<std::mutex> lock(mutex_);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(std::max(next - clock.Now(), absl::Milliseconds(1))),
                   [this] { return stopping_; });
  }
}

void AddStandardTasks(Housekeeping& housekeeping, Database& db, Outbox* outbox, const Clock& clock) {
  housekeeping.Add("request ids", absl::Minutes(10), [&db, &clock]() -> absl::StatusOr<bool> {
    MW_ASSIGN_OR_RETURN(int64_t gone,
                        db.Write([&](Transaction& tx) { return SweepAnswers(tx, clock.Now(), kSweepRows); }));
    return gone == kSweepRows;
  });
  if (outbox == nullptr) return;
  housekeeping.Add("events", absl::Minutes(10), [&db, outbox, &clock]() -> absl::StatusOr<bool> {
    MW_ASSIGN_OR_RETURN(int64_t gone, db.Write([&](Transaction& tx) {
      return outbox->CompactBefore(tx, clock.Now() - kOutboxRetention, kSweepRows);
    }));
    return gone == kSweepRows;
  });
}

}  // namespace millwright
