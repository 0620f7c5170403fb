// Rules that only a center's own list or machine can answer, and the free ends of bridges.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/files/domain/checks/case_rules.h"
#include "services/files/domain/checks/vocabulary.h"

namespace millwright::files {
namespace {

// Two statements of one blank's height; catalogues round to a tenth.
constexpr double kBlankToleranceMm = 0.05;

std::string Number(double value, absl::string_view unit) { return absl::StrFormat("%.6g %s", value, unit); }

// Pontics at one end of a chain, from the end inwards.
std::vector<int> FreeEnd(const Case& c, const std::vector<int>& chain, bool first) {
  std::vector<int> teeth;
  for (size_t i = 0; i < chain.size(); ++i) {
    const int number = first ? chain[i] : chain[chain.size() - 1 - i];
    const ToothFact* tooth = c.facts.Tooth(number);
    if (tooth == nullptr || !IsPontic(*tooth)) break;
    teeth.push_back(number);
  }
  return teeth;
}

void CheckFreeEnd(const Case& c, const PartFact& part, const MaterialLimits& limits, const std::vector<int>& end,
                  FindingList& findings) {
  const int count = static_cast<int>(end.size());
  if (limits.max_cantilever_pontics.has_value() && count > *limits.max_cantilever_pontics) {
    findings.Add(Rule::kCantilever, c.At(part, "ToothNumbers"),
                 absl::StrCat("Part ", part.index, " has ", count, " pontics at a free end: ", ListTeeth(end), "."),
                 absl::StrCat(count), absl::StrCat("<= ", *limits.max_cantilever_pontics));
  }
  if (!limits.min_connector_cantilever_mm2.has_value() || end.empty()) return;
  for (const Joint& joint : c.joints.all()) {
    const bool carries = std::find(end.begin(), end.end(), joint.distal) != end.end() ||
                         std::find(end.begin(), end.end(), joint.mesial) != end.end();
    const ToothFact* tooth = carries ? c.SmallestConnector(joint) : nullptr;
    if (tooth == nullptr || *tooth->parameters.connector_area >= *limits.min_connector_cantilever_mm2) continue;
    const double area = *tooth->parameters.connector_area;
    findings.Add(Rule::kConnectorBelowLimit, c.At(*tooth, "ParametersUsed/ConnectorArea"),
                 absl::StrCat("The connector between ", ToothRef(joint.distal), " and ", ToothRef(joint.mesial),
                              " carries a free end and was designed with ", Number(area, "mm²"), "."),
                 Number(area, "mm²"), absl::StrCat(">= ", Number(*limits.min_connector_cantilever_mm2, "mm²")));
  }
}

}  // namespace

void CheckCantilevers(const Case& c, FindingList& findings) {
  for (const PartFact& part : c.facts.parts) {
    const MaterialLimits* limits = c.profile.LimitsOf(part.material);
    if (limits == nullptr) continue;
    for (const std::vector<int>& chain : c.joints.ChainsOf(part.teeth)) {
      if (chain.size() < 2) continue;
      const std::vector<int> first = FreeEnd(c, chain, true);
      CheckFreeEnd(c, part, *limits, first, findings);
      // A chain of pontics alone hangs nowhere; it is told once.
      if (first.size() < chain.size()) CheckFreeEnd(c, part, *limits, FreeEnd(c, chain, false), findings);
    }
  }
}

void CheckBlankRestrictions(const Case& c, FindingList& findings) {
  for (const ToothFact& tooth : c.facts.teeth) {
    const std::optional<double> wanted = tooth.parameters.blank_restriction_height;
    const PartFact* part = c.PartOfTooth(tooth.number);
    const MaterialLimits* limits = part == nullptr ? nullptr : c.profile.LimitsOf(part->material);
    if (!HasProduct(tooth) || !wanted.has_value() || limits == nullptr || limits->blank_heights_mm.empty()) continue;
    const std::vector<double>& blanks = limits->blank_heights_mm;
    if (std::any_of(blanks.begin(), blanks.end(),
                    [&](double blank) { return std::abs(blank - *wanted) <= kBlankToleranceMm; })) {
      continue;
    }
    findings.Add(Rule::kBlankRestriction, c.At(tooth, "ParametersUsed/ProductionBlankRestrictionHeight"),
                 absl::StrCat("Tooth ", ToothRef(tooth.number), " was designed for a blank of ", Number(*wanted, "mm"), "."),
                 Number(*wanted, "mm"), "a height of the center's list");
  }
}

void CheckTools(const Case& c, FindingList& findings) {
  for (const ToothFact& tooth : c.facts.teeth) {
    if (!HasProduct(tooth)) continue;
    const std::optional<double> angle = tooth.parameters.max_screw_channel_angle;
    const std::optional<double> steepest = c.profile.max_screw_channel_degrees;
    if (tooth.has_screw_channel && angle.has_value() && steepest.has_value() && *angle > *steepest) {
      findings.Add(Rule::kScrewChannelAngle, c.At(tooth, "ParametersUsed/MaxScrewChannelAngleAdditionalLimit"),
                   absl::StrCat("The screw channel of tooth ", ToothRef(tooth.number), " may be tilted by ", Number(*angle, "°"), "."),
                   Number(*angle, "°"), absl::StrCat("<= ", Number(*steepest, "°")));
    }
    const std::optional<double> tool = tooth.parameters.milling_diameter;
    const std::optional<double> finest = c.profile.min_tool_diameter_mm;
    if (tool.has_value() && *tool > 0 && finest.has_value() && *tool < *finest) {
      findings.Add(Rule::kToolDiameter, c.At(tooth, "ParametersUsed/MillingDiameter"),
                   absl::StrCat("Tooth ", ToothRef(tooth.number), " was designed for a tool of ", Number(*tool, "mm"), "."),
                   Number(*tool, "mm"), absl::StrCat(">= ", Number(*finest, "mm")));
    }
  }
}

void CheckPartFileSizes(const Case& c, FindingList& findings) {
  if (!c.profile.max_part_file_bytes.has_value()) return;
  for (const PartFact& part : c.facts.parts) {
    const CaseFile* file = part.filename.empty() ? nullptr : c.FileNamed(part.filename);
    if (file == nullptr || file->size <= *c.profile.max_part_file_bytes) continue;
    findings.Add(Rule::kPartFileLarge, c.At(part, "Filename"),
                 absl::StrCat(part.filename, " has ", file->size, " bytes."), absl::StrCat(file->size, " bytes"),
                 absl::StrCat("<= ", *c.profile.max_part_file_bytes, " bytes"));
  }
}

}  // namespace millwright::files
