// Union-find whose links carry a parity: "same orientation" (0) or "opposite" (1). Four bytes an element.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PARITY_UNION_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PARITY_UNION_H_

#include <cstdint>
#include <utility>

#include "services/files/domain/mesh/huge_vector.h"

namespace millwright::files {

class ParityUnion {
 public:
  // At most 2^31 elements.
  explicit ParityUnion(size_t size) : links_(size), sets_(size) {
    for (size_t i = 0; i < size; ++i) links_[i] = static_cast<uint32_t>(i) << 1;
  }

  struct Root {
    uint32_t element;
    uint32_t parity;  // of the asked element, relative to the root
  };

  Root Find(uint32_t element) {
    uint32_t parity = 0;
    for (;;) {
      const uint32_t link = links_[element];
      const uint32_t parent = link >> 1;
      if (parent == element) return {element, parity};
      const uint32_t above = links_[parent];
      if (above >> 1 == parent) return {parent, parity ^ (link & 1)};
      // Path halving: the element now hangs on its grandparent.
      links_[element] = above ^ (link & 1);
      parity ^= (above ^ link) & 1;
      element = above >> 1;
    }
  }

  // How many sets there are.
  size_t sets() const { return sets_; }

  // Joins the sets of a and b; `parity` is that of a relative to b. Ignored if they are joined already.
  void Join(uint32_t a, uint32_t b, uint32_t parity) {
    Root ra = Find(a), rb = Find(b);
    if (ra.element == rb.element) return;
    --sets_;
    // The smaller index becomes the root: neighbours in a file mostly stand near each other, so paths stay short.
    if (ra.element < rb.element) std::swap(ra, rb);
    links_[ra.element] = (rb.element << 1) | (ra.parity ^ rb.parity ^ parity);
  }

 private:
  HugeVector<uint32_t> links_;  // parent << 1 | parity
  size_t sets_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PARITY_UNION_H_
