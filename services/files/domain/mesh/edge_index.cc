#include "services/files/domain/mesh/edge_index.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "services/files/domain/mesh/edge_counter.h"
#include "services/files/domain/mesh/huge_vector.h"
#include "services/files/domain/mesh/parity_union.h"
#include "services/files/domain/mesh/shells.h"
#include "services/files/domain/mesh/spilled_edges.h"
#include "services/files/domain/mesh/vertex_table.h"

namespace millwright::files {

class EdgeIndex::Impl : public MeshView {
 public:
  virtual void Add(std::span<const Triangle> triangles) = 0;
  virtual Topology Finish() = 0;
};

template <class T>
class EdgeIndex::TypedImpl : public Impl {
 public:
  explicit TypedImpl(const Options& options)
      : options_(options),
        memory_bytes_(MemoryBytes(options)),
        table_(options.key, options.expected_triangles / 2 + options.expected_triangles / 16) {
    // Not for a mesh that will not fit anyway.
    const int64_t fitting = memory_bytes_ / static_cast<int64_t>(4 * sizeof(uint32_t));
    corners_.reserve(std::clamp<int64_t>(options.expected_triangles, 0, std::min(fitting, int64_t{1} << 26)) * 3);
  }

  void Add(std::span<const Triangle> triangles) override;
  Topology Finish() override;

  size_t vertex_count() const override { return table_.size(); }
  Vec3 vertex(uint32_t number) const override { return table_.At(number); }
  size_t triangle_count() const override { return spilled_ != nullptr ? spilled_->triangles() : corners_.size() / 3; }
  std::array<uint32_t, 3> corners(uint32_t triangle) const override {
    const uint32_t* corner = &corners_[size_t{triangle} * 3];
    return {corner[0], corner[1], corner[2]};
  }

 private:
  using Position = typename VertexTable<T>::Position;
  static constexpr size_t kBatch = 128;                     // triangles
  static constexpr size_t kMaxTriangles = size_t{1} << 30;  // three half-edges each, numbered in 32 bits

  // One use of an edge by a triangle, kept at the edge's smaller vertex.
  struct HalfEdge {
    uint32_t other;                   // the larger vertex
    uint32_t triangle_and_direction;  // triangle << 1 | 1 if the triangle runs from the larger to the smaller vertex
  };

  // What tables may take, so that there is room left to go on on disk.
  static int64_t MemoryBytes(const Options& options) {
    if (options.scratch == nullptr) return options.max_bytes;
    return std::max<int64_t>(std::min(options.max_bytes, options.memory_bytes) - options.spill_buffer_bytes, 0);
  }
  void Take(std::span<const Position> corners);
  void Spill();
  bool OverCap(size_t more_bytes) const {
    return static_cast<int64_t>(table_.bytes() + corners_.capacity() * sizeof(uint32_t) + more_bytes) > memory_bytes_;
  }
  void AddVertices(std::span<const Position> corners);
  void GroupByVertex();
  static void SortByOther(std::span<HalfEdge> group);
  void CountEdges(Topology& topology, ParityUnion& shells);
  double SixVolumes() const;

