#include "services/files/domain/checks/joints.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/info/fdi.h"

namespace millwright::files {
namespace {

// The tooth that the mesial flag of `tooth` leads to, through missing teeth; 0 if the way leaves the design.
int MesialEnd(const InfoFacts& facts, int tooth, int* last) {
  int at = MesialNeighbour(tooth);
  for (int steps = 0; steps < 16; ++steps) {
    *last = at;
    const ToothFact* neighbour = facts.Tooth(at);
    if (neighbour == nullptr) return 0;
    if (HasProduct(*neighbour)) return at;
    if (!IsMissingTooth(*neighbour)) return 0;
    // Beyond the midline the way goes distally: 11's neighbour 21 missing leads to 22.
    const bool crossed = at / 10 != tooth / 10;
    at = crossed ? (IsFdi(at + 1) ? at + 1 : 0) : MesialNeighbour(at);
  }
  return 0;
}

}  // namespace

Joints::Joints(const InfoFacts& facts) {
  std::set<std::pair<int, int>> seen;
  for (const ToothFact& tooth : facts.teeth) {
    if (!tooth.connected_mesially.value_or(false) || IsMissingTooth(tooth)) continue;
    int last = 0;
    const int end = MesialEnd(facts, tooth.number, &last);
    if (end == 0 || !HasProduct(tooth)) {
      dangling_.push_back({tooth.number, last});
      continue;
    }
    std::pair<int, int> key = std::minmax(tooth.number, end);
    if (seen.insert(key).second) joints_.push_back({tooth.number, end});
  }
  auto by_arch = [](const Joint& a, const Joint& b) { return ArchOrder(a.distal) < ArchOrder(b.distal); };
  std::sort(joints_.begin(), joints_.end(), by_arch);
  std::sort(dangling_.begin(), dangling_.end(), by_arch);
}

std::vector<std::vector<int>> Joints::ChainsOf(std::span<const int> teeth) const {
  std::vector<int> open(teeth.begin(), teeth.end());
  SortByArch(open);
  std::vector<std::vector<int>> chains;
  while (!open.empty()) {
    std::vector<int> chain = {open.front()};
    open.erase(open.begin());
    for (size_t i = 0; i < chain.size(); ++i) {
      for (const Joint& joint : joints_) {
        if (joint.distal != chain[i] && joint.mesial != chain[i]) continue;
        const int other = joint.distal == chain[i] ? joint.mesial : joint.distal;
        const auto found = std::find(open.begin(), open.end(), other);
        if (found == open.end()) continue;
        chain.push_back(other);
        open.erase(found);
      }
    }
    SortByArch(chain);
    chains.push_back(std::move(chain));
  }
  return chains;
}

std::vector<std::vector<int>> PonticRuns(const InfoFacts& facts, const Joints& joints, std::span<const int> teeth) {
  std::vector<int> pontics;
  for (const int number : teeth) {
    const ToothFact* tooth = facts.Tooth(number);
    if (tooth != nullptr && IsPontic(*tooth)) pontics.push_back(number);
  }
  return joints.ChainsOf(pontics);
}

}  // namespace millwright::files
