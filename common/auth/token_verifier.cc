#include "common/auth/token_verifier.h"

#include "common/crypto/crypto.h"
#include "common/errors/error.h"

namespace millwright {

TokenVerifier::TokenVerifier(KeySource source, TokenExpectations expect, const Clock& clock)
    : source_(std::move(source)), expect_(std::move(expect)), clock_(clock) {}

absl::StatusOr<std::shared_ptr<const TokenClaims>> TokenVerifier::Verify(absl::string_view token) {
  const absl::Time now = clock_.Now();
  const std::string hash = Sha256(token);
  if (auto claims = Remembered(hash, now)) return claims;

  auto keys = Keys(/*refetch=*/false);
  if (keys == nullptr) return Error::Unavailable("KEYS_UNAVAILABLE", "no keys to verify tokens with yet; try again");
  bool unknown_kid = false;
  auto claims = VerifyToken(token, *keys, expect_, now, &unknown_kid);
  if (unknown_kid) {
    keys = Keys(/*refetch=*/true);
    claims = VerifyToken(token, *keys, expect_, now);
  }
  if (!claims.ok()) return claims.status();
  auto shared = std::make_shared<const TokenClaims>(*std::move(claims));
  Remember(hash, shared, now);
  return shared;
}

std::shared_ptr<const TokenClaims> TokenVerifier::Remembered(const std::string& hash, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = remembered_.find(hash);
  if (it == remembered_.end()) return nullptr;
  if (now < it->second->expire_time) return it->second;
  remembered_.erase(it);
  return nullptr;
}

void TokenVerifier::Remember(const std::string& hash, std::shared_ptr<const TokenClaims> claims, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (remembered_.size() >= kMaxRememberedTokens) {
    for (auto it = remembered_.begin(); it != remembered_.end();) {
      it = now >= it->second->expire_time ? remembered_.erase(it) : std::next(it);
    }
    if (remembered_.size() >= kMaxRememberedTokens) remembered_.clear();  // they are only a cache
  }
  remembered_[hash] = std::move(claims);
}

std::shared_ptr<const KeySet> TokenVerifier::Keys(bool refetch) {
  std::lock_guard<std::mutex> lock(fetch_mutex_);
  if (keys_ != nullptr && !refetch) return keys_;
  const absl::Time now = clock_.Now();
  if (keys_ != nullptr && now - last_fetch_ < kMinRefetch) return keys_;
  last_fetch_ = now;
  auto fetched = source_();
  if (fetched.ok()) keys_ = std::make_shared<const KeySet>(*std::move(fetched));
  return keys_;
}

}  // namespace millwright
