// Refresh tokens: "<company>.<session>.<secret>". Only the hash of the secret is stored. A token works once: its use
// replaces the secret of the session. A secret that is not the current one has been used before or was made up; either
// way the session ends.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_REFRESH_TOKEN_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_REFRESH_TOKEN_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::accounts {

// How long a session lives after its last refresh.
inline constexpr absl::Duration kRefreshLifetime = absl::Hours(24 * 30);

struct RefreshToken {
  std::string company;  // id
  std::string session;  // id
  std::string secret;   // 64 hexadecimal digits

  std::string ToString() const;
  std::string SecretHash() const;  // SHA-256: the secret is random, so that no salt is needed
  static std::optional<RefreshToken> Parse(absl::string_view text);
  static std::string NewSecret();
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_REFRESH_TOKEN_H_
