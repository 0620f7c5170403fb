// What orders asks of its neighbours, as small interfaces: tests fake them, the service calls them over gRPC.
//
// Each answer is a message of the neighbour's API; errors are the neighbour's, or UNAVAILABLE (PEER_UNAVAILABLE).
// Thread-safety: implementations may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_CLIENTS_NEIGHBOURS_H_
#define MILLWRIGHT_SERVICES_ORDERS_CLIENTS_NEIGHBOURS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/catalog/v1/quote.pb.h"
#include "millwright/internal/accounts/v1/directory_service.pb.h"
#include "millwright/internal/catalog/v1/availability_service.pb.h"
#include "millwright/internal/files/v1/pinning_service.pb.h"

namespace millwright::orders {

class AccountsClient {
 public:
  virtual ~AccountsClient() = default;
  virtual absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo& call,
                                                                                  const std::string& buyer,
                                                                                  const std::string& seller) = 0;
};

class CatalogClient {
 public:
  virtual ~CatalogClient() = default;
  virtual absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo& call, const std::string& name) = 0;
  // What of the quote is not offered any more.
  virtual absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> CheckAvailability(
      const CallInfo& call, const std::string& quote) = 0;
};

class FilesClient {
 public:
  virtual ~FilesClient() = default;
  virtual absl::StatusOr<internal::files::v1::PinProjectRevisionResponse> Pin(
      const CallInfo& call, const internal::files::v1::PinProjectRevisionRequest& request) = 0;
  // What the order pinned, judged by the limits that its seller has now. NOT_FOUND if it pinned nothing.
  virtual absl::StatusOr<files::v1::OrderVerdict> Judge(const CallInfo& call, const std::string& order) = 0;
  // At most 500 ms: the order's event repeats it.
  virtual absl::Status RevokeGrants(const CallInfo& call, const std::string& order) = 0;
};

struct Neighbours {
  std::shared_ptr<AccountsClient> accounts;
  std::shared_ptr<CatalogClient> catalog;
  std::shared_ptr<FilesClient> files;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_CLIENTS_NEIGHBOURS_H_
