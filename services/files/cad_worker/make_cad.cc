// mw_make_cad: writes CAD files with known volumes, for tests.
//
//   mw_make_cad SHAPE step|iges|iges-brep mm|inch|m FILE
//
// SHAPE: box (10 x 20 x 30), cylinder (radius 5, height 20), tube (radius 5 and 3, height 20), sphere (radius 10),
// two (the box and a cylinder beside it), open (the box without one face), faces (six loose faces of the box), hollow
// (the box with an inner void of 2 x 2 x 2), solid_and_face, curve (an edge alone), fine:N (a comb of N teeth, for time and
// memory).
// Sizes are millimetres; the unit is the one of the file.
#include <BRepAlgoAPI_Cut.hxx>
#include <BRepBuilderAPI_MakeEdge.hxx>
#include <BRepBuilderAPI_MakeSolid.hxx>
#include <BRepPrimAPI_MakeBox.hxx>
#include <BRepPrimAPI_MakeCylinder.hxx>
#include <BRepPrimAPI_MakeSphere.hxx>
#include <BRep_Builder.hxx>
#include <IGESControl_Controller.hxx>
#include <IGESControl_Writer.hxx>
#include <Interface_Static.hxx>
#include <Message.hxx>
#include <Message_Messenger.hxx>
#include <Message_PrinterOStream.hxx>
#include <STEPControl_Controller.hxx>
#include <STEPControl_Writer.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>
#include <TopoDS_Compound.hxx>
#include <TopoDS_Shell.hxx>
#include <gp_Ax2.hxx>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

class Compound {
 public:
  Compound() { builder_.MakeCompound(compound_); }
  void Add(const TopoDS_Shape& shape) { builder_.Add(compound_, shape); }
  const TopoDS_Shape& shape() const { return compound_; }

 private:
  BRep_Builder builder_;
  TopoDS_Compound compound_;
};

TopoDS_Shape Box() { return BRepPrimAPI_MakeBox(10, 20, 30).Shape(); }

TopoDS_Shape OpenBox() {
  TopoDS_Shell shell;
  BRep_Builder builder;
  builder.MakeShell(shell);
  int i = 0;
  for (TopExp_Explorer it(Box(), TopAbs_FACE); it.More(); it.Next()) {
    if (i++ > 0) builder.Add(shell, it.Current());
  }
  return shell;
}

TopoDS_Shape LooseFaces() {
  Compound faces;
  for (TopExp_Explorer it(Box(), TopAbs_FACE); it.More(); it.Next()) faces.Add(it.Current());
  return faces.shape();
}

TopoDS_Shape Comb(int teeth) {
  Compound comb;
  for (int i = 0; i < teeth; ++i) {
    comb.Add(BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt((i % 100) * 3, (i / 100) * 3, 0), gp_Dir(0, 0, 1)), 1, 5).Shape());
  }
  return comb.shape();
}

TopoDS_Shape Make(const std::string& name) {
  const gp_Ax2 axis(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1)), beside(gp_Pnt(100, 0, 0), gp_Dir(0, 0, 1));
  if (name == "box") return Box();
  if (name == "cylinder") return BRepPrimAPI_MakeCylinder(axis, 5, 20).Shape();
  if (name == "tube") {
    return BRepAlgoAPI_Cut(BRepPrimAPI_MakeCylinder(axis, 5, 20).Shape(), BRepPrimAPI_MakeCylinder(axis, 3, 20).Shape())
        .Shape();
  }
  if (name == "sphere") return BRepPrimAPI_MakeSphere(10).Shape();
  if (name == "hollow") {
    return BRepAlgoAPI_Cut(Box(), BRepPrimAPI_MakeBox(gp_Pnt(4, 4, 4), 2, 2, 2).Shape()).Shape();
  }
  if (name == "open") return OpenBox();
  if (name == "faces") return LooseFaces();
  if (name == "curve") return BRepBuilderAPI_MakeEdge(gp_Pnt(0, 0, 0), gp_Pnt(1, 0, 0)).Shape();
  if (name.rfind("fine:", 0) == 0) return Comb(std::atoi(name.c_str() + 5));
  Compound several;
  several.Add(Box());
  if (name == "two") {
    several.Add(BRepPrimAPI_MakeCylinder(beside, 5, 20).Shape());
    return several.shape();
  }
  if (name == "solid_and_face") {
    several.Add(TopExp_Explorer(BRepPrimAPI_MakeBox(gp_Pnt(50, 0, 0), 5, 5, 5).Shape(), TopAbs_FACE).Current());
    return several.shape();
  }
  return {};
}

bool WriteStep(const TopoDS_Shape& shape, const std::string& unit, const char* path) {
  STEPControl_Controller::Init();
  Interface_Static::SetCVal("write.step.unit", unit == "inch" ? "INCH" : unit == "m" ? "M" : "MM");
  STEPControl_Writer writer;
  return writer.Transfer(shape, STEPControl_AsIs) == IFSelect_RetDone && writer.Write(path) == IFSelect_RetDone;
}

bool WriteIges(const TopoDS_Shape& shape, const std::string& unit, bool brep, const char* path) {
  IGESControl_Controller::Init();
  IGESControl_Writer writer(unit == "inch" ? "INCH" : unit == "m" ? "M" : "MM", brep ? 1 : 0);
  if (!writer.AddShape(shape)) return false;
  writer.ComputeModel();
  return writer.Write(path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: mw_make_cad SHAPE step|iges|iges-brep mm|inch|m FILE\n");
    return 2;
  }
  Message::DefaultMessenger()->RemovePrinters(STANDARD_TYPE(Message_PrinterOStream));
  const TopoDS_Shape shape = Make(argv[1]);
  const std::string format = argv[2];
  if (shape.IsNull()) return 2;
  const bool written = format == "step" ? WriteStep(shape, argv[3], argv[4])
                                        : WriteIges(shape, argv[3], format == "iges-brep", argv[4]);
  return written ? 0 : 1;
}
