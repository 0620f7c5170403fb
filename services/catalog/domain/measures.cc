#include "services/catalog/domain/measures.h"

#include <algorithm>
#include <map>

namespace millwright::catalog {

bool IsFdiTooth(int64_t tooth) {
  int64_t quadrant = tooth / 10, position = tooth % 10;
  if (quadrant >= 1 && quadrant <= 4) return position >= 1 && position <= 8;
  return quadrant >= 5 && quadrant <= 8 && position >= 1 && position <= 5;
}

int64_t MesialNeighbour(int64_t tooth) {
  if (tooth % 10 > 1) return tooth - 1;
  int64_t quadrant = tooth / 10;
  return (quadrant % 2 == 1 ? quadrant + 1 : quadrant - 1) * 10 + 1;
}

std::vector<std::vector<DentalUnit>> BridgesOf(const std::vector<DentalUnit>& units) {
  std::map<int64_t, int64_t> root;  // union-find over tooth numbers
  for (const DentalUnit& unit : units) root[unit.tooth] = unit.tooth;
  auto find = [&root](int64_t tooth) {
    while (root[tooth] != tooth) tooth = root[tooth];
    return tooth;
  };
  for (const DentalUnit& unit : units) {
    int64_t mesial = MesialNeighbour(unit.tooth);
    if (unit.connected_to_mesial && root.count(mesial) != 0) root[find(unit.tooth)] = find(mesial);
  }
  std::map<int64_t, std::vector<DentalUnit>> groups;
  for (const DentalUnit& unit : units) groups[find(unit.tooth)].push_back(unit);
  std::vector<std::vector<DentalUnit>> out;
  for (auto& [unused, group] : groups) {
    std::stable_sort(group.begin(), group.end(), [](const auto& a, const auto& b) { return a.tooth < b.tooth; });
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace millwright::catalog
