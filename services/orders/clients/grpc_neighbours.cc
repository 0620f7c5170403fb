#include "services/orders/clients/grpc_neighbours.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "millwright/catalog/v1/catalog_service.pb.h"

namespace millwright::orders {
namespace {

constexpr absl::Duration kRevokeTimeout = absl::Milliseconds(500);

class GrpcAccounts final : public AccountsClient {
 public:
  explicit GrpcAccounts(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo& call,
                                                                          const std::string& buyer,
                                                                          const std::string& seller) override {
    internal::accounts::v1::GetRelationRequest request;
    request.set_buyer(buyer);
    request.set_seller(seller);
    return channel_->Call<internal::accounts::v1::GetRelationResponse>(
        call, "/millwright.internal.accounts.v1.DirectoryService/GetRelation", request);
  }

 private:
  std::shared_ptr<Channel> channel_;
};

class GrpcCatalog final : public CatalogClient {
 public:
  explicit GrpcCatalog(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo& call, const std::string& name) override {
    catalog::v1::GetQuoteRequest request;
    request.set_name(name);
    return channel_->Call<catalog::v1::Quote>(call, "/millwright.catalog.v1.CatalogService/GetQuote", request);
  }
  absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> CheckAvailability(
      const CallInfo& call, const std::string& quote) override {
    internal::catalog::v1::CheckAvailabilityRequest request;
    request.set_quote(quote);
    return channel_->Call<internal::catalog::v1::CheckAvailabilityResponse>(
        call, "/millwright.internal.catalog.v1.AvailabilityService/CheckAvailability", request);
  }

 private:
  std::shared_ptr<Channel> channel_;
};

class GrpcFiles final : public FilesClient {
 public:
  explicit GrpcFiles(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  absl::StatusOr<internal::files::v1::PinProjectRevisionResponse> Pin(
      const CallInfo& call, const internal::files::v1::PinProjectRevisionRequest& request) override {
    return channel_->Call<internal::files::v1::PinProjectRevisionResponse>(
        call, "/millwright.internal.files.v1.PinningService/PinProjectRevision", request);
  }
  absl::StatusOr<files::v1::OrderVerdict> Judge(const CallInfo& call, const std::string& order) override {
    internal::files::v1::JudgeOrderRequest request;
    request.set_order(order);
    return channel_->Call<files::v1::OrderVerdict>(call, "/millwright.internal.files.v1.PinningService/JudgeOrder",
                                                   request);
  }
  absl::Status RevokeGrants(const CallInfo& call, const std::string& order) override {
    CallInfo quick = call;
    quick.deadline = std::min(call.deadline, absl::Now() + kRevokeTimeout);
    internal::files::v1::RevokeOrderGrantsRequest request;
    request.set_order(order);
    return channel_
        ->Call<internal::files::v1::RevokeOrderGrantsResponse>(
            quick, "/millwright.internal.files.v1.PinningService/RevokeOrderGrants", request)
        .status();
  }

 private:
  std::shared_ptr<Channel> channel_;
};

}  // namespace

Neighbours GrpcNeighbours(std::shared_ptr<Channel> accounts, std::shared_ptr<Channel> catalog,
                          std::shared_ptr<Channel> files) {
  return {std::make_shared<GrpcAccounts>(std::move(accounts)), std::make_shared<GrpcCatalog>(std::move(catalog)),
          std::make_shared<GrpcFiles>(std::move(files))};
}

}  // namespace millwright::orders
