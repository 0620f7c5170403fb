// The exact edge pass on disk, for meshes whose vertices and edges are more than memory should hold. The same counts as
// in memory, by sorting: all uses of an edge stand together once they are sorted by its two vertices, and vertices are
// counted as the different ones of a sorted list.
//
// Memory: `buffer_bytes`, and when edges are counted 4 bytes a triangle (12 and 80 a shell if there are several shells
// whose containment has to be judged). Disk: 28 bytes for each of three edge uses, 36 a triangle and at most 36 for its
// vertices, in double precision 52, 72 and 72; so three times a binary STL.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SPILLED_EDGES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SPILLED_EDGES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "services/files/domain/mesh/external_sort.h"
#include "services/files/domain/mesh/parity_union.h"
#include "services/files/domain/mesh/topology.h"
#include "services/files/domain/mesh/triangle.h"
#include "services/files/domain/scratch.h"

namespace millwright::files {

// T is float or double, in which every coordinate is exact. Positions have no NaN and no -0 (VertexTable::PositionOf).
template <class T>
class SpilledEdges {
 public:
  using Position = std::array<T, 3>;

  SpilledEdges(ScratchSpace& scratch, int64_t buffer_bytes);

  void AddVertices(std::span<const Position> vertices);
  // Three different corners. Its vertices must be added too.
  void AddTriangle(const Position* corners);
  size_t triangles() const { return triangles_; }
  // Once. Leaves `topology` incomplete if the disk failed or `max_bytes` do not suffice.
  void Finish(Topology& topology, int64_t max_bytes);

 private:
  static constexpr size_t kWords = sizeof(Position) / sizeof(uint32_t);
  struct EdgeUse {
    std::array<uint32_t, 2 * kWords> ends;  // the bits of the smaller position, then of the larger
    uint32_t use;                           // edge_counter.h
    friend bool operator<(const EdgeUse& a, const EdgeUse& b) { return a.ends < b.ends; }
  };
  using Vertex = std::array<uint32_t, kWords>;

  Triangle At(uint32_t triangle) const;
  bool CountEdges(Topology& topology, ParityUnion& shells);
  void JudgeShells(Topology& topology, ParityUnion& shells, int64_t max_bytes);
  bool IsNegative() const;
  bool FlushTriangles();

  ScratchSpace& scratch_;
  const int64_t buffer_bytes_;
  ExternalSort<EdgeUse> edges_;
  ExternalSort<Vertex, /*kUnique=*/true> vertices_;
  size_t triangles_ = 0;
  std::string pending_;  // triangles on their way to the file
  std::unique_ptr<ScratchFile> file_;
  bool good_ = true;
  // The block of triangles that was asked for last.
  mutable std::string block_;
  mutable int64_t block_at_ = -1;
  mutable bool read_failed_ = false;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SPILLED_EDGES_H_
