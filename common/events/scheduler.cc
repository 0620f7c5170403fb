#include "common/events/scheduler.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

// Longest sleep without a look at the clock: a clock that is set, or moved by hand, is noticed within this time.
constexpr absl::Duration kLongestSleep = absl::Seconds(1);

}  // namespace

struct Scheduler::Attempt {
  DueRow row;
  bool dropped = false;
  // Shared with the writer thread, which may still be inside set_value when get() returns.
  std::shared_ptr<std::promise<absl::Status>> outcome = std::make_shared<std::promise<absl::Status>>();
};

Scheduler::Scheduler(Database& db, DueRows& due, Options options) : db_(db), due_(due), options_(std::move(options)) {
  subscription_ = due_.Subscribe([this](const std::string& kind, absl::Time) {
    if (!handlers_.contains(kind)) return;
    std::lock_guard<std::mutex> lock(mutex_);
    scheduled_ = true;
    wake_.notify_all();
  });
}

Scheduler::~Scheduler() {
  Stop();
  due_.Unsubscribe(subscription_);
}

void Scheduler::Handle(std::string kind, Handler handler) {
  HandleWork(std::move(kind), [handler = std::move(handler)](const DueRow& row) -> absl::StatusOr<Record> {
    return [handler, row](Transaction& tx) { return handler(tx, row); };
  });
}

void Scheduler::HandleWork(std::string kind, WorkHandler handler) { handlers_[std::move(kind)] = std::move(handler); }

void Scheduler::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Scheduler::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Scheduler::stopping() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return stopping_;
}

Scheduler::Stats Scheduler::stats() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return stats_;
}

void Scheduler::Loop() {
  int failures = 0;
  while (!stopping()) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      scheduled_ = false;
    }
    absl::Status status = RunDue().status();
    absl::StatusOr<absl::Time> next = status.ok() ? NextDue() : absl::StatusOr<absl::Time>(status);
    failures = next.ok() ? 0 : failures + 1;
    // The database itself fails (disk full): the rows are as they were.
    WaitUntilDue(next.ok() ? *next : options_.clock->Now() + options_.backoff.After(failures));
  }
}

absl::StatusOr<int> Scheduler::RunDue() {
  int done = 0;
  for (bool again = true; again && !stopping();) {
    again = false;
    for (const auto& [kind, handler] : handlers_) {
      MW_ASSIGN_OR_RETURN(int succeeded, RunKind(kind, handler));
      done += succeeded;
      again = again || succeeded > 0;
    }
  }
  return done;
}

absl::StatusOr<int> Scheduler::RunKind(const std::string& kind, const WorkHandler& handler) {
  const absl::Time now = options_.clock->Now();
  MW_ASSIGN_OR_RETURN(auto rows, db_.Read([&](Reader& reader) { return due_.ListDue(reader, kind, now, kDueBatch); }));
  std::deque<Attempt> attempts;
  for (DueRow& row : rows) {
    if (stopping()) break;
    Attempt& attempt = attempts.emplace_back();
    attempt.row = std::move(row);
    Begin(attempt, handler);
  }
  int done = 0;
  absl::Status broken;
  for (Attempt& attempt : attempts) {  // wait for each, also after an error: the writer refers to them
    absl::Status failure = attempt.outcome->get_future().get();
    if (failure.ok()) {
      done += attempt.dropped ? 0 : 1;
      std::lock_guard<std::mutex> lock(mutex_);
      ++(attempt.dropped ? stats_.dropped : stats_.done);
    } else {
      broken.Update(PutOff(attempt.row, failure));
    }
  }
  if (!broken.ok()) return broken;
  return done;
}

void Scheduler::Begin(Attempt& attempt, const WorkHandler& handler) {
  absl::StatusOr<Record> record = handler(attempt.row);
  if (!record.ok()) return attempt.outcome->set_value(record.status());
  db_.WriteAsync(
      [&attempt, record = *std::move(record)](Transaction& tx) -> absl::Status {
        MW_ASSIGN_OR_RETURN(int64_t mine,
                            tx.Execute("DELETE FROM due_rows WHERE kind = $1 AND key = $2 AND due_micros = $3",
                                       attempt.row.kind, attempt.row.key, attempt.row.due));
        attempt.dropped = mine == 0;
        return attempt.dropped ? absl::OkStatus() : record(tx);
      },
      [outcome = attempt.outcome](absl::Status status) { outcome->set_value(std::move(status)); });
}

absl::Status Scheduler::PutOff(const DueRow& row, const absl::Status& failure) {
  const absl::Time later = options_.clock->Now() + options_.backoff.After(row.attempts + 1);
  const std::string error = failure.ToString();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ++stats_.failures;
  }
  if (options_.log) options_.log(absl::StrCat("due ", row.kind, " ", row.key, ": ", error));
  return db_.Write([&](Transaction& tx) {
    return tx.Run(
        "UPDATE due_rows SET due_micros = $4, attempts = attempts + 1, last_error = $5"
        " WHERE kind = $1 AND key = $2 AND due_micros = $3",
        row.kind, row.key, row.due, later, error);
  });
}

absl::StatusOr<absl::Time> Scheduler::NextDue() {
  return db_.Read([&](Reader& reader) -> absl::StatusOr<absl::Time> {
    absl::Time next = absl::InfiniteFuture();
    for (const auto& [kind, handler] : handlers_) {
      MW_ASSIGN_OR_RETURN(absl::Time due, due_.NextDue(reader, kind));
      next = std::min(next, due);
    }
    return next;
  });
}

void Scheduler::WaitUntilDue(absl::Time due) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_ && !scheduled_) {
    const absl::Duration left = due - options_.clock->Now();
    if (left <= absl::ZeroDuration()) return;
    wake_.wait_for(lock, absl::ToChronoNanoseconds(std::min(left, kLongestSleep)));
  }
}

}  // namespace millwright
