// The joints between the teeth of a case: which exist, which chains they make, where pontics run.
//
// A tooth that says IsConnectToMesialNeighbor is joined to its neighbour towards the midline; 11 and 21 may both say so
// and mean one joint. A joint passes through teeth marked MissingTooth. Everything works across the midline.
//
// Thread-safety: const after construction.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_JOINTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_JOINTS_H_

#include <span>
#include <vector>

#include "services/files/domain/info/info_facts.h"

namespace millwright::files {

struct Joint {
  int distal = 0;  // the tooth that says it (of a midline pair the first in arch order)
  int mesial = 0;
  friend bool operator==(const Joint&, const Joint&) = default;
};

class Joints {
 public:
  explicit Joints(const InfoFacts& facts);

  // In arch order, each once.
  const std::vector<Joint>& all() const { return joints_; }
  // Flags that lead to a tooth the design does not have, or that has no product: `mesial` is that tooth.
  const std::vector<Joint>& dangling() const { return dangling_; }

  // The chains that `teeth` fall into by joints among them; each in arch order. One chain means they hang together.
  std::vector<std::vector<int>> ChainsOf(std::span<const int> teeth) const;

 private:
  std::vector<Joint> joints_, dangling_;
};

// Runs of pontics that are neighbours in `teeth` (sorted by arch) and joined: each in arch order.
std::vector<std::vector<int>> PonticRuns(const InfoFacts& facts, const Joints& joints, std::span<const int> teeth);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_JOINTS_H_
