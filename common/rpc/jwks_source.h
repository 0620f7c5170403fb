// Where a service gets the keys that verify access tokens: the accounts service's own JWKS RPC.
//
//   auto verifier = std::make_shared<TokenVerifier>(JwksFrom(accounts_channel, "orders"), TokenExpectations{}, clock);
//
// The TokenVerifier remembers the keys and asks again for a key id it does not know, so accounts may be down while
// signed-in users go on working.
#ifndef MILLWRIGHT_COMMON_RPC_JWKS_SOURCE_H_
#define MILLWRIGHT_COMMON_RPC_JWKS_SOURCE_H_

#include <memory>
#include <string>

#include "common/auth/token_verifier.h"
#include "common/rpc/client.h"

namespace millwright {

// A call for keys takes no longer than this: calls of users wait for it.
inline constexpr absl::Duration kJwksTimeout = absl::Seconds(2);

// `self` is the calling service's name. UNAVAILABLE while accounts does not answer. Thread-safe.
TokenVerifier::KeySource JwksFrom(std::shared_ptr<Channel> accounts, std::string self);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_JWKS_SOURCE_H_
