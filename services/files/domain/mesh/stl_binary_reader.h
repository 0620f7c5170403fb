// Binary STL: 80 bytes of header, a little-endian 32-bit count, 50 bytes per triangle (normal, three vertices in
// single precision, two attribute bytes). Normals and attributes are not used.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_BINARY_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_BINARY_READER_H_

#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {

inline constexpr int64_t kStlHeaderBytes = 84;
inline constexpr int64_t kStlRecordBytes = 50;

class StlBinaryReader : public MeshReader {
 public:
  explicit StlBinaryReader(int64_t size) : size_(size) {}
  void Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) override;
  void Finish(TriangleSink& sink, FindingList& findings) override;

 private:
  // Completes carry_ to `wanted` bytes; true once it has them.
  bool Gather(absl::string_view& bytes, size_t wanted);
  void ReadHeader();
  void ReadRecords(absl::string_view records, TriangleSink& sink);
  void JudgeCount(FindingList& findings) const;

  const int64_t size_;
  int64_t received_ = 0;
  bool has_header_ = false;
  int64_t announced_ = 0;  // triangles, by the header
  int64_t read_ = 0;
  std::string carry_;  // an incomplete header or record
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_BINARY_READER_H_
