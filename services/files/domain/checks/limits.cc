// Rules that compare a number with a limit of the acceptance profile.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/files/domain/checks/case_rules.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/info/fdi.h"

namespace millwright::files {
namespace {

// A limit is inclusive: what differs from it by rounding alone is equal to it.
bool IsOver(double value, double limit) { return value - limit > 1e-9 * std::max(1.0, std::abs(limit)); }

std::string Number(double value, absl::string_view unit) { return absl::StrFormat("%.6g %s", value, unit); }

const MaterialLimits* LimitsOfTooth(const Case& c, int tooth) {
  const PartFact* part = c.PartOfTooth(tooth);
  return part == nullptr ? nullptr : c.profile.LimitsOf(part->material);
}

void SayNotStated(const Case& c, const std::vector<int>& teeth, absl::string_view what, FindingList& findings) {
  if (teeth.empty()) return;
  findings.Add(Rule::kNotStated, {.file = c.context.info_name, .tooth = teeth.size() == 1 ? teeth[0] : 0},
               absl::StrCat(what, " is not stated for teeth ", ListTeeth(teeth), "."));
}

bool AllAnterior(const std::vector<int>& teeth) { return std::all_of(teeth.begin(), teeth.end(), IsAnterior); }

}  // namespace

void CheckWalls(const Case& c, FindingList& findings) {
  std::vector<int> not_stated;
  for (const ToothFact& tooth : c.facts.teeth) {
    const MaterialLimits* limits = LimitsOfTooth(c, tooth.number);
    // A pontic is solid: it has no wall.
    if (limits == nullptr || !limits->min_wall_mm.has_value() || !HasProduct(tooth) || IsPontic(tooth)) continue;
    const std::optional<double> wall = tooth.parameters.min_thickness;
    if (!wall.has_value()) {
      not_stated.push_back(tooth.number);
    } else if (*wall < *limits->min_wall_mm) {
      findings.Add(Rule::kWallBelowLimit, c.At(tooth, "ParametersUsed/MinThickness"),
                   absl::StrCat("Tooth ", ToothRef(tooth.number), " was designed with a minimum wall of ", Number(*wall, "mm"),
                                " (a setting of the CAD program, not a measurement)."),
                   Number(*wall, "mm"), absl::StrCat(">= ", Number(*limits->min_wall_mm, "mm")));
    }
  }
  SayNotStated(c, not_stated, "MinThickness", findings);
}

void CheckConnectors(const Case& c, FindingList& findings) {
  std::vector<int> not_stated;
  for (const Joint& joint : c.joints.all()) {
    const MaterialLimits* limits = LimitsOfTooth(c, joint.distal);
    if (limits == nullptr) continue;
    const bool anterior = IsAnterior(joint.distal) && IsAnterior(joint.mesial);
    const auto limit = anterior ? limits->min_connector_anterior_mm2 : limits->min_connector_posterior_mm2;
    if (!limit.has_value()) continue;
    const ToothFact* tooth = c.SmallestConnector(joint);
    if (tooth == nullptr) {
      not_stated.push_back(joint.distal);
    } else if (const double area = *tooth->parameters.connector_area; area < *limit) {
      findings.Add(Rule::kConnectorBelowLimit, c.At(*tooth, "ParametersUsed/ConnectorArea"),
                   absl::StrCat("The ", anterior ? "anterior" : "posterior", " connector between ", ToothRef(joint.distal),
                                " and ", ToothRef(joint.mesial), " was designed with ", Number(area, "mm²"), "."),
                   Number(area, "mm²"), absl::StrCat(">= ", Number(*limit, "mm²")));
    }
  }
  SayNotStated(c, not_stated, "ConnectorArea", findings);
}

void CheckPonticRuns(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const MaterialLimits* limits = c.profile.LimitsOf(part.material);
    for (const std::vector<int>& run : PonticRuns(c.facts, c.joints, part.teeth)) {
      int limit = c.profile.always_confirm_pontics - 1;
      if (limits != nullptr) {
        const auto own = AllAnterior(run) ? limits->max_pontics_anterior : limits->max_pontics_posterior;
        limit = std::min(limit, own.value_or(limit));
      }
      const int length = static_cast<int>(run.size());
      if (length <= limit) continue;
      findings.Add(Rule::kPonticRun, c.At(part, "ToothNumbers"),
                   absl::StrCat("Part ", part.index, " has ", length, " adjacent pontics: ", ListTeeth(run), "."),
                   absl::StrCat(length), absl::StrCat("<= ", limit));
    }
  }
}

