// Watches of orders under measurement: how late a watcher hears of an order, and many watches that hear nothing.
//
//   mw_watch --orders=127.0.0.1:7004 --company=companies/c --quote=companies/s/quotes/q --token=JWT --ca=.. --cert=.. --key=.. \
//            --seconds=5      creates orders one after the other; prints create p50, p99 and from the call to the watcher p50, p99
//   mw_watch ... --idle=1000  opens so many watches, prints "ready" when each had its first token, ends with its standard input
//
// An order that no watcher heard of within ten seconds after the last create is an error.
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/ids/ids.h"
#include "integration-tests/bench/load_support.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::bench {
namespace {

using orders::v1::WatchOrdersResponse;

constexpr char kWatch[] = "/millwright.orders.v1.OrdersService/WatchOrders";
constexpr char kCreate[] = "/millwright.orders.v1.OrdersService/CreateOrder";
constexpr absl::Duration kPatience = absl::Seconds(10);

const grpc::internal::RpcMethod& WatchMethod() {
  static const grpc::internal::RpcMethod method(kWatch, grpc::internal::RpcMethod::SERVER_STREAMING);
  return method;
}

orders::v1::WatchOrdersRequest WatchRequestOf(const Flags& flags) {
  orders::v1::WatchOrdersRequest request;
  request.set_parent(flags.Get("company"));
  return request;
}

// When orders were asked for, and when the watcher heard of them.
class Arrivals {
 public:
  void Heard(const std::string& order) {
    absl::MutexLock lock(&mutex_);
    heard_.emplace(order, absl::Now());
  }
  void Asked(const std::string& order, absl::Time at) {
    absl::MutexLock lock(&mutex_);
    asked_.emplace(order, at);
  }
  // Waits until every asked one was heard of, then answers the delays in microseconds. Empty if one is missing.
  std::vector<int64_t> Delays() {
    absl::MutexLock lock(&mutex_);
    const auto all = [this] {
      return std::all_of(asked_.begin(), asked_.end(), [this](const auto& order) { return heard_.count(order.first) > 0; });
    };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&all), kPatience)) return {};
    std::vector<int64_t> delays;
    for (const auto& [order, at] : asked_) delays.push_back(absl::ToInt64Microseconds(heard_[order] - at));
    return delays;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, absl::Time> asked_, heard_;
};

void Print(const char* what, std::vector<int64_t> micros) {
  std::sort(micros.begin(), micros.end());
  std::printf("\"%s_p50_ms\":%.4f,\"%s_p99_ms\":%.4f", what, static_cast<double>(micros[micros.size() / 2]) / 1e3, what,
              static_cast<double>(micros[micros.size() * 99 / 100]) / 1e3);
}

int MeasureDelay(const Flags& flags) {
  const auto channels = Connect(flags, flags.Get("orders"), "orders.millwright.internal", 2);
  grpc::ClientContext context;
  Authorize(context, flags.Get("token"));
  std::unique_ptr<grpc::ClientReader<WatchOrdersResponse>> stream(
      grpc::internal::ClientReaderFactory<WatchOrdersResponse>::Create(channels[0].get(), WatchMethod(), &context,
                                                                      WatchRequestOf(flags)));
  WatchOrdersResponse first;
  if (!stream->Read(&first)) Die("no watch: " + stream->Finish().error_message());
  Arrivals arrivals;
  std::thread reader([&] {
    for (WatchOrdersResponse answer; stream->Read(&answer);) {
      for (const auto& change : answer.changes()) arrivals.Heard(change.order_name());
    }
  });
  std::vector<int64_t> creates;
  absl::Status status;
  for (const absl::Time end = absl::Now() + absl::Seconds(flags.Int("seconds", 5)); absl::Now() < end && status.ok();) {
    orders::v1::CreateOrderRequest create;
    create.set_quote(flags.Get("quote"));
    create.set_entry_trigger("place");
    create.set_request_id(RandomUuid());
    orders::v1::Order order;
    const absl::Time began = absl::Now();
    status = Call(*channels[1], kCreate, flags.Get("token"), create, order);
    creates.push_back(absl::ToInt64Microseconds(absl::Now() - began));
    arrivals.Asked(order.name(), began);
  }
  const std::vector<int64_t> delays = arrivals.Delays();
  context.TryCancel();
  reader.join();
  (void)stream->Finish();
  if (!status.ok()) Die(status.ToString());
  if (delays.empty()) Die("the watcher did not hear of every order");
  std::printf("{\"orders\":%zu,", delays.size());
  Print("create", creates);
  std::printf(",");
  Print("watch", delays);
  std::printf("}\n");
  return 0;
}

struct IdleWatch {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientAsyncReader<WatchOrdersResponse>> stream;
  WatchOrdersResponse answer;
  bool started = false, ready = false;
};

int HoldIdle(const Flags& flags) {
  const int count = flags.Int("idle", 1000);
  const auto channels = Connect(flags, flags.Get("orders"), "orders.millwright.internal", 8);
  grpc::CompletionQueue queue;
  std::vector<IdleWatch> watches(count);
  for (int i = 0; i < count; ++i) {
    Authorize(watches[i].context, flags.Get("token"));
    watches[i].stream.reset(grpc::internal::ClientAsyncReaderFactory<WatchOrdersResponse>::Create(
        channels[i % channels.size()].get(), &queue, WatchMethod(), &watches[i].context, WatchRequestOf(flags), true, &watches[i]));
  }
  std::thread end([&] {
    while (std::cin.get() != std::istream::traits_type::eof()) continue;
    for (IdleWatch& watch : watches) watch.context.TryCancel();
  });
  int ready = 0, open = count;
  void* tag = nullptr;
  bool ok = false;
  while (open > 0 && queue.Next(&tag, &ok)) {
    auto& watch = *static_cast<IdleWatch*>(tag);
    if (!ok) {
      --open;
      continue;
    }
    if (watch.started && !watch.ready) {
      watch.ready = true;
      if (++ready == count) std::cout << "ready" << std::endl;
    }
    watch.started = true;
    watch.stream->Read(&watch.answer, &watch);
  }
  if (ready < count) std::cout << "only " << ready << " watches opened" << std::endl;
  end.join();
  std::exit(ready == count ? 0 : 1);  // the streams die with the process: nobody reads their status
}

}  // namespace
}  // namespace millwright::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const millwright::bench::Flags flags(argc, argv);
  return flags.Has("idle") ? millwright::bench::HoldIdle(flags) : millwright::bench::MeasureDelay(flags);
}
