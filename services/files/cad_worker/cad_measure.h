// What is measured of a shape: exact surfaces, no triangles.
//
// Area, volume and centre of mass by Gauss integration over the surfaces themselves (BRepGProp); the box is the least
// one around the surfaces, without tolerances. Units: those of the shape.
#ifndef MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MEASURE_H_
#define MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MEASURE_H_

#include <TopoDS_Shape.hxx>

#include "millwright/internal/files/v1/cad_report.pb.h"

namespace millwright::files {

void MeasureShape(const TopoDS_Shape& shape, internal::files::v1::CadReport& report);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_MEASURE_H_
