#include "common/rpc/worker_pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace millwright {
namespace {

// Counts down to zero; Wait answers false if that takes longer than a minute, which only a lost wake-up does.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void Done() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (--left_ == 0) zero_.notify_all();
  }
  bool Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    return zero_.wait_for(lock, std::chrono::minutes(1), [this] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable zero_;
  int left_;
};

TEST(WorkerPoolTest, EveryTaskRunsWhateverThePaceOfThePosters) {
  // A wake-up is lost only in a narrow window: short tasks, threads that fall idle between them, several posters.
  WorkerPool pool(8, 1 << 20);
  constexpr int kPosters = 4, kRounds = 20000;
  for (int pace : {0, 1, 7}) {
    Countdown countdown(kPosters * kRounds);
    std::vector<std::thread> posters;
    for (int p = 0; p < kPosters; ++p) {
      posters.emplace_back([&] {
        for (int i = 0; i < kRounds; ++i) {
          pool.Post([&] { countdown.Done(); });
          if (pace != 0 && i % pace == 0) std::this_thread::yield();
        }
      });
    }
    for (auto& poster : posters) poster.join();
    ASSERT_TRUE(countdown.Wait()) << "pace " << pace;
  }
}

TEST(WorkerPoolTest, BlockedTasksGetAsManyThreadsAsThereAre) {
  // All four have to run at the same time to let each other go on.
  WorkerPool pool(4, 100);
  for (int round = 0; round < 200; ++round) {
    Countdown all_in(4), all_out(4);
    for (int i = 0; i < 4; ++i) {
      pool.Post([&] {
        all_in.Done();
        if (all_in.Wait()) all_out.Done();
      });
    }
    ASSERT_TRUE(all_out.Wait()) << round;
  }
}

TEST(WorkerPoolTest, RefusesWhatDoesNotFit) {
  WorkerPool pool(1, 2);
  Countdown running(1), release(1), done(3);
  pool.Post([&] {
    running.Done();
    release.Wait();
    done.Done();
  });
  ASSERT_TRUE(running.Wait());
  EXPECT_TRUE(pool.TryPost([&] { done.Done(); }));
  EXPECT_TRUE(pool.TryPost([&] { done.Done(); }));
  EXPECT_FALSE(pool.TryPost([] {}));
  release.Done();
  EXPECT_TRUE(done.Wait());
}

TEST(WorkerPoolTest, WhatIsQueuedRunsBeforeTheEnd) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(2, 100);
    for (int i = 0; i < 100; ++i) pool.Post([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace millwright
