#include "services/files/domain/mesh/spilled_edges.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "services/files/domain/mesh/edge_counter.h"
#include "services/files/domain/mesh/shells.h"

namespace millwright::files {
namespace {

constexpr size_t kBlockTriangles = 1024;

}  // namespace

// Edges get most of the buffer: they are most of what is sorted.
template <class T>
SpilledEdges<T>::SpilledEdges(ScratchSpace& scratch, int64_t buffer_bytes)
    : scratch_(scratch),
      buffer_bytes_(buffer_bytes),
      edges_(scratch, buffer_bytes / 4 * 3),
      vertices_(scratch, buffer_bytes / 5) {}

template <class T>
void SpilledEdges<T>::AddVertices(std::span<const Position> vertices) {
  for (const Position& vertex : vertices) vertices_.Add(std::bit_cast<Vertex>(vertex));
}

template <class T>
void SpilledEdges<T>::AddTriangle(const Position* corners) {
  const auto triangle = static_cast<uint32_t>(triangles_++);
  for (int i = 0; i < 3; ++i) {
    // Any order of vertices does, as long as it is always the same: that of their bits.
    const auto from = std::bit_cast<Vertex>(corners[i]), to = std::bit_cast<Vertex>(corners[i == 2 ? 0 : i + 1]);
    const bool down = to < from;
    EdgeUse use;
    std::copy_n((down ? to : from).begin(), kWords, use.ends.begin());
    std::copy_n((down ? from : to).begin(), kWords, use.ends.begin() + kWords);
    use.use = triangle << 1 | (down ? 1 : 0);
    edges_.Add(use);
  }
  pending_.append(reinterpret_cast<const char*>(corners), 3 * sizeof(Position));
  if (triangles_ % kBlockTriangles == 0) good_ = FlushTriangles();
}

template <class T>
bool SpilledEdges<T>::FlushTriangles() {
  if (good_ && file_ == nullptr) file_ = scratch_.NewFile();
  const bool written = good_ && file_ != nullptr && file_->Append(pending_);
  pending_.clear();
  return written;
}

template <class T>
void SpilledEdges<T>::Finish(Topology& topology, int64_t max_bytes) {
  topology.on_disk = true;
  if (static_cast<int64_t>(triangles_ * sizeof(uint32_t)) + buffer_bytes_ > max_bytes) return;
  const bool flushed = FlushTriangles();
  topology.disk_failed = !flushed || !vertices_.ForEach([&](const Vertex&) { ++topology.vertices; });
  if (topology.disk_failed) return;
  ParityUnion shells(triangles_);
  topology.disk_failed = !CountEdges(topology, shells);
  if (topology.disk_failed) return;
  JudgeShells(topology, shells, max_bytes);
  topology.disk_failed = read_failed_;
  topology.complete = !topology.disk_failed;
}

template <class T>
bool SpilledEdges<T>::CountEdges(Topology& topology, ParityUnion& shells) {
  EdgeCounter counter(topology, shells);
  EdgeUse last;
  bool any = false;
  const bool good = edges_.ForEach([&](const EdgeUse& use) {
    if (any && use.ends == last.ends) return counter.Again(use.use);
    if (any) counter.End();
    counter.Begin(use.use);
    last = use;
    any = true;
  });
  if (any) counter.End();
  return good;
}

template <class T>
void SpilledEdges<T>::JudgeShells(Topology& topology, ParityUnion& shells, int64_t max_bytes) {
  const auto triangles = static_cast<uint32_t>(triangles_);
  // Shells as complete counts need no more than the edges were sorted in; who lies in whom needs every triangle's shell.
  std::vector<uint32_t> shell_of;
  topology.complete = true;
  if (NumberShells(shells, triangles, topology, shell_of)) {
    topology.inverted = topology.closed() && IsNegative();
    return;
  }
  if (!topology.closed_and_consistent()) return;
  constexpr int64_t kPerShell = 80;
  const int64_t needed = int64_t{triangles} * 3 * static_cast<int64_t>(sizeof(uint32_t)) + topology.shells * kPerShell;
  if (needed > max_bytes) {
    topology.containment = Containment::kTooMuchWork;
    return;
  }
  ShellJudge(shell_of, static_cast<uint32_t>(topology.shells), [this](uint32_t t) { return At(t); }).Judge(topology);
}

// A lone shell is positive, or turned round as a whole.
template <class T>
bool SpilledEdges<T>::IsNegative() const {
  const Vec3 origin = At(0).corner[0];
  double sum = 0;
  for (uint32_t t = 0; t < triangles_; ++t) {
    const Triangle triangle = At(t);
    const Vec3 &a = triangle.corner[0], &b = triangle.corner[1], &c = triangle.corner[2];
    sum += Dot(a - origin, Cross(b - a, c - a));
  }
  return sum < 0;
}

template <class T>
Triangle SpilledEdges<T>::At(uint32_t triangle) const {
  constexpr size_t kBytes = 3 * sizeof(Position);
  const int64_t block = triangle / kBlockTriangles;
  if (block != block_at_) {
    const size_t count = std::min(kBlockTriangles, triangles_ - static_cast<size_t>(block) * kBlockTriangles);
    block_.resize(count * kBytes);
    block_at_ = block;
    const bool good = file_->Read(block * static_cast<int64_t>(kBlockTriangles * kBytes), block_.size(), block_.data());
    if (!good) read_failed_ = true;
  }
  Position corners[3];
  std::memcpy(corners, block_.data() + triangle % kBlockTriangles * kBytes, kBytes);
  Triangle result;
  for (int i = 0; i < 3; ++i) result.corner[i] = {corners[i][0], corners[i][1], corners[i][2]};
  return result;
}

template class SpilledEdges<float>;
template class SpilledEdges<double>;

}  // namespace millwright::files
