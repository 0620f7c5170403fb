// Solids for tests and fixtures: exact where they can be, and machined-looking parts. Triangles are counter-clockwise
// seen from outside; the volume of a shape is that of its triangles, not of the ideal body.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_MESH_SHAPES_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_MESH_SHAPES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files::testing {

using Mesh = std::vector<Triangle>;

// Corner at `corner`, edges along the axes; 12 triangles.
Mesh MakeBox(const Vec3& size, const Vec3& corner = {});
// Right-angled at the origin with legs of `leg`: volume leg³ / 6; 4 triangles.
Mesh MakeTetrahedron(double leg, const Vec3& corner = {});
// A closed surface over a torus grid: 2 x `around` x `across` triangles.
Mesh MakeTorus(int around, int across, double major_radius, double minor_radius);
// 2 x slices x (stacks - 1) triangles.
Mesh MakeSphere(int stacks, int slices, double radius, const Vec3& center = {});

struct ProfilePoint {
  double radius, z;
};
// A body of revolution about z: the closed profile, clockwise seen with the radius to the right and z up.
Mesh Revolve(const std::vector<ProfilePoint>& profile, int slices);

// A part built of square columns in layers, as a mill leaves it. Each layer is a map, one character a cell: '#' solid,
// 'o' solid with a round hole through it, ' ' nothing.
struct LayeredPart {
  struct Layer {
    double height;
    std::vector<std::string> rows;  // all of one size, rows along y, characters along x
  };
  double cell = 10;
  double hole_radius = 3;
  int hole_corners = 32;  // a multiple of 4
  std::vector<Layer> layers;
};
Mesh MakeLayered(const LayeredPart& part);

// The two parts of integration-tests/fixtures/parts.
Mesh MakeAngleBracket();  // base plate with four holes, upright wall, two ribs
Mesh MakeFlangedBushing();

Mesh Moved(Mesh mesh, const Vec3& by);
Mesh Scaled(Mesh mesh, double by);
Mesh Flipped(Mesh mesh);  // inside out
Mesh Joined(Mesh a, const Mesh& b);
// Every coordinate rounded to float, as binary STL stores it.
Mesh Rounded(Mesh mesh);

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_MESH_SHAPES_H_
