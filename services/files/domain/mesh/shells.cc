#include "services/files/domain/mesh/shells.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace millwright::files {
namespace {

// Of the tetrahedron between `origin` and the triangle.
double SixVolumes(const Triangle& t, const Vec3& origin) {
  return Dot(t.corner[0] - origin, Cross(t.corner[1] - t.corner[0], t.corner[2] - t.corner[0]));
}

}  // namespace

ShellJudge::ShellJudge(std::span<const uint32_t> shell_of, uint32_t shell_count,
                       std::function<Triangle(uint32_t)> triangle)
    : shell_of_(shell_of), triangle_(std::move(triangle)), shells_(shell_count) {}

void ShellJudge::Judge(Topology& topology) {
  GroupByShell();
  MeasureShells();
  double total = 0;
  for (const Shell& shell : shells_) total += shell.six_volumes;
  topology.inverted = total < 0;
  std::vector<const Shell*> positive, negative;
  for (const Shell& shell : shells_) {
    const double volume = topology.inverted ? -shell.six_volumes : shell.six_volumes;
    (volume < 0 ? negative : positive).push_back(&shell);
  }
  topology.negative_shells = static_cast<int64_t>(negative.size());
  topology.containment = Containment::kFine;
  for (const Shell* shell : negative) {
    bool is_void = false;
    const Containment one = JudgeNegative(*shell, positive, &is_void);
    topology.voids += is_void;
    topology.containment = std::max(topology.containment, one);
    if (one == Containment::kTooMuchWork) return;
  }
  topology.nested_boxes = AnyNested(positive);
}

void ShellJudge::GroupByShell() {
  for (uint32_t shell : shell_of_) ++shells_[shell].count;
  uint32_t next = 0;
  for (Shell& shell : shells_) {
    shell.first = next;
    next += std::exchange(shell.count, 0);
  }
  by_shell_.resize(shell_of_.size());
  for (uint32_t t = 0; t < shell_of_.size(); ++t) {
    Shell& shell = shells_[shell_of_[t]];
    by_shell_[shell.first + shell.count++] = t;
  }
}

void ShellJudge::MeasureShells() {
  for (Shell& shell : shells_) {
    const Vec3 origin = triangle_(by_shell_[shell.first]).corner[0];
    for (uint32_t i = 0; i < shell.count; ++i) {
      const Triangle t = triangle_(by_shell_[shell.first + i]);
      for (const Vec3& corner : t.corner) shell.box.Add(corner);
      shell.six_volumes += SixVolumes(t, origin);
    }
  }
}

Containment ShellJudge::JudgeNegative(const Shell& shell, std::span<const Shell* const> positive, bool* is_void) {
  int around = 0;
  for (const Shell* outer : positive) {
    if (++box_pairs_ > kMaxBoxPairs) return Containment::kTooMuchWork;
    if (!outer->box.Contains(shell.box)) continue;
    const int inside = IsInside(shell, *outer);
    if (inside == -2) return Containment::kTooMuchWork;
    if (inside < 0) return Containment::kNegative;
    around += inside;
  }
  *is_void = around == 1;
  return *is_void ? Containment::kFine : Containment::kNegative;
}

int ShellJudge::IsInside(const Shell& inner, const Shell& outer) {
  constexpr uint32_t kTries = 8;
  for (uint32_t i = 0; i < std::min(kTries, inner.count); ++i) {
    solid_angles_ += outer.count;
    if (solid_angles_ > kMaxSolidAngles) return -2;
    // Spread the tries over the shell: neighbours of a touching vertex often touch as well.
    const uint32_t pick = static_cast<uint32_t>(uint64_t{i} * inner.count / kTries) % inner.count;
    const Vec3 point = triangle_(by_shell_[inner.first + pick]).corner[0];
    const double winding = std::abs(WindingNumber(point, outer));
    if (std::abs(winding - 1) < 0.01) return 1;
    if (winding < 0.01) return 0;
  }
  return -1;
}

double ShellJudge::WindingNumber(const Vec3& point, const Shell& shell) const {
  double sum = 0;
  for (uint32_t i = 0; i < shell.count; ++i) {
    const Triangle t = triangle_(by_shell_[shell.first + i]);
    const Vec3 a = t.corner[0] - point, b = t.corner[1] - point, c = t.corner[2] - point;
    const double la = Length(a), lb = Length(b), lc = Length(c);
    const double denominator = la * lb * lc + Dot(a, b) * lc + Dot(b, c) * la + Dot(c, a) * lb;
    sum += 2 * std::atan2(Dot(a, Cross(b, c)), denominator);
  }
  return sum / (4 * std::numbers::pi);
}

bool ShellJudge::AnyNested(std::span<const Shell* const> positive) {
  constexpr size_t kMaxCompared = 2000;  // four million pairs; with more shells "may be nested" is the answer
  if (positive.size() > kMaxCompared) return true;
  for (const Shell* outer : positive) {
    for (const Shell* inner : positive) {
      if (outer != inner && outer->box.Contains(inner->box)) return true;
    }
  }
  return false;
}

}  // namespace millwright::files
