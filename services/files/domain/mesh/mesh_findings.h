// Turns numbers about a mesh into findings. The rules of file-rules, section 5, in one place.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FINDINGS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FINDINGS_H_

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/mesh/topology.h"
#include "services/files/domain/mesh/measurer.h"

namespace millwright::files {

// Triangles, NaN, zero areas, the early proof.
void JudgeMeasurement(const MeshMeasurement& measured, absl::string_view file, FindingList& findings);
// Edges, shells, orientation.
void JudgeTopology(const Topology& topology, const MeshMeasurement& measured, absl::string_view file,
                   FindingList& findings);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_FINDINGS_H_
