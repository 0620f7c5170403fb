// The group codes of an ASCII DXF: pairs of lines, a number and a value. Bytes in, in pieces of any size.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TOKENS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TOKENS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"

namespace millwright::files {

class DxfTokens {
 public:
  static constexpr size_t kMaxLine = 16 * 1024;  // bytes

  // `take` gets each pair; false ends the reading.
  explicit DxfTokens(std::function<bool(int, absl::string_view)> take) : take_(std::move(take)) {}

  // False once the reading has ended, by `take` or by a fault, which is then a finding.
  bool Feed(absl::string_view bytes, FindingList& findings);
  // A last line without an end.
  void Finish(FindingList& findings);
  int64_t line() const { return line_; }

 private:
  bool Line(absl::string_view line, FindingList& findings);

  const std::function<bool(int, absl::string_view)> take_;
  std::string carry_;
  int64_t line_ = 0;
  bool has_code_ = false, ended_ = false;
  int code_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_DRAWING_DXF_TOKENS_H_
