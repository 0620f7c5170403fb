// Readers of mesh formats: bytes in, in pieces of any size, triangles out. Nothing but a record or a token is buffered.
//
// A reader reports content faults as findings and goes on as far as that makes sense; it never fails. After a fault
// that makes the rest unreadable it swallows what follows.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

enum class MeshFormat { kNone, kStlBinary, kStlAscii, kObj, kPly, k3mf };
absl::string_view NameOf(MeshFormat format);

class MeshReader {
 public:
  virtual ~MeshReader() = default;
  virtual void Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) = 0;
  // Once, after the last byte.
  virtual void Finish(TriangleSink& sink, FindingList& findings) = 0;
  // Names of the solids or objects of the file, if it has several; at most 100.
  virtual std::vector<std::string> solids() const { return {}; }
  // What it keeps of what it read: nothing where triangles stand for themselves, the vertices where faces name them.
  virtual int64_t held_bytes() const { return 0; }
};

// How many leading bytes DetectMeshFormat wants to see (fewer if the file is shorter).
inline constexpr size_t kMeshDetectionBytes = 1024;

// By content alone. An STL is binary if its length fits its count, whatever the header says; else ASCII if it begins
// with "solid" and looks like text; else, if it has that header, binary with a count that lies. PLY by its first line,
// OBJ by its keywords, 3MF as a ZIP with the names of a package in sight. kNone: no mesh in a form that is read. `size`
// is that of the whole file.
MeshFormat DetectMeshFormat(absl::string_view head, int64_t size);
// Whether a file of `size` bytes that begins with `head` is as long as the count of a binary STL says (or a byte longer, as
// some programs write it).
bool LengthFitsCount(absl::string_view head, int64_t size);
// What the suffix of `name` claims, for a file whose content says nothing: so that the findings explain what is wrong.
MeshFormat ClaimedMeshFormat(absl::string_view name, absl::string_view head);
// True if all coordinates of the format are exactly representable as float.
bool IsSinglePrecision(MeshFormat format);
// An upper bound for the number of triangles in `size` bytes, as a hint for allocation.
int64_t ExpectedTriangles(MeshFormat format, int64_t size);

// Null for kNone, and for k3mf, which can't be read as a stream (threemf/reader.h). `size` is the announced size of the
// whole file, against which counts are checked.
std::unique_ptr<MeshReader> MakeMeshReader(MeshFormat format, int64_t size);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_MESH_READER_H_
