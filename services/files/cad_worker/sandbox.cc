#include "services/files/cad_worker/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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
#ifndef __SANITIZE_ADDRESS__  // reserves terabytes of address space
  const rlim_t memory = static_cast<rlim_t>(limits.memory_mib) << 20;
  done = done && Limit(RLIMIT_AS, memory, memory);
#endif
  return done;
}

// Calls that fail with EPERM from now on.
bool ForbidCalls() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return false;
  bool done = true;
  for (const int call :
       {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(sendto),
        SCMP_SYS(sendmsg), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace),
        SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(tgkill), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
        SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(creat),
        SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(truncate), SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(symlink),
        SCMP_SYS(symlinkat), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(mount), SCMP_SYS(setrlimit), SCMP_SYS(bpf),
        SCMP_SYS(io_uring_setup), SCMP_SYS(openat2)}) {
    done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
  }
  for (const unsigned long mode : {O_WRONLY, O_RDWR}) {
    done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 1,
                                    SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, mode)) == 0;
    done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(open), 1,
                                    SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE, mode)) == 0;
  }
  done = done && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return done;
}

}  // namespace

bool EnterSandbox(const SandboxLimits& limits) {
  if (nice(kNiceness) == -1) errno = 0;  // politeness, no limit
  const bool alone = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  return alone && LimitResources(limits) && ForbidCalls();
}

}  // namespace millwright::files
