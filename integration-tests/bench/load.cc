// Calls one unary RPC from many threads and prints a JSON line: calls, errors, calls/s, p50 and p99 in milliseconds.
//
//   mw_load --target=127.0.0.1:7004 --method=/millwright.orders.v1.OrdersService/CreateOrder --request=FILE \
//           --channels=8 --threads=64 --seconds=5 --ca=ca.pem [--cert=... --key=...] [--host=orders.millwright.internal] [--token=JWT]
//
// FILE holds the request as text proto. A field `request_id` gets a fresh UUID in every call, so that no call is answered
// from the record of another. The first 10 % of the time warms up and is not counted. With --plaintext there is no TLS.
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/config/config.h"
#include "common/ids/ids.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "millwright/accounts/v1/accounts_service.pb.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "millwright/notifications/v1/notifications_service.pb.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Flags {
  std::map<std::string, std::string> values;
  std::string Get(const std::string& name, const std::string& fallback = "") const {
    auto it = values.find(name);
    return it == values.end() ? fallback : it->second;
  }
  int Int(const std::string& name, int fallback) const {
    int value = fallback;
    (void)absl::SimpleAtoi(Get(name), &value);
    return value;
  }
};

struct ThreadResult {
  std::vector<int64_t> micros;
  int64_t errors = 0;
  std::string first_error;
};

[[noreturn]] void Die(const std::string& text) {
  std::cerr << "mw_load: " << text << "\n";
  std::exit(2);
}

std::string ReadOrDie(const std::string& path) {
  auto text = millwright::ReadFile(path);
  if (!text.ok()) Die(text.status().ToString());
  return *text;
}

std::unique_ptr<Message> ParseRequest(const Flags& flags, const std::string& method) {
  // Mention one message of each file, so that the linker keeps their descriptors.
  (void)millwright::accounts::v1::GetCompanyRequest::descriptor();
  (void)millwright::catalog::v1::GetQuoteRequest::descriptor();
  (void)millwright::orders::v1::GetOrderRequest::descriptor();
  (void)millwright::notifications::v1::ListDeliveriesRequest::descriptor();
  std::vector<std::string> parts = absl::StrSplit(absl::StripPrefix(method, "/"), '/');
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto* service = parts.size() == 2 ? pool->FindServiceByName(parts[0]) : nullptr;
  const auto* rpc = service == nullptr ? nullptr : service->FindMethodByName(parts[1]);
  if (rpc == nullptr) Die(absl::StrCat("unknown method ", method));
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(rpc->input_type())->New());
  if (!google::protobuf::TextFormat::ParseFromString(ReadOrDie(flags.Get("request")), request.get())) {
    Die("the request does not parse");
  }
  return request;
}

std::vector<std::shared_ptr<grpc::Channel>> OpenChannels(const Flags& flags) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (flags.values.count("plaintext") == 0) {
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = ReadOrDie(flags.Get("ca"));
    if (!flags.Get("cert").empty()) {
      ssl.pem_cert_chain = ReadOrDie(flags.Get("cert"));
      ssl.pem_private_key = ReadOrDie(flags.Get("key"));
    }
    credentials = grpc::SslCredentials(ssl);
  }
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < flags.Int("channels", 1); ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("millwright.channel", i);  // different arguments: a connection of its own
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    if (!flags.Get("host").empty()) arguments.SetSslTargetNameOverride(flags.Get("host"));
    channels.push_back(grpc::CreateCustomChannel(flags.Get("target"), credentials, arguments));
  }
  return channels;
}

void RunThread(const Flags& flags, const std::string& method, const Message& prototype, grpc::Channel* channel,
               absl::Time count_from, absl::Time end, ThreadResult& result) {
  std::unique_ptr<Message> request(prototype.New());
  request->CopyFrom(prototype);
  const FieldDescriptor* request_id = request->GetDescriptor()->FindFieldByName("request_id");
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  const std::string authorization = absl::StrCat("Bearer ", flags.Get("token"));
  while (absl::Now() < end) {
    if (request_id != nullptr) {
      request->GetReflection()->SetString(request.get(), request_id, millwright::RandomUuid());
    }
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!flags.Get("token").empty()) context.AddMetadata("authorization", authorization);
    grpc::ByteBuffer answer;
    const absl::Time start = absl::Now();
    grpc::Status status =
        grpc::internal::BlockingUnaryCall<google::protobuf::MessageLite, grpc::ByteBuffer,
                                          google::protobuf::MessageLite, grpc::ByteBuffer>(channel, rpc, &context,
                                                                                           *request, &answer);
    const absl::Time now = absl::Now();
    if (now < count_from) continue;
    if (!status.ok() || answer.Length() == 0) {
      ++result.errors;
      if (result.first_error.empty()) {
        result.first_error = absl::StrCat(static_cast<int>(status.error_code()), " ", status.error_message());
      }
      continue;
    }
    result.micros.push_back(absl::ToInt64Microseconds(now - start));
  }
}

double Percentile(const std::vector<int64_t>& sorted, double p) {
  if (sorted.empty()) return 0;
  return static_cast<double>(sorted[static_cast<size_t>(p * static_cast<double>(sorted.size() - 1))]) / 1000.0;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    std::pair<std::string, std::string> flag = absl::StrSplit(absl::StripPrefix(argv[i], "--"), absl::MaxSplits('=', 1));
    flags.values[flag.first] = flag.second;
  }
  const std::string method = flags.Get("method");
  std::unique_ptr<Message> request = ParseRequest(flags, method);
  auto channels = OpenChannels(flags);
  for (auto& channel : channels) {
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) Die("no connection");
  }
  const absl::Duration seconds = absl::Seconds(flags.Int("seconds", 5));
  const absl::Time start = absl::Now(), count_from = start + seconds * 0.1, end = start + seconds;
  std::vector<ThreadResult> results(flags.Int("threads", 1));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      RunThread(flags, method, *request, channels[i % channels.size()].get(), count_from, end, results[i]);
    });
  }
  for (auto& thread : threads) thread.join();
  const double counted = absl::ToDoubleSeconds(absl::Now() - count_from);
  std::vector<int64_t> all;
  int64_t errors = 0;
  std::string first_error;
  for (const ThreadResult& result : results) {
    all.insert(all.end(), result.micros.begin(), result.micros.end());
    errors += result.errors;
    if (first_error.empty()) first_error = result.first_error;
  }
  std::sort(all.begin(), all.end());
  std::printf("{\"calls\":%zu,\"errors\":%lld,\"per_second\":%.1f,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n", all.size(),
              static_cast<long long>(errors), static_cast<double>(all.size()) / counted, Percentile(all, 0.5),
              Percentile(all, 0.99));
  if (errors > 0) std::cerr << "mw_load: first error: " << first_error << "\n";
  return errors > 0 ? 1 : 0;
}
