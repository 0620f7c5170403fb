#include "common/crypto/password.h"

#include <argon2.h>
#include <openssl/rand.h>

#include "absl/strings/str_cat.h"

namespace millwright {
namespace {
constexpr uint32_t kPasses = 2;
constexpr uint32_t kMemoryKib = 19 * 1024;
constexpr uint32_t kLanes = 1;
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
}  // namespace

absl::StatusOr<std::string> HashPassword(absl::string_view password) {
  unsigned char salt[kSaltBytes];
  if (RAND_bytes(salt, kSaltBytes) != 1) return absl::InternalError("no random bytes");
  char encoded[256];
  int rc = argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt, kSaltBytes,
                                 kHashBytes, encoded, sizeof(encoded));
  if (rc != ARGON2_OK) return absl::InternalError(absl::StrCat("argon2: ", argon2_error_message(rc)));
  return std::string(encoded);
}

bool VerifyPassword(absl::string_view password, const std::string& encoded) {
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace millwright
