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
  virtual Topology Finish(std::optional<double> signed_volume) = 0;
};

template <class T>
class EdgeIndex::TypedImpl : public Impl {
 public:
  explicit TypedImpl(const Options& options)
      : options_(options),
        memory_bytes_(MemoryBytes(options)),
        table_(options.key, options.expected_triangles / 2 + options.expected_triangles / 16) {
    // Not for a mesh that will not fit anyway.
    const int64_t fitting = memory_bytes_ / static_cast<int64_t>(4 * sizeof(Corner));
    corners_.reserve(std::clamp<int64_t>(options.expected_triangles, 0, std::min(fitting, int64_t{1} << 26)) * 3);
    heads_.reserve(table_.capacity());
  }

  void Add(std::span<const Triangle> triangles) override;
  Topology Finish(std::optional<double> signed_volume) override;

  size_t vertex_count() const override { return table_.size(); }
  Vec3 vertex(uint32_t number) const override { return table_.At(number); }
  size_t triangle_count() const override { return spilled_ != nullptr ? spilled_->triangles() : corners_.size() / 3; }
  std::array<uint32_t, 3> corners(uint32_t triangle) const override {
    const Corner* corner = &corners_[size_t{triangle} * 3];
    return {corner[0].vertex, corner[1].vertex, corner[2].vertex};
  }

 private:
  using Position = typename VertexTable<T>::Position;
  static constexpr size_t kBatch = 128;                     // triangles
  static constexpr size_t kMaxTriangles = size_t{1} << 30;  // three half-edges each, numbered in 32 bits

  static constexpr uint32_t kNone = UINT32_MAX;

  // A corner of a triangle, and the half-edge that runs from it to the next corner: both have the same number.
  struct Corner {
    uint32_t vertex;
    uint32_t next;  // half-edge with the same smaller vertex; kNone ends the list
  };

  // What tables may take, so that there is room left to go on on disk.
  static int64_t MemoryBytes(const Options& options) {
    if (options.scratch == nullptr) return options.max_bytes;
    return std::max<int64_t>(std::min(options.max_bytes, options.memory_bytes) - options.spill_buffer_bytes, 0);
  }
  void Take(std::span<const Position> corners);
  void Spill();
  bool OverCap(size_t more_bytes) const {
    // What was reserved and not written yet takes no memory.
    const size_t corners = corners_.size() * sizeof(Corner), heads = heads_.size() * sizeof(uint32_t);
    return static_cast<int64_t>(table_.bytes() + corners + heads + more_bytes) > memory_bytes_;
  }
  void AddVertices(std::span<const Position> corners);
  void Link(size_t first_corner);
  void CountEdges(Topology& topology, ParityUnion& shells);
  double SixVolumes() const;

  const Options options_;
  const int64_t memory_bytes_;  // of the tables
  bool gave_up_ = false;
  std::unique_ptr<SpilledEdges<T>> spilled_;  // once memory did not suffice
  VertexTable<T> table_;
  HugeVector<Corner> corners_;       // three per triangle
  HugeVector<uint32_t> heads_;       // per vertex: the list of half-edges of which it is the smaller end
  std::vector<uint32_t> numbers_;    // of one batch
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
  // A vector that grows holds what it had and twice that for a moment: refuse before, not after.
  const bool grows = corners_.size() + corners.size() > corners_.capacity();
  const size_t growth = (grows ? corners_.capacity() * 2 * sizeof(Corner) : 0) + table_.GrowthBytes(corners.size());
  if (spilled_ == nullptr && OverCap(growth)) Spill();
  gave_up_ = gave_up_ || triangle_count() + corners.size() / 3 >= kMaxTriangles;
  if (gave_up_) return;
  if (spilled_ != nullptr) {
    spilled_->AddVertices(corners);
    for (size_t at = 0; at < corners.size(); at += 3) spilled_->AddTriangle(&corners[at]);
    return;
  }
  numbers_.resize(corners.size());
  table_.Number(corners, numbers_.data());
  heads_.resize(table_.size(), kNone);
  const size_t at = corners_.size();
  for (const uint32_t number : numbers_) corners_.push_back({number, kNone});
  for (size_t first = at; first < corners_.size(); first += 3) Link(first);
}

// Puts the half-edges of a triangle into the lists of their smaller vertices.
template <class T>
void EdgeIndex::TypedImpl<T>::Link(size_t first_corner) {
  Corner* corner = &corners_[first_corner];
  for (uint32_t i = 0; i < 3; ++i) {
    uint32_t& head = heads_[std::min(corner[i].vertex, corner[i == 2 ? 0 : i + 1].vertex)];
    corner[i].next = head;
    head = static_cast<uint32_t>(first_corner) + i;
  }
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
    Position corners[3];
    for (size_t i = 0; i < 3; ++i) corners[i] = table_.positions()[corners_[at + i].vertex];
    spilled_->AddTriangle(corners);
  }
  table_.DropPositions();
  HugeVector<Corner>().swap(corners_);
  HugeVector<uint32_t>().swap(heads_);
}

