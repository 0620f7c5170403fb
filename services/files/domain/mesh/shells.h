// Judges the shells of a closed, consistent mesh: which are voids, which are inside out, whether all of it is.
//
// Whether a negative shell lies inside a positive one is decided by the winding number of one of its vertices: the sum
// of the solid angles of the outer shell's triangles (Van Oosterom and Strackee 1983, doi 10.1109/TBME.1983.325207),
// 1 inside and 0 outside. A vertex on the outer surface gives neither; other vertices are then tried, and a shell for
// which none is clear counts as not inside.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SHELLS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SHELLS_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "services/files/domain/mesh/topology.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

class ShellJudge {
 public:
  // More solid angles than this (about 5 s) are not computed: Containment::kTooMuchWork.
  static constexpr int64_t kMaxSolidAngles = 100'000'000;
  static constexpr int64_t kMaxBoxPairs = 50'000'000;

  // `shell_of[t]` is the shell of triangle t, in 0..shell_count-1; `triangle(t)` its corners. Both must outlive the
  // judge. Memory: 4 bytes a triangle and 80 a shell.
  ShellJudge(std::span<const uint32_t> shell_of, uint32_t shell_count, std::function<Triangle(uint32_t)> triangle);

  // Sets the members of `topology` that are about shells.
  void Judge(Topology& topology);

 private:
  struct Shell {
    double six_volumes = 0;  // relative to the shell's own first vertex
    Box box;
    uint32_t first = 0, count = 0;  // in by_shell_
  };
  void GroupByShell();
  void MeasureShells();
  Containment JudgeNegative(const Shell& shell, std::span<const Shell* const> positive, bool* is_void);
  // 1 inside, 0 outside, -1 unclear, -2 too much work.
  int IsInside(const Shell& inner, const Shell& outer);
  double WindingNumber(const Vec3& point, const Shell& shell) const;
  static bool AnyNested(std::span<const Shell* const> positive);

  std::span<const uint32_t> shell_of_;
  std::function<Triangle(uint32_t)> triangle_;
  std::vector<Shell> shells_;
  std::vector<uint32_t> by_shell_;
  int64_t solid_angles_ = 0, box_pairs_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_SHELLS_H_
