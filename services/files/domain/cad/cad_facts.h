// What is known of a CAD model (STEP, IGES): facts of its exact surfaces, and what a mesh of it adds.
//
// Area, volume, box and centre of mass are those of the surfaces themselves. Hull, oriented box and walls are found from
// a mesh of them, and said to be.
//
// Thread-safety: value types and pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CAD_CAD_FACTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CAD_CAD_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/mesh/analysis.h"

namespace millwright::files {

struct CadFacts {
  std::string fault = {};        // why nothing was measured, for people; "" if it was
  double unit_mm = 0;            // millimetres per unit of the file; 0 if it states none
  int64_t solids = 0, shells = 0, faces = 0;
  int64_t open_edges = 0;        // edges with one face
  int64_t loose_faces = 0;       // that belong to no solid
  int64_t invalid = 0;           // faces, edges, solids that the kernel finds invalid
  int64_t unread = 0;            // entities that could not be made shapes
  bool closed = false;           // there is a solid, and the shells of all solids are closed
  bool sewn = false;             // loose faces were made solids
  double area = 0, volume = 0;   // all lengths in mm if `unit_mm` is stated, else in units of the file
  Box box;
  Vec3 centre_of_mass;
  double deflection = 0;         // of the mesh; 0: none
  std::vector<std::string> left_out = {};  // "3 curves"
};

// Whether the mesh of a model may be believed: everything is a finite number, and box, area and volume fit together.
bool IsSane(const CadFacts& facts);

// Everything to be said about the model. `file`: its name.
std::vector<Finding> JudgeCad(const CadFacts& facts, absl::string_view file);

// The facts in the form that meshes have, so that both are quantised and stored in one way. `mesh` is the report of the
// mesh of the model, or null.
MeshReport AsMeshReport(const CadFacts& facts, const MeshReport* mesh);

// "exact surfaces of 2 solids in a STEP file; ..." for people.
std::string CadMethod(const CadFacts& facts, absl::string_view format);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CAD_CAD_FACTS_H_
