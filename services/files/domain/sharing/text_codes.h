// How formats write letters that ASCII does not have, undone: what a person would read, for looking for names in it.
//
//   STEP   ISO 10303-21, 6.4.3: \X\hh, \X2\hhhh...\X0\, \X4\hhhhhhhh...\X0\, \S\c, \P?\, double backslash
//   DXF    \U+hhhh, %%nnn; in MTEXT {\f...;text}, \P, \~ and the other codes of formats
//   XML    &#nn; and &#xhh;
//   PDF    ISO 32000, 7.3.4: (octal \ooo and other escapes) and <hexadecimal>
//
// Thread-safety: pure functions; PdfStrings one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CODES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CODES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace millwright::files {

// What is between two apostrophes; line ends within are dropped. What is no code stays.
std::string DecodeStepText(absl::string_view raw);
std::string EncodeStepText(absl::string_view utf8);

std::string DecodeDxfText(absl::string_view raw);

// Only numeric references; those of NUL and of what is no character stay.
std::string DecodeCharacterReferences(absl::string_view raw);

// The strings of a PDF outside its compressed streams, as bytes (in the text encoding that they have).
class PdfStrings {
 public:
  explicit PdfStrings(std::function<void(absl::string_view)> sink) : sink_(std::move(sink)) {}
  void Feed(absl::string_view bytes);
  // What a stream of other data seems to begin is given up after as many bytes.
  static constexpr size_t kMaxStringBytes = 64 * 1024;

 private:
  enum class State { kOutside, kLiteral, kEscape, kOctal, kHex };
  void Byte(char c);
  void Literal(char c);
  void Escape(char c);
  void End();

  const std::function<void(absl::string_view)> sink_;
  State state_ = State::kOutside;
  std::string text_;
  int depth_ = 0;            // of parentheses
  int octal_ = 0, digits_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_TEXT_CODES_H_
