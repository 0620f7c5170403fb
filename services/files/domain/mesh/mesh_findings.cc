#include "services/files/domain/mesh/mesh_findings.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace millwright::files {
namespace {

class Judge {
 public:
  Judge(absl::string_view file, FindingList& findings) : file_(file), findings_(findings) {}

  void Say(Rule rule, std::string message, std::string measured = "", std::string limit = "",
           std::string element = "") {
    findings_.Add(rule, {.file = file_, .element = std::move(element)}, std::move(message), std::move(measured),
                  std::move(limit));
  }
  // "3 open edges", allowed: none.
  void SayCount(Rule rule, int64_t count, absl::string_view what, absl::string_view consequence) {
    if (count == 0) return;
    Say(rule, absl::StrCat(count, " ", what, consequence), absl::StrCat(count), "0");
  }

 private:
  std::string file_;
  FindingList& findings_;
};

void JudgeShells(const Topology& topology, const MeshMeasurement& measured, Judge& judge) {
  if (topology.containment == Containment::kTooMuchWork) {
    judge.Say(
        Rule::kMeshTooBigToCheck,
        absl::StrCat("The ", topology.negative_shells, " inward shells are too many to find out which are voids."),
        absl::StrCat(topology.negative_shells));
    return;
  }
  if (topology.containment == Containment::kNegative) {
    const int64_t bad = topology.negative_shells - topology.voids;
    judge.SayCount(Rule::kMeshNegativeShell, bad, "of the shells",
                   topology.inverted ? " would still be inside out if the whole mesh were flipped."
                                     : " are inside out and no void of exactly one other shell.");
    return;
  }
  if (topology.inverted) {
    judge.Say(Rule::kMeshInverted,
              "The mesh is closed but all of it is turned inside out; confirmed, it is measured flipped.",
              absl::StrCat(measured.signed_volume), "> 0");
  }
  if (topology.voids > 0) {
    judge.Say(Rule::kMeshVoid, absl::StrCat(topology.voids, " inner voids; their volume is subtracted."),
              absl::StrCat(topology.voids));
  }
  if (topology.nested_boxes) {
    judge.Say(Rule::kMeshNestedShells, "Some outward shells may lie within others; this was not checked.");
  }
  if (measured.signed_volume == 0)
    judge.Say(Rule::kMeshNoVolume, "The mesh is closed but encloses no volume.", "0", "> 0");
  judge.Say(Rule::kMeshSelfIntersection, "Whether the surface cuts through itself was not checked.");
}

}  // namespace

void JudgeMeasurement(const MeshMeasurement& measured, absl::string_view file, FindingList& findings) {
  Judge judge(file, findings);
  if (measured.triangles == 0) judge.Say(Rule::kMeshNoTriangle, "The mesh has no triangle.", "0", ">= 1");
  if (measured.not_finite > 0) {
    judge.Say(
        Rule::kMeshNotFinite,
        absl::StrCat(measured.not_finite, " triangles have coordinates that are NaN or infinite; the first is number ",
                     measured.first_not_finite, "."),
        absl::StrCat(measured.not_finite), "0", absl::StrCat("triangle ", measured.first_not_finite));
  }
  if (measured.zero_area > 0) {
    judge.Say(Rule::kMeshZeroArea,
              absl::StrCat(measured.zero_area, " triangles have no area; the first is number ",
                           measured.first_zero_area, "."),
              absl::StrCat(measured.zero_area), "", absl::StrCat("triangle ", measured.first_zero_area));
  }
  if (measured.proved_open) {
    judge.Say(Rule::kMeshNotClosed, "At least one edge is open or used twice in one direction.");
  }
}

void JudgeTopology(const Topology& topology, const MeshMeasurement& measured, absl::string_view file,
                   FindingList& findings) {
  Judge judge(file, findings);
  if (!topology.complete) {
    judge.Say(Rule::kMeshTooBigToCheck, "The mesh has too many different vertices for the memory of the check.");
    return;
  }
  judge.SayCount(Rule::kMeshOpenEdge, topology.open_edges, "edges", " have only one triangle: the mesh is not closed.");
  judge.SayCount(Rule::kMeshNonManifoldEdge, topology.non_manifold_edges, "edges", " have more than two triangles.");
  judge.SayCount(Rule::kMeshInconsistentEdge, topology.inconsistent_edges, "edges",
                 absl::StrCat(" join triangles of opposite orientation; ", topology.flipped_triangles,
                              " triangles are flipped against the rest of their shell."));
  if (topology.edges == 0 && measured.triangles > measured.not_finite) {
    judge.Say(Rule::kMeshNoTriangle, "No triangle has three different corners.", "0", ">= 1");
  }
  if (topology.closed_and_consistent()) JudgeShells(topology, measured, judge);
}

}  // namespace millwright::files
