#include "services/files/cad_worker/cad_reader.h"

#include <BRepBuilderAPI_MakeSolid.hxx>
#include <BRepBuilderAPI_Sewing.hxx>
#include <BRepLib.hxx>
#include <BRep_Builder.hxx>
#include <BRep_Tool.hxx>
#include <IGESControl_Reader.hxx>
#include <IGESData_GlobalSection.hxx>
#include <IGESData_IGESModel.hxx>
#include <Interface_Check.hxx>
#include <Interface_CheckIterator.hxx>
#include <STEPControl_Reader.hxx>
#include <TColStd_SequenceOfAsciiString.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>
#include <TopoDS_Compound.hxx>
#include <TopoDS_Shell.hxx>
#include <TopoDS_Solid.hxx>
#include <Transfer_TransientProcess.hxx>
#include <XSControl_TransferReader.hxx>
#include <XSControl_WorkSession.hxx>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <string>

namespace millwright::files {
namespace {

struct UnitName {
  const char* name;
  double millimetres;
};
// As ISO 10303-41 names them, and as programs write conversion based units.
constexpr UnitName kStepUnits[] = {{"millimetre", 1},      {"centimetre", 10},  {"metre", 1000},  {"micrometre", 0.001},
                                   {"kilometre", 1e6},     {"decimetre", 100},  {"inch", 25.4},   {"foot", 304.8},
                                   {"millimeter", 1},      {"centimeter", 10},  {"meter", 1000},  {"micrometer", 0.001},
                                   {"nanometre", 1e-6},    {"feet", 304.8},     {"mil", 0.0254},  {"mile", 1609344},
                                   {"yard", 914.4},        {"thou", 0.0254}};

double StepUnit(const STEPControl_Reader& reader) {
  TColStd_SequenceOfAsciiString lengths, angles, solid_angles;
  const_cast<STEPControl_Reader&>(reader).FileUnits(lengths, angles, solid_angles);
  if (lengths.IsEmpty()) return 0;
  TCollection_AsciiString name = lengths.First();
  name.LowerCase();
  for (const UnitName& unit : kStepUnits) {
    if (name.IsEqual(unit.name)) return unit.millimetres;
  }
  return 1;  // stated under another name: what was read is in mm all the same
}

// The kernel leaves out what it can't make a shape of, and goes on.
int Unread(const XSControl_Reader& reader) {
  const Interface_CheckIterator checks = reader.WS()->TransferReader()->TransientProcess()->CheckList(false);
  Interface_CheckIterator each = checks;
  int unread = 0;
  for (each.Start(); each.More(); each.Next()) unread += each.Value()->HasFailed();
  return unread;
}

CadShape ReadStep() {
  CadShape out;
  STEPControl_Reader reader;
  if (reader.ReadStream("part.step", std::cin) != IFSelect_RetDone) {
    out.fault = "the text of the STEP file can't be read";
    return out;
  }
  reader.TransferRoots();
  out.unit_mm = StepUnit(reader);
  out.unread = Unread(reader);
  if (reader.NbShapes() > 0) out.shape = reader.OneShape();
  return out;
}

// The last line of an IGES file says "T" in column 73. The kernel reads what is there without it, too, and would make a
// smaller part of a file that was cut off.
bool HasTerminator(int fd) {
  constexpr off_t kTail = 400;
  const off_t size = lseek(fd, 0, SEEK_END);
  char bytes[kTail];
  const off_t from = size > kTail ? size - kTail : 0;
  const ssize_t n = pread(fd, bytes, sizeof(bytes), from);
  lseek(fd, 0, SEEK_SET);
  std::string tail(bytes, static_cast<size_t>(std::max<ssize_t>(n, 0)));
  while (!tail.empty() && std::isspace(static_cast<unsigned char>(tail.back()))) tail.pop_back();
  const size_t line = tail.find_last_of("\r\n") + 1;  // 0 behind npos
  return tail.size() - line > 72 && tail[line + 72] == 'T';
}

CadShape ReadIges() {
  CadShape out;
  if (!HasTerminator(STDIN_FILENO)) {
    out.fault = "the file has no terminate section: it is cut off";
    return out;
  }
  IGESControl_Reader reader;
  if (reader.ReadFile("/dev/stdin") != IFSelect_RetDone) {
    out.fault = "the text of the IGES file can't be read";
    return out;
  }
  const Handle(IGESData_IGESModel) model = reader.IGESModel();
  if (!model.IsNull()) out.unit_mm = model->GlobalSection().UnitValue();
  reader.TransferRoots();
  out.unread = Unread(reader);
  if (reader.NbShapes() > 0) out.shape = reader.OneShape();
  return out;
}

bool Has(const TopoDS_Shape& shape, TopAbs_ShapeEnum kind) { return TopExp_Explorer(shape, kind).More(); }

void AddShell(const TopoDS_Shell& shell, BRep_Builder& builder, TopoDS_Compound& all, CadShape& cad) {
  if (!BRep_Tool::IsClosed(shell)) return builder.Add(all, shell);
  TopoDS_Solid solid = BRepBuilderAPI_MakeSolid(shell).Solid();
  BRepLib::OrientClosedSolid(solid);
  builder.Add(all, solid);
  cad.sewn = true;
}

// Surface models enclose a volume, too, once their faces are sewn. Only where nothing is a solid: what a designer left
// beside solids is left there.
void SewLooseFaces(CadShape& cad) {
  if (cad.shape.IsNull() || Has(cad.shape, TopAbs_SOLID) || !Has(cad.shape, TopAbs_FACE)) return;
  BRepBuilderAPI_Sewing sewing(kSewingMm);
  sewing.Add(cad.shape);
  sewing.Perform();
  const TopoDS_Shape sewn = sewing.SewedShape();
  if (sewn.IsNull()) return;
  TopoDS_Compound all;
  BRep_Builder builder;
  builder.MakeCompound(all);
  for (TopExp_Explorer it(sewn, TopAbs_SHELL); it.More(); it.Next()) {
    AddShell(TopoDS::Shell(it.Current()), builder, all, cad);
  }
  // One face may be closed in itself: a sphere, a torus.
  for (TopExp_Explorer it(sewn, TopAbs_FACE, TopAbs_SHELL); it.More(); it.Next()) {
    TopoDS_Shell shell;
    builder.MakeShell(shell);
    builder.Add(shell, it.Current());
    AddShell(shell, builder, all, cad);
  }
  cad.shape = all;
}

}  // namespace

CadShape ReadCad(CadFormat format) {
  CadShape cad = format == CadFormat::kStep ? ReadStep() : ReadIges();
  SewLooseFaces(cad);
  return cad;
}

}  // namespace millwright::files
