// The vocabulary of exocad files (dental-formats, section 2.2): work types in groups, materials and their base ids.
// Open: what is not listed is kOther and treated as fixed and as a product.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_VOCABULARY_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_VOCABULARY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/info/info_facts.h"

namespace millwright::files {

enum class WorkGroup {
  kOther,
  kCrown,
  kPontic,
  kInlay,
  kVeneer,
  kWaxup,
  kTelescope,
  kAttachment,
  kBar,
  kRemovable,
  kSplint,
  kNoProduct,  // MissingTooth, HealthyTooth, Antagonist
};
absl::string_view NameOf(WorkGroup group);
// By ReconstructionType, case-sensitive.
WorkGroup WorkGroupOf(absl::string_view reconstruction_type);

// A work type or implant type that the programs write themselves: no free text.
bool IsKnownWord(absl::string_view word);

inline bool IsPontic(const ToothFact& tooth) { return WorkGroupOf(tooth.reconstruction_type) == WorkGroup::kPontic; }
inline bool HasProduct(const ToothFact& tooth) {
  return WorkGroupOf(tooth.reconstruction_type) != WorkGroup::kNoProduct;
}
// Fixed work is joined tooth by tooth; removable work, splints and bars' segments are one piece without joints.
bool IsFixed(WorkGroup group);
// Joints may pass through a missing tooth.
inline bool IsMissingTooth(const ToothFact& tooth) { return tooth.reconstruction_type == "MissingTooth"; }

// A part that several designs were merged into: "MergedWaxupSLM".
bool IsMergedPart(const PartFact& part);

// "ZI_3ax" -> "ZI", "COMP" -> "PMMA", "GCER" and "FSP" -> "FS", "HC" -> "RC", "BITE_AD" -> "WAX"; others unchanged.
std::string BaseMaterial(absl::string_view material);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_VOCABULARY_H_
