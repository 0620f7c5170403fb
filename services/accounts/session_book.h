// Sessions: passwords are checked, token pairs issued, refreshed and ended.
//
// Access token: ES256, kAccessTokenLifetime. Refresh token: domain/refresh_token.h. A disabled member's access token
// lives on until it ends (15 minutes at most); its sessions end at once.
//
// Thread-safety: all methods may be called from any thread. SignIn blocks for a password hash (70 ms): worker threads
// only.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_SESSION_BOOK_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_SESSION_BOOK_H_

#include <memory>
#include <semaphore>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ids/ids.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/accounts/v1/company.pb.h"
#include "services/accounts/domain/sign_in_throttle.h"
#include "services/accounts/signing_keys.h"

namespace millwright::accounts {

// Password hashes that are computed at the same time (19 MiB and one core each); more wait, at most kPasswordWait.
inline constexpr int kMaxPasswordHashes = 4;
inline constexpr absl::Duration kPasswordWait = absl::Seconds(5);

class SessionBook {
 public:
  struct Options {
    std::string issuer = "millwright";
    std::string audience = "millwright";
  };
  // All must outlive the book. Costs one password hash.
  static absl::StatusOr<std::unique_ptr<SessionBook>> Make(Database& db, const SigningKeys& keys, IdGenerator& ids,
                                                           const Clock& clock, Options options);

  // UNAUTHENTICATED (SIGN_IN_FAILED) for an unknown address, a wrong password and a disabled member alike, after the
  // same work; RESOURCE_EXHAUSTED (SIGN_IN_THROTTLED) after too many of them.
  absl::StatusOr<v1::TokenPair> SignIn(absl::string_view email, absl::string_view password);
  // Opens a session for a member, in the transaction that the caller runs.
  absl::StatusOr<v1::TokenPair> Open(Transaction& tx, const v1::Member& member);
  // UNAUTHENTICATED (REFRESH_TOKEN_INVALID) for one that is unknown or expired; REFRESH_TOKEN_REUSED for one that was
  // used before: the session ends.
  absl::StatusOr<v1::TokenPair> Refresh(absl::string_view refresh_token);
  absl::Status SignOut(absl::string_view refresh_token);

  // UNAVAILABLE (SIGN_IN_BUSY) if too many passwords are being hashed.
  absl::StatusOr<std::string> Hash(absl::string_view password);

 private:
  SessionBook(Database& db, const SigningKeys& keys, IdGenerator& ids, const Clock& clock, Options options)
      : db_(db), keys_(keys), ids_(ids), clock_(clock), options_(std::move(options)) {}
  absl::StatusOr<bool> Verify(absl::string_view password, const std::string& encoded);
  absl::StatusOr<v1::TokenPair> Issue(const v1::Member& member, absl::string_view refresh_token);

  Database& db_;
  const SigningKeys& keys_;
  IdGenerator& ids_;
  const Clock& clock_;
  const Options options_;
  std::string nobodys_hash_;  // of a password nobody knows: unknown addresses cost what known ones do
  SignInThrottle throttle_;
  std::counting_semaphore<kMaxPasswordHashes> hashing_{kMaxPasswordHashes};
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_SESSION_BOOK_H_
