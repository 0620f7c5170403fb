// STEP and IGES files as shapes of OpenCASCADE.
//
// Thread-safety: none needed; the worker has one thread and reads one file.
#ifndef MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_READER_H_
#define MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_READER_H_

#include <TopoDS_Shape.hxx>
#include <string>

namespace millwright::files {

enum class CadFormat { kStep, kIges };

struct CadShape {
  TopoDS_Shape shape;   // null if the file holds none; in mm, as if one unit were 1 mm where the file states none
  double unit_mm = 0;   // millimetres per unit of the file; 0 if it states none
  std::string fault;    // why it can't be read, for people; "" if it can
  bool sewn = false;    // loose faces were sewn and became solids
  int unread = 0;       // entities that could not be made shapes
};

// Loose faces that meet within this are sewn, in mm.
inline constexpr double kSewingMm = 0.005;

// Reads standard input.
CadShape ReadCad(CadFormat format);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CAD_WORKER_CAD_READER_H_
