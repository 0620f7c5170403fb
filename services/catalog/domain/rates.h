// The rates of each process family: the numbers of pricing.md section 3 that a company edits.
//
// Money is in units of the price list's currency, lengths mm, areas mm², volumes mm³, rates per hour.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RATES_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RATES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/money/decimal.h"

namespace millwright::catalog {

// Filament and resin: shell = min(A*w, V); core = max(V - A*w, 0) * infill.
struct AdditiveRates {
  Decimal wall_mm;
  Decimal infill;          // 0..1
  Decimal support_infill;  // 0..1
  std::string support_material;  // "" = the part's own
  Decimal build_rate_mm3_h;      // 0: no machine time is charged
  Decimal layer_mm;
  Decimal layer_seconds;
  Decimal machine_rate_h;
};
template <typename V>
void Describe(V& v, AdditiveRates& r) {
  v("wall_mm", r.wall_mm);
  v("infill", r.infill);
  v("support_infill", r.support_infill);
  v("support_material", r.support_material);
  v("build_rate_mm3_h", r.build_rate_mm3_h);
  v("layer_mm", r.layer_mm);
  v("layer_seconds", r.layer_seconds);
  v("machine_rate_h", r.machine_rate_h);
}

// Powder beds (SLS, MJF, DMLS): a job holds floor(fill * build volume / space per piece) pieces.
struct PowderRates {
  std::string space = "box";  // what a piece occupies: "box", "hull" or "area" (one layer of pieces)
  Decimal fill;               // 0..1
  Decimal build_x_mm, build_y_mm, build_z_mm;
  Decimal growth_mm_h;        // build height per hour; a job is as high as its pieces
  Decimal machine_rate_h;
  bool full_height_job = false;  // true: every job costs the height of the whole chamber
};
template <typename V>
void Describe(V& v, PowderRates& r) {
  v("space", r.space);
  v("fill", r.fill);
  v("build_x_mm", r.build_x_mm);
  v("build_y_mm", r.build_y_mm);
  v("build_z_mm", r.build_z_mm);
  v("growth_mm_h", r.growth_mm_h);
  v("machine_rate_h", r.machine_rate_h);
  v("full_height_job", r.full_height_job);
}

// An hourly rate from what a machine costs: ((machine + maintenance)/years + energy + room*m² + parts + gas)/hours.
struct MachineHourCosts {
  Decimal machine, maintenance, years, energy_per_year, room_rate_m2_year, room_m2, parts_per_year, gas_per_year;
  Decimal hours_per_year;
};
template <typename V>
void Describe(V& v, MachineHourCosts& c) {
  v("machine", c.machine);
  v("maintenance", c.maintenance);
  v("years", c.years);
  v("energy_per_year", c.energy_per_year);
  v("room_rate_m2_year", c.room_rate_m2_year);
  v("room_m2", c.room_m2);
  v("parts_per_year", c.parts_per_year);
  v("gas_per_year", c.gas_per_year);
  v("hours_per_year", c.hours_per_year);
}
Decimal HourlyRate(const MachineHourCosts& costs);

// Machine time by removed or processed volume at an hourly rate.
struct MachineHourRates {
  MachineHourCosts costs;
  Decimal throughput_mm3_h;     // of part volume
  Decimal handling_minutes;     // per piece, at the same rate
  Decimal material_allowance;   // share of the part's mass bought on top: 0.2 = 20 %
};
template <typename V>
void Describe(V& v, MachineHourRates& r) {
  v("costs", r.costs);
  v("throughput_mm3_h", r.throughput_mm3_h);
  v("handling_minutes", r.handling_minutes);
  v("material_allowance", r.material_allowance);
}

// Any family: price * V^e, price * box^e, in mm³; 0 <= e <= 1.5.
struct SizePowerRates {
  std::string size = "volume";  // "volume" or "box"
  Decimal exponent;
  Decimal price;
};
template <typename V>
void Describe(V& v, SizePowerRates& r) {
  v("size", r.size);
  v("exponent", r.exponent);
  v("price", r.price);
}

// --- Dental unit price list (production center -> lab) ---

struct WorkTypeGroup {
  std::string group;
  std::vector<std::string> work_types;
  bool bills = true;  // false: no product (MissingTooth, Antagonist)
};
template <typename V>
void Describe(V& v, WorkTypeGroup& g) {
  v("group", g.group);
  v("work_types", g.work_types);
  v("bills", g.bills);
}
struct ShadeClass {
  std::string id;
  std::vector<std::string> shades;
};
template <typename V>
void Describe(V& v, ShadeClass& s) {
  v("id", s.id);
  v("shades", s.shades);
}
// The price of one unit. The row with the matching shade class wins over the one without.
struct DentalPrice {
  std::string group;
  std::string material;
  std::string shade_class;  // "": any shade
  Decimal price;
};
template <typename V>
void Describe(V& v, DentalPrice& p) {
  v("group", p.group);
  v("material", p.material);
  v("shade_class", p.shade_class);
  v("price", p.price);
}
struct ImplantSurcharge {
  std::string line;  // "" prices every line without its own row
  Decimal per_unit;
};
template <typename V>
void Describe(V& v, ImplantSurcharge& s) {
  v("line", s.line);
  v("per_unit", s.per_unit);
}
// Applies to bridges of from_units to to_units (0: no upper end): a price per unit and a percentage of their units.
struct BridgeRule {
  std::string id;
  std::string label;
  int64_t from_units = 2, to_units = 0;
  Decimal per_unit;
  Decimal percent;  // -5 is five per cent off
};
template <typename V>
void Describe(V& v, BridgeRule& r) {
  v("id", r.id);
  v("label", r.label);
  v("from_units", r.from_units);
  v("to_units", r.to_units);
  v("per_unit", r.per_unit);
  v("percent", r.percent);
}
struct ModelPrice {
  std::string kind;  // "base", "die", "gingiva", "jaw", ...; "" prices every kind without its own row
  Decimal price;
};
template <typename V>
void Describe(V& v, ModelPrice& p) {
  v("kind", p.kind);
  v("price", p.price);
}
struct DentalRates {
  std::vector<WorkTypeGroup> groups;
  std::vector<ShadeClass> shade_classes;
  std::vector<DentalPrice> prices;
  // The center makes: a whole library descriptor ("lib : sub : item") or its first parts ("lib"); empty: none.
  std::vector<std::string> implant_lines;
  std::vector<ImplantSurcharge> implant_surcharges;
  Decimal screw_channel, angulated_screw_channel;  // per unit
  std::vector<BridgeRule> bridge_rules;
  std::vector<ModelPrice> models;
  int64_t max_bridge_units = 0;  // 0: no limit
  std::string default_abutment_material;  // of a custom abutment whose design names no material
};
template <typename V>
void Describe(V& v, DentalRates& r) {
  v("groups", r.groups);
  v("shade_classes", r.shade_classes);
  v("prices", r.prices);
  v("implant_lines", r.implant_lines);
  v("implant_surcharges", r.implant_surcharges);
  v("screw_channel", r.screw_channel);
  v("angulated_screw_channel", r.angulated_screw_channel);
  v("bridge_rules", r.bridge_rules);
  v("models", r.models);
  v("max_bridge_units", r.max_bridge_units);
  v("default_abutment_material", r.default_abutment_material);
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RATES_H_
