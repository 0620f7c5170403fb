// ASCII STL: "solid" name, "facet normal" 3 numbers, "outer loop", 3 x "vertex" 3 numbers, "endloop", "endfacet",
// "endsolid" name. Keywords in any case, any white space, any line ends, several solids, numbers in any notation that
// a C program prints (also "nan" and "1.#INF"), no final newline needed.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_ASCII_READER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_ASCII_READER_H_

#include "services/files/domain/mesh/mesh_reader.h"

namespace millwright::files {

class StlAsciiReader : public MeshReader {
 public:
  static constexpr size_t kMaxToken = 512;      // bytes of one word or number
  static constexpr size_t kMaxSolidName = 255;  // bytes that are kept
  static constexpr size_t kMaxSolidNames = 100;

  void Feed(absl::string_view bytes, TriangleSink& sink, FindingList& findings) override;
  void Finish(TriangleSink& sink, FindingList& findings) override;
  std::vector<std::string> solids() const override { return names_; }

 private:
  enum class State {
    kOutside,    // before "solid"
    kSolidName,  // rest of the line
    kInSolid,    // before "facet" or "endsolid"
    kNormalWord,
    kNormal,  // 3 numbers, not used
    kOuter,
    kLoop,
    kVertexWord,
    kVertex,  // 3 numbers
    kEndLoop,
    kEndFacet,
    kEndName,  // rest of the line
    kFailed,
  };

  // Eats leading bytes up to the end of the line; the state moves on when that was reached.
  void EatName(absl::string_view& bytes);
  void SkipSpace(absl::string_view& bytes);
  void Token(absl::string_view token, FindingList& findings);
  void Keyword(absl::string_view token, FindingList& findings);
  void Number(absl::string_view token, FindingList& findings);
  bool Expect(absl::string_view token, absl::string_view keyword, State next, FindingList& findings);
  void Fail(Rule rule, std::string message, FindingList& findings);
  void Flush(TriangleSink& sink);

  State state_ = State::kOutside;
  int64_t line_ = 1;
  int numbers_ = 0;   // of the current normal or vertex
  int vertices_ = 0;  // of the current facet
  double coordinates_[9] = {};
  int64_t solids_ = 0;
  std::string name_;
  std::vector<std::string> names_;
  std::string carry_;  // a token that a piece of input cut off
  std::vector<Triangle> batch_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_STL_ASCII_READER_H_
