// Hashes and encodings, on OpenSSL. All functions are pure and may be called from any thread.
#ifndef MILLWRIGHT_COMMON_CRYPTO_CRYPTO_H_
#define MILLWRIGHT_COMMON_CRYPTO_CRYPTO_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace millwright {

// 32 bytes.
std::string Sha256(absl::string_view data);
// 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view data);
// HMAC-SHA-256 (RFC 2104), 32 bytes.
std::string HmacSha256(absl::string_view key, absl::string_view data);
// Takes the same time for all inputs of one length.
bool ConstantTimeEquals(absl::string_view a, absl::string_view b);

// RFC 4648 section 5, without padding.
std::string Base64UrlEncode(absl::string_view data);
// Nothing for characters outside the alphabet, padding, or a length that no encoding has.
std::optional<std::string> Base64UrlDecode(absl::string_view text);

// SHA-256 of data that arrives in pieces.
//   Sha256Stream hash;  hash.Update(a);  hash.Update(b);  std::string hex = hash.FinishHex();
// Not thread-safe. Finish may be called once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void Update(absl::string_view data);
  std::string Finish();
  std::string FinishHex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_CRYPTO_CRYPTO_H_
