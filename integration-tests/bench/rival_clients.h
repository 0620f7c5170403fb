// The same journey at the rivals of P1 to P3, from the same kind of client: JSON over HTTP/1.1, one kept connection a
// thread, every answer checked.
#ifndef MILLWRIGHT_INTEGRATION_TESTS_BENCH_RIVAL_CLIENTS_H_
#define MILLWRIGHT_INTEGRATION_TESTS_BENCH_RIVAL_CLIENTS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "integration-tests/bench/load_support.h"

namespace millwright::bench {

// INTERNAL with what was wrong.
absl::Status Expect(bool good, const std::string& what);

class Rival {
 public:
  virtual ~Rival() = default;
  // One journey. Thread-safe for distinct threads.
  virtual absl::Status Play(int thread) = 0;
};

// The rival that --thin_node or --vendure names by its address; null if neither is there.
std::unique_ptr<Rival> MakeRival(const Flags& flags);

}  // namespace millwright::bench

#endif  // MILLWRIGHT_INTEGRATION_TESTS_BENCH_RIVAL_CLIENTS_H_
