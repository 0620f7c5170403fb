#include "common/rpc/watch.h"

#include "absl/time/clock.h"

namespace millwright {

WatchTimer::WatchTimer() : thread_([this] { Run(); }) {}

WatchTimer::~WatchTimer() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void WatchTimer::CallAfter(absl::Duration delay, std::function<void()> fn) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    due_.emplace(absl::Now() + delay, std::move(fn));
  }
  wake_.notify_all();
}

void WatchTimer::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      wake_.wait(lock);
      continue;
    }
    absl::Time first = due_.begin()->first;
    if (first > absl::Now()) {
      wake_.wait_until(lock, absl::ToChronoTime(first));
      continue;
    }
    std::function<void()> fn = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    lock.unlock();
    fn();
    lock.lock();
  }
}

}  // namespace millwright
