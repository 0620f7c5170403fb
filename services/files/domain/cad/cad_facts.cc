#include "services/files/domain/cad/cad_facts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace millwright::files {
namespace {

// Of the box's volume and of half its surface; the kernel's integration is far better.
constexpr double kSlack = 1e-6;

std::string Counted(int64_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

void JudgeSolids(const CadFacts& facts, const Place& place, FindingList& findings) {
  if (!facts.closed) {
    findings.Add(Rule::kCadNotClosed, place,
                 absl::StrCat("The surfaces enclose no solid: ", Counted(facts.open_edges, "edge has", "edges have"),
                              " one face only."),
                 absl::StrCat(facts.open_edges), "0");
    return;
  }
  if (facts.loose_faces > 0) {
    findings.Add(Rule::kCadLooseFaces, place,
                 absl::StrCat(Counted(facts.loose_faces, "face belongs", "faces belong"),
                              " to no solid; area and box hold them, the volume does not."),
                 absl::StrCat(facts.loose_faces), "0");
  }
  if (facts.solids > 1) {
    findings.Add(Rule::kCadSeveralSolids, place, absl::StrCat(facts.solids, " solids, taken as one part."),
                 absl::StrCat(facts.solids));
  }
  if (facts.sewn) {
    findings.Add(Rule::kCadSewn, place, "The file has faces only; they were sewn within 0.005 mm and enclose a solid.");
  }
}

}  // namespace

bool IsSane(const CadFacts& facts) {
  if (!std::isfinite(facts.area) || !std::isfinite(facts.volume) || facts.area < 0 || facts.volume < 0) return false;
  if (facts.faces == 0) return true;
  if (facts.box.empty() || !IsFinite(facts.box.min) || !IsFinite(facts.box.max)) return false;
  const Vec3 size = facts.box.size();
  // Several solids may lie in each other, so only a single one can't be larger than its box.
  const double box_volume = size.x * size.y * size.z;
  return facts.solids != 1 || !facts.closed || facts.volume <= box_volume * (1 + kSlack) + kSlack;
}

std::vector<Finding> JudgeCad(const CadFacts& facts, absl::string_view file) {
  FindingList findings;
  const Place place{.file = std::string(file)};
  if (!facts.fault.empty()) {
    findings.Add(Rule::kCadNotRead, place, absl::StrCat("The model can't be read: ", facts.fault, "."));
  } else if (facts.faces == 0) {
    findings.Add(Rule::kCadNoGeometry, place, "The file holds no surface and no solid.", "0", ">= 1");
  } else if (!IsSane(facts)) {
    findings.Add(Rule::kCadNotRead, place, "The model can't be read: its geometry is without bounds or no number.");
  } else {
    JudgeSolids(facts, place, findings);
    if (facts.invalid > 0) {
      findings.Add(Rule::kCadInvalid, place,
                   absl::StrCat(Counted(facts.invalid, "shape is", "shapes are"), " invalid."),
                   absl::StrCat(facts.invalid), "0");
    }
    if (facts.unread > 0) {
      findings.Add(Rule::kCadNotAllRead, place,
                   absl::StrCat(Counted(facts.unread, "entity", "entities"), " of the model can't be read."),
                   absl::StrCat(facts.unread), "0");
    }
    if (!facts.left_out.empty()) {
      findings.Add(Rule::kCadLeftOut, place, absl::StrCat(absl::StrJoin(facts.left_out, ", "), " were not measured."));
    }
  }
  return std::move(findings).Take();
}

MeshReport AsMeshReport(const CadFacts& facts, const MeshReport* mesh) {
  MeshReport report;
  if (facts.unit_mm > 0) report.own_unit_mm = facts.unit_mm;
  report.measured.box = facts.box;
  report.measured.area = facts.area;
  report.measured.signed_volume = facts.volume;
  report.measured.centre_of_mass = facts.centre_of_mass;
  Topology topology{.complete = true};
  topology.edges = facts.faces;  // any number that is not none
  topology.open_edges = facts.closed ? 0 : std::max<int64_t>(facts.open_edges, 1);
  topology.shells = facts.shells;
  report.topology = topology;
  if (mesh == nullptr) return report;
  report.facts = mesh->facts;
  // A mesh lies inside of what is round outside; no hull is smaller than its body.
  if (report.facts.hull_volume.has_value() && facts.solids == 1 && facts.closed) {
    report.facts.hull_volume = std::max(*report.facts.hull_volume, facts.volume);
  }
  return report;
}

std::string CadMethod(const CadFacts& facts, absl::string_view format) {
  std::string method = absl::StrCat("exact surfaces of ", Counted(facts.solids, "solid", "solids"), " of ", format,
                                    ", Gauss integration (Open CASCADE)");
  if (facts.deflection > 0) {
    absl::StrAppend(&method, "; hull, oriented box and walls from a mesh within ",
                    std::ceil(facts.deflection * 1000) / 1000, " mm of them");
  }
  return method;
}

}  // namespace millwright::files
