// mw_cad_worker: reads one STEP or IGES file and says what it holds. Started by mw_files, a process a file.
//
//   mw_cad_worker step|iges MEMORY_MIB CPU_SECONDS OUTPUT_MIB [mesh] < part.step 3> part.ply > report
//
// The report is a millwright.internal.files.v1.CadReport. With "mesh" the triangles go to file descriptor 3.
//
// Exit codes: 0 a report was written, its `fault` included; 2 usage; 3 no memory; 4 the geometry kernel gave up; 5 the
// sandbox was refused. A signal says the rest: SIGXCPU the time is over, SIGSEGV and its kin a crash.
#include <Message.hxx>
#include <Message_Messenger.hxx>
#include <Message_PrinterOStream.hxx>
#include <OSD.hxx>
#include <Standard_Failure.hxx>
#include <Standard_OutOfMemory.hxx>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>

#include "services/files/cad_worker/cad_measure.h"
#include "services/files/cad_worker/cad_mesh.h"
#include "services/files/cad_worker/cad_reader.h"
#include "services/files/cad_worker/sandbox.h"

namespace millwright::files {
namespace {

constexpr int kUsage = 2, kNoMemory = 3, kGaveUp = 4, kNoSandbox = 5;
constexpr int kMeshFd = 3;

int Run(CadFormat format, bool mesh) {
  internal::files::v1::CadReport report;
  const CadShape cad = ReadCad(format);
  report.set_fault(cad.fault);
  report.set_unit_mm(cad.unit_mm);
  report.set_sewn(cad.sewn);
  report.set_unread_count(cad.unread);
  if (!cad.shape.IsNull()) {
    MeasureShape(cad.shape, report);
    if (mesh && report.face_count() > 0) WriteMesh(cad.shape, kMeshFd, report);
  }
  std::cout << report.SerializeAsString() << std::flush;
  return std::cout.good() ? 0 : kGaveUp;
}

int Guarded(CadFormat format, bool mesh) {
  // The kernel writes what it thinks of a file to standard output, where the report goes.
  Message::DefaultMessenger()->RemovePrinters(STANDARD_TYPE(Message_PrinterOStream));
  try {
    return Run(format, mesh);
  } catch (const std::bad_alloc&) {
    return kNoMemory;
  } catch (const Standard_OutOfMemory&) {
    return kNoMemory;
  } catch (const Standard_Failure&) {
    return kGaveUp;
  } catch (const std::exception&) {
    return kGaveUp;
  }
}

}  // namespace
}  // namespace millwright::files

int main(int argc, char** argv) {
  using namespace millwright::files;  // NOLINT
  if (argc < 5) return kUsage;
  const bool step = std::strcmp(argv[1], "step") == 0;
  if (!step && std::strcmp(argv[1], "iges") != 0) return kUsage;
  const SandboxLimits limits{std::atoll(argv[2]), std::atoll(argv[3]), std::atoll(argv[4])};
  if (limits.memory_mib <= 0 || limits.cpu_seconds <= 0 || limits.output_mib <= 0) return kUsage;
  if (!EnterSandbox(limits)) return kNoSandbox;
  const int code = Guarded(step ? CadFormat::kStep : CadFormat::kIges, argc > 5 && std::strcmp(argv[5], "mesh") == 0);
  // Taking the kernel's data down takes longer than leaving.
  std::_Exit(code);
}
