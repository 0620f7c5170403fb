#include "services/files/domain/mesh/quantised.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::files {
namespace {

// Micrometres per unit; exact.
double MicrometresPer(LengthUnit unit) {
  switch (unit) {
    case LengthUnit::kMicrometre:
      return 1;
    case LengthUnit::kMillimetre:
      return 1'000;
    case LengthUnit::kCentimetre:
      return 10'000;
    case LengthUnit::kMetre:
      return 1'000'000;
    case LengthUnit::kInch:
      return 25'400;
    case LengthUnit::kUnspecified:
      return 0;
  }
  return 0;
}

}  // namespace

double MillimetresPer(LengthUnit unit) { return MicrometresPer(unit) / 1000; }

namespace {

bool Round(double value, int64_t* rounded) {
  // Also false for NaN and infinity. 9.2e18 is below 2^63.
  if (!(std::abs(value) < 9.2e18)) return false;
  *rounded = std::llround(value);
  return true;
}

bool Round(const std::array<double, 3>& values, double factor, std::optional<std::array<int64_t, 3>>& rounded) {
  std::array<int64_t, 3> result;
  for (int i = 0; i < 3; ++i) {
    if (!Round(values[i] * factor, &result[i])) return false;
  }
  rounded = result;
  return true;
}

bool Round(double value, std::optional<int64_t>& rounded) {
  int64_t result = 0;
  if (!Round(value, &result)) return false;
  rounded = result;
  return true;
}

// `um` is micrometres per unit of the file.
bool QuantiseFacts(const MeshReport& report, double um, QuantisedMesh& mesh) {
  const SolidFacts& facts = report.facts;
  bool fits = true;
  if (facts.hull_volume.has_value()) fits = Round(*facts.hull_volume * um * um * um / 1e6, mesh.hull_milli_mm3) && fits;
  if (facts.oriented_box.has_value()) fits = Round(facts.oriented_box->edges, um, mesh.oriented_box_um) && fits;
  if (const std::optional<Vec3> centre = report.centre_of_mass()) {
    fits = Round({centre->x, centre->y, centre->z}, um, mesh.centre_of_mass_um) && fits;
  }
  if (facts.thinnest_wall.has_value()) fits = Round(*facts.thinnest_wall * um, mesh.thinnest_wall_um) && fits;
  return fits;
}

std::string Millimetres(int64_t um) { return absl::StrFormat("%d.%03d mm", um / 1000, um % 1000); }

}  // namespace

absl::string_view NameOf(LengthUnit unit) {
  switch (unit) {
    case LengthUnit::kUnspecified:
      return "";
    case LengthUnit::kMicrometre:
      return "um";
    case LengthUnit::kMillimetre:
      return "mm";
    case LengthUnit::kCentimetre:
      return "cm";
    case LengthUnit::kMetre:
      return "m";
    case LengthUnit::kInch:
      return "in";
  }
  return "";
}

LengthUnit LengthUnitByName(absl::string_view name) {
  if (name == "um" || name == "µm") return LengthUnit::kMicrometre;
  if (name == "mm") return LengthUnit::kMillimetre;
  if (name == "cm") return LengthUnit::kCentimetre;
  if (name == "m") return LengthUnit::kMetre;
  if (name == "in" || name == "inch") return LengthUnit::kInch;
  return LengthUnit::kUnspecified;
}

int64_t QuantisedMesh::largest_um() const { return std::max({size_x_um, size_y_um, size_z_um}); }

std::optional<QuantisedMesh> Quantise(const MeshReport& report, LengthUnit unit) {
  const double um = report.own_unit_mm.has_value() ? MicrometresPer(LengthUnit::kMillimetre) : MicrometresPer(unit);
  if (um == 0) return std::nullopt;
  QuantisedMesh mesh;
  const Vec3 size = report.measured.box.size();
  // um² to 1e-3 mm² is 1e-3; um³ to 1e-3 mm³ is 1e-6
  bool fits = Round(size.x * um, &mesh.size_x_um) && Round(size.y * um, &mesh.size_y_um) &&
              Round(size.z * um, &mesh.size_z_um) && Round(report.measured.area * um * um / 1e3, &mesh.area_milli_mm2);
  if (const std::optional<double> volume = report.volume()) {
    int64_t milli_mm3 = 0;
    fits = fits && Round(*volume * um * um * um / 1e6, &milli_mm3);
    mesh.volume_milli_mm3 = milli_mm3;
  }
  if (!fits || !QuantiseFacts(report, um, mesh)) return std::nullopt;
  return mesh;
}

std::optional<QuantisedEarly> Quantise(const MeshMeasurement& measured, LengthUnit unit) {
  const double um = MicrometresPer(unit);
  if (um == 0) return std::nullopt;
  QuantisedEarly early;
  const Vec3 size = measured.box.size();
  const bool fits = Round(size.x * um, &early.box_um[0]) && Round(size.y * um, &early.box_um[1]) &&
                    Round(size.z * um, &early.box_um[2]) &&
                    Round(measured.area * um * um / 1e3, &early.area_milli_mm2) &&
                    Round(std::abs(measured.signed_volume) * um * um * um / 1e6, &early.volume_milli_mm3);
  return fits ? std::optional(early) : std::nullopt;
}

PlausibleSize PlausibleSizeOf(PartUse use) {
  switch (use) {
    case PartUse::kDental:
      return {1'000, 150'000};
    case PartUse::kGeneral:
      return {500, 5'000'000};
  }
  return {500, 5'000'000};
}

std::optional<Finding> JudgeSize(int64_t largest_um, PartUse use, absl::string_view file) {
  const PlausibleSize limit = PlausibleSizeOf(use);
  if (largest_um >= limit.min_um && largest_um <= limit.max_um) return std::nullopt;
  return MakeFinding(Rule::kMeshImplausibleSize, {.file = std::string(file)},
                     absl::StrCat("The largest edge of the box is ", Millimetres(largest_um),
                                  " in the stated unit, implausibly ", largest_um < limit.min_um ? "small." : "large."),
                     Millimetres(largest_um),
                     absl::StrCat(Millimetres(limit.min_um), " to ", Millimetres(limit.max_um)));
}

}  // namespace millwright::files
