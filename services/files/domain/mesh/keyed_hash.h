// Keyed hashes of vertices, so that nobody can make a file whose vertices all fall into one slot (hash flooding).
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_KEYED_HASH_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_KEYED_HASH_H_

#include <bit>
#include <cstdint>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// Secret per analysis; from the operating system's generator in production, fixed in tests.
struct HashKey {
  uint64_t a, b, c;
  static HashKey Random();
};

// The two halves of the 128-bit product folded into one: each bit of the result depends on all bits of both factors.
inline uint64_t MultiplyFold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t HashVertex(const Vec3& v, const HashKey& key) {
  // "+ 0.0" makes -0 and 0 one vertex, as the rules of meshes say.
  const uint64_t x = std::bit_cast<uint64_t>(v.x + 0.0);
  const uint64_t y = std::bit_cast<uint64_t>(v.y + 0.0);
  const uint64_t z = std::bit_cast<uint64_t>(v.z + 0.0);
  return MultiplyFold(MultiplyFold(x ^ key.a, y ^ key.b) ^ z, key.c);
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_KEYED_HASH_H_
