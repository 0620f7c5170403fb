#include "services/catalog/clients/grpc_neighbours.h"

#include <utility>

#include "millwright/internal/files/v1/pinning_service.pb.h"

namespace millwright::catalog {
namespace {

namespace accounts_api = internal::accounts::v1;
namespace files_api = internal::files::v1;

class GrpcAccounts : public AccountsClient {
 public:
  explicit GrpcAccounts(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

  absl::StatusOr<accounts_api::GetRelationResponse> GetRelation(const CallInfo& call, const std::string& buyer,
                                                                const std::string& seller) override {
    accounts_api::GetRelationRequest request;
    request.set_buyer(buyer);
    request.set_seller(seller);
    return channel_->Call<accounts_api::GetRelationResponse>(
        call, "/millwright.internal.accounts.v1.DirectoryService/GetRelation", request);
  }

 private:
  std::shared_ptr<Channel> channel_;
};

class GrpcFiles : public FilesClient {
 public:
  explicit GrpcFiles(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

  absl::StatusOr<files::v1::ProjectFacts> GetProjectFacts(const CallInfo& call, const std::string& project,
                                                          const std::string& center,
                                                          const std::vector<std::string>& part_file_names) override {
    files_api::GetProjectFactsRequest request;
    request.set_project(project);
    request.set_center(center);
    request.mutable_part_file_names()->Add(part_file_names.begin(), part_file_names.end());
    return channel_->Call<files::v1::ProjectFacts>(
        call, "/millwright.internal.files.v1.PinningService/GetProjectFacts", request);
  }

  absl::StatusOr<std::vector<files::v1::File>> BatchGetFiles(const CallInfo& call,
                                                             const std::vector<std::string>& names) override {
    files_api::BatchGetFilesRequest request;
    request.mutable_names()->Add(names.begin(), names.end());
    auto response = channel_->Call<files_api::BatchGetFilesResponse>(
        call, "/millwright.internal.files.v1.PinningService/BatchGetFiles", request);
    if (!response.ok()) return response.status();
    return std::vector<files::v1::File>(response->files().begin(), response->files().end());
  }

 private:
  std::shared_ptr<Channel> channel_;
};

}  // namespace

std::unique_ptr<AccountsClient> MakeAccountsClient(std::shared_ptr<Channel> channel) {
  return std::make_unique<GrpcAccounts>(std::move(channel));
}
std::unique_ptr<FilesClient> MakeFilesClient(std::shared_ptr<Channel> channel) {
  return std::make_unique<GrpcFiles>(std::move(channel));
}

}  // namespace millwright::catalog
