// The keys that access tokens are signed with: kept as files, rotated, published.
//
// A key is published kKeyLead before it signs for the first time, so that everybody who caches the key set (Envoy, the
// other services) knows it by then, and stays published kKeyTail after its successor took over, longer than any token
// it signed lives. Files: <folder>/<first use, microseconds>.pem, mode 0600. A first start makes one key that signs at
// once.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_SIGNING_KEYS_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_SIGNING_KEYS_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/jwt.h"
#include "common/crypto/es256.h"
#include "common/time/clock.h"

namespace millwright::accounts {

// How long a key signs.
inline constexpr absl::Duration kKeyPeriod = absl::Hours(24 * 30);
inline constexpr absl::Duration kKeyLead = absl::Hours(24);
inline constexpr absl::Duration kKeyTail = absl::Hours(24);

class SigningKeys {
 public:
  // Reads the keys of `folder`, which is made if it is missing, and rotates.
  static absl::StatusOr<std::unique_ptr<SigningKeys>> Open(std::string folder, const Clock& clock);

  // Makes the next key when its time has come, and removes keys that no token can name any more. Call it every hour.
  absl::Status Rotate();

  Es256PrivateKey Current() const;
  std::string Jwks() const;
  KeySet PublicKeys() const;

 private:
  struct Key {
    absl::Time first_use;
    std::string file;
    Es256PrivateKey key;
  };
  SigningKeys(std::string folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}
  absl::Status Load();
  absl::Status Make(absl::Time first_use);
  size_t CurrentIndex() const;

  const std::string folder_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Key> keys_;  // by first use; never empty after Open
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_SIGNING_KEYS_H_