  const Options options_;
  const int64_t memory_bytes_;  // of the tables
  bool gave_up_ = false;
  std::unique_ptr<SpilledEdges<T>> spilled_;  // once memory did not suffice
  VertexTable<T> table_;
  HugeVector<uint32_t> corners_;    // three vertex numbers per triangle
  HugeVector<uint32_t> group_end_;  // per vertex, end of its half-edges in half_edges_
  HugeVector<HalfEdge> half_edges_;
};

template <class T>
void EdgeIndex::TypedImpl<T>::Add(std::span<const Triangle> triangles) {
  Position points[kBatch * 3];
  while (!triangles.empty() && !gave_up_) {
    size_t used = 0;
    const size_t n = std::min(triangles.size(), kBatch);
    for (const Triangle& t : triangles.first(n)) {
      const Vec3 &a = t.corner[0], &b = t.corner[1], &c = t.corner[2];
      if (!IsFinite(a) || !IsFinite(b) || !IsFinite(c)) continue;
      Position* corner = points + used;
      for (int i = 0; i < 3; ++i) corner[i] = VertexTable<T>::PositionOf(t.corner[i]);
      using Table = VertexTable<T>;
      if (Table::Same(corner[0], corner[1]) || Table::Same(corner[1], corner[2]) || Table::Same(corner[2], corner[0])) {
        AddVertices({corner, 3});
      } else {
        used += 3;
      }
    }
    triangles = triangles.subspan(n);
    Take({points, used});
  }
}

// Three corners a triangle.
template <class T>
void EdgeIndex::TypedImpl<T>::Take(std::span<const Position> corners) {
  // A growing vector or table holds at most twice what it has: refuse before, not after.
  const bool grows = corners_.size() + corners.size() > corners_.capacity();
  if (spilled_ == nullptr && OverCap(grows ? corners_.capacity() * 2 * sizeof(uint32_t) : 0)) Spill();
  gave_up_ = gave_up_ || triangle_count() + corners.size() / 3 >= kMaxTriangles;
  if (gave_up_) return;
  if (spilled_ != nullptr) {
    spilled_->AddVertices(corners);
    for (size_t at = 0; at < corners.size(); at += 3) spilled_->AddTriangle(&corners[at]);
    return;
  }
  const size_t at = corners_.size();
  corners_.resize(at + corners.size());
  table_.Number(corners, corners_.data() + at);
}

// All that is in memory goes to disk, and so will what comes.
template <class T>
void EdgeIndex::TypedImpl<T>::Spill() {
  gave_up_ = options_.scratch == nullptr;
  if (gave_up_) return;
  table_.DropSlots();
  spilled_ = std::make_unique<SpilledEdges<T>>(*options_.scratch, options_.spill_buffer_bytes);
  spilled_->AddVertices(table_.positions());
  for (size_t at = 0; at < corners_.size(); at += 3) {
    const Position corners[3] = {table_.positions()[corners_[at]], table_.positions()[corners_[at + 1]],
                                 table_.positions()[corners_[at + 2]]};
    spilled_->AddTriangle(corners);
  }
  table_.DropPositions();
  HugeVector<uint32_t>().swap(corners_);
}

// A triangle without edges still reaches as far as its corners do.
template <class T>
void EdgeIndex::TypedImpl<T>::AddVertices(std::span<const Position> corners) {
  if (spilled_ != nullptr) return spilled_->AddVertices(corners);
  uint32_t numbers[3];
  table_.Number(corners, numbers);
}

template <class T>
Topology EdgeIndex::TypedImpl<T>::Finish() {
  Topology topology;
  table_.DropSlots();
  const size_t n = corners_.size() / 3;
  const size_t grouping = n * (3 * sizeof(HalfEdge) + sizeof(uint32_t)) + table_.size() * sizeof(uint32_t);
  if (spilled_ == nullptr && !gave_up_ && OverCap(grouping)) Spill();
  if (gave_up_) return topology;
  if (spilled_ != nullptr) {
    spilled_->Finish(topology, options_.max_bytes);
    return topology;
  }
  topology.complete = true;
  topology.vertices = static_cast<int64_t>(table_.size());
  GroupByVertex();
  ParityUnion shells(n);
  CountEdges(topology, shells);
  HugeVector<HalfEdge>().swap(half_edges_);
  HugeVector<uint32_t>().swap(group_end_);
  std::vector<uint32_t> shell_of;
  if (NumberShells(shells, static_cast<uint32_t>(n), topology, shell_of)) {
    // A lone shell is positive, or turned round as a whole.
    topology.inverted = topology.closed() && SixVolumes() < 0;
  } else if (topology.closed_and_consistent()) {
    ShellJudge(shell_of, static_cast<uint32_t>(topology.shells), [this](uint32_t t) {
      return triangle(t);
    }).Judge(topology);
  }
  return topology;
}

template <class T>
double EdgeIndex::TypedImpl<T>::SixVolumes() const {
  const Vec3 origin = vertex(corners_[0]);
  double sum = 0;
  for (size_t at = 0; at < corners_.size(); at += 3) {
    const Vec3 a = table_.At(corners_[at]), b = table_.At(corners_[at + 1]), c = table_.At(corners_[at + 2]);
    sum += Dot(a - origin, Cross(b - a, c - a));
  }
  return sum;
}

// A counting sort of all half-edges by their smaller vertex.
template <class T>
void EdgeIndex::TypedImpl<T>::GroupByVertex() {
  group_end_.assign(table_.size() + 1, 0);
  const size_t n = triangle_count();
  for (size_t t = 0; t < n; ++t) {
    const uint32_t* c = &corners_[t * 3];
    ++group_end_[std::min(c[0], c[1]) + 1];
    ++group_end_[std::min(c[1], c[2]) + 1];
    ++group_end_[std::min(c[2], c[0]) + 1];
  }
  // Now [v + 1] is the count of v; make [v] its start, which placing turns into its end.
  uint32_t start = 0;
  for (uint32_t& entry : group_end_) {
    start += entry;
    entry = start;
  }
  half_edges_.resize(n * 3);
  for (size_t t = 0; t < n; ++t) {
    const uint32_t* c = &corners_[t * 3];
    for (int i = 0; i < 3; ++i) {
      const uint32_t from = c[i], to = c[i == 2 ? 0 : i + 1];
      const bool down = from > to;
      half_edges_[group_end_[down ? to : from]++] = {down ? from : to, static_cast<uint32_t>(t << 1 | down)};
    }
  }
}

// By insertion while they are few, as nearly always: six of a usual vertex.
template <class T>
void EdgeIndex::TypedImpl<T>::SortByOther(std::span<HalfEdge> group) {
  constexpr size_t kFew = 24;
  if (group.size() > kFew) {
    std::sort(group.begin(), group.end(), [](const HalfEdge& a, const HalfEdge& b) { return a.other < b.other; });
    return;
  }
  for (size_t i = 1; i < group.size(); ++i) {
    const HalfEdge moving = group[i];
    size_t at = i;
    for (; at > 0 && group[at - 1].other > moving.other; --at) group[at] = group[at - 1];
    group[at] = moving;
  }
}

template <class T>
void EdgeIndex::TypedImpl<T>::CountEdges(Topology& topology, ParityUnion& shells) {
  EdgeCounter counter(topology, shells);
  size_t begin = 0;
  for (size_t vertex = 0; vertex < table_.size(); ++vertex) {
    const size_t end = group_end_[vertex];
    std::span<HalfEdge> group(half_edges_.data() + begin, end - begin);
    begin = end;
    SortByOther(group);
    for (size_t at = 0; at < group.size();) {
      const uint32_t other = group[at].other;
      counter.Begin(group[at].triangle_and_direction);
      while (++at < group.size() && group[at].other == other) counter.Again(group[at].triangle_and_direction);
      counter.End();
    }
  }
}

EdgeIndex::EdgeIndex(const Options& options) {
  if (options.single_precision) {
    impl_ = std::make_unique<TypedImpl<float>>(options);
  } else {
    impl_ = std::make_unique<TypedImpl<double>>(options);
  }
}

EdgeIndex::~EdgeIndex() = default;
void EdgeIndex::Add(std::span<const Triangle> triangles) { impl_->Add(triangles); }
Topology EdgeIndex::Finish() { return impl_->Finish(); }
const MeshView& EdgeIndex::mesh() const { return *impl_; }

}  // namespace millwright::files
