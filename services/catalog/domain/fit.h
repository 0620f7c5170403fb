// Does a part fit a machine? Asked before any price.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIT_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/measures.h"
#include "services/catalog/domain/resources.h"

namespace millwright::catalog {

struct Misfit {
  std::string rule;         // "AXIS_X", "AXIS_LONGEST", "MIN_WALL", "MIN_FEATURE", "MAX_MASS", "MATERIAL", "FINISH"
  std::string description;  // "x is 305 mm, machine `m1` takes 300 mm"
  int64_t excess_um = 0;    // of an axis; 0 for the other rules
};

// Every reason why `part` can't be made on `machine`; empty if it fits. With a free orientation the axes are compared
// sorted (AXIS_LONGEST, AXIS_MIDDLE, AXIS_SHORTEST), with a fixed one as placed (AXIS_X, AXIS_Y, AXIS_Z).
std::vector<Misfit> CheckFit(const Machine& machine, const PartMeasures& part, const Material* material,
                             const std::vector<std::string>& finishes);

// The first of `machines` that takes the part. FAILED_PRECONDITION, PART_DOES_NOT_FIT, with the misfits of the machine
// that comes closest: fewest misfits, then least excess.
absl::StatusOr<const Machine*> ChooseMachine(const std::vector<const Machine*>& machines, const PartMeasures& part,
                                             const Material* material, const std::vector<std::string>& finishes);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_FIT_H_
