// A vector for tables that are read in no order: from 2 MiB on its memory is asked for in huge pages, so that each
// access does not also miss the processor's table of pages. Where the system has none it is a vector like any other.
//
// Unlike in a std::vector, elements that resize() adds are not set to zero: whoever asks for them writes them.
//
// Thread-safety: as std::vector.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HUGE_VECTOR_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HUGE_VECTOR_H_

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace millwright::files {

template <class T>
class HugePageAllocator {
 public:
  using value_type = T;
  static constexpr std::align_val_t kPage{size_t{2} << 20};

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}  // NOLINT: as the standard asks of allocators

  T* allocate(size_t n) {
    const size_t bytes = n * sizeof(T);
    if (!IsLarge(n)) return static_cast<T*>(::operator new(bytes));
    void* memory = ::operator new(bytes, kPage);
    // A wish: what it answers changes nothing but the time. Only whole pages, so that no more becomes resident.
    madvise(memory, bytes & ~(static_cast<size_t>(kPage) - 1), MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t n) {
    // No conditional expression: clang 14 calls the first of the two whatever the condition.
    if (IsLarge(n)) return ::operator delete(memory, kPage);
    ::operator delete(memory);
  }
  template <class U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }
  template <class U, class... Args>
  void construct(U* element, Args&&... args) {
    ::new (static_cast<void*>(element)) U(std::forward<Args>(args)...);
  }
  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }

 private:
  static bool IsLarge(size_t n) { return n * sizeof(T) >= static_cast<size_t>(kPage); }
};

template <class T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_HUGE_VECTOR_H_
