// Passwords at rest: argon2id (RFC 9106) with 19 MiB, two passes, one lane, the smallest setting that OWASP recommends.
// One call costs about 70 ms and 19 MiB here: run it on a worker, never on a thread that serves other calls.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_CRYPTO_PASSWORD_H_
#define MILLWRIGHT_COMMON_CRYPTO_PASSWORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

// The encoded form "$argon2id$v=19$m=...": holds salt and parameters.
absl::StatusOr<std::string> HashPassword(absl::string_view password);
// True if `password` made `encoded`.
bool VerifyPassword(absl::string_view password, const std::string& encoded);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_CRYPTO_PASSWORD_H_
