// Geometry as pricing uses it: integers, quantised once, in one place (pricing, section 1).
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_QUANTISED_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_QUANTISED_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/analysis.h"

namespace millwright::files {

// The unit of a file's coordinates: a fact that the uploader states, never guessed.
enum class LengthUnit { kUnspecified, kMicrometre, kMillimetre, kCentimetre, kMetre, kInch };
absl::string_view NameOf(LengthUnit unit);  // "mm"
// By name ("um", "µm", "mm", "cm", "m", "in", "inch"); kUnspecified for anything else.
LengthUnit LengthUnitByName(absl::string_view name);

// 0 for kUnspecified.
double MillimetresPer(LengthUnit unit);

struct QuantisedMesh {
  int64_t size_x_um = 0, size_y_um = 0, size_z_um = 0;      // box, micrometres
  int64_t area_milli_mm2 = 0;                               // 1e-3 mm²
  std::optional<int64_t> volume_milli_mm3;                  // 1e-3 mm³; only where MeshReport::volume() is stated
  std::optional<int64_t> hull_milli_mm3;                    // volume of the convex hull
  std::optional<std::array<int64_t, 3>> oriented_box_um;    // longest edge first
  std::optional<std::array<int64_t, 3>> centre_of_mass_um;  // in the coordinates of the file
  std::optional<int64_t> thinnest_wall_um;

  int64_t largest_um() const;
};

// A preliminary measurement, rounded in the same way; the volume is that of a mesh that proves closed.
struct QuantisedEarly {
  std::array<int64_t, 3> box_um = {};
  int64_t area_milli_mm2 = 0;
  int64_t volume_milli_mm3 = 0;  // never negative: an inverted mesh is measured flipped
};
std::optional<QuantisedEarly> Quantise(const MeshMeasurement& measured, LengthUnit unit);

// Rounds each value once, half away from zero. A file that states its unit needs no `unit`. nullopt for kUnspecified
// and where a value does not fit into int64.
std::optional<QuantisedMesh> Quantise(const MeshReport& report, LengthUnit unit);

enum class PartUse { kDental, kGeneral };
// Dental: the largest edge of the box within 1 to 150 mm. Otherwise within 0.5 mm to 5 m. Both ends are fine.
struct PlausibleSize {
  int64_t min_um, max_um;
};
PlausibleSize PlausibleSizeOf(PartUse use);

// A finding if the largest edge of the box is implausible for that use.
std::optional<Finding> JudgeSize(int64_t largest_um, PartUse use, absl::string_view file);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_QUANTISED_H_
