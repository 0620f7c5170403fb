// Stanford PLY: ASCII, binary little and big endian. Vertices need x, y and z of any number type; faces a list
// vertex_indices or vertex_index. Other properties and elements are skipped, whatever they are. Bytes behind what the
// header announces are a finding, like those of an STL. Lines of the header end by LF, CRLF or CR alone.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PLY_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PLY_READER_H_

#include "services/files/domain/mesh/indexed_faces.h"
#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {

class PlyReader : public MeshReader {
 public:
  static constexpr size_t kMaxHeader = 64 * 1024;    // bytes
  static constexpr size_t kMaxProperties = 256;      // of one element
  static constexpr int64_t kMaxListItems = 1 << 20;  // of one list that is skipped

  void Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) override;
  void Finish(TriangleSink& sink, FindingList& findings) override;
  int64_t held_bytes() const override { return faces_.held_bytes(); }

 private:
  enum class Type { kInt8, kUint8, kInt16, kUint16, kInt32, kUint32, kFloat, kDouble };
  enum class Format { kAscii, kLittle, kBig };
  enum class Use { kSkip, kX, kY, kZ, kFace };
  struct Property {
    bool is_list = false;
    Type count_type = Type::kUint8;
    Type type = Type::kFloat;
    Use use = Use::kSkip;
  };
  struct Element {
    std::string name;
    int64_t count = 0;
    std::vector<Property> properties;
  };

  static size_t SizeOf(Type type);
  static bool TypeByName(absl::string_view name, Type* type);
  // True once the header is complete; `bytes` then begins with the data.
  bool ReadHeader(absl::string_view& bytes, FindingList& findings);
  bool HeaderLine(absl::string_view line, FindingList& findings);
  bool PropertyLine(const std::vector<absl::string_view>& words);
  // Moves on to the next element that has records left; false at the end.
  bool AtRecord();
  // One value of the current record. `value` is undefined for a word that is no number.
  void Value(double value, TriangleSink& sink, FindingList& findings);
  void EndProperty(TriangleSink& sink);
  Type NextType() const;
  void ReadBinary(absl::string_view bytes, TriangleSink& sink, FindingList& findings);
  void ReadText(absl::string_view bytes, TriangleSink& sink, FindingList& findings);
  double Decode(const char* bytes, Type type) const;
  void Fail(Rule rule, absl::string_view message, FindingList& findings);

  Format format_ = Format::kAscii;
  std::vector<Element> elements_;
  bool has_header_ = false, has_format_ = false, failed_ = false;
  int64_t line_ = 0;
  char line_end_ = 0;      // of the header; 0 until its first line has ended
  int64_t left_over_ = 0;  // bytes behind the last record; of text those that are no white space
  std::string carry_;
  // Where the reader stands.
  size_t element_ = 0, property_ = 0;
  int64_t record_ = 0;
  int64_t list_left_ = -1;  // -1: not in a list
  Vec3 vertex_;
  std::vector<int64_t> indices_;
  IndexedFaces faces_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_PLY_READER_H_
