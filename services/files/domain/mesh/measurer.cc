#include "services/files/domain/mesh/measurer.h"

#include <cstdlib>
#include <random>

namespace millwright::files {

HashKey HashKey::Random() {
  std::random_device device;  // getrandom(2) on Linux
  auto next = [&device] { return (static_cast<uint64_t>(device()) << 32) | device(); };
  return {next(), next(), next() | 1};
}

void MeshMeasurer::Add(std::span<const Triangle> triangles) {
  for (const Triangle& triangle : triangles) AddOne(triangle);
}

void MeshMeasurer::AddOne(const Triangle& triangle) {
  const int64_t index = result_.triangles++;
  const Vec3 &a = triangle.corner[0], &b = triangle.corner[1], &c = triangle.corner[2];
  if (!(IsFinite(a) && IsFinite(b) && IsFinite(c))) {
    if (result_.not_finite++ == 0) result_.first_not_finite = index;
    return;
  }
  if (!has_origin_) {
    origin_ = a;
    has_origin_ = true;
  }
  result_.box.Add(a);
  result_.box.Add(b);
  result_.box.Add(c);
  const Vec3 normal = Cross(b - a, c - a);
  const double squared = Dot(normal, normal);
  if (normal == Vec3{}) {
    if (result_.zero_area++ == 0) result_.first_zero_area = index;
  } else {
    // hypot does not underflow where the square of a tiny triangle would
    double_area_.Add(squared > 1e-280 ? std::sqrt(squared) : std::hypot(normal.x, normal.y, normal.z));
    const Vec3 from_origin = a - origin_;
    const double six_volumes = Dot(from_origin, normal);
    six_volumes_.Add(six_volumes);
    moment_ = moment_ + (from_origin + (b - origin_) + (c - origin_)) * six_volumes;
  }
  if (early_proof_) AddEdges(triangle);
}

void MeshMeasurer::AddEdges(const Triangle& triangle) {
  if (triangle.HasRepeatedCorner()) return;  // has no edges
  uint64_t hash[3];
  for (int i = 0; i < 3; ++i) hash[i] = HashVertex(triangle.corner[i], key_);
  for (int i = 0; i < 3; ++i) {
    const uint64_t from = hash[i], to = hash[i == 2 ? 0 : i + 1];
    const bool up = from < to;
    const uint64_t edge = MultiplyFold((up ? from : to) ^ key_.b, (up ? to : from) ^ key_.a);
    edge_sum_ += up ? edge : -edge;
  }
}

MeshMeasurement MeshMeasurer::Result() const {
  MeshMeasurement result = result_;
  result.area = double_area_.value() / 2;
  result.signed_volume = six_volumes_.value() / 6;
  const double six = six_volumes_.value();
  result.centre_of_mass = six != 0 ? origin_ + moment_ * (1 / (4 * six)) : origin_;
  result.proved_open = early_proof_ && edge_sum_ != 0;
  return result;
}

}  // namespace millwright::files
