#include "services/files/cad_worker/cad_mesh.h"

#include <BRepMesh_IncrementalMesh.hxx>
#include <BRep_Tool.hxx>
#include <Poly_PolygonOnTriangulation.hxx>
#include <Poly_Triangulation.hxx>
#include <TopExp.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>
#include <TopoDS_Edge.hxx>
#include <TopoDS_Face.hxx>
#include <TopoDS_Vertex.hxx>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace millwright::files {
namespace {

using internal::files::v1::CadReport;

class Writer {
 public:
  explicit Writer(int fd) : fd_(fd) {}
  ~Writer() { Flush(); }
  template <typename T>
  void Put(T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    buffer_.append(bytes, sizeof(T));
    if (buffer_.size() > kBufferBytes) Flush();
  }
  void Text(const std::string& text) { buffer_ += text; }
  void Flush() {
    size_t at = 0;
    while (at < buffer_.size() && ok_) {
      const ssize_t n = write(fd_, buffer_.data() + at, buffer_.size() - at);
      ok_ = n > 0;
      at += static_cast<size_t>(std::max<ssize_t>(n, 0));
    }
    buffer_.clear();
  }
  bool ok() const { return ok_; }

 private:
  static constexpr size_t kBufferBytes = 1 << 16;
  const int fd_;
  bool ok_ = true;
  std::string buffer_;
};

// Vertices by position along what faces share: the ends of edges, and the points between them.
class Vertices {
 public:
  // Numbers of the nodes of one face.
  std::vector<int32_t> Number(const TopoDS_Face& face, const Handle(Poly_Triangulation)& mesh,
                              const TopLoc_Location& location) {
    std::vector<int32_t> numbers(static_cast<size_t>(mesh->NbNodes()) + 1, -1);
    for (TopExp_Explorer it(face, TopAbs_EDGE); it.More(); it.Next()) {
      const TopoDS_Edge& edge = TopoDS::Edge(it.Current());
      const Handle(Poly_PolygonOnTriangulation) polygon = BRep_Tool::PolygonOnTriangulation(edge, mesh, location);
      if (polygon.IsNull()) continue;
      for (int i = 1; i <= polygon->NbNodes(); ++i) NumberOnEdge(edge, *polygon, i, *mesh, location, numbers);
    }
    for (int i = 1; i <= mesh->NbNodes(); ++i) {
      int32_t& number = numbers[static_cast<size_t>(i)];
      if (number < 0) number = Add(mesh->Node(i).Transformed(location.Transformation()));
    }
    return numbers;
  }
  const std::vector<gp_Pnt>& points() const { return points_; }

 private:
  // An edge and the number of a point on it; number 0 is a vertex, which edges share.
  using Key = std::tuple<const void*, size_t, int>;

  int32_t Add(const gp_Pnt& point) {
    points_.push_back(point);
    return static_cast<int32_t>(points_.size() - 1);
  }

  static Key KeyOf(const TopoDS_Shape& shape, int number) {
    return {shape.TShape().get(), static_cast<size_t>(shape.Location().HashCode(INT_MAX)), number};
  }

  void NumberOnEdge(const TopoDS_Edge& edge, const Poly_PolygonOnTriangulation& polygon, int i,
                    const Poly_Triangulation& mesh, const TopLoc_Location& location, std::vector<int32_t>& numbers) {
    const int node = polygon.Node(i);
    Key key = KeyOf(edge, i);
    if (i == 1 || i == polygon.NbNodes()) {
      // Polygons run along the curve, whatever the orientation of the edge in this face.
      const TopoDS_Edge forward = TopoDS::Edge(edge.Oriented(TopAbs_FORWARD));
      const TopoDS_Vertex vertex = i == 1 ? TopExp::FirstVertex(forward) : TopExp::LastVertex(forward);
      if (!vertex.IsNull()) key = KeyOf(vertex, 0);
    }
    const auto [found, fresh] = shared_.try_emplace(key, -1);
    if (fresh) found->second = Add(mesh.Node(node).Transformed(location.Transformation()));
    numbers[static_cast<size_t>(node)] = found->second;
  }

  std::vector<gp_Pnt> points_;
  std::map<Key, int32_t> shared_;
};

double DeflectionFor(const CadReport& report) {
  double diagonal = 0;
  for (int i = 0; i < std::min(report.box_min_size(), report.box_max_size()); ++i) {
    diagonal = std::hypot(diagonal, report.box_max(i) - report.box_min(i));
  }
  return std::clamp(diagonal * kDeflectionPart, kMinDeflection, kMaxDeflection);
}

std::vector<std::array<int32_t, 3>> Triangles(const TopoDS_Shape& shape, Vertices& vertices) {
  std::vector<std::array<int32_t, 3>> triangles;
  for (TopExp_Explorer it(shape, TopAbs_FACE); it.More(); it.Next()) {
    const TopoDS_Face& face = TopoDS::Face(it.Current());
    TopLoc_Location location;
    const Handle(Poly_Triangulation) mesh = BRep_Tool::Triangulation(face, location);
    if (mesh.IsNull()) continue;
    const std::vector<int32_t> numbers = vertices.Number(face, mesh, location);
    const bool mirrored = location.Transformation().IsNegative();
    const bool turn = (face.Orientation() == TopAbs_REVERSED) != mirrored;
    for (int i = 1; i <= mesh->NbTriangles(); ++i) {
      int a, b, c;
      mesh->Triangle(i).Get(a, b, c);
      if (turn) std::swap(b, c);
      const std::array<int32_t, 3> t = {numbers[static_cast<size_t>(a)], numbers[static_cast<size_t>(b)],
                                        numbers[static_cast<size_t>(c)]};
      // Poles and seams leave triangles with a corner twice.
      if (t[0] != t[1] && t[1] != t[2] && t[2] != t[0]) triangles.push_back(t);
      if (static_cast<int64_t>(triangles.size()) > kMaxCadTriangles) return triangles;
    }
  }
  return triangles;
}

}  // namespace

void WriteMesh(const TopoDS_Shape& shape, int fd, CadReport& report) {
  const double deflection = DeflectionFor(report);
  BRepMesh_IncrementalMesh(shape, deflection, /*isRelative=*/false, kAngularDeflection, /*isInParallel=*/false);
  Vertices vertices;
  const std::vector<std::array<int32_t, 3>> triangles = Triangles(shape, vertices);
  if (triangles.empty() || static_cast<int64_t>(triangles.size()) > kMaxCadTriangles) return;
  Writer out(fd);
  out.Text("ply\nformat binary_little_endian 1.0\nelement vertex " + std::to_string(vertices.points().size()) +
           "\nproperty double x\nproperty double y\nproperty double z\nelement face " +
           std::to_string(triangles.size()) + "\nproperty list uchar int vertex_indices\nend_header\n");
  for (const gp_Pnt& point : vertices.points()) {
    for (const double at : {point.X(), point.Y(), point.Z()}) out.Put(at);
  }
  for (const std::array<int32_t, 3>& triangle : triangles) {
    out.Put(uint8_t{3});
    for (const int32_t corner : triangle) out.Put(corner);
  }
  out.Flush();
  if (!out.ok()) return;
  report.set_triangle_count(static_cast<int64_t>(triangles.size()));
  report.set_deflection(deflection);
}

}  // namespace millwright::files
