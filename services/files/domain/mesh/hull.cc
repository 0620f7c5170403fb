#include "services/files/domain/mesh/hull.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/files/domain/mesh/measurer.h"
#include "services/files/domain/mesh/orientation.h"

namespace millwright::files {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// A triangle of the growing hull. `outside` begins the list of the points that are visible from here and from no face
// that was asked before; the first of them is the farthest.
struct Face {
  uint32_t corner[3];
  uint32_t neighbour[3];  // over the edge from corner i to corner i + 1
  uint32_t outside = kNone;
  float farthest = 0;
  bool visible = false, dead = false, queued = false;
};

// An edge between what an eye sees and what it does not, in the direction of the visible face.
struct HorizonEdge {
  uint32_t from, to, hidden, hidden_edge;
};

class QuickHull {
 public:
  QuickHull(std::vector<Vec3> points, int64_t max_work) : points_(std::move(points)), work_left_(max_work) {}

  std::optional<Hull> Run() {
    for (const Vec3& p : points_) {
      if (!IsFinite(p)) return std::nullopt;
      box_.Add(p);
    }
    const Vec3 size = box_.size();
    extent_ = std::max({size.x, size.y, size.z});
    uint32_t simplex[4] = {};
    if (!FindSimplex(simplex)) {
      Hull flat;
      flat.flat = true;
      flat.points = std::move(points_);
      return flat;
    }
    next_.assign(points_.size(), kNone);
    cone_at_.assign(points_.size(), kNone);
    faces_.reserve(std::min(2 * points_.size() + 64, kMaxHullTriangles));
    MakeSimplex(simplex);
    while (!todo_.empty()) {
      const uint32_t face = todo_.back();
      todo_.pop_back();
      faces_[face].queued = false;
      if (faces_[face].dead || faces_[face].outside == kNone) continue;
      if (!AddEye(face)) return std::nullopt;
    }
    return Collect();
  }

 private:
  PlaneSide PlaneOf(const Face& f) const {
    return PlaneSide(points_[f.corner[0]], points_[f.corner[1]], points_[f.corner[2]], extent_);
  }

  // Four points that span space: far apart, so that the first steps swallow most of the others. False if there are
  // none.
  bool FindSimplex(uint32_t simplex[4]) const {
    if (points_.size() < 4) return false;
    uint32_t extreme[6] = {};
    for (uint32_t i = 0; i < points_.size(); ++i) {
      const Vec3& p = points_[i];
      if (p.x < points_[extreme[0]].x) extreme[0] = i;
      if (p.x > points_[extreme[1]].x) extreme[1] = i;
      if (p.y < points_[extreme[2]].y) extreme[2] = i;
      if (p.y > points_[extreme[3]].y) extreme[3] = i;
      if (p.z < points_[extreme[4]].z) extreme[4] = i;
      if (p.z > points_[extreme[5]].z) extreme[5] = i;
    }
    double longest = -1;
    for (const uint32_t a : extreme) {
      for (const uint32_t b : extreme) {
        const double length = Length(points_[a] - points_[b]);
        if (length <= longest) continue;
        longest = length;
        simplex[0] = a;
        simplex[1] = b;
      }
    }
    return longest > 0 && FarthestFromLine(simplex) && FarthestFromPlane(simplex);
  }

  bool FarthestFromLine(uint32_t simplex[4]) const {
    const Vec3 &a = points_[simplex[0]], direction = points_[simplex[1]] - a;
    double best = -1;
    for (uint32_t i = 0; i < points_.size(); ++i) {
      const double distance = Length(Cross(direction, points_[i] - a));
      if (distance <= best || ExactlyCollinear(a, points_[simplex[1]], points_[i])) continue;
      best = distance;
      simplex[2] = i;
    }
    return best >= 0;
  }

  bool FarthestFromPlane(uint32_t simplex[4]) const {
    const PlaneSide plane(points_[simplex[0]], points_[simplex[1]], points_[simplex[2]], extent_);
    double best = -1;
    for (uint32_t i = 0; i < points_.size(); ++i) {
      const double distance = std::abs(plane.Distance(points_[i]));
      if (distance <= best || plane.Side(points_[i]) == 0) continue;
      best = distance;
      simplex[3] = i;
    }
    return best >= 0;
  }

  void MakeSimplex(const uint32_t s[4]) {
    const bool above = ExactSide(points_[s[0]], points_[s[1]], points_[s[2]], points_[s[3]]) > 0;
    const uint32_t a = s[0], b = above ? s[2] : s[1], c = above ? s[1] : s[2], d = s[3];
    faces_.push_back({{a, b, c}, {1, 2, 3}});
    faces_.push_back({{b, a, d}, {0, 3, 2}});
    faces_.push_back({{c, b, d}, {0, 1, 3}});
    faces_.push_back({{a, c, d}, {0, 2, 1}});
    for (uint32_t i = 0; i < points_.size(); ++i) {
      if (i == a || i == b || i == c || i == d) continue;
      orphans_.push_back(i);
    }
    Distribute({0, 1, 2, 3});
  }

