// ES256: ECDSA on P-256 with SHA-256, signatures as raw r || s (RFC 7518 section 3.4), keys as JWK (RFC 7517).
//
// Thread-safety: keys are immutable after creation; all methods may be called from any thread.
#ifndef MILLWRIGHT_COMMON_CRYPTO_ES256_H_
#define MILLWRIGHT_COMMON_CRYPTO_ES256_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

// A public key: verifies.
class Es256PublicKey {
 public:
  // `x`, `y`: the affine coordinates, 32 bytes each. INVALID_ARGUMENT if they are no point of the curve.
  static absl::StatusOr<Es256PublicKey> FromCoordinates(absl::string_view x, absl::string_view y);
  // True if `signature` (64 bytes) is one of `data` by this key.
  bool Verify(absl::string_view data, absl::string_view signature) const;

  struct Key;
  explicit Es256PublicKey(std::shared_ptr<Key> key) : key_(std::move(key)) {}

 private:
  std::shared_ptr<Key> key_;
};

// A private key: signs.
class Es256PrivateKey {
 public:
  static absl::StatusOr<Es256PrivateKey> Generate();
  // PKCS#8 PEM, as ToPem writes it.
  static absl::StatusOr<Es256PrivateKey> FromPem(absl::string_view pem);
  std::string ToPem() const;
  // 64 bytes: r || s.
  absl::StatusOr<std::string> Sign(absl::string_view data) const;
  Es256PublicKey PublicKey() const;
  // Coordinates of the public key, 32 bytes each.
  std::string X() const;
  std::string Y() const;
  // The JWK thumbprint (RFC 7638), base64url: the `kid` of tokens.
  std::string Thumbprint() const;

  explicit Es256PrivateKey(std::shared_ptr<Es256PublicKey::Key> key) : key_(std::move(key)) {}

 private:
  std::shared_ptr<Es256PublicKey::Key> key_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_CRYPTO_ES256_H_
