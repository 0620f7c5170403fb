// Live changes of orders for many watchers: one subscription on the outbox, handed on by company.
//
// A watcher first reads what it missed from the outbox (after its resume token), then what the hub queued meanwhile,
// then live: no gap, nothing twice. Its queue is bounded; a reader that is too slow is cut off with RESOURCE_EXHAUSTED
// (WATCH_TOO_SLOW, metadata resume_token) and resumes from its token. Every 15 s without a change comes a checkpoint. When
// the caller's token ends, so does the stream: UNAUTHENTICATED TOKEN_EXPIRED, with the resume token in its metadata.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_WATCH_HUB_H_
#define MILLWRIGHT_SERVICES_ORDERS_WATCH_HUB_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/auth/principal.h"
#include "common/events/outbox.h"
#include "common/rpc/stream.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::orders {

inline constexpr size_t kWatchQueue = 256;                       // events that may wait for one watcher
inline constexpr int kWatchBatch = 128;                          // changes in one answer
inline constexpr absl::Duration kWatchCheckpoint = absl::Seconds(15);

// What one watcher waits for.
struct WatchMailbox {
  const std::string company;
  const std::string order;   // only this one; "" = all of the company
  std::mutex mutex;
  std::deque<std::shared_ptr<const Event>> queue;
  bool overflowed = false;   // something was dropped because the queue was full
  std::function<void()> wake;
};

class WatchHub {
 public:
  explicit WatchHub(Outbox& outbox);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  void Add(const std::shared_ptr<WatchMailbox>& mailbox);
  void Remove(const std::shared_ptr<WatchMailbox>& mailbox);
  // Every event up to this position is in the mailboxes that it concerns: ask before looking into one.
  int64_t seen() const { return seen_.load(std::memory_order_acquire); }

 private:
  void Dispatch(const std::shared_ptr<const Event>& event);
  void Deliver(const std::shared_ptr<const Event>& event, const std::string& company);

  Outbox& outbox_;
  int64_t subscription_ = 0;
  std::atomic<int64_t> seen_ = 0;
  std::mutex mutex_;
  // By company, so that an event costs nothing to the watchers that it does not concern.
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::shared_ptr<WatchMailbox>>> mailboxes_;
};

struct WatchRequest {
  Principal who;
  std::string company;            // resource name
  std::string order;              // only this one; "" = all
  std::optional<int64_t> after;   // resume after this position; nullopt: from now on
};

// The stream of one watcher.
absl::StatusOr<std::unique_ptr<WatchSource<v1::WatchOrdersResponse>>> OpenWatch(Database& db, Outbox& outbox, WatchHub& hub,
                                                                                const Clock& clock, WatchRequest request);

// The change that `event` is to a company: cut for it, without content if the order went out of its sight; nullopt if
// it is none of its business.
std::optional<v1::OrderChange> ChangeFor(const Principal& who, const std::string& company, const Event& event);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_WATCH_HUB_H_
