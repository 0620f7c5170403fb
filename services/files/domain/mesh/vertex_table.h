// Gives each different vertex a number, in the order of appearance. The hot loop of the edge pass: open addressing
// with linear probing, four bytes a slot, load at most 2/3; positions in the precision of the file.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

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

  // The numbers of `points`, into `numbers`. In batches, so that the slots of all points are on their way from memory
  // before the first is looked at.
  void Number(std::span<const Vec3> points, uint32_t* numbers) {
    constexpr size_t kBatch = 96;
    uint64_t hash[kBatch];
    while (!points.empty()) {
      const size_t n = std::min(points.size(), kBatch);
      for (size_t i = 0; i < n; ++i) {
        hash[i] = HashVertex(points[i], key_);
        __builtin_prefetch(&slots_[hash[i] >> shift_]);
      }
      for (size_t i = 0; i < n; ++i) numbers[i] = FindOrAdd(points[i], hash[i]);
      points = points.subspan(n);
      numbers += n;
    }
  }

  size_t size() const { return positions_.size(); }
  Vec3 At(uint32_t number) const {
    const Position& p = positions_[number];
    return {p[0], p[1], p[2]};
  }
  // What Number would need at most if it had to grow now.
  size_t bytes() const { return positions_.capacity() * sizeof(Position) + slots_.capacity() * sizeof(uint32_t); }
  // The table is only needed for numbering; the positions stay.
  void DropSlots() { std::vector<uint32_t>().swap(slots_); }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;

  uint32_t FindOrAdd(const Vec3& point, uint64_t hash) {
    // "+ 0" as in HashVertex: positions are stored with positive zeros, so that == on them is bit-equality
    const Position position{static_cast<T>(point.x + 0.0), static_cast<T>(point.y + 0.0),
                            static_cast<T>(point.z + 0.0)};
    for (uint64_t slot = hash >> shift_;; slot = (slot + 1) & mask_) {
      const uint32_t number = slots_[slot];
      if (number == kEmpty) return Insert(position, slot);
      if (positions_[number] == position) return number;
    }
  }

  uint32_t Insert(const Position& position, uint64_t slot) {
    const uint32_t number = static_cast<uint32_t>(positions_.size());
    positions_.push_back(position);
    slots_[slot] = number;
    if (positions_.size() * 3 > slots_.size() * 2) Rehash(slots_.size() * 2);
    return number;
  }

  void Rehash(uint64_t slot_count) {
    std::vector<uint32_t>().swap(slots_);  // first, so that old and new never exist together
    slots_.assign(slot_count, kEmpty);
    mask_ = slot_count - 1;
    shift_ = 64 - std::bit_width(mask_);
    for (uint32_t number = 0; number < positions_.size(); ++number) {
      uint64_t slot = HashVertex(At(number), key_) >> shift_;
      while (slots_[slot] != kEmpty) slot = (slot + 1) & mask_;
      slots_[slot] = number;
    }
  }

  const HashKey key_;
  std::vector<Position> positions_;
  std::vector<uint32_t> slots_;
  uint64_t mask_ = 0;
  int shift_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_VERTEX_TABLE_H_
