// SHA-256 over a canonical encoding: what history chains and offer hashes are made of.
//
// The encoding is unambiguous: every field is written as its name, its byte length and its bytes, so that no two
// different records give the same text (no "ab"+"c" = "a"+"bc").
//
// Thread-safety: value types.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIGEST_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIGEST_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace millwright::orders {

// 64 lower-case hexadecimal characters.
std::string Sha256Hex(absl::string_view bytes);

class CanonicalWriter {
 public:
  CanonicalWriter& Text(absl::string_view name, absl::string_view value);
  CanonicalWriter& Number(absl::string_view name, int64_t value);
  // Starts a list of `count` records: an added empty record changes the text.
  CanonicalWriter& List(absl::string_view name, size_t count);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIGEST_H_
