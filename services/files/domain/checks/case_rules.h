// The rules about a case, one function each. Not for use outside checks/.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_RULES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_RULES_H_

#include <map>
#include <string>
#include <vector>

#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/checks/joints.h"

namespace millwright::files {

// What every rule looks at.
struct Case {
  Case(const InfoFacts& facts, const CaseContext& context);

  const CaseFile* FileNamed(absl::string_view name) const;
  const PartFact* PartNamed(absl::string_view filename) const;
  // The part that a tooth's limits come from: the first that names it; null if none does.
  const PartFact* PartOfTooth(int tooth) const;
  bool InOnePart(const Joint& joint) const;
  // The tooth that states the smallest ConnectorArea of a joint; null if none does. Over the midline both may state one:
  // each is the other's mesial neighbour.
  const ToothFact* SmallestConnector(const Joint& joint) const;
  Place At(const PartFact& part, absl::string_view leaf, int tooth = 0) const;
  Place At(const ToothFact& tooth, absl::string_view leaf) const;

  const InfoFacts& facts;
  const CaseContext& context;
  const AcceptanceProfile& profile;
  const Joints joints;
  std::map<std::string, const CaseFile*> files_by_name;  // folded
  std::map<std::string, const PartFact*> parts_by_name;  // folded
};

std::string ListTeeth(const std::vector<int>& teeth);  // "14, 15, 16", as ToothRefs

// parts.cc
void CheckPartCount(const Case& c, FindingList& findings);
void CheckPartNames(const Case& c, FindingList& findings);
void CheckPartFiles(const Case& c, bool required, FindingList& findings);
void CheckPartHash(const Case& c, const PartFact& part, const CaseFile& file, FindingList& findings);
void CheckPartTeeth(const Case& c, FindingList& findings);
void CheckPartChains(const Case& c, FindingList& findings);
void CheckPartMaterials(const Case& c, FindingList& findings);
void CheckScans(const Case& c, FindingList& findings);

// teeth.cc
void CheckToothParts(const Case& c, FindingList& findings);
void CheckJoints(const Case& c, FindingList& findings);
void CheckMargins(const Case& c, FindingList& findings);
void CheckImplants(const Case& c, FindingList& findings);

// limits.cc, center_limits.cc
void CheckWalls(const Case& c, FindingList& findings);
void CheckConnectors(const Case& c, FindingList& findings);
void CheckPonticRuns(const Case& c, FindingList& findings);
void CheckBridgeUnits(const Case& c, FindingList& findings);
void CheckBlankHeights(const Case& c, FindingList& findings);
void CheckInsertionAxes(const Case& c, FindingList& findings);
void CheckMachineAxes(const Case& c, FindingList& findings);
void CheckCantilevers(const Case& c, FindingList& findings);
void CheckBlankRestrictions(const Case& c, FindingList& findings);
void CheckTools(const Case& c, FindingList& findings);
void CheckPartFileSizes(const Case& c, FindingList& findings);
void CheckCenterKnown(const Case& c, FindingList& findings);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_RULES_H_
