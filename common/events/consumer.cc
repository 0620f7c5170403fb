#include "common/events/consumer.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/events/cursor_store.h"

namespace millwright {
namespace {

bool PassesByItself(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<EventSource::Batch> OutboxSource::Fetch(const std::string& cursor, int limit, absl::Time deadline) {
  MW_ASSIGN_OR_RETURN(int64_t position, outbox_.PositionOf(cursor));
  outbox_.feed().WaitBeyond(position, deadline);
  MW_ASSIGN_OR_RETURN(auto events,
                      db_.Read([&](Reader& reader) { return outbox_.ReadAfter(reader, position, limit); }));
  Batch batch;
  batch.caught_up = static_cast<int>(events.size()) < limit;
  for (Event& event : events) {
    std::string after = outbox_.TokenOf(event.position);
    batch.deliveries.push_back({std::move(event), std::move(after)});
  }
  return batch;
}

Consumer::Consumer(Database& db, EventSource& source, Handler handler, Options options)
    : db_(db), source_(source), handler_(std::move(handler)), options_(std::move(options)) {}

Consumer::~Consumer() { Stop(); }

void Consumer::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Consumer::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (!thread_.joinable()) return;
  source_.Cancel();
  thread_.join();
}

Consumer::Stats Consumer::stats() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return stats_;
}

absl::Time Consumer::caught_up_time() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return caught_up_time_;
}

void Consumer::Loop() {
  int failures = 0;
  while (true) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_) return;
    }
    // Waiting is real time, whatever clock the records use.
    absl::StatusOr<int> taken = RunOnce(Clock::System().Now() + options_.poll);
    failures = taken.ok() ? 0 : failures + 1;
    if (failures > 0) Pause(failures);
  }
}

void Consumer::Pause(int failures) {
  std::unique_lock<std::mutex> lock(mutex_);
  stop_.wait_for(lock, absl::ToChronoNanoseconds(options_.backoff.After(failures)), [this] { return stopping_; });
}

absl::StatusOr<int> Consumer::RunOnce(absl::Time deadline) {
  const absl::Time asked = options_.clock->Now();
  auto cursor = db_.Read([&](Reader& reader) { return LoadCursor(reader, options_.source); });
  if (!cursor.ok()) return Note(cursor.status()), cursor.status();
  auto batch = source_.Fetch(*cursor, options_.batch, deadline);
  if (!batch.ok()) return Note(batch.status()), batch.status();

  Outcome outcome;
  if (!batch->deliveries.empty()) {
    auto applied = ApplyBatch(batch->deliveries);
    if (!applied.ok()) return Note(applied.status()), applied.status();
    outcome = *std::move(applied);
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stats_.applied += outcome.delta.applied;
    stats_.duplicates += outcome.delta.duplicates;
    stats_.parked += outcome.delta.parked;
    if (batch->caught_up && outcome.failure.ok()) caught_up_time_ = asked;
  }
  if (!outcome.failure.ok()) return Note(outcome.failure), outcome.failure;
  return outcome.taken;
}

absl::StatusOr<Consumer::Outcome> Consumer::ApplyBatch(const std::vector<EventSource::Delivery>& deliveries) {
  return db_.Write([&](Transaction& tx) -> absl::StatusOr<Outcome> {
    Outcome outcome;  // made anew, because a closure may run twice
    MW_RETURN_IF_ERROR(ApplyAll(tx, deliveries, outcome));
    return outcome;
  });
}

// An error of this function undoes the whole batch; the failure of a handler goes into `outcome`.
absl::Status Consumer::ApplyAll(Transaction& tx, const std::vector<EventSource::Delivery>& deliveries,
                                Outcome& outcome) {
  for (const auto& [event, cursor] : deliveries) {
    outcome.failure = tx.Nested([&](Transaction& nested) { return ApplyOne(nested, event, outcome); });
    if (!outcome.failure.ok()) {
      MW_ASSIGN_OR_RETURN(bool parked, ParkIfPoisoned(tx, event, outcome.failure));
      if (!parked) break;
      outcome.failure = absl::OkStatus();
      ++outcome.delta.parked;
    }
    ++outcome.taken;
  }
  if (outcome.taken == 0) return absl::OkStatus();
  if (outcome.failure.ok()) MW_RETURN_IF_ERROR(ClearFailures(tx, options_.source));
  const absl::Time now = options_.clock->Now();
  MW_RETURN_IF_ERROR(SweepConsumed(tx, now, 2 * outcome.taken).status());
  return StoreCursor(tx, options_.source, deliveries[outcome.taken - 1].cursor, now);
}

absl::Status Consumer::ApplyOne(Transaction& tx, const Event& event, Outcome& outcome) {
  MW_ASSIGN_OR_RETURN(bool first, MarkConsumed(tx, options_.source, event, options_.clock->Now()));
  if (!first) {
    ++outcome.delta.duplicates;
    return absl::OkStatus();
  }
  MW_RETURN_IF_ERROR(handler_(tx, event));
  ++outcome.delta.applied;
  return absl::OkStatus();
}

absl::StatusOr<bool> Consumer::ParkIfPoisoned(Transaction& tx, const Event& event, const absl::Status& failure) {
  if (PassesByItself(failure)) return false;
  const std::string error = failure.ToString();
  MW_ASSIGN_OR_RETURN(int64_t attempts, CountFailure(tx, options_.source, event, error));
  if (attempts < options_.max_attempts) return false;
  const absl::Time now = options_.clock->Now();
  MW_RETURN_IF_ERROR(Park(tx, options_.source, event, error, now));
  // Delivered again, it must not be parked twice.
  MW_RETURN_IF_ERROR(MarkConsumed(tx, options_.source, event, now).status());
  if (options_.log) options_.log(absl::StrCat("events ", options_.source, ": parked ", event.id, ": ", error));
  return true;
}

void Consumer::Note(const absl::Status& failure) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ++stats_.failures;
    if (stopping_) return;
  }
  if (options_.log) options_.log(absl::StrCat("events ", options_.source, ": ", failure.ToString()));
}

}  // namespace millwright
