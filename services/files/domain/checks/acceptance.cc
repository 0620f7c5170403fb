#include "services/files/domain/checks/acceptance.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/vocabulary.h"

namespace millwright::files {

const MaterialLimits* AcceptanceProfile::LimitsOf(absl::string_view material) const {
  for (const std::string& wanted : {std::string(material), BaseMaterial(material)}) {
    for (const MaterialLimits& limits : materials) {
      if (std::find(limits.materials.begin(), limits.materials.end(), wanted) != limits.materials.end()) return &limits;
    }
  }
  return nullptr;
}

const AcceptanceProfile& DefaultAcceptanceProfile() {
  static const AcceptanceProfile* const kProfile =
      new AcceptanceProfile{.materials = {{.materials = {"ZI", "MLZI", "ZIHT"},
                                           .min_wall_mm = 0.4,
                                           .min_connector_anterior_mm2 = 7,
                                           .min_connector_posterior_mm2 = 9,
                                           .max_pontics_anterior = 3,
                                           .max_pontics_posterior = 2},
                                          {.materials = {"LS1", "FS", "RC"}, .allowed_in_bridges = false}}};
  return *kProfile;
}

namespace {

class Faults {
 public:
  template <typename Number>
  void Range(const std::string& field, const std::optional<Number>& value, Number low, Number high) {
    // Written so that NaN is a fault.
    if (value.has_value() && !(*value >= low && *value <= high)) {
      faults.push_back({field, absl::StrCat("must be between ", low, " and ", high)});
    }
  }
  void Add(const std::string& field, std::string rule) { faults.push_back({field, std::move(rule)}); }
  void AtMost(const std::string& field, size_t count, size_t most) {
    if (count > most) Add(field, absl::StrCat("must have at most ", most, " elements"));
  }

  std::vector<ProfileFault> faults;
};

void JudgeMaterial(const MaterialLimits& limits, const std::string& path, std::set<std::string>& seen, Faults& out) {
  if (limits.materials.empty()) out.Add(path + ".materials", "must name at least one material id, e.g. ZI");
  for (const std::string& id : limits.materials) {
    if (id.empty() || id.size() > 64) out.Add(path + ".materials", "an id must have 1 to 64 bytes");
    if (!seen.insert(id).second) out.Add(path + ".materials", absl::StrCat(id, " has two sets of limits"));
  }
  out.Range(path + ".min_wall_mm", limits.min_wall_mm, 0.0, 20.0);
  out.Range(path + ".min_connector_anterior_mm2", limits.min_connector_anterior_mm2, 0.0, 200.0);
  out.Range(path + ".min_connector_posterior_mm2", limits.min_connector_posterior_mm2, 0.0, 200.0);
  out.Range(path + ".min_connector_cantilever_mm2", limits.min_connector_cantilever_mm2, 0.0, 200.0);
  out.Range(path + ".max_pontics_anterior", limits.max_pontics_anterior, 0, 16);
  out.Range(path + ".max_pontics_posterior", limits.max_pontics_posterior, 0, 16);
  out.Range(path + ".max_cantilever_pontics", limits.max_cantilever_pontics, 0, 16);
  out.Range(path + ".max_bridge_units", limits.max_bridge_units, 1, 16);
  out.Range(path + ".linear_shrinkage", limits.linear_shrinkage, 0.0, 0.5);
  out.AtMost(path + ".blank_heights_mm", limits.blank_heights_mm.size(), kMaxBlankHeights);
  for (const double height : limits.blank_heights_mm) {
    out.Range(path + ".blank_heights_mm", std::optional<double>(height), 1.0, 500.0);
  }
}

}  // namespace

AcceptanceProfile WithDefaults(const AcceptanceProfile& profile) {
  AcceptanceProfile full = profile;
  full.materials.clear();
  for (const MaterialLimits& limits : profile.materials) {
    for (const std::string& material : limits.materials) {
      MaterialLimits& row = full.materials.emplace_back(limits);
      row.materials = {material};
      const MaterialLimits* usual = DefaultAcceptanceProfile().LimitsOf(material);
      if (usual == nullptr) continue;
      auto fill = [](auto& value, const auto& default_value) {
        if (!value.has_value()) value = default_value;
      };
      fill(row.min_wall_mm, usual->min_wall_mm);
      fill(row.min_connector_anterior_mm2, usual->min_connector_anterior_mm2);
      fill(row.min_connector_posterior_mm2, usual->min_connector_posterior_mm2);
      fill(row.max_pontics_anterior, usual->max_pontics_anterior);
      fill(row.max_pontics_posterior, usual->max_pontics_posterior);
      fill(row.allowed_in_bridges, usual->allowed_in_bridges);
    }
  }
  // Behind the center's own: LimitsOf takes the first that fits.
  for (const MaterialLimits& usual : DefaultAcceptanceProfile().materials) full.materials.push_back(usual);
  return full;
}

std::vector<ProfileFault> FaultsOf(const AcceptanceProfile& profile) {
  Faults out;
  out.AtMost("materials", profile.materials.size(), kMaxProfileMaterials);
  std::set<std::string> seen;
  for (size_t i = 0; i < profile.materials.size(); ++i) {
    JudgeMaterial(profile.materials[i], absl::StrCat("materials[", i, "]"), seen, out);
  }
  out.Range("always_confirm_pontics", std::optional<int>(profile.always_confirm_pontics), 1, 16);
  if (profile.machine_axes.has_value() && *profile.machine_axes != 3 && *profile.machine_axes != 4 &&
      *profile.machine_axes != 5) {
    out.Add("machine_axes", "must be 3, 4 or 5");
  }
  if (profile.implant_lines.has_value()) {
    out.AtMost("implant_lines", profile.implant_lines->size(), kMaxImplantLines);
    for (const std::string& line : *profile.implant_lines) {
      if (line.empty() || line.size() > 255) out.Add("implant_lines", "a line must have 1 to 255 bytes");
    }
  }
  out.Range("max_insertion_axis_degrees", std::optional<double>(profile.max_insertion_axis_degrees), 0.0, 90.0);
  out.Range("max_screw_channel_degrees", profile.max_screw_channel_degrees, 0.0, 90.0);
  out.Range("min_tool_diameter_mm", profile.min_tool_diameter_mm, 0.0, 20.0);
  out.Range("max_part_file_bytes", profile.max_part_file_bytes, int64_t{1000}, int64_t{4} << 30);
  return std::move(out.faults);
}

}  // namespace millwright::files
