#include "common/events/feed.h"

#include <algorithm>
#include <utility>

namespace millwright {

bool Feed::WaitBeyond(int64_t position, absl::Time deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  auto ready = [&] { return stopped_ || last_position_ > position; };
  if (deadline == absl::InfiniteFuture()) {
    published_.wait(lock, ready);
  } else {
    published_.wait_until(lock, absl::ToChronoTime(deadline), ready);
  }
  return last_position_ > position && !stopped_;
}

int64_t Feed::Subscribe(Subscriber fn) {
  std::lock_guard<std::mutex> lock(subscribers_mutex_);
  subscribers_[next_subscription_] = std::move(fn);
  return next_subscription_++;
}

void Feed::Unsubscribe(int64_t subscription) {
  std::lock_guard<std::mutex> lock(subscribers_mutex_);
  subscribers_.erase(subscription);
}

void Feed::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  published_.notify_all();
}

void Feed::Publish(std::shared_ptr<const Event> event) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    last_position_ = std::max(last_position_, event->position);
  }
  published_.notify_all();
  std::lock_guard<std::mutex> lock(subscribers_mutex_);
  for (auto& [id, subscriber] : subscribers_) subscriber(event);
}

}  // namespace millwright
