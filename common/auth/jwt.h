// Access tokens: JSON Web Tokens (RFC 7519) signed with ES256 and nothing else.
//
// Claims: iss, aud, sub (member resource name), company (resource name), roles (array), iat, exp, jti.
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_AUTH_JWT_H_
#define MILLWRIGHT_COMMON_AUTH_JWT_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/es256.h"

namespace millwright {

// How long an access token is good for.
inline constexpr absl::Duration kAccessTokenLifetime = absl::Minutes(15);
// Clocks of two machines may differ by this much.
inline constexpr absl::Duration kClockLeeway = absl::Seconds(5);
// Longer tokens are refused unread.
inline constexpr size_t kMaxTokenBytes = 4096;

struct TokenClaims {
  std::string issuer, audience, member, company, id;
  std::vector<std::string> roles;
  absl::Time issue_time, expire_time;
};

absl::StatusOr<std::string> SignToken(const TokenClaims& claims, const Es256PrivateKey& key);

// Public keys by `kid`.
using KeySet = std::map<std::string, Es256PublicKey>;

struct TokenExpectations {
  std::string issuer = "millwright";
  std::string audience = "millwright";
};

// UNAUTHENTICATED with reason TOKEN_INVALID or TOKEN_EXPIRED. `unknown_kid` is set if the token names a key that
// `keys` does not hold: the caller may fetch new keys and try again.
absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token, const KeySet& keys, const TokenExpectations& expect,
                                        absl::Time now, bool* unknown_kid = nullptr);

// JSON Web Key Set with these keys.
std::string WriteJwks(const std::vector<Es256PrivateKey>& keys);
// INVALID_ARGUMENT if it is none. Keys that are not P-256 signature keys are skipped.
absl::StatusOr<KeySet> ParseJwks(const std::string& json);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_AUTH_JWT_H_
