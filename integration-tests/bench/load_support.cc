#include "integration-tests/bench/load_support.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/config/config.h"

namespace millwright::bench {
namespace {

struct ThreadResult {
  std::vector<int64_t> micros;
  int64_t errors = 0;
  absl::Status first_error;
};

double Percentile(const std::vector<int64_t>& sorted, double p) {
  if (sorted.empty()) return 0;
  return static_cast<double>(sorted[static_cast<size_t>(p * static_cast<double>(sorted.size() - 1))]) / 1000.0;
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Flags& flags) {
  if (flags.Has("plaintext")) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = ReadOrDie(flags.Get("ca"));
  if (!flags.Get("cert").empty()) {
    ssl.pem_cert_chain = ReadOrDie(flags.Get("cert"));
    ssl.pem_private_key = ReadOrDie(flags.Get("key"));
  }
  return grpc::SslCredentials(ssl);
}

}  // namespace

Flags::Flags(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::pair<std::string, std::string> flag = absl::StrSplit(absl::StripPrefix(argv[i], "--"), absl::MaxSplits('=', 1));
    values[flag.first] = flag.second;
  }
}

std::string Flags::Get(const std::string& name, const std::string& fallback) const {
  auto it = values.find(name);
  return it == values.end() ? fallback : it->second;
}

int Flags::Int(const std::string& name, int fallback) const {
  if (!Has(name)) return fallback;
  int value = 0;
  if (!absl::SimpleAtoi(Get(name), &value)) Die("--" + name + " is no number: " + Get(name));
  return value;
}

void Die(const std::string& text) {
  std::cerr << "load client: " << text << "\n";
  std::exit(2);
}

std::string ReadOrDie(const std::string& path) {
  auto text = millwright::ReadFile(path);
  if (!text.ok()) Die(text.status().ToString());
  return *text;
}

std::vector<std::shared_ptr<grpc::Channel>> Connect(const Flags& flags, const std::string& target,
                                                    const std::string& host, int count) {
  const auto credentials = CredentialsOf(flags);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("millwright.channel", i);  // different arguments: a connection of its own
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // Proofs kill the service under the client. Why the last one: common/rpc/client.cc.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 200);
    if (!host.empty()) arguments.SetSslTargetNameOverride(host);
    channels.push_back(grpc::CreateCustomChannel(target, credentials, arguments));
  }
  for (auto& channel : channels) {
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) Die("no connection");
  }
  return channels;
}

int RunLoad(const Flags& flags, const std::function<absl::Status(int thread)>& job) {
  const absl::Duration seconds = absl::Seconds(flags.Int("seconds", 5));
  const absl::Time start = absl::Now(), count_from = start + seconds * 0.1, end = start + seconds;
  std::vector<ThreadResult> results(flags.Int("threads", 1));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      ThreadResult& result = results[i];
      while (absl::Now() < end) {
        const absl::Time began = absl::Now();
        const absl::Status status = job(static_cast<int>(i));
        const absl::Time now = absl::Now();
        if (now < count_from) continue;
        if (status.ok()) {
          result.micros.push_back(absl::ToInt64Microseconds(now - began));
        } else {
          ++result.errors;
          if (result.first_error.ok()) result.first_error = status;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double counted = absl::ToDoubleSeconds(absl::Now() - count_from);
  std::vector<int64_t> all;
  int64_t errors = 0;
  absl::Status first_error;
  for (const ThreadResult& result : results) {
    all.insert(all.end(), result.micros.begin(), result.micros.end());
    errors += result.errors;
    first_error.Update(result.first_error);
  }
  std::sort(all.begin(), all.end());
  std::printf("{\"calls\":%zu,\"errors\":%lld,\"per_second\":%.1f,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n", all.size(),
              static_cast<long long>(errors), static_cast<double>(all.size()) / counted, Percentile(all, 0.5),
              Percentile(all, 0.99));
  if (errors > 0) std::cerr << "load client: first error: " << first_error << "\n";
  return errors > 0 ? 1 : 0;
}

}  // namespace millwright::bench
