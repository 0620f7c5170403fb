// A secret of a service that has to survive restarts and that nobody types in: the key of its page tokens.
#ifndef MILLWRIGHT_COMMON_RPC_SECRET_FILE_H_
#define MILLWRIGHT_COMMON_RPC_SECRET_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace millwright {

inline constexpr int kSecretBytes = 32;

// The secret in `path`; makes it (random, mode 0600, on disk before it is used) if the file does not exist. Two
// processes that start at once get the same secret. FAILED_PRECONDITION SECRET_FILE if the file is too short or can't be
// read or made: a broken secret is never replaced silently. Thread-safe.
absl::StatusOr<std::string> LoadOrMakeSecret(const std::string& path);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_SECRET_FILE_H_