void CheckBridgeUnits(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const MaterialLimits* limits = c.profile.LimitsOf(part.material);
    if (limits == nullptr || !limits->max_bridge_units.has_value()) continue;
    for (const std::vector<int>& chain : c.joints.ChainsOf(part.teeth)) {
      if (chain.size() < 2 || static_cast<int>(chain.size()) <= *limits->max_bridge_units) continue;
      findings.Add(
          Rule::kBridgeUnits, c.At(part, "ToothNumbers"),
          absl::StrCat("Part ", part.index, " is a bridge of ", chain.size(), " units: ", ListTeeth(chain), "."),
          absl::StrCat(chain.size()), absl::StrCat("<= ", *limits->max_bridge_units));
    }
  }
}

void CheckBlankHeights(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const MaterialLimits* limits = c.profile.LimitsOf(part.material);
    if (limits == nullptr || limits->blank_heights_mm.empty()) continue;
    if (!part.height.has_value()) {
      findings.Add(Rule::kNotStated, c.At(part, "Height"),
                   absl::StrCat("The Height of part ", part.index, " is not stated."));
      continue;
    }
    const double needed = *part.height / (1 - limits->linear_shrinkage.value_or(0));
    const double highest = *std::max_element(limits->blank_heights_mm.begin(), limits->blank_heights_mm.end());
    if (!IsOver(needed, highest)) continue;
    findings.Add(
        Rule::kPartBlankHeight, c.At(part, "Height"),
        absl::StrCat("Part ", part.index, " is ", Number(*part.height, "mm"), " high and needs ", Number(needed, "mm"),
                     " before sintering; the highest blank of the center has ", Number(highest, "mm"), "."),
        Number(needed, "mm"), absl::StrCat("<= ", Number(highest, "mm")));
  }
}

void CheckInsertionAxes(const Case& c, FindingList& findings) {
  if (!c.profile.check_insertion_axis) return;
  for (const ToothFact& tooth : c.facts.teeth) {
    if (!HasProduct(tooth) || !tooth.insertion_axis.has_value() || Length(*tooth.insertion_axis) == 0) continue;
    const Vec3& axis = *tooth.insertion_axis;
    // The machine axis is z; a part can be clamped either way up.
    const double off = std::acos(std::min(1.0, std::abs(axis.z) / Length(axis))) * 180 / std::numbers::pi;
    if (!IsOver(off, c.profile.max_insertion_axis_degrees)) continue;
    findings.Add(
        Rule::kInsertionAxis, c.At(tooth, "Axis"),
        absl::StrCat("The insertion axis of tooth ", ToothRef(tooth.number), " is ", Number(off, "°"), " off the machine axis."),
        Number(off, "°"), absl::StrCat("<= ", Number(c.profile.max_insertion_axis_degrees, "°")));
  }
}

void CheckMachineAxes(const Case& c, FindingList& findings) {
  if (!c.profile.machine_axes.has_value()) return;
  for (const ToothFact& tooth : c.facts.teeth) {
    const std::optional<double> axes = tooth.parameters.milling_machine_axes;
    if (!HasProduct(tooth) || !axes.has_value() || *axes <= *c.profile.machine_axes) continue;
    findings.Add(Rule::kPartFiveAxis, c.At(tooth, "ParametersUsed/MillingMachineAxes"),
                 absl::StrCat("Tooth ", ToothRef(tooth.number), " was designed for ", *axes, " axes, the center has ",
                              *c.profile.machine_axes, "."),
                 absl::StrCat(*axes), absl::StrCat("<= ", *c.profile.machine_axes));
  }
}

void CheckCenterKnown(const Case& c, FindingList& findings) {
  if (c.profile.is_center()) return;
  const bool implants = std::any_of(c.facts.teeth.begin(), c.facts.teeth.end(),
                                    [](const ToothFact& tooth) { return !tooth.implant_library.empty(); });
  findings.Add(Rule::kNotCheckedWithoutCenter, {.file = c.context.info_name},
               absl::StrCat("Blanks and machine axes", implants ? ", and implant lines," : "",
                            " are checked once a center is picked."));
}

}  // namespace millwright::files
