// Sends each of many CreateOrder requests one to five times, at once and after whatever broke, until each is answered, and
// compares the answers.
//
//   mw_prove_requests --orders=127.0.0.1:7004 --quote=companies/s/quotes/q --token=JWT --ca=.. --cert=.. --key=.. \
//                     --requests=10000 --threads=16
//
// Prints {"requests":..,"sends":..,"retries":..,"different":..,"failed":..}; ends with 1 if answers differ or a request was
// refused. Whether there is one order a request is for the caller to count.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "integration-tests/bench/load_support.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::bench {
namespace {

constexpr char kCreate[] = "/millwright.orders.v1.OrdersService/CreateOrder";
constexpr absl::Duration kPatience = absl::Minutes(2);  // a killed service is back long before
constexpr int kMaxSends = 5;
constexpr int kNear = 32;  // copies of one request are that close in the order of sending: many are under way at once

std::string Bytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);  // maps
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

// Whether the request may or may not have taken effect: what a client may only find out by sending it again.
bool Unknown(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

std::vector<int> Sends(int requests) {
  std::mt19937_64 random(7);
  std::vector<std::pair<int, int>> placed;  // where, which
  for (int n = 0; n < requests; ++n) {
    for (int copies = 1 + static_cast<int>(random() % kMaxSends); copies > 0; --copies) {
      placed.emplace_back(n + static_cast<int>(random() % kNear), n);
    }
  }
  std::sort(placed.begin(), placed.end());
  std::vector<int> sends;
  for (const auto& [place, n] : placed) sends.push_back(n);
  return sends;
}

int Prove(const Flags& flags) {
  const int threads = flags.Int("threads", 16), requests = flags.Int("requests", 10'000);
  const auto channels = Connect(flags, flags.Get("orders"), "orders.millwright.internal", 4);
  const std::vector<int> sends = Sends(requests);
  std::vector<std::string> answers(requests);
  std::mutex mutex;
  std::atomic<size_t> next{0};
  std::atomic<int64_t> retries{0}, different{0}, failed{0};
  std::string first_failure;
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&, t] {
      for (size_t at = next++; at < sends.size(); at = next++) {
        orders::v1::CreateOrderRequest create;
        create.set_quote(flags.Get("quote"));
        create.set_entry_trigger("place");
        create.set_request_id(absl::StrFormat("3c3c0f52-0000-4000-8000-%012x", sends[at]));
        orders::v1::Order order;
        absl::Status status;
        for (const absl::Time end = absl::Now() + kPatience;;) {
          status = Call(*channels[t % channels.size()], kCreate, flags.Get("token"), create, order);
          if (!Unknown(status) || absl::Now() > end) break;
          ++retries;
          absl::SleepFor(absl::Milliseconds(20));
        }
        std::lock_guard<std::mutex> lock(mutex);
        if (!status.ok()) {
          if (failed++ == 0) first_failure = status.ToString();
          continue;
        }
        std::string& known = answers[sends[at]];
        const std::string answer = Bytes(order);
        if (known.empty()) known = answer;
        if (known != answer) ++different;
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  std::printf("{\"requests\":%d,\"sends\":%zu,\"retries\":%lld,\"different\":%lld,\"failed\":%lld}\n", requests, sends.size(),
              static_cast<long long>(retries), static_cast<long long>(different), static_cast<long long>(failed));
  if (failed > 0) std::cerr << first_failure << "\n";
  return different == 0 && failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace millwright::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return millwright::bench::Prove(millwright::bench::Flags(argc, argv));
}
