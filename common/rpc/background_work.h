// What a service does besides answering: hears its neighbours' events, works off due rows, keeps house.
//
//   BackgroundWork work("documents", *db, clock);
//   work.Hear("orders", orders_channel, [&](Transaction& tx, const Event& event) { return Apply(tx, event); });
//   work.AddScheduler(due).HandleWork(kIssueKind, ...);
//   AddStandardTasks(work.housekeeping(), *db, outbox.get(), clock);
//   ... Server::BuildAndStart ...
//   work.Start();
//   server->OnDrain([&] { work.Stop(); });
//
// Failures go to the log as warnings.
//
// Thread-safety: build and start it from one thread; Stop may be called from any, and again.
#ifndef MILLWRIGHT_COMMON_RPC_BACKGROUND_WORK_H_
#define MILLWRIGHT_COMMON_RPC_BACKGROUND_WORK_H_

#include <memory>
#include <string>
#include <vector>

#include "common/events/consumer.h"
#include "common/events/housekeeping.h"
#include "common/events/scheduler.h"
#include "common/rpc/client.h"
#include "common/rpc/event_stream.h"

namespace millwright {

class BackgroundWork {
 public:
  // `self` is the service's own name. `db`, `clock` and whatever handlers capture must outlive this.
  BackgroundWork(std::string self, Database& db, const Clock& clock);
  ~BackgroundWork() { Stop(); }

  // Applies every event of the neighbour `source`, each once. The consumer lives as long as this.
  Consumer& Hear(const std::string& source, const std::shared_ptr<Channel>& channel, Consumer::Handler handler);
  // A thread for due rows; work of minutes deserves one of its own.
  Scheduler& AddScheduler(DueRows& due, Backoff backoff = Scheduler::Options().backoff);
  Housekeeping& housekeeping() { return housekeeping_; }

  void Start();
  void Stop();

 private:
  struct Neighbour {
    std::unique_ptr<RemoteEventSource> source;
    std::unique_ptr<Consumer> consumer;
  };

  const std::string self_;
  Database& db_;
  const Clock& clock_;
  std::vector<Neighbour> neighbours_;
  std::vector<std::unique_ptr<Scheduler>> schedulers_;
  Housekeeping housekeeping_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_BACKGROUND_WORK_H_
