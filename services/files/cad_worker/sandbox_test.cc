// What a process may still do in the sandbox, tried in one.
#include "services/files/cad_worker/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace millwright::files {
namespace {

constexpr int kDenied = 0, kAllowed = 1, kNoSandbox = 9;

// kAllowed or kDenied: `attempt` tried in the sandbox, by a process of its own that has `input` as standard input.
template <class F>
int InSandbox(const std::string& input, const F& attempt) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int fd = open(input.c_str(), O_RDONLY);
    dup2(fd, STDIN_FILENO);
    if (!EnterSandbox({.memory_mib = 4096, .cpu_seconds = 10, .output_mib = 1})) _exit(kNoSandbox);
    _exit(attempt() ? kAllowed : kDenied);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool HasLandlock() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) > 0; }

class Sandbox : public testing::Test {
 protected:
  // Of this process alone: every test runs in one of its own, and several at a time.
  std::string folder_ = testing::TempDir(), own_ = std::to_string(getpid());
  std::string input_ = folder_ + "/sandbox_input." + own_, other_ = folder_ + "/sandbox_other." + own_;

  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "the sanitizer needs calls of its own";
#endif
    for (const std::string& path : {input_, other_}) {
      std::FILE* file = std::fopen(path.c_str(), "w");
      ASSERT_NE(file, nullptr);
      std::fputs("geometry", file);
      std::fclose(file);
    }
  }
  void TearDown() override {
    unlink(input_.c_str());
    unlink(other_.c_str());
  }
};

TEST_F(Sandbox, ReadsItsInputAndComputes) {
  EXPECT_EQ(InSandbox(input_, [] {
              char bytes[8];
              return read(STDIN_FILENO, bytes, sizeof(bytes)) == 8;
            }),
            kAllowed);
  EXPECT_EQ(InSandbox(input_, [] { return open("/dev/stdin", O_RDONLY) >= 0; }), kAllowed);
  EXPECT_EQ(InSandbox(input_, [] { return std::malloc(64 << 20) != nullptr; }), kAllowed);
}

TEST_F(Sandbox, ReadsNoOtherFile) {
  if (!HasLandlock()) GTEST_SKIP() << "the kernel has no Landlock";
  EXPECT_EQ(InSandbox(input_, [&] { return open(other_.c_str(), O_RDONLY) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [] { return open("/etc/passwd", O_RDONLY) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [&] { return open(folder_.c_str(), O_RDONLY | O_DIRECTORY) >= 0; }), kDenied);
}

TEST_F(Sandbox, MakesAndChangesNothing) {
  const std::string fresh = folder_ + "/sandbox_fresh";
  EXPECT_EQ(InSandbox(input_, [&] { return open(fresh.c_str(), O_WRONLY | O_CREAT, 0600) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [&] { return open(fresh.c_str(), O_RDONLY | O_CREAT, 0600) >= 0; }), kDenied);
  EXPECT_EQ(access(fresh.c_str(), F_OK), -1);
  EXPECT_EQ(InSandbox(input_, [&] { return open(input_.c_str(), O_RDWR) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [&] { return open(input_.c_str(), O_RDONLY | O_TRUNC) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [&] { return unlink(other_.c_str()) == 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [&] { return truncate(other_.c_str(), 0) == 0; }), kDenied);
}

TEST_F(Sandbox, StartsNothingAndTalksToNobody) {
  EXPECT_EQ(InSandbox(input_, [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [] { return fork() >= 0; }), kDenied);
  EXPECT_EQ(InSandbox(input_, [] {
              pthread_t thread;
              return pthread_create(&thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr) == 0;
            }),
            kDenied);
  EXPECT_EQ(InSandbox(input_, [] {
              char* const arguments[] = {nullptr};
              return execve("/bin/true", arguments, arguments) == 0 || errno != EPERM;
            }),
            kDenied);
  EXPECT_EQ(InSandbox(input_, [] { return kill(getppid(), 0) == 0; }), kDenied);
}

TEST_F(Sandbox, LimitsAndCodeStayAsTheyAre) {
  EXPECT_EQ(InSandbox(input_, [] {
              const rlimit limit{1, 1};
              return setrlimit(RLIMIT_NOFILE, &limit) == 0;
            }),
            kDenied);
  EXPECT_EQ(InSandbox(input_, [] {
              rlimit limit{};
              return getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur == 10;
            }),
            kAllowed);
  EXPECT_EQ(InSandbox(input_, [] {
              return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
            }),
            kDenied);
  EXPECT_EQ(InSandbox(input_, [] { return syscall(SYS_prctl, 38, 1, 0, 0, 0) == 0; }), kDenied);
}

}  // namespace
}  // namespace millwright::files
