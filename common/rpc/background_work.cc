#include "common/rpc/background_work.h"

#include <utility>

#include "common/rpc/service_parts.h"

namespace millwright {

BackgroundWork::BackgroundWork(std::string self, Database& db, const Clock& clock)
    : self_(std::move(self)), db_(db), clock_(clock), housekeeping_(LogAsWarning) {}

Consumer& BackgroundWork::Hear(const std::string& source, const std::shared_ptr<Channel>& channel,
                               Consumer::Handler handler) {
  Neighbour neighbour;
  neighbour.source = std::make_unique<RemoteEventSource>(channel, self_);
  neighbour.consumer = std::make_unique<Consumer>(
      db_, *neighbour.source, std::move(handler),
      Consumer::Options{.source = source, .clock = &clock_, .log = LogAsWarning});
  neighbours_.push_back(std::move(neighbour));
  return *neighbours_.back().consumer;
}

Scheduler& BackgroundWork::AddScheduler(DueRows& due, Backoff backoff) {
  schedulers_.push_back(std::make_unique<Scheduler>(
      db_, due, Scheduler::Options{.clock = &clock_, .backoff = backoff, .log = LogAsWarning}));
  return *schedulers_.back();
}

void BackgroundWork::Start() {
  for (Neighbour& neighbour : neighbours_) neighbour.consumer->Start();
  for (auto& scheduler : schedulers_) scheduler->Start();
  housekeeping_.Start();
}

void BackgroundWork::Stop() {
  for (Neighbour& neighbour : neighbours_) neighbour.consumer->Stop();
  for (auto& scheduler : schedulers_) scheduler->Stop();
  housekeeping_.Stop();
}

}  // namespace millwright
