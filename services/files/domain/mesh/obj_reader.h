// Wavefront OBJ: "v x y z" (further numbers, such as colours, are ignored), "f" with v, v/vt, v//vn and v/vt/vn,
// positive and negative (relative) indices, polygons, lines continued by a backslash. Lines end as the first one does: by
// LF, CRLF or CR alone. Free-form surfaces are a finding; everything else (normals, groups, materials) is skipped.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_OBJ_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_OBJ_READER_H_

#include "services/files/domain/mesh/indexed_faces.h"
#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {

class ObjReader : public MeshReader {
 public:
  static constexpr size_t kMaxLine = 1 << 20;  // bytes, continuations included

  void Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) override;
  void Finish(TriangleSink& sink, FindingList& findings) override;
  int64_t held_bytes() const override { return faces_.held_bytes(); }

 private:
  void Lines(absl::string_view bytes, TriangleSink& sink, FindingList& findings);
  void Line(absl::string_view line, TriangleSink& sink, FindingList& findings);
  void Vertex(absl::string_view rest, FindingList& findings);
  void Face(absl::string_view rest, TriangleSink& sink, FindingList& findings);
  void Fail(Rule rule, absl::string_view message, FindingList& findings);

  int64_t line_ = 0;
  char line_end_ = 0;  // 0 until the first line has ended
  bool failed_ = false;
  int64_t surfaces_ = 0, first_surface_ = 0;
  std::string carry_;  // the beginning of a line
  std::vector<int64_t> indices_;
  IndexedFaces faces_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_OBJ_READER_H_
