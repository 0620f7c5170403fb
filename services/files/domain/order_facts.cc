#include "services/files/domain/order_facts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/joints.h"

namespace millwright::files {
namespace {

std::string MostFrequent(const std::map<std::string, int>& counts) {
  std::string best;
  int most = 0;
  for (const auto& [type, count] : counts) {
    if (count > most) best = type, most = count;
  }
  return best;
}

bool HasQuadrants(const std::vector<int>& teeth, bool right) {
  return std::any_of(teeth.begin(), teeth.end(), [right](int tooth) {
    const int quadrant = (tooth / 10 - 1) % 4 + 1;
    return (quadrant == 1 || quadrant == 4) == right;
  });
}

// An abutment part is told from the crown on it by its own description: both name the same tooth.
bool IsAbutment(const PartFact& part) {
  const std::string text = absl::AsciiStrToLower(absl::StrCat(part.part_type, " ", part.part_name));
  return absl::StrContains(text, "abutment") || absl::StrContains(text, "meso");
}

PartKind KindOf(const PartFact& part, const PartOrderFacts& order, bool joined) {
  if (IsAbutment(part)) return PartKind::kAbutment;
  if (order.work_group == WorkGroup::kBar) return PartKind::kBar;
  if (order.work_group == WorkGroup::kRemovable) return PartKind::kRemovable;
  if (order.work_group == WorkGroup::kSplint) return PartKind::kSplint;
  if (order.teeth.size() < 2) return PartKind::kSingle;
  return joined ? PartKind::kBridge : PartKind::kMultiple;
}

// Fills everything that is counted tooth by tooth.
void CountTeeth(const InfoFacts& facts, PartOrderFacts& order) {
  std::map<std::string, int> own, pontics;
  std::set<std::string> lines, shades;
  for (const int number : order.teeth) {
    const ToothFact* tooth = facts.Tooth(number);
    order.work_types.push_back(tooth == nullptr ? "" : tooth->reconstruction_type);
    if (tooth == nullptr || !HasProduct(*tooth)) continue;
    ++order.units;
    order.pontics += IsPontic(*tooth);
    order.implants += tooth->has_implant();
    ++(IsPontic(*tooth) ? pontics : own)[tooth->reconstruction_type];
    if (!tooth->implant_library.empty()) lines.insert(tooth->implant_library);
    if (!tooth->shade.empty()) shades.insert(tooth->shade);
  }
  order.work_type = MostFrequent(own.empty() ? pontics : own);
  order.work_group = WorkGroupOf(order.work_type);
  order.implant_lines.assign(lines.begin(), lines.end());
  if (order.shade.empty() && shades.size() == 1) order.shade = *shades.begin();
}

ModelGroup GroupOf(const PartFact& part) {
  const std::string text = absl::AsciiStrToLower(absl::StrCat(part.part_type, " ", part.part_name, " ", part.filename));
  if (absl::StrContains(text, "gingiva")) return ModelGroup::kGingiva;
  if (absl::StrContains(text, "base")) return ModelGroup::kBase;
  if (absl::StrContains(text, "die") || absl::StrContains(text, "stump")) return ModelGroup::kDie;
  if (absl::StrContains(text, "jaw") || absl::StrContains(text, "model")) return ModelGroup::kJaw;
  return ModelGroup::kOther;
}

Jaw JawOfPart(const PartFact& part) {
  for (const int tooth : part.teeth) {
    if (JawOf(tooth) != Jaw::kUnknown) return JawOf(tooth);
  }
  const std::string text =
      absl::AsciiStrToLower(absl::StrCat(part.jaw, " ", part.part_type, " ", part.part_name, " ", part.filename));
  const bool upper = absl::StrContains(text, "upper") || absl::StrContains(text, "maxilla");
  const bool lower = absl::StrContains(text, "lower") || absl::StrContains(text, "mandib");
  if (upper == lower) return Jaw::kUnknown;
  return upper ? Jaw::kUpper : Jaw::kLower;
}

std::vector<int> ValidTeeth(const PartFact& part) {
  std::vector<int> teeth;
  std::copy_if(part.teeth.begin(), part.teeth.end(), std::back_inserter(teeth), IsFdi);
  SortByArch(teeth);
  return teeth;
}

}  // namespace

absl::string_view NameOf(PartKind kind) {
  constexpr absl::string_view kNames[] = {"single", "bridge", "abutment", "bar", "removable", "splint", "multiple"};
  return kNames[static_cast<size_t>(kind)];
}

absl::string_view NameOf(ModelGroup group) {
  constexpr absl::string_view kNames[] = {"base", "gingiva", "die", "jaw", "other"};
  return kNames[static_cast<size_t>(group)];
}

std::vector<PartOrderFacts> PartsToOrder(const InfoFacts& facts) {
  const Joints joints(facts);
  std::vector<PartOrderFacts> orders;
  for (const PartFact& part : facts.parts) {
    PartOrderFacts order;
    order.filename = part.filename;
    order.teeth = ValidTeeth(part);
    order.material = part.material;
    order.base_material = BaseMaterial(part.material);
    order.material_name = part.material_name;
    order.shade = part.color;
    order.screw_retained = part.screw_retained.value_or(false);
    // A kilometre is no height of a part; what is beyond stays unstated rather than overflow.
    if (part.height.has_value() && std::abs(*part.height) < 1e6) order.height_um = std::llround(*part.height * 1000);
    CountTeeth(facts, order);
    order.spans_midline = HasQuadrants(order.teeth, true) && HasQuadrants(order.teeth, false);
    order.jaw = JawOfPart(part);
    order.kind = KindOf(part, order, joints.ChainsOf(order.teeth).size() == 1);
    orders.push_back(std::move(order));
  }
  return orders;
}

std::vector<ModelPartFacts> ModelParts(const InfoFacts& facts) {
  std::vector<ModelPartFacts> parts;
  for (const PartFact& part : facts.parts) {
    parts.push_back({part.filename, GroupOf(part), JawOfPart(part), ValidTeeth(part)});
  }
  return parts;
}

}  // namespace millwright::files
