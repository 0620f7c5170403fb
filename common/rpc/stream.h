// What streaming handlers see of their stream. Free of gRPC.
//
// Thread-safety: use from the handler's thread only.
#ifndef MILLWRIGHT_COMMON_RPC_STREAM_H_
#define MILLWRIGHT_COMMON_RPC_STREAM_H_

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace millwright {

// The messages a client sends.
template <typename Request>
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // Waits for the next message; false at the end, or when the client is gone.
  virtual bool Read(Request* request) = 0;
};

// The messages a client gets.
template <typename Response>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Waits until there is room; false when the client is gone.
  virtual bool Write(const Response& response) = 0;
};

// A long-lived stream that costs no thread while nothing happens (WatchOrders).
//
// The server asks Next() whenever it may write, and sleeps until `wake` is called when Next has nothing. Next runs on a
// worker thread, one call at a time.
template <typename Response>
class WatchSource {
 public:
  virtual ~WatchSource() = default;
  // The next message; nullopt: nothing now; a status ends the stream with it (OK ends it well).
  virtual absl::StatusOr<std::optional<Response>> Next() = 0;
  // Called once before the first Next. `wake` may be called from any thread, never blocks, and may be called after the
  // source is destroyed.
  virtual void SetWake(std::function<void()> wake) = 0;
  // Next is also called when this much time has passed: time for a checkpoint.
  virtual absl::Duration MaxSleep() const = 0;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_STREAM_H_
