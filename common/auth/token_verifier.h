// Verifies access tokens with keys that come from elsewhere, and remembers what it verified.
//
// A verification costs about 60 µs; a remembered token costs a hash. Tokens are remembered by their SHA-256 until they
// expire, at most kMaxRememberedTokens of them. A token with an unknown key makes the keys be fetched again, at most once
// in kMinRefetch, so that forged tokens can't flood the key source. If the source does not answer, the last keys stay.
//
// Thread-safety: Verify may be called from any thread.
#ifndef MILLWRIGHT_COMMON_AUTH_TOKEN_VERIFIER_H_
#define MILLWRIGHT_COMMON_AUTH_TOKEN_VERIFIER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "common/auth/jwt.h"
#include "common/time/clock.h"

namespace millwright {

inline constexpr size_t kMaxRememberedTokens = 10000;
inline constexpr absl::Duration kMinRefetch = absl::Seconds(1);

class TokenVerifier {
 public:
  // Answers the current key set; may block for the time of one call.
  using KeySource = std::function<absl::StatusOr<KeySet>()>;

  TokenVerifier(KeySource source, TokenExpectations expect, const Clock& clock);

  // UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED), or UNAVAILABLE while no keys were ever had.
  absl::StatusOr<std::shared_ptr<const TokenClaims>> Verify(absl::string_view token);

 private:
  std::shared_ptr<const TokenClaims> Remembered(const std::string& hash, absl::Time now);
  void Remember(const std::string& hash, std::shared_ptr<const TokenClaims> claims, absl::Time now);
  std::shared_ptr<const KeySet> Keys(bool refetch);

  const KeySource source_;
  const TokenExpectations expect_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const TokenClaims>> remembered_;
  std::mutex fetch_mutex_;  // one fetch at a time; the others wait for its result
  std::shared_ptr<const KeySet> keys_;
  absl::Time last_fetch_ = absl::InfinitePast();
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_AUTH_TOKEN_VERIFIER_H_
