// Threads that run handlers, so that gRPC's own few callback threads never block.
//
// Handlers block (on a group commit, SQLite, argon2, a neighbour's answer), and gRPC 1.51 has clamp(cores/2, 2, 16)
// callback threads for all calls: one that waits starves the others. The queue is bounded: what does not fit is refused
// at once, which tells clients to come back instead of letting them wait for an answer nobody will read.
//
// At most one thread is being woken at a time: it wakes the next when it takes a task and more are queued. Short tasks are
// then run by few threads that stay warm; when tasks block, the chain goes on until all threads are busy.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_COMMON_RPC_WORKER_POOL_H_
#define MILLWRIGHT_COMMON_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millwright {

inline constexpr int kDefaultWorkers = 64;
inline constexpr int kDefaultQueuedCalls = 1024;

class WorkerPool {
 public:
  WorkerPool(int threads, int max_queued);
  // Runs what is queued, then ends.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False if the queue is full; `task` is not run then.
  bool TryPost(std::function<void()> task);
  // For follow-up work of something that was admitted already; ignores the limit.
  void Post(std::function<void()> task);

 private:
  void Run();
  // REQUIRES: the mutex is held. True if the caller has to notify one thread.
  bool ClaimWake();

  const size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  int idle_ = 0;         // threads that wait
  bool waking_ = false;  // one of them was notified and has not taken a task yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_WORKER_POOL_H_
