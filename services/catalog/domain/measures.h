// What pricing knows about a part: geometry quantised once by the files service, and the facts of a dental design.
//
// Integers only: lengths in µm, areas in 1e-3 mm², volumes in 1e-3 mm³. 0 means "not measured" where that is said.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_MEASURES_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_MEASURES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/money/decimal.h"

namespace millwright::catalog {

struct PartMeasures {
  int64_t volume_e3_mm3 = 0;
  int64_t area_e3_mm2 = 0;
  int64_t hull_volume_e3_mm3 = 0;
  int64_t support_volume_e3_mm3 = 0;
  int64_t projected_area_e3_mm2 = 0;      // onto the build plate; 0: box x times y is taken
  std::array<int64_t, 3> box_um = {};     // x, y, z as placed
  int64_t min_wall_um = 0;                // 0: not measured, not checked
  int64_t min_feature_um = 0;             // 0: not measured, not checked
  int64_t machined_directions = 0;        // CNC: set-ups
  int64_t holes = 0, pockets = 0, threads = 0, tight_tolerances = 0;

  Decimal VolumeMm3() const { return Decimal::Milli(volume_e3_mm3); }
  Decimal AreaMm2() const { return Decimal::Milli(area_e3_mm2); }
  Decimal HullMm3() const { return Decimal::Milli(hull_volume_e3_mm3); }
  Decimal SupportMm3() const { return Decimal::Milli(support_volume_e3_mm3); }
  Decimal BoxMm(int axis) const { return Decimal::Milli(box_um[axis]); }
  Decimal BoxMm3() const { return BoxMm(0) * BoxMm(1) * BoxMm(2); }
};
template <typename V>
void Describe(V& v, PartMeasures& m) {
  v("volume_e3_mm3", m.volume_e3_mm3);
  v("area_e3_mm2", m.area_e3_mm2);
  v("hull_volume_e3_mm3", m.hull_volume_e3_mm3);
  v("support_volume_e3_mm3", m.support_volume_e3_mm3);
  v("projected_area_e3_mm2", m.projected_area_e3_mm2);
  v("box_um", m.box_um);
  v("min_wall_um", m.min_wall_um);
  v("min_feature_um", m.min_feature_um);
  v("machined_directions", m.machined_directions);
  v("holes", m.holes);
  v("pockets", m.pockets);
  v("threads", m.threads);
  v("tight_tolerances", m.tight_tolerances);
}

// One tooth of a dental part, as the design file states it (exocad vocabulary).
struct DentalUnit {
  int64_t tooth = 0;            // FDI (ISO 3950)
  std::string work_type;        // "AnatomicCrown", "AnatomicPontic", ...
  std::string implant_type;     // "" or "None", "CustomAbutment", "WithoutAbutment", ...
  std::string implant_line;     // the implant library's line or connection; "" without an implant
  std::string abutment_material;  // of a CustomAbutment, "" otherwise
  bool angulated_screw_channel = false;
  bool connected_to_mesial = false;  // a bridge joint to the neighbour towards the midline

  bool HasImplant() const { return !implant_type.empty() && implant_type != "None"; }
  bool HasCustomAbutment() const {
    return implant_type == "CustomAbutment" || implant_type == "CustomAbutmentManual";
  }
};
template <typename V>
void Describe(V& v, DentalUnit& u) {
  v("tooth", u.tooth);
  v("work_type", u.work_type);
  v("implant_type", u.implant_type);
  v("implant_line", u.implant_line);
  v("abutment_material", u.abutment_material);
  v("angulated_screw_channel", u.angulated_screw_channel);
  v("connected_to_mesial", u.connected_to_mesial);
}

// One construction part: what becomes an order line. Either `units` (a restoration) or `model_kind` (a model part).
struct DentalPart {
  std::string material;  // short id: "ZI", "NP", ...
  std::string shade;     // "A2"; "" or "---": none
  std::vector<DentalUnit> units;
  bool screw_retained = false;
  std::string model_kind;  // "model_base", "die", "gingiva", "antagonist", ...; "" for a restoration
};
template <typename V>
void Describe(V& v, DentalPart& p) {
  v("material", p.material);
  v("shade", p.shade);
  v("units", p.units);
  v("screw_retained", p.screw_retained);
  v("model_kind", p.model_kind);
}

// True for the 32 permanent and 20 deciduous teeth of ISO 3950.
bool IsFdiTooth(int64_t tooth);
// The neighbour towards the midline: 22 of 23, 11 of 21, 41 of 31.
int64_t MesialNeighbour(int64_t tooth);
// The units joined to each other, each group sorted by tooth number; a single tooth is a group of one. A joint counts
// when either side states it (11 and 21 both do for the same joint).
std::vector<std::vector<DentalUnit>> BridgesOf(const std::vector<DentalUnit>& units);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_MEASURES_H_
