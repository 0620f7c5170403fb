#include "common/rpc/mutation.h"

#include "absl/strings/str_cat.h"

namespace millwright {

std::optional<IdempotencyKey> IdempotencyKeyOf(const CallInfo& call) {
  if (call.request_id.empty()) return std::nullopt;
  const Principal& who = call.principal;
  // Company first, so that the table is clustered by tenant. A caller without token and certificate shares one scope:
  // its request ids are UUIDs of its own making.
  std::string scope = who.is_user() ? who.member : absl::StrCat("service:", who.service);
  return IdempotencyKey{std::move(scope), call.method, call.request_id, call.request_hash};
}

}  // namespace millwright
