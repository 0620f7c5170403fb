// Rules about teeth, joints, margins and implants.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/files/domain/checks/case_rules.h"
#include "services/files/domain/checks/vocabulary.h"

namespace millwright::files {
namespace {

bool Names(const PartFact& part, int tooth) {
  return std::find(part.teeth.begin(), part.teeth.end(), tooth) != part.teeth.end();
}

// "A : B : C" and "A:B:C" are the same line.
std::string LineOf(absl::string_view descriptor) {
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(descriptor, ':')) {
    words.push_back(std::string(absl::StripAsciiWhitespace(word)));
  }
  return absl::StrJoin(words, ":");
}

bool IsListed(const std::vector<std::string>& lines, absl::string_view descriptor) {
  const std::string line = LineOf(descriptor);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& listed) {
    const std::string prefix = LineOf(listed);
    return line == prefix || absl::StartsWith(line, prefix + ":");
  });
}

void CheckScrewChannels(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    bool implant = part.screw_retained.value_or(false), channel = false;
    for (const ToothFact& tooth : c.facts.teeth) {
      if (!Names(part, tooth.number)) continue;
      implant = implant || tooth.has_implant();
      channel = channel || tooth.has_screw_channel;
    }
    if (implant && !channel) {
      findings.Add(Rule::kPartNoScrewChannel, c.At(part, "ToothNumbers"),
                   absl::StrCat("Part ", part.index, " sits on an implant, but no tooth of it has a screw channel."),
                   "0", ">= 1");
    }
  }
}

}  // namespace

void CheckToothParts(const Case& c, FindingList& findings) {
  for (const ToothFact& tooth : c.facts.teeth) {
    if (!HasProduct(tooth) || c.PartOfTooth(tooth.number) != nullptr) continue;
    findings.Add(Rule::kToothWithoutPart, c.At(tooth, "Number"),
                 absl::StrCat("Tooth ", ToothRef(tooth.number), " (", tooth.reconstruction_type, ") is in no part."));
  }
}

void CheckJoints(const Case& c, FindingList& findings) {
  for (const Joint& joint : c.joints.dangling()) {
    const ToothFact* tooth = c.facts.Tooth(joint.distal);
    findings.Add(Rule::kJointDangling, c.At(*tooth, "IsConnectToMesialNeighbor"),
                 absl::StrCat("Tooth ", ToothRef(joint.distal), " is joined towards ", ToothRef(joint.mesial),
                              ", where the design has no product."));
  }
  for (const Joint& joint : c.joints.all()) {
    if (c.PartOfTooth(joint.distal) == nullptr || c.PartOfTooth(joint.mesial) == nullptr) continue;
    if (c.InOnePart(joint)) continue;
    findings.Add(Rule::kJointCrossesParts, c.At(*c.facts.Tooth(joint.distal), "IsConnectToMesialNeighbor"),
                 absl::StrCat("Teeth ", ToothRef(joint.distal), " and ", ToothRef(joint.mesial), " are joined but in different parts."));
  }
}

void CheckMargins(const Case& c, FindingList& findings) {
  for (const ToothFact& tooth : c.facts.teeth) {
    if (!tooth.margin.stated) continue;
    if (tooth.margin.different_points < 3) {
      findings.Add(Rule::kMarginTooFewPoints, c.At(tooth, "Margin"),
                   absl::StrCat("The margin of tooth ", ToothRef(tooth.number), " has ", tooth.margin.different_points,
                                " different points."),
                   absl::StrCat(tooth.margin.different_points), ">= 3");
    }
    if (tooth.margin.crossing == Crossing::kCrosses) {
      findings.Add(Rule::kMarginSelfCrossing, c.At(tooth, "Margin"),
                   absl::StrCat("The margin of tooth ", ToothRef(tooth.number), " crosses itself."));
    } else if (tooth.margin.crossing == Crossing::kNotChecked) {
      findings.Add(Rule::kMarginNotChecked, c.At(tooth, "Margin"),
                   absl::StrCat("The margin of tooth ", ToothRef(tooth.number), " has ", tooth.margin.points, " points."),
                   absl::StrCat(tooth.margin.points));
    }
  }
}

void CheckImplants(const Case& c, FindingList& findings) {
  for (const ToothFact& tooth : c.facts.teeth) {
    if (!tooth.implant_target.empty() && c.PartNamed(tooth.implant_target) == nullptr) {
      findings.Add(Rule::kImplantTargetAbsent, c.At(tooth, "MatrixImplantGeometryTargetOutputConstructionFile"),
                   absl::StrCat("The implant interface of tooth ", ToothRef(tooth.number), " points to ", tooth.implant_target,
                                ", which is not in the list of parts."));
    }
    if (!c.profile.implant_lines.has_value() || tooth.implant_library.empty()) continue;
    if (IsListed(*c.profile.implant_lines, tooth.implant_library)) continue;
    findings.Add(Rule::kImplantLine, c.At(tooth, "ImplantLibraryEntryDescriptor"),
                 absl::StrCat("The center does not list the implant line ", tooth.implant_library, " of tooth ",
                              ToothRef(tooth.number), "."),
                 tooth.implant_library);
  }
  CheckScrewChannels(c, findings);
}

}  // namespace millwright::files
