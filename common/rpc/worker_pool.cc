#include "common/rpc/worker_pool.h"

#include <utility>

namespace millwright {

WorkerPool::WorkerPool(int threads, int max_queued) : max_queued_(max_queued > 0 ? max_queued : kDefaultQueuedCalls) {
  if (threads <= 0) threads = kDefaultWorkers;
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::ClaimWake() {
  if (waking_ || idle_ == 0 || queue_.empty()) return false;
  waking_ = true;
  return true;
}

bool WorkerPool::TryPost(std::function<void()> task) {
  bool wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
    wake = ClaimWake();
  }
  if (wake) wake_.notify_one();
  return true;
}

void WorkerPool::Post(std::function<void()> task) {
  bool wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(task));
    wake = ClaimWake();
  }
  if (wake) wake_.notify_one();
}

void WorkerPool::Run() {
  while (true) {
    std::function<void()> task;
    bool wake;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      if (queue_.empty() && !stopping_) {
        ++idle_;
        while (queue_.empty() && !stopping_) {
          wake_.wait(lock);
          waking_ = false;  // also if another thread was quicker and there is nothing left to take
        }
        --idle_;
      }
      if (queue_.empty()) return;  // stopping, and nothing left
      task = std::move(queue_.front());
      queue_.pop_front();
      wake = ClaimWake();
    }
    if (wake) wake_.notify_one();
    task();
  }
}

}  // namespace millwright
