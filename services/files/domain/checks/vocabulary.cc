#include "services/files/domain/checks/vocabulary.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace millwright::files {
namespace {

struct WorkType {
  absl::string_view name;
  WorkGroup group;
};
constexpr WorkType kWorkTypes[] = {
    {"AnatomicCrown", WorkGroup::kCrown},
    {"Coping", WorkGroup::kCrown},
    {"OffsetCoping", WorkGroup::kCrown},
    {"OverpressCrown", WorkGroup::kCrown},
    {"ProvisionalCrown", WorkGroup::kCrown},
    {"Eggshell", WorkGroup::kCrown},
    {"AnatomicPontic", WorkGroup::kPontic},
    {"ReducedPontic", WorkGroup::kPontic},
    {"OverpressPontic", WorkGroup::kPontic},
    {"ProvisionalPontic", WorkGroup::kPontic},
    {"WaxupPontic", WorkGroup::kPontic},
    {"AnatomicInlay", WorkGroup::kInlay},
    {"OffsetInlay", WorkGroup::kInlay},
    {"Overlay", WorkGroup::kInlay},
    {"Veneer", WorkGroup::kVeneer},
    {"AnatomicWaxup", WorkGroup::kWaxup},
    {"ReducedWaxup", WorkGroup::kWaxup},
    {"MockupTooth", WorkGroup::kWaxup},
    {"PrimaryTelescope", WorkGroup::kTelescope},
    {"SecondaryTelescope", WorkGroup::kTelescope},
    {"Attachment", WorkGroup::kAttachment},
    {"BarPillar", WorkGroup::kBar},
    {"BarSegment", WorkGroup::kBar},
    {"ProstheticTooth", WorkGroup::kRemovable},
    {"PartialFramework", WorkGroup::kRemovable},
    {"OffsetSubstructure", WorkGroup::kRemovable},
    {"BiteSplint", WorkGroup::kSplint},
    {"BiteSplintGap", WorkGroup::kSplint},
    {"MissingTooth", WorkGroup::kNoProduct},
    {"HealthyTooth", WorkGroup::kNoProduct},
    {"Antagonist", WorkGroup::kNoProduct},
};

struct Compatible {
  absl::string_view material, base;
};
constexpr Compatible kCompatible[] = {
    {"COMP", "PMMA"}, {"GCER", "FS"}, {"FSP", "FS"}, {"HC", "RC"}, {"BITE_AD", "WAX"},
};

}  // namespace

absl::string_view NameOf(WorkGroup group) {
  constexpr absl::string_view kNames[] = {"other",     "crown",      "pontic", "inlay",     "veneer", "waxup",
                                          "telescope", "attachment", "bar",    "removable", "splint", "no product"};
  return kNames[static_cast<size_t>(group)];
}

WorkGroup WorkGroupOf(absl::string_view reconstruction_type) {
  for (const WorkType& type : kWorkTypes) {
    if (type.name == reconstruction_type) return type.group;
  }
  return WorkGroup::kOther;
}

bool IsFixed(WorkGroup group) {
  return group != WorkGroup::kRemovable && group != WorkGroup::kSplint && group != WorkGroup::kNoProduct;
}

bool IsMergedPart(const PartFact& part) { return absl::StartsWith(part.part_type, "Merged"); }

std::string BaseMaterial(absl::string_view material) {
  material = absl::StripSuffix(material, "_3ax");
  for (const Compatible& pair : kCompatible) {
    if (pair.material == material) return std::string(pair.base);
  }
  return std::string(material);
}

bool IsKnownWord(absl::string_view word) {
  if (WorkGroupOf(word) != WorkGroup::kOther) return true;
  for (absl::string_view known : {"None", "CustomAbutment", "WithoutAbutment", "CustomAbutmentManual",
                                  "WithoutAbutmentManual", "SubstructureScan", "AnyImplantAbutment"}) {
    if (word == known) return true;
  }
  return false;
}

}  // namespace millwright::files
