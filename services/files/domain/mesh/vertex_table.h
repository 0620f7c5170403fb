// Gives each different vertex a number, in the order of appearance. The hot loop of the edge pass: open addressing
// with linear probing, load at most 2/3, four bytes a slot: the number in as many bits as the table needs, and in the rest
// bits of the hash, so that a slot of another vertex is nearly always passed by without a look at its position. Positions
// are kept in the precision of the file.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "services/files/domain/mesh/huge_vector.h"
#include "services/files/domain/mesh/keyed_hash.h"

namespace millwright::files {

// T is float or double.
template <class T>
class VertexTable {
 public:
  using Position = std::array<T, 3>;

  VertexTable(const HashKey& key, int64_t expected_vertices) : key_(key) {
    // The hint is capped: a lying one must not cost memory.
    const int64_t expected = std::clamp<int64_t>(expected_vertices, 512, int64_t{1} << 24);
    positions_.reserve(expected);
    Rehash(std::bit_ceil(static_cast<uint64_t>(expected) * 3 / 2));
  }

  // Adding 0 makes -0 and 0 one vertex, so that equal positions are those of equal bytes. Not for NaN.
  static Position PositionOf(const Vec3& v) {
    return {static_cast<T>(v.x + 0.0), static_cast<T>(v.y + 0.0), static_cast<T>(v.z + 0.0)};
  }

  static bool Same(const Position& a, const Position& b) { return std::memcmp(&a, &b, sizeof(Position)) == 0; }

  // The numbers of `points`, into `numbers`; they come from PositionOf. In batches, so that the slots of all points are
  // on their way from memory before the first is looked at.
  void Number(std::span<const Position> points, uint32_t* numbers) {
    constexpr size_t kBatch = 96;
    Miss misses[kBatch];
    while (!points.empty()) {
      const size_t n = std::min(points.size(), kBatch);
      size_t missing = 0;
      for (size_t i = 0; i < n; ++i) {
        const Position& position = points[i];
        const uint64_t hash = Hash(position);
        const Recent& recent = recent_[hash % kRecent];
        if (Same(recent.position, position)) {
          numbers[i] = recent.number;
          continue;
        }
        __builtin_prefetch(&slots_[hash >> shift_]);
        misses[missing++] = {position, static_cast<uint32_t>(i), hash};
      }
      for (const Miss& miss : std::span(misses, missing)) {
        const uint32_t number = FindOrAdd(miss.position, miss.hash);
        numbers[miss.at] = number;
        recent_[miss.hash % kRecent] = {miss.position, number};
      }
      points = points.subspan(n);
      numbers += n;
    }
  }

  size_t size() const { return positions_.size(); }
  size_t capacity() const { return positions_.capacity(); }
  Vec3 At(uint32_t number) const {
    const Position& p = positions_[number];
    return {p[0], p[1], p[2]};
  }
  // What is written of its tables; those that were reserved take no memory before.
  size_t bytes() const { return positions_.size() * sizeof(Position) + slots_.size() * sizeof(uint32_t); }
  // What the tables take more while `points` are numbered, if they have to grow for them.
  size_t GrowthBytes(size_t points) const {
    const size_t size = positions_.size() + points;
    return (size > positions_.capacity() ? positions_.capacity() * 2 * sizeof(Position) : 0) +
           (size * 3 > slots_.size() * 2 ? slots_.size() * sizeof(uint32_t) : 0);
  }
  const HugeVector<Position>& positions() const { return positions_; }
  void DropPositions() { HugeVector<Position>().swap(positions_); }
  // The table is only needed for numbering; the positions stay.
  void DropSlots() { HugeVector<uint32_t>().swap(slots_); }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;  // no number is: a third of the slots stay free

  // Most vertices were seen a moment ago: a small table in front of the large one, one entry a hash. NaN is no position.
  struct Recent {
    Position position{NAN, NAN, NAN};
    uint32_t number = 0;
  };
  static constexpr size_t kRecent = 4096;

  struct Miss {
    Position position;
    uint32_t at;
    uint64_t hash;
  };

  uint64_t Hash(const Position& p) const {
    if constexpr (sizeof(T) == sizeof(uint32_t)) {
      const uint64_t x = std::bit_cast<uint32_t>(p[0]), y = std::bit_cast<uint32_t>(p[1]);
      return MultiplyFold((x | y << 32) ^ key_.a, std::bit_cast<uint32_t>(p[2]) ^ key_.b);
    } else {
      return HashVertex({p[0], p[1], p[2]}, key_);
    }
  }

  uint32_t FindOrAdd(const Position& position, uint64_t hash) {
    const uint32_t tag = TagOf(hash);
    for (uint64_t at = hash >> shift_;; at = (at + 1) & mask_) {
      const uint32_t slot = slots_[at];
      if (slot == kEmpty) return Insert(position, hash, at);
      if (((slot ^ tag) & ~mask_) != 0) continue;
      const uint32_t number = slot & static_cast<uint32_t>(mask_);
      if (Same(positions_[number], position)) return number;
    }
  }

  // Bits of the hash that do not choose the slot, above those of a number.
  uint32_t TagOf(uint64_t hash) const { return static_cast<uint32_t>(hash & ~mask_); }

  uint32_t Insert(const Position& position, uint64_t hash, uint64_t at) {
    const uint32_t number = static_cast<uint32_t>(positions_.size());
    positions_.push_back(position);
    slots_[at] = TagOf(hash) | number;
    if (positions_.size() * 3 > slots_.size() * 2) Rehash(slots_.size() * 2);
    return number;
  }

  void Rehash(uint64_t slot_count) {
    DropSlots();  // first, so that old and new never exist together
    slots_.assign(slot_count, kEmpty);
    mask_ = slot_count - 1;
    shift_ = 64 - std::bit_width(mask_);
    for (uint32_t number = 0; number < positions_.size(); ++number) {
      const uint64_t hash = Hash(positions_[number]);
      uint64_t at = hash >> shift_;
      while (slots_[at] != kEmpty) at = (at + 1) & mask_;
      slots_[at] = TagOf(hash) | number;
    }
  }

  const HashKey key_;
  HugeVector<Position> positions_;
  HugeVector<uint32_t> slots_;
  std::vector<Recent> recent_ = std::vector<Recent>(kRecent);
  uint64_t mask_ = 0;
  int shift_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_
