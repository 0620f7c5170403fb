#include "services/accounts/domain/refresh_token.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/crypto/crypto.h"
#include "common/ids/ids.h"

namespace millwright::accounts {
namespace {

constexpr int kSecretBytes = 32;

}  // namespace

std::string RefreshToken::ToString() const { return absl::StrCat(company, ".", session, ".", secret); }
std::string RefreshToken::SecretHash() const { return Sha256(secret); }
std::string RefreshToken::NewSecret() { return RandomHex(kSecretBytes); }

std::optional<RefreshToken> RefreshToken::Parse(absl::string_view text) {
  std::vector<std::string> parts = absl::StrSplit(text, '.');
  if (parts.size() != 3 || !IsValidId(parts[0]) || !IsValidId(parts[1])) return std::nullopt;
  if (parts[2].size() != 2 * kSecretBytes) return std::nullopt;
  return RefreshToken{parts[0], parts[1], parts[2]};
}

}  // namespace millwright::accounts
