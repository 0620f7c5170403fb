// The machined parts: square columns in layers, with holes through them.
#include <cmath>
#include <numbers>

#include "services/files/testing/mesh_shapes.h"

namespace millwright::files::testing {
namespace {

class LayeredBuilder {
 public:
  explicit LayeredBuilder(const LayeredPart& part) : part_(part) {}

  Mesh Build() {
    double z = 0;
    for (int layer = 0; layer <= static_cast<int>(part_.layers.size()); ++layer) {
      const double top = z + (layer < static_cast<int>(part_.layers.size()) ? part_.layers[layer].height : 0);
      for (int y = 0; y < static_cast<int>(part_.layers[0].rows.size()); ++y) {
        for (int x = 0; x < static_cast<int>(part_.layers[0].rows[0].size()); ++x) {
          Floor(x, y, z, At(layer - 1, x, y), At(layer, x, y));
          Walls(layer, x, y, z, top);
        }
      }
      z = top;
    }
    return std::move(mesh_);
  }

 private:
  char At(int layer, int x, int y) const {
    if (layer < 0 || layer >= static_cast<int>(part_.layers.size())) return ' ';
    const auto& rows = part_.layers[layer].rows;
    if (y < 0 || y >= static_cast<int>(rows.size()) || x < 0 || x >= static_cast<int>(rows[y].size())) return ' ';
    return rows[y][x];
  }
  Vec3 Corner(int x, int y, double z) const { return {x * part_.cell, y * part_.cell, z}; }
  Vec3 OnHole(int x, int y, double z, int i) const {
    const double angle = 2 * std::numbers::pi * (i % part_.hole_corners) / part_.hole_corners;
    return {(x + 0.5) * part_.cell + part_.hole_radius * std::cos(angle),
            (y + 0.5) * part_.cell + part_.hole_radius * std::sin(angle), z};
  }

  void Face(const Vec3& a, const Vec3& b, const Vec3& c, bool up) {
    mesh_.push_back(up ? Triangle{{a, b, c}} : Triangle{{a, c, b}});
  }

  // What separates the cell below z from the cell above it. Faces look up where there is material below.
  void Floor(int x, int y, double z, char below, char above) {
    if (below == above) return;
    if (below == ' ' || above == ' ') {
      const bool up = above == ' ';
      if ((up ? below : above) == 'o') {
        Ring(x, y, z, up);
      } else {
        Face(Corner(x, y, z), Corner(x + 1, y, z), Corner(x + 1, y + 1, z), up);
        Face(Corner(x, y, z), Corner(x + 1, y + 1, z), Corner(x, y + 1, z), up);
      }
      return;
    }
    const bool up = below == '#';  // a hole above solid material: its bottom
    const Vec3 first = OnHole(x, y, z, 0);
    for (int i = 1; i + 1 < part_.hole_corners; ++i) Face(first, OnHole(x, y, z, i), OnHole(x, y, z, i + 1), up);
  }

  // The square less the hole: a fan from each corner to its quarter of the circle, and a triangle on each side.
  void Ring(int x, int y, double z, bool up) {
    const int quarter = part_.hole_corners / 4;
    const Vec3 corners[4] = {Corner(x + 1, y + 1, z), Corner(x, y + 1, z), Corner(x, y, z), Corner(x + 1, y, z)};
    for (int q = 0; q < 4; ++q) {
      for (int i = q * quarter; i < (q + 1) * quarter; ++i) {
        Face(corners[q], OnHole(x, y, z, i + 1), OnHole(x, y, z, i), up);
      }
      Face(corners[q], corners[(q + 1) % 4], OnHole(x, y, z, (q + 1) * quarter), up);
    }
  }

  void Wall(const Vec3& from, const Vec3& to, double top) {
    const Vec3 from_top{from.x, from.y, top}, to_top{to.x, to.y, top};
    mesh_.push_back({{from, to, to_top}});
    mesh_.push_back({{from, to_top, from_top}});
  }

  void Walls(int layer, int x, int y, double z, double top) {
    const char cell = At(layer, x, y);
    if (cell == ' ') return;
    if (At(layer, x, y - 1) == ' ') Wall(Corner(x, y, z), Corner(x + 1, y, z), top);
    if (At(layer, x + 1, y) == ' ') Wall(Corner(x + 1, y, z), Corner(x + 1, y + 1, z), top);
    if (At(layer, x, y + 1) == ' ') Wall(Corner(x + 1, y + 1, z), Corner(x, y + 1, z), top);
    if (At(layer, x - 1, y) == ' ') Wall(Corner(x, y + 1, z), Corner(x, y, z), top);
    if (cell != 'o') return;
    for (int i = 0; i < part_.hole_corners; ++i) Wall(OnHole(x, y, z, i + 1), OnHole(x, y, z, i), top);
  }

  const LayeredPart& part_;
  Mesh mesh_;
};

}  // namespace

Mesh MakeLayered(const LayeredPart& part) { return LayeredBuilder(part).Build(); }

Mesh MakeAngleBracket() {
  return MakeLayered({.layers = {{8,
                                  {"#o##o#",  //
                                   "######",  //
                                   "######",  //
                                   "#o##o#",  //
                                   "######"}},
                                 {12,
                                  {"      ",  //
                                   "  ##  ",  //
                                   "  ##  ",  //
                                   "  ##  ",  //
                                   "######"}},
                                 {20,
                                  {"      ",  //
                                   "      ",  //
                                   "  ##  ",  //
                                   "  ##  ",  //
                                   "######"}},
                                 {15,
                                  {"      ",  //
                                   "      ",  //
                                   "      ",  //
                                   "      ",  //
                                   "######"}}}});
}

}  // namespace millwright::files::testing
