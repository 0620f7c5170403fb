// What one pass over the triangles tells, in constant memory, while an upload arrives: box, surface, volume, counts
// and an early proof that a mesh is open.
//
// Volume: the sum of the signed tetrahedra between each triangle and the first vertex, in double with Neumaier's
// compensation, so that a million triangles cost no more than a few units in the last place. It means something only
// if the mesh is closed and consistently oriented; who reports it must have asked edge_index.h.
//
// Early proof: each directed edge adds a keyed hash of its end points, with the sign of its direction. In a closed,
// consistently oriented mesh everything cancels. A sum that is not zero *proves* that some edge is open or
// inconsistent; zero proves nothing (doubled triangles cancel too), so "closed" needs the exact pass.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MEASURER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MEASURER_H_

#include <cstdint>
#include <span>

#include "services/files/domain/mesh/keyed_hash.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// All lengths in the unit of the file.
struct MeshMeasurement {
  int64_t triangles = 0;          // all that the file has
  int64_t not_finite = 0;         // triangles with NaN or infinite coordinates; left out of everything below
  int64_t zero_area = 0;          // including those with a repeated corner
  int64_t first_not_finite = -1;  // index of the first such triangle, -1 if none
  int64_t first_zero_area = -1;
  Box box;
  double area = 0;
  double signed_volume = 0;  // negative if the mesh is inside out
  Vec3 centre_of_mass;       // of uniform density; means as much as the volume does
  bool proved_open = false;  // by the early hash: at least one open or inconsistent edge
};

// A sum of many doubles with an error of a few units in the last place (Neumaier 1974, doi 10.1002/zamm.19740540106).
class CompensatedSum {
 public:
  void Add(double term) {
    const double sum = sum_ + term;
    compensation_ += std::abs(sum_) >= std::abs(term) ? (sum_ - sum) + term : (term - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + compensation_; }

 private:
  double sum_ = 0, compensation_ = 0;
};

class MeshMeasurer : public TriangleSink {
 public:
  // `early_proof` false leaves `proved_open` unset and saves its time where the exact pass runs anyway.
  explicit MeshMeasurer(const HashKey& key, bool early_proof = true) : key_(key), early_proof_(early_proof) {}

  void Add(std::span<const Triangle> triangles) override;
  // May be asked at any time, for all triangles so far.
  MeshMeasurement Result() const;

 private:
  void AddOne(const Triangle& triangle);
  void AddEdges(const Triangle& triangle);

  const HashKey key_;
  const bool early_proof_;
  MeshMeasurement result_;
  bool has_origin_ = false;
  Vec3 origin_;
  CompensatedSum double_area_, six_volumes_;
  Vec3 moment_;  // sum of six volumes times four centroids, relative to the origin
  uint64_t edge_sum_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MEASURER_H_
