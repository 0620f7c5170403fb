// Drives a WatchSource over gRPC's callback API: an idle watch costs no thread.
#ifndef MILLWRIGHT_COMMON_RPC_WATCH_H_
#define MILLWRIGHT_COMMON_RPC_WATCH_H_

#include <grpcpp/support/server_callback.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "common/rpc/handle.h"
#include "common/rpc/stream.h"
#include "common/rpc/worker_pool.h"

namespace millwright {

// One thread that calls many functions later. Thread-safety: all methods may be called from any thread.
class WatchTimer {
 public:
  WatchTimer();
  ~WatchTimer();
  // Calls `fn` once after `delay`. `fn` must not block.
  void CallAfter(absl::Duration delay, std::function<void()> fn);

 private:
  void Run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<absl::Time, std::function<void()>> due_;
  bool stopping_ = false;
  std::thread thread_;
};

// One open watch. Deletes itself when gRPC is done with it.
//
// State: at most one of {a step is queued or running, a write is in flight}. `wake` while busy only sets a mark; the
// step that ends looks at the mark. So Next is never called twice at once and no wake-up is lost.
template <typename Response>
class WatchReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  using Opener = std::function<absl::StatusOr<std::unique_ptr<WatchSource<Response>>>(const CallInfo&)>;

  WatchReactor(const HandleOptions& options, const MethodSpec& spec, grpc::CallbackServerContext& context,
               WorkerPool& pool, WatchTimer& timer)
      : scope_(options, spec, context), pool_(pool), timer_(timer), self_(std::make_shared<Self>()) {
    self_->reactor = this;
  }

  void Start(google::protobuf::Message* request, Opener open) {
    busy_ = true;
    pool_.Post([this, request, open] {
      absl::Status status = scope_.Begin(request);
      if (status.ok()) {
        auto source = open(scope_.call());
        status = source.status();
        if (source.ok()) source_ = *std::move(source);
      }
      if (!status.ok()) return End(status);
      source_->SetWake([self = self_] { Self::Wake(self); });
      Step();
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the client is gone"));
    pool_.Post([this] { Step(); });
  }

  void OnCancel() override {
    bool idle;
    {
      std::lock_guard<std::mutex> lock(self_->mutex);
      cancelled_ = true;
      idle = !busy_ && !ended_;
      if (idle) busy_ = true;
    }
    if (idle) pool_.Post([this] { End(absl::CancelledError("the client is gone")); });
  }

  void OnDone() override {
    {
      std::lock_guard<std::mutex> lock(self_->mutex);
      self_->reactor = nullptr;
    }
    delete this;
  }

 private:
  // Outlives the reactor, for wake-ups that come late.
  struct Self {
    std::mutex mutex;
    WatchReactor* reactor = nullptr;

    static void Wake(const std::shared_ptr<Self>& self) {
      std::lock_guard<std::mutex> lock(self->mutex);
      WatchReactor* reactor = self->reactor;
      if (reactor == nullptr || reactor->ended_) return;
      if (reactor->busy_) {
        reactor->woken_ = true;
        return;
      }
      reactor->busy_ = true;
      reactor->pool_.Post([reactor] { reactor->Step(); });
    }
  };

  // Writes the next message, or goes to sleep.
  void Step() {
    while (true) {
      {
        std::lock_guard<std::mutex> lock(self_->mutex);
        woken_ = false;
        if (cancelled_) break;
      }
      absl::StatusOr<std::optional<Response>> next = source_->Next();
      if (!next.ok()) return End(next.status());
      if (next->has_value()) {
        message_ = *std::move(*next);
        return this->StartWrite(&message_);
      }
      std::lock_guard<std::mutex> lock(self_->mutex);
      if (woken_) continue;
      if (cancelled_) break;
      busy_ = false;
      ArmTimer();
      return;
    }
    End(absl::CancelledError("the client is gone"));
  }

  // REQUIRES: the mutex is held. One timer at a time.
  void ArmTimer() {
    if (timer_armed_) return;
    timer_armed_ = true;
    timer_.CallAfter(source_->MaxSleep(), [self = self_] {
      {
        std::lock_guard<std::mutex> lock(self->mutex);
        if (self->reactor != nullptr) self->reactor->timer_armed_ = false;
      }
      Self::Wake(self);
    });
  }

  void End(const absl::Status& status) {
    {
      std::lock_guard<std::mutex> lock(self_->mutex);
      if (ended_) return;
      ended_ = true;
    }
    source_.reset();
    this->Finish(scope_.End(status));
  }

  CallScope scope_;
  WorkerPool& pool_;
  WatchTimer& timer_;
  std::shared_ptr<Self> self_;
  std::unique_ptr<WatchSource<Response>> source_;
  Response message_;
  // Under self_->mutex:
  bool busy_ = false, woken_ = false, cancelled_ = false, ended_ = false, timer_armed_ = false;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_WATCH_H_