// A triangle without edges still reaches as far as its corners do.
template <class T>
void EdgeIndex::TypedImpl<T>::AddVertices(std::span<const Position> corners) {
  if (spilled_ != nullptr) return spilled_->AddVertices(corners);
  uint32_t numbers[3];
  table_.Number(corners, numbers);
  heads_.resize(table_.size(), kNone);
}

template <class T>
Topology EdgeIndex::TypedImpl<T>::Finish(std::optional<double> signed_volume) {
  Topology topology;
  table_.DropSlots();
  const size_t n = corners_.size() / 3;
  const size_t shell_links = n * sizeof(uint32_t);
  if (spilled_ == nullptr && !gave_up_ && OverCap(shell_links)) Spill();
  if (gave_up_) return topology;
  if (spilled_ != nullptr) {
    spilled_->Finish(topology, options_.max_bytes);
    return topology;
  }
  topology.complete = true;
  topology.vertices = static_cast<int64_t>(table_.size());
  ParityUnion shells(n);
  CountEdges(topology, shells);
  HugeVector<uint32_t>().swap(heads_);
  std::vector<uint32_t> shell_of;
  if (NumberShells(shells, static_cast<uint32_t>(n), topology, shell_of)) {
    // A lone shell is positive, or turned round as a whole.
    topology.inverted = topology.closed() && (signed_volume.has_value() ? *signed_volume : SixVolumes()) < 0;
  } else if (topology.closed_and_consistent()) {
    ShellJudge(shell_of, static_cast<uint32_t>(topology.shells), [this](uint32_t t) {
      return triangle(t);
    }).Judge(topology);
  }
  return topology;
}

template <class T>
double EdgeIndex::TypedImpl<T>::SixVolumes() const {
  const Vec3 origin = vertex(corners_[0].vertex);
  double sum = 0;
  for (size_t at = 0; at < corners_.size(); at += 3) {
    const Vec3 a = vertex(corners_[at].vertex), b = vertex(corners_[at + 1].vertex), c = vertex(corners_[at + 2].vertex);
    sum += Dot(a - origin, Cross(b - a, c - a));
  }
  return sum;
}

namespace {

// Sorts the uses of a vertex's edges, each `larger vertex << 32 | use` (edge_counter.h). By insertion while they are few,
// as nearly always: three of a usual vertex.
void SortUses(std::span<uint64_t> uses) {
  constexpr size_t kFew = 24;
  if (uses.size() > kFew) return std::sort(uses.begin(), uses.end());
  for (size_t i = 1; i < uses.size(); ++i) {
    const uint64_t moving = uses[i];
    size_t at = i;
    for (; at > 0 && uses[at - 1] > moving; --at) uses[at] = uses[at - 1];
    uses[at] = moving;
  }
}

}  // namespace

template <class T>
void EdgeIndex::TypedImpl<T>::CountEdges(Topology& topology, ParityUnion& shells) {
  EdgeCounter counter(topology, shells);
  std::vector<uint64_t> uses;
  for (size_t vertex = 0; vertex < heads_.size(); ++vertex) {
    // Lists begin anywhere in the table: on their way from memory some vertices ahead.
    constexpr size_t kAhead = 8;
    if (vertex + kAhead < heads_.size() && heads_[vertex + kAhead] != kNone) {
      __builtin_prefetch(&corners_[heads_[vertex + kAhead]]);
    }
    uses.clear();
    for (uint32_t half_edge = heads_[vertex]; half_edge != kNone; half_edge = corners_[half_edge].next) {
      const uint32_t triangle = half_edge / 3, first = triangle * 3;
      const uint32_t from = corners_[half_edge].vertex;
      const uint32_t to = corners_[half_edge == first + 2 ? first : half_edge + 1].vertex;
      const bool down = from > to;
      uses.push_back(uint64_t{down ? from : to} << 32 | triangle << 1 | static_cast<uint32_t>(down));
    }
    SortUses(uses);
    for (size_t at = 0; at < uses.size();) {
      const uint64_t other = uses[at] >> 32;
      counter.Begin(static_cast<uint32_t>(uses[at]));
      while (++at < uses.size() && uses[at] >> 32 == other) counter.Again(static_cast<uint32_t>(uses[at]));
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
Topology EdgeIndex::Finish(std::optional<double> signed_volume) { return impl_->Finish(signed_volume); }
const MeshView& EdgeIndex::mesh() const { return *impl_; }

}  // namespace millwright::files
