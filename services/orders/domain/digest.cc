#include "services/orders/domain/digest.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace millwright::orders {

std::string Sha256Hex(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

CanonicalWriter& CanonicalWriter::Text(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&bytes_, name, "=", value.size(), ":", value, "\n");
  return *this;
}

CanonicalWriter& CanonicalWriter::Number(absl::string_view name, int64_t value) {
  return Text(name, absl::StrCat(value));
}

CanonicalWriter& CanonicalWriter::List(absl::string_view name, size_t count) {
  absl::StrAppend(&bytes_, name, "[", count, "]\n");
  return *this;
}

}  // namespace millwright::orders
