// What an order needs to know of a case: per part what it is made of and for which teeth. Catalog prices from these;
// they are frozen with a revision of the project.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_FACTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/info/info_facts.h"

namespace millwright::files {

enum class PartKind {
  kSingle,    // one tooth
  kBridge,    // several, joined
  kAbutment,  // on an implant, below a crown
  kBar,
  kRemovable,
  kSplint,
  kMultiple,  // several teeth, not joined
};
absl::string_view NameOf(PartKind kind);

struct PartOrderFacts {
  std::string filename;
  PartKind kind = PartKind::kSingle;
  Jaw jaw = Jaw::kUnknown;
  std::vector<int> teeth;  // FDI, in arch order, each once
  int units = 0;           // teeth of the part that are products
  int pontics = 0;
  int implants = 0;
  bool spans_midline = false;
  bool screw_retained = false;
  std::string material, base_material, material_name;
  std::string shade;  // the part's colour, else the shade all its teeth share; "" if none
  std::string
      work_type;  // the ReconstructionType of most units that are no pontics; of pontics if there is nothing else
  WorkGroup work_group = WorkGroup::kOther;
  std::vector<std::string> work_types;     // per tooth, as `teeth`
  std::vector<std::string> implant_lines;  // different descriptors
  std::optional<int64_t> height_um;
};

enum class ModelGroup { kBase, kGingiva, kDie, kJaw, kOther };
absl::string_view NameOf(ModelGroup group);

struct ModelPartFacts {
  std::string filename;
  ModelGroup group = ModelGroup::kOther;
  Jaw jaw = Jaw::kUnknown;
  std::vector<int> teeth;
};

// In the order of the file. Parts with an unusable list of teeth come with what is usable.
std::vector<PartOrderFacts> PartsToOrder(const InfoFacts& facts);
std::vector<ModelPartFacts> ModelParts(const InfoFacts& facts);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_ORDER_FACTS_H_
