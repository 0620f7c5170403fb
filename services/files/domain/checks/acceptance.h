// What a production center accepts, as data: limits per material, implant lines, axes. Without a center the defaults
// below apply and what only a center can say is "not checked".
//
// Sources of the defaults: dental-formats, section 2.3; file-rules, section 2. Limits are inclusive: a value equal to
// its limit passes.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_ACCEPTANCE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_ACCEPTANCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace millwright::files {

struct MaterialLimits {
  std::vector<std::string> materials = {};  // base ids ("ZI") or ids ("ZI_3ax"); an exact id wins over its base
  std::optional<double> min_wall_mm = std::nullopt;
  std::optional<double> min_connector_anterior_mm2 = std::nullopt;
  std::optional<double> min_connector_posterior_mm2 = std::nullopt;
  std::optional<int> max_pontics_anterior = std::nullopt;
  std::optional<int> max_pontics_posterior = std::nullopt;
  std::optional<int> max_bridge_units = std::nullopt;
  // At the free end of a bridge: pontics that hang on one side only, and the connectors that carry them.
  std::optional<int> max_cantilever_pontics = std::nullopt;
  std::optional<double> min_connector_cantilever_mm2 = std::nullopt;
  std::optional<bool> allowed_in_bridges = std::nullopt;  // not stated: allowed
  std::vector<double> blank_heights_mm = {};  // empty: no list, no check
  std::optional<double> linear_shrinkage = std::nullopt;  // 0.2: milled 1 / (1 - 0.2) as large; not stated: none
};

struct AcceptanceProfile {
  std::string name = {};  // resource name and version; empty for the defaults without center
  std::vector<MaterialLimits> materials = {};
  int always_confirm_pontics = 4;  // adjacent, in any material
  std::optional<std::vector<std::string>> implant_lines =
      std::nullopt;                                // "lib", "lib:sub" or "lib:sub:item"; absent: not checked
  std::optional<int> machine_axes = std::nullopt;  // 3 or 5; absent: not checked
  std::optional<double> max_screw_channel_degrees = std::nullopt;  // absent: not checked
  std::optional<double> min_tool_diameter_mm = std::nullopt;       // the finest tool; absent: not checked
  std::optional<int64_t> max_part_file_bytes = std::nullopt;       // absent: only the limits of uploads
  bool check_insertion_axis = false;
  double max_insertion_axis_degrees = 5;

  bool is_center() const { return !name.empty(); }
  // The row for a material id, by the id itself or its base; null if there is none.
  const MaterialLimits* LimitsOf(absl::string_view material) const;
};

// Zirconia: wall 0.4 mm, connectors 7 and 9 mm², 3 and 2 adjacent pontics. Glass, feldspar and hybrid ceramics: not in
// bridges. No blanks, no implant list, no axes.
const AcceptanceProfile& DefaultAcceptanceProfile();

// `profile` with the default limits where it states none: material by material, and for the materials it does not name.
AcceptanceProfile WithDefaults(const AcceptanceProfile& profile);

// One thing that is wrong with a profile: where ("materials[2].linear_shrinkage") and what it must be.
struct ProfileFault {
  std::string field;
  std::string rule;
};
// Published bounds of profiles.
inline constexpr size_t kMaxProfileMaterials = 200;
inline constexpr size_t kMaxImplantLines = 1000;
inline constexpr size_t kMaxBlankHeights = 50;
// All faults of a profile, empty if it can be used.
std::vector<ProfileFault> FaultsOf(const AcceptanceProfile& profile);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_ACCEPTANCE_H_
