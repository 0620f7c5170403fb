// What the load clients share: flags, channels, a timed run of many threads, its figures as a JSON line.
#ifndef MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_SUPPORT_H_
#define MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_SUPPORT_H_

#include <grpcpp/channel.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace millwright::bench {

// --name=value arguments.
struct Flags {
  Flags(int argc, char** argv);
  std::string Get(const std::string& name, const std::string& fallback = "") const;
  int Int(const std::string& name, int fallback) const;
  bool Has(const std::string& name) const { return values.count(name) > 0; }
  std::map<std::string, std::string> values;
};

// Prints the text and ends the process with 2.
[[noreturn]] void Die(const std::string& text);
std::string ReadOrDie(const std::string& path);

// `count` connections of their own to `target`, connected: TLS with --ca, --cert, --key and the server name `host`, or
// none with --plaintext.
std::vector<std::shared_ptr<grpc::Channel>> Connect(const Flags& flags, const std::string& target,
                                                    const std::string& host, int count);

// One blocking unary call with a JWT ("" for none) and a deadline of 20 s. `Message` is a protobuf message or ByteBuffer.
template <typename Response, typename Request>
absl::Status Call(grpc::Channel& channel, const std::string& method, const std::string& token, const Request& request,
                  Response& response);

// Calls `job(thread)` from --threads threads for --seconds and prints calls, errors, calls/s, p50 and p99; the first 10 %
// of the time warms up. Answers main's result: 1 if a job failed.
int RunLoad(const Flags& flags, const std::function<absl::Status(int thread)>& job);

}  // namespace millwright::bench

#include "integration-tests/bench/load_call.h"

#endif  // MILLWRIGHT_INTEGRATION_TESTS_BENCH_LOAD_SUPPORT_H_
