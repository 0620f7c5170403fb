#include "services/catalog/domain/fit.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

std::string Mm(int64_t um) { return absl::StrCat(Decimal::Milli(um).ToString(), " mm"); }

bool Contains(const std::vector<std::string>& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

void CheckAxes(const Machine& machine, const PartMeasures& part, std::vector<Misfit>& out) {
  static constexpr const char* kPlaced[] = {"AXIS_X", "AXIS_Y", "AXIS_Z"};
  static constexpr const char* kPlacedText[] = {"x", "y", "z"};
  static constexpr const char* kSorted[] = {"AXIS_LONGEST", "AXIS_MIDDLE", "AXIS_SHORTEST"};
  static constexpr const char* kSortedText[] = {"the longest side", "the middle side", "the shortest side"};
  std::array<int64_t, 3> box = part.box_um, room = machine.envelope_um;
  for (int i = 0; i < 3; ++i) room[i] -= machine.allowance_um[i];
  if (!machine.fixed_orientation) {
    std::sort(box.begin(), box.end(), std::greater<>());
    std::sort(room.begin(), room.end(), std::greater<>());
  }
  for (int i = 0; i < 3; ++i) {
    if (box[i] <= room[i]) continue;
    out.push_back({machine.fixed_orientation ? kPlaced[i] : kSorted[i],
                   absl::StrCat(machine.fixed_orientation ? kPlacedText[i] : kSortedText[i], " is ", Mm(box[i]),
                                ", machine `", machine.id, "` takes ", Mm(room[i]), " after allowances"),
                   box[i] - room[i]});
  }
}

void CheckLeast(const char* rule, const char* what, int64_t value, int64_t limit, const Machine& machine,
                std::vector<Misfit>& out) {
  if (value <= 0 || limit <= 0 || value >= limit) return;
  out.push_back(
      {rule, absl::StrCat(what, " is ", Mm(value), ", machine `", machine.id, "` needs at least ", Mm(limit))});
}

}  // namespace

std::vector<Misfit> CheckFit(const Machine& machine, const PartMeasures& part, const Material* material,
                             const std::vector<std::string>& finishes) {
  std::vector<Misfit> out;
  CheckAxes(machine, part, out);
  CheckLeast("MIN_WALL", "the thinnest wall", part.min_wall_um, machine.min_wall_um, machine, out);
  CheckLeast("MIN_FEATURE", "the smallest feature", part.min_feature_um, machine.min_feature_um, machine, out);
  if (material != nullptr) {
    if (!machine.materials.empty() && !Contains(machine.materials, material->id)) {
      out.push_back({"MATERIAL", absl::StrCat("machine `", machine.id, "` does not run ", material->id)});
    }
    Decimal mass_mg = part.VolumeMm3() * material->density_g_cm3;
    if (machine.max_mass_mg > 0 && mass_mg > Decimal(machine.max_mass_mg)) {
      out.push_back({"MAX_MASS", absl::StrCat("the part has ", (mass_mg / 1000).ToFixed(1), " g, machine `", machine.id,
                                              "` takes ", Decimal::Milli(machine.max_mass_mg).ToString(), " g")});
    }
  }
  for (const std::string& finish : finishes) {
    if (machine.finishes.empty() || Contains(machine.finishes, finish)) continue;
    out.push_back({"FINISH", absl::StrCat("parts of machine `", machine.id, "` can't be finished with ", finish)});
  }
  return out;
}

absl::StatusOr<const Machine*> ChooseMachine(const std::vector<const Machine*>& machines, const PartMeasures& part,
                                             const Material* material, const std::vector<std::string>& finishes) {
  const Machine* closest = nullptr;
  std::vector<Misfit> least;
  auto rank = [](const std::vector<Misfit>& misfits) {
    int64_t excess = 0;
    for (const Misfit& misfit : misfits) excess += misfit.excess_um;
    return std::make_tuple(misfits.size(), excess);
  };
  for (const Machine* machine : machines) {
    std::vector<Misfit> misfits = CheckFit(*machine, part, material, finishes);
    if (misfits.empty()) return machine;
    if (closest == nullptr || rank(misfits) < rank(least)) {
      closest = machine;
      least = std::move(misfits);
    }
  }
  if (closest == nullptr) {
    return Error::FailedPrecondition("PART_DOES_NOT_FIT", "the process has no machine; name one in its rule");
  }
  Error error = Error::FailedPrecondition("PART_DOES_NOT_FIT", absl::StrCat("no machine takes the part; `", closest->id,
                                                                            "` comes closest: ", least[0].description));
  error.Meta("closest_machine", closest->id).Meta("rule", least[0].rule);
  for (const Misfit& misfit : least) error.Precondition(misfit.rule, closest->id, misfit.description);
  return error.Build();
}

}  // namespace millwright::catalog
