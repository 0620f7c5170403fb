#include "common/rpc/jwks_source.h"

#include <utility>

#include "common/errors/error.h"
#include "google/api/httpbody.pb.h"
#include "millwright/accounts/v1/accounts_service.pb.h"

namespace millwright {

TokenVerifier::KeySource JwksFrom(std::shared_ptr<Channel> accounts, std::string self) {
  return [accounts = std::move(accounts), self = std::move(self)]() -> absl::StatusOr<KeySet> {
    const CallInfo call = CallInfo::Background(self, kJwksTimeout);
    MW_ASSIGN_OR_RETURN(const google::api::HttpBody body,
                        accounts->Call<google::api::HttpBody>(
                            call, "/millwright.accounts.v1.AccountsService/GetJwks", accounts::v1::GetJwksRequest()));
    return ParseJwks(body.data());
  };
}

}  // namespace millwright
