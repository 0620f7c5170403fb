// Handlers of millwright.internal.accounts.v1.DirectoryService: what the other services ask.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DIRECTORY_SERVICE_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DIRECTORY_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/storage/database.h"
#include "millwright/internal/accounts/v1/directory_service.pb.h"

namespace millwright::accounts {

class DirectoryHandlers {
 public:
  explicit DirectoryHandlers(Database& db) : db_(db) {}

  // A member only learns of relations of its own company: NOT_FOUND for others.
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(
      const CallInfo& call, const internal::accounts::v1::GetRelationRequest& request);
  absl::StatusOr<internal::accounts::v1::ResolveMailboxesResponse> ResolveMailboxes(
      const CallInfo& call, const internal::accounts::v1::ResolveMailboxesRequest& request);

 private:
  Database& db_;
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DIRECTORY_SERVICE_H_