  // Gives each orphan to the first of `faces` that it is outside of; those outside of none are inside the hull for
  // good.
  void Distribute(const std::vector<uint32_t>& faces) {
    for (const uint32_t f : faces) {
      Face& face = faces_[f];
      const PlaneSide plane = PlaneOf(face);
      const double scale = plane.normal_length() > 0 ? 1 / plane.normal_length() : 0;
      work_left_ -= static_cast<int64_t>(orphans_.size());
      size_t kept = 0;
      for (const uint32_t point : orphans_) {
        if (plane.Side(points_[point]) <= 0) {
          orphans_[kept++] = point;
          continue;
        }
        Give(face, point, static_cast<float>(plane.Distance(points_[point]) * scale));
      }
      orphans_.resize(kept);
      if (face.outside == kNone || face.queued) continue;
      face.queued = true;
      todo_.push_back(f);
    }
    orphans_.clear();
  }

  void Give(Face& face, uint32_t point, float distance) {
    if (face.outside == kNone || distance > face.farthest) {
      next_[point] = face.outside;
      face.outside = point;
      face.farthest = distance;
    } else {
      next_[point] = std::exchange(next_[face.outside], point);
    }
  }

  // Makes the farthest point outside `start` a corner of the hull.
  bool AddEye(uint32_t start) {
    const uint32_t eye = faces_[start].outside;
    FindHorizon(start, eye);
    const bool too_much = work_left_ < 0 || faces_.size() + horizon_.size() > kMaxHullTriangles;
    if (too_much || horizon_.size() < 3) return false;
    for (const uint32_t f : visible_) {
      Face& face = faces_[f];
      for (uint32_t p = face.outside; p != kNone; p = next_[p]) {
        if (p != eye) orphans_.push_back(p);
      }
      face.dead = true;
      face.visible = false;
      face.outside = kNone;
      free_.push_back(f);
    }
    return MakeCone(eye);
  }

  // All faces that the eye sees, from `start`, and the edges around them.
  void FindHorizon(uint32_t start, uint32_t eye) {
    visible_.assign(1, start);
    horizon_.clear();
    faces_[start].visible = true;
    for (size_t at = 0; at < visible_.size(); ++at) {
      for (int edge = 0; edge < 3; ++edge) {
        const Face& face = faces_[visible_[at]];
        const uint32_t other = face.neighbour[edge];
        Face& neighbour = faces_[other];
        if (neighbour.visible) continue;
        --work_left_;
        if (PlaneOf(neighbour).Side(points_[eye]) > 0) {
          neighbour.visible = true;
          visible_.push_back(other);
          continue;
        }
        const uint32_t from = face.corner[edge], to = face.corner[(edge + 1) % 3];
        uint32_t back = 0;
        while (neighbour.corner[back] != to) ++back;
        horizon_.push_back({from, to, other, back});
      }
    }
  }

  // New faces from each edge of the horizon to the eye. False if the horizon is no ring, which exact sides rule out.
  bool MakeCone(uint32_t eye) {
    made_.clear();
    for (const HorizonEdge& edge : horizon_) {
      const uint32_t f = NewFace();
      faces_[f] = Face{{edge.from, edge.to, eye}, {edge.hidden, kNone, kNone}};
      faces_[edge.hidden].neighbour[edge.hidden_edge] = f;
      if (cone_at_[edge.from] != kNone) return false;
      cone_at_[edge.from] = f;
      made_.push_back(f);
    }
    for (const uint32_t f : made_) {
      const uint32_t after = cone_at_[faces_[f].corner[1]];
      if (after == kNone) return false;
      faces_[f].neighbour[1] = after;
      faces_[after].neighbour[2] = f;
    }
    for (const HorizonEdge& edge : horizon_) cone_at_[edge.from] = kNone;
    Distribute(made_);
    return true;
  }

  uint32_t NewFace() {
    if (free_.empty()) {
      faces_.emplace_back();
      return static_cast<uint32_t>(faces_.size() - 1);
    }
    const uint32_t f = free_.back();
    free_.pop_back();
    return f;
  }

  Hull Collect() {
    Hull hull;
    std::vector<uint32_t>& number = next_;  // no longer needed as lists
    number.assign(points_.size(), kNone);
    CompensatedSum six_volumes;
    const Vec3 origin = points_[faces_.front().corner[0]];
    for (const Face& face : faces_) {
      if (face.dead) continue;
      std::array<uint32_t, 3> triangle;
      for (int i = 0; i < 3; ++i) {
        uint32_t& n = number[face.corner[i]];
        if (n == kNone) {
          n = static_cast<uint32_t>(hull.points.size());
          hull.points.push_back(points_[face.corner[i]]);
        }
        triangle[i] = n;
      }
      hull.triangles.push_back(triangle);
      const Vec3 &a = points_[face.corner[0]], &b = points_[face.corner[1]], &c = points_[face.corner[2]];
      six_volumes.Add(Dot(a - origin, Cross(b - a, c - a)));
    }
    hull.volume = six_volumes.value() / 6;
    return hull;
  }

  std::vector<Vec3> points_;
  int64_t work_left_;
  Box box_;
  double extent_ = 0;
  std::vector<Face> faces_;
  std::vector<uint32_t> next_;     // list of the points outside a face
  std::vector<uint32_t> cone_at_;  // per point, the new face whose edge on the horizon begins there
  std::vector<uint32_t> free_, todo_, orphans_, visible_, made_;
  std::vector<HorizonEdge> horizon_;
};

}  // namespace

std::optional<Hull> ConvexHull(std::vector<Vec3> points, int64_t max_work) {
  return QuickHull(std::move(points), max_work).Run();
}

}  // namespace millwright::files
