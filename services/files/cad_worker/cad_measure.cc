#include "services/files/cad_worker/cad_measure.h"

#include <BRepBndLib.hxx>
#include <BRepCheck_Analyzer.hxx>
#include <BRepGProp.hxx>
#include <BRep_Tool.hxx>
#include <Bnd_Box.hxx>
#include <GProp_GProps.hxx>
#include <TopExp.hxx>
#include <TopExp_Explorer.hxx>
#include <TopTools_IndexedDataMapOfShapeListOfShape.hxx>
#include <TopTools_IndexedMapOfShape.hxx>
#include <TopoDS.hxx>
#include <cmath>
#include <string>

namespace millwright::files {
namespace {

using internal::files::v1::CadReport;

// Uses of a shape in an assembly count each: what is made twice is material twice.
int Count(const TopoDS_Shape& shape, TopAbs_ShapeEnum kind, TopAbs_ShapeEnum outside = TopAbs_SHAPE) {
  int count = 0;
  for (TopExp_Explorer it(shape, kind, outside); it.More(); it.Next()) ++count;
  return count;
}

int OpenEdges(const TopoDS_Shape& shape) {
  TopTools_IndexedDataMapOfShapeListOfShape faces;
  TopExp::MapShapesAndAncestors(shape, TopAbs_EDGE, TopAbs_FACE, faces);
  int open = 0;
  for (int i = 1; i <= faces.Extent(); ++i) {
    const TopoDS_Edge& edge = TopoDS::Edge(faces.FindKey(i));
    if (BRep_Tool::Degenerated(edge) || faces(i).Extent() != 1) continue;
    // A seam has its face on both sides.
    if (!BRep_Tool::IsClosed(edge, TopoDS::Face(faces(i).First()))) ++open;
  }
  return open;
}

int InvalidShapes(const TopoDS_Shape& shape) {
  const BRepCheck_Analyzer analyzer(shape);
  if (analyzer.IsValid()) return 0;
  int invalid = 0;
  for (const TopAbs_ShapeEnum kind : {TopAbs_SOLID, TopAbs_SHELL, TopAbs_FACE, TopAbs_EDGE}) {
    TopTools_IndexedMapOfShape shapes;
    TopExp::MapShapes(shape, kind, shapes);
    for (int i = 1; i <= shapes.Extent(); ++i) invalid += !analyzer.IsValid(shapes(i));
  }
  return std::max(invalid, 1);
}

void MeasureSolids(const TopoDS_Shape& shape, CadReport& report) {
  double volume = 0;
  gp_XYZ moment(0, 0, 0);
  for (TopExp_Explorer it(shape, TopAbs_SOLID); it.More(); it.Next()) {
    GProp_GProps properties;
    BRepGProp::VolumeProperties(it.Current(), properties);
    // A solid that is stored inside out encloses the same material.
    const double mass = std::abs(properties.Mass());
    volume += mass;
    moment += properties.CentreOfMass().XYZ() * mass;
  }
  report.set_volume(volume);
  if (volume <= 0) return;
  for (const double at : {moment.X() / volume, moment.Y() / volume, moment.Z() / volume}) report.add_center(at);
}

void MeasureBox(const TopoDS_Shape& shape, CadReport& report) {
  Bnd_Box box;
  BRepBndLib::AddOptimal(shape, box, /*useTriangulation=*/false, /*useShapeTolerance=*/false);
  if (box.IsVoid() || box.IsOpen()) return;
  box.SetGap(0);
  double x0, y0, z0, x1, y1, z1;
  box.Get(x0, y0, z0, x1, y1, z1);
  for (const double at : {x0, y0, z0}) report.add_box_min(at);
  for (const double at : {x1, y1, z1}) report.add_box_max(at);
}

bool SolidsAreClosed(const TopoDS_Shape& shape) {
  for (TopExp_Explorer solid(shape, TopAbs_SOLID); solid.More(); solid.Next()) {
    for (TopExp_Explorer it(solid.Current(), TopAbs_SHELL); it.More(); it.Next()) {
      if (!BRep_Tool::IsClosed(it.Current())) return false;
    }
  }
  return true;
}

void NoteLeftOut(const TopoDS_Shape& shape, CadReport& report) {
  const int curves = Count(shape, TopAbs_EDGE, TopAbs_FACE);
  const int points = Count(shape, TopAbs_VERTEX, TopAbs_EDGE);
  if (curves > 0) report.add_left_out(std::to_string(curves) + " curves");
  if (points > 0) report.add_left_out(std::to_string(points) + " points");
}

}  // namespace

void MeasureShape(const TopoDS_Shape& shape, CadReport& report) {
  report.set_solid_count(Count(shape, TopAbs_SOLID));
  report.set_shell_count(Count(shape, TopAbs_SHELL));
  report.set_face_count(Count(shape, TopAbs_FACE));
  report.set_loose_face_count(Count(shape, TopAbs_FACE, TopAbs_SOLID));
  NoteLeftOut(shape, report);
  if (report.face_count() == 0) return;
  report.set_open_edge_count(OpenEdges(shape));
  report.set_closed(report.solid_count() > 0 && SolidsAreClosed(shape));
  report.set_invalid_count(InvalidShapes(shape));
  GProp_GProps surface;
  BRepGProp::SurfaceProperties(shape, surface);
  report.set_area(std::abs(surface.Mass()));
  MeasureSolids(shape, report);
  MeasureBox(shape, report);
}

}  // namespace millwright::files
