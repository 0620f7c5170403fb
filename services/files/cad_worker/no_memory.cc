// An allocation that fails ends the process, with the exit code for it.
//
// The geometry kernel catches what it throws when there is no memory, drops the face or solid it was reading, and goes
// on: the report would be that of a smaller part. So it never learns of it.
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#ifndef __SANITIZE_ADDRESS__  // which has an allocator of its own

// glibc's own names of the functions that are replaced here.
extern "C" {
void* __libc_malloc(size_t size);                  // NOLINT
void* __libc_calloc(size_t count, size_t size);    // NOLINT
void* __libc_realloc(void* old, size_t size);      // NOLINT
void* __libc_memalign(size_t alignment, size_t size);  // NOLINT
}

namespace {

constexpr int kNoMemory = 3;

void* Checked(void* memory, size_t size) {
  if (memory == nullptr && size > 0) _exit(kNoMemory);
  return memory;
}

}  // namespace

extern "C" {
void* malloc(size_t size) { return Checked(__libc_malloc(size), size); }
void* calloc(size_t count, size_t size) { return Checked(__libc_calloc(count, size), count * size); }
void* realloc(void* old, size_t size) { return Checked(__libc_realloc(old, size), size); }
void* memalign(size_t alignment, size_t size) { return Checked(__libc_memalign(alignment, size), size); }
void* aligned_alloc(size_t alignment, size_t size) { return Checked(__libc_memalign(alignment, size), size); }
int posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = Checked(__libc_memalign(alignment, size), size);
  return 0;
}
}

#endif
