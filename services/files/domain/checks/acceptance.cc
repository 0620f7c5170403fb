#include "services/files/domain/checks/acceptance.h"

#include <algorithm>

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

}  // namespace millwright::files
