// Tells waiting threads and subscribers of committed events. Nobody polls.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_COMMON_EVENTS_FEED_H_
#define MILLWRIGHT_COMMON_EVENTS_FEED_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "absl/time/time.h"
#include "common/events/event.h"

namespace millwright {

class Feed {
 public:
  explicit Feed(int64_t last_position) : last_position_(last_position) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // Blocks until an event after `position` is committed (true), or `deadline` passes or Stop is called (false).
  bool WaitBeyond(int64_t position, absl::Time deadline);

  // Calls `fn` with each committed event, in order of position, on the thread that commits: it must be quick, must not
  // block, write, or call Subscribe or Unsubscribe. A hub that serves many watchers subscribes once and dispatches.
  using Subscriber = std::function<void(const std::shared_ptr<const Event>&)>;
  int64_t Subscribe(Subscriber fn);
  // When this returns, `fn` is not running and is not called again.
  void Unsubscribe(int64_t subscription);

  // Ends all waiting, for good: the service is shutting down.
  void Stop();

  // For Outbox: `event` is committed.
  void Publish(std::shared_ptr<const Event> event);

 private:
  std::mutex mutex_;
  std::condition_variable published_;
  int64_t last_position_;
  bool stopped_ = false;

  std::mutex subscribers_mutex_;  // held while calling them, so that Unsubscribe waits
  std::map<int64_t, Subscriber> subscribers_;
  int64_t next_subscription_ = 1;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_EVENTS_FEED_H_
