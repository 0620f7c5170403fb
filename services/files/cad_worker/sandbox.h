// What mw_cad_worker takes from itself before it looks at the first byte of a stranger's file: memory, time, files, and
// the system calls that it does not need.
//
// The geometry kernel behind it is a million lines of code that were not written for hostile input. The service that
// started the worker counts on nothing but these limits and its own clock.
#ifndef MILLWRIGHT_SERVICES_FILES_CAD_WORKER_SANDBOX_H_
#define MILLWRIGHT_SERVICES_FILES_CAD_WORKER_SANDBOX_H_

#include <cstdint>

namespace millwright::files {

struct SandboxLimits {
  int64_t memory_mib = 0;   // address space
  int64_t cpu_seconds = 0;  // SIGXCPU at this, SIGKILL two seconds later
  int64_t output_mib = 0;   // of a file that is written
};

// From now on: no network, no new program, no other process or thread, no new code, no file but the one on standard
// input (where the kernel has Landlock, from Linux 5.13 on), no core dump, and the process dies with the one that started
// it. Everything but a list of system calls fails with EPERM. False if the kernel refuses; then nothing may be read.
bool EnterSandbox(const SandboxLimits& limits);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CAD_WORKER_SANDBOX_H_
