// Many watchers of two companies' orders, each disconnecting at random and resuming after whatever broke, until standard
// input ends and each has read up to a checkpoint. Then compares what they saw.
//
//   mw_prove_watchers --orders=127.0.0.1:7004 --buyer=companies/c --seller=companies/s --buyer_token=JWT --seller_token=JWT \
//                     --ca=.. --cert=.. --key=.. --watchers=50
//
// Prints "ready" when each watch began, at the end {"watchers":..,"events":..,"orders":..,"resumes":..,"problems":..}; ends
// with 1 if an event came twice, out of order, not at all, or to some watchers only.
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "integration-tests/bench/load_support.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::bench {
namespace {

using orders::v1::WatchOrdersResponse;

// What one watcher saw.
struct Seen {
  std::vector<std::string> events;
  std::map<std::string, int64_t> sequences;  // of each order, the last
  std::string token;
  std::string problem;
  int resumes = 0;

  void Take(const WatchOrdersResponse& answer) {
    for (const orders::v1::OrderChange& change : answer.changes()) {
      events.push_back(change.event_id());
      int64_t& last = sequences[change.order_name()];
      if (change.sequence() != last + 1 && problem.empty()) {
        problem = absl::StrCat(change.order_name(), ": change ", change.sequence(), " after ", last);
      }
      last = change.sequence();
    }
    token = answer.resume_token();
  }
};

class Watcher {
 public:
  Watcher(const Flags& flags, std::shared_ptr<grpc::Channel> channel, int number)
      : channel_(std::move(channel)), random_(static_cast<uint64_t>(number)) {
    const std::string side = number % 2 == 0 ? "buyer" : "seller";
    request_.set_parent(flags.Get(side));
    token_ = flags.Get(side + "_token");
  }

  // Reads some answers of one stream, or all up to a checkpoint. True if it came to one.
  bool ReadSome(bool to_checkpoint) {
    grpc::ClientContext context;
    Authorize(context, token_);
    const Current current(*this, context);
    request_.set_resume_token(seen.token);
    const grpc::internal::RpcMethod method("/millwright.orders.v1.OrdersService/WatchOrders",
                                           grpc::internal::RpcMethod::SERVER_STREAMING);
    std::unique_ptr<grpc::ClientReader<WatchOrdersResponse>> stream(
        grpc::internal::ClientReaderFactory<WatchOrdersResponse>::Create(channel_.get(), method, &context, request_));
    ++seen.resumes;
    bool checkpoint = false;
    WatchOrdersResponse answer;
    for (uint64_t left = to_checkpoint ? ~0ULL : 1 + random_() % 20; left > 0 && stream->Read(&answer); --left) {
      seen.Take(answer);
      checkpoint = answer.checkpoint();
      if (to_checkpoint && checkpoint) break;
    }
    context.TryCancel();
    while (stream->Read(&answer)) continue;  // what is under way when the reader goes is not taken: it comes again
    const grpc::Status status = stream->Finish();
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) absl::SleepFor(absl::Milliseconds(50));
    const bool expected = status.error_code() == grpc::StatusCode::CANCELLED || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                          status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;  // too slow: resumes from its token
    if (!expected && seen.problem.empty()) seen.problem = absl::StrCat(status.error_code(), " ", status.error_message());
    return checkpoint;
  }

  // Breaks the stream that is open, if one is.
  void Break() {
    absl::MutexLock lock(&mutex_);
    if (open_ != nullptr) open_->TryCancel();
  }

  Seen seen;

 private:
  struct Current {
    Current(Watcher& watcher, grpc::ClientContext& context) : watcher(watcher) {
      absl::MutexLock lock(&watcher.mutex_);
      watcher.open_ = &context;
    }
    ~Current() {
      absl::MutexLock lock(&watcher.mutex_);
      watcher.open_ = nullptr;
    }
    Watcher& watcher;
  };

  absl::Mutex mutex_;
  grpc::ClientContext* open_ ABSL_GUARDED_BY(mutex_) = nullptr;
  const std::shared_ptr<grpc::Channel> channel_;
  orders::v1::WatchOrdersRequest request_;
  std::string token_;
  std::mt19937_64 random_;
};

int Report(const std::vector<std::unique_ptr<Watcher>>& watchers) {
  int problems = 0, resumes = 0;
  const Seen& first = watchers.front()->seen;
  for (size_t i = 0; i < watchers.size(); ++i) {
    Seen& seen = watchers[i]->seen;
    resumes += seen.resumes;
    if (seen.problem.empty() && seen.events != first.events) seen.problem = "saw other events than the first watcher";
    if (seen.problem.empty() && std::set(seen.events.begin(), seen.events.end()).size() != seen.events.size()) {
      seen.problem = "saw an event twice";
    }
    if (seen.problem.empty()) continue;
    ++problems;
    std::cerr << "watcher " << i << ": " << seen.problem << "\n";
  }
  std::printf("{\"watchers\":%zu,\"events\":%zu,\"orders\":%zu,\"resumes\":%d,\"problems\":%d}\n", watchers.size(),
              first.events.size(), first.sequences.size(), resumes, problems);
  return problems == 0 ? 0 : 1;
}

int Prove(const Flags& flags) {
  const int count = flags.Int("watchers", 50);
  const auto channels = Connect(flags, flags.Get("orders"), "orders.millwright.internal", 8);
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < count; ++i) watchers.push_back(std::make_unique<Watcher>(flags, channels[i % channels.size()], i));
  for (auto& watcher : watchers) {
    if (!watcher->ReadSome(true)) Die("a watch did not begin: " + watcher->seen.problem);
  }
  std::cout << "ready" << std::endl;
  std::atomic<bool> writing{true};
  std::vector<std::thread> threads;
  for (auto& watcher : watchers) {
    threads.emplace_back([&] {
      while (writing) watcher->ReadSome(false);
      while (!watcher->ReadSome(true) && watcher->seen.problem.empty()) continue;
    });
  }
  while (std::cin.get() != std::istream::traits_type::eof()) continue;
  writing = false;
  for (auto& watcher : watchers) watcher->Break();  // a quiet stream would go on until its next checkpoint
  for (std::thread& thread : threads) thread.join();
  return Report(watchers);
}

}  // namespace
}  // namespace millwright::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return millwright::bench::Prove(millwright::bench::Flags(argc, argv));
}
