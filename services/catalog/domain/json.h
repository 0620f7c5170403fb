// A small strict JSON reader (RFC 8259) for price books and quote snapshots.
//
// Own because of two needs: numbers keep their text (a price that passed through a double is not the price that was
// written), and every error names its place. Duplicate keys, trailing commas, comments, lone surrogates and anything
// after the value are refused; so is nesting deeper than kMaxJsonDepth.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_JSON_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_JSON_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright::catalog {

inline constexpr int kMaxJsonDepth = 64;

struct Json {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;                                  // of a number (as written) or a string (decoded)
  std::vector<Json> items;                           // of an array
  std::vector<std::pair<std::string, Json>> fields;  // of an object, as written

  const Json* Find(absl::string_view key) const;
};

// INVALID_ARGUMENT, reason INVALID_JSON, with line and column.
absl::StatusOr<Json> ParseJson(absl::string_view text);
// "text" with quotes and escapes; only what must be escaped is.
std::string QuoteJson(absl::string_view text);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_JSON_H_
