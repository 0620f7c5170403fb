#include "services/files/cad_worker/sandbox.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace millwright::files {
namespace {

constexpr rlim_t kOpenFiles = 64;
constexpr int kNiceness = 5;

bool Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  return setrlimit(resource, &limit) == 0;
}

bool LimitResources(const SandboxLimits& limits) {
  const auto cpu = static_cast<rlim_t>(limits.cpu_seconds);
  bool done = Limit(RLIMIT_CORE, 0, 0) && Limit(RLIMIT_CPU, cpu, cpu + 2) &&
              Limit(RLIMIT_FSIZE, static_cast<rlim_t>(limits.output_mib) << 20,
                    static_cast<rlim_t>(limits.output_mib) << 20) &&
              Limit(RLIMIT_NOFILE, kOpenFiles, kOpenFiles);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes of address space
  const rlim_t memory = static_cast<rlim_t>(limits.memory_mib) << 20;
  done = done && Limit(RLIMIT_AS, memory, memory);
#endif
  return done;
}

// The file on standard input may be opened again (/dev/stdin), no other file and no folder. False if the kernel knows
// Landlock and refuses; without Landlock (before Linux 5.13) files that the user may read can be read.
bool ForbidFiles() {
  constexpr __u64 kAllOfTheFirstVersion = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  const landlock_ruleset_attr handled = {.handled_access_fs = kAllOfTheFirstVersion};
  const int rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0));
  if (rules < 0) return errno == ENOSYS || errno == EOPNOTSUPP;
  const landlock_path_beneath_attr input = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE, .parent_fd = STDIN_FILENO};
  // EBADFD: a pipe, which has no path.
  const bool added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &input, 0) == 0 || errno == EBADFD;
  const bool done = added && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return done;
}

// What reading, computing and writing to open files take; some with conditions, below.
constexpr int kAllowedCalls[] = {
    SCMP_SYS(read),          SCMP_SYS(readv),           SCMP_SYS(pread64),      SCMP_SYS(write),
    SCMP_SYS(writev),        SCMP_SYS(pwrite64),        SCMP_SYS(lseek),        SCMP_SYS(close),
    SCMP_SYS(fstat),         SCMP_SYS(newfstatat),      SCMP_SYS(stat),         SCMP_SYS(lstat),
    SCMP_SYS(brk),           SCMP_SYS(munmap),          SCMP_SYS(mremap),       SCMP_SYS(madvise),
    SCMP_SYS(futex),         SCMP_SYS(sched_yield),     SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(sigaltstack),     SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(getuid),        SCMP_SYS(geteuid),         SCMP_SYS(getgid),       SCMP_SYS(getegid),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(times),         SCMP_SYS(getrusage),       SCMP_SYS(getrandom),    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),         SCMP_SYS(getcwd),          SCMP_SYS(exit),         SCMP_SYS(exit_group),
#ifdef __SANITIZE_ADDRESS__  // by which the checker of types finds out whether memory can be read
    SCMP_SYS(pipe2),         SCMP_SYS(readlink),
#endif
};

// All other calls fail with EPERM from now on.
bool ForbidCalls() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  bool done = true;
  auto allow = [&](int call, std::initializer_list<scmp_arg_cmp> conditions) {
    done = done && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, static_cast<unsigned>(conditions.size()),
                                          conditions.begin()) == 0;
  };
  for (const int call : kAllowedCalls) allow(call, {});
  // Only to read, and nothing is made.
  constexpr scmp_datum_t kMakesOrWrites = O_ACCMODE | O_CREAT | O_TRUNC;
  allow(SCMP_SYS(openat), {SCMP_A2(SCMP_CMP_MASKED_EQ, kMakesOrWrites, O_RDONLY)});
  allow(SCMP_SYS(open), {SCMP_A1(SCMP_CMP_MASKED_EQ, kMakesOrWrites, O_RDONLY)});
  // Memory for data, not for code.
  allow(SCMP_SYS(mmap), {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
  allow(SCMP_SYS(mprotect), {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
  // Limits may be asked for, not set.
  allow(SCMP_SYS(prlimit64), {SCMP_A2(SCMP_CMP_EQ, 0)});
  allow(SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_GETFL)});
  allow(SCMP_SYS(ioctl), {SCMP_A1(SCMP_CMP_EQ, TCGETS)});
  done = done && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return done;
}

}  // namespace

bool EnterSandbox(const SandboxLimits& limits) {
  if (nice(kNiceness) == -1) errno = 0;  // politeness, no limit
  const bool alone = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  return alone && LimitResources(limits) && ForbidFiles() && ForbidCalls();
}

}  // namespace millwright::files
