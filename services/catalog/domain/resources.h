// Materials, machines and finishes of a company: versioned plain structs, part of a PriceBook.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RESOURCES_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RESOURCES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/money/decimal.h"

namespace millwright::catalog {

// A rate of the process model that this material or machine sets differently: {"wall_mm", 1.2}.
struct Parameter {
  std::string name;
  Decimal value;
};
template <typename V>
void Describe(V& v, Parameter& p) {
  v("name", p.name);
  v("value", p.value);
}

struct Material {
  std::string id;
  int64_t version = 1;
  std::string label;
  Decimal density_g_cm3;
  Decimal price_per_kg;
  std::vector<std::string> aliases;  // ids that mean this material here, such as ZI_3ax for ZI
  bool no_bridges = false;           // dental: may not carry connectors (LS1, GCER, FS, HC)
  // Instead of the rule's own: wall_mm, infill, support_infill, build_rate_mm3_h, layer_mm, layer_seconds, fill.
  std::vector<Parameter> parameters;
};
template <typename V>
void Describe(V& v, Material& m) {
  v("id", m.id);
  v("version", m.version);
  v("label", m.label);
  v("density_g_cm3", m.density_g_cm3);
  v("price_per_kg", m.price_per_kg);
  v("aliases", m.aliases);
  v("no_bridges", m.no_bridges);
  v("parameters", m.parameters);
}

struct Machine {
  std::string id;
  int64_t version = 1;
  std::string label;
  std::array<int64_t, 3> envelope_um = {};
  std::array<int64_t, 3> allowance_um = {};  // taken off each axis of the envelope
  bool fixed_orientation = false;            // false: the part may be turned, axes are compared sorted
  int64_t min_wall_um = 0;                   // 0: no limit, as for the two below
  int64_t min_feature_um = 0;
  int64_t max_mass_mg = 0;
  std::vector<std::string> materials;        // ids it runs; empty: all
  std::vector<std::string> finishes;         // ids possible on its parts; empty: all
  Decimal minimum_charge;                    // per order; 0: none
  Decimal hourly_rate;                       // instead of the rule's; 0: the rule's
};
template <typename V>
void Describe(V& v, Machine& m) {
  v("id", m.id);
  v("version", m.version);
  v("label", m.label);
  v("envelope_um", m.envelope_um);
  v("allowance_um", m.allowance_um);
  v("fixed_orientation", m.fixed_orientation);
  v("min_wall_um", m.min_wall_um);
  v("min_feature_um", m.min_feature_um);
  v("max_mass_mg", m.max_mass_mg);
  v("materials", m.materials);
  v("finishes", m.finishes);
  v("minimum_charge", m.minimum_charge);
  v("hourly_rate", m.hourly_rate);
}

// A product without geometry: a screw, a scan body. A line names it by id instead of a process.
struct Article {
  std::string id;
  int64_t version = 1;
  std::string label;
  Decimal price;          // of one piece
  std::string tax_class;  // "" = standard
};
template <typename V>
void Describe(V& v, Article& a) {
  v("id", a.id);
  v("version", a.version);
  v("label", a.label);
  v("price", a.price);
  v("tax_class", a.tax_class);
}

// A surcharge for colour, surface or post-processing. Its amounts add up; unused ones stay 0.
struct Finish {
  std::string id;
  int64_t version = 1;
  std::string label;
  Decimal percent;  // of the unit cost before finishing
  Decimal per_piece;
  Decimal per_cm2;  // of surface
  Decimal per_cm3;  // of volume
  int64_t extra_days = 0;                 // business days on top of the lead time
  std::vector<std::string> materials;     // it can be applied to; empty: all
  std::vector<std::string> excludes;      // finishes it can't be combined with
};
template <typename V>
void Describe(V& v, Finish& f) {
  v("id", f.id);
  v("version", f.version);
  v("label", f.label);
  v("percent", f.percent);
  v("per_piece", f.per_piece);
  v("per_cm2", f.per_cm2);
  v("per_cm3", f.per_cm3);
  v("extra_days", f.extra_days);
  v("materials", f.materials);
  v("excludes", f.excludes);
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_RESOURCES_H_
