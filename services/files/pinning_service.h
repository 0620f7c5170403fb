// What orders and catalog ask of files: facts, measurements, pins, revocation.
#ifndef MILLWRIGHT_SERVICES_FILES_PINNING_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_PINNING_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/internal/files/v1/pinning_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

namespace pb = millwright::internal::files::v1;

// A pin that no event of its order confirms ends after this time.
inline constexpr absl::Duration kPinLifetime = absl::Minutes(10);
inline constexpr char kPinExpires[] = "pin.expire";

class PinningHandlers {
 public:
  explicit PinningHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::ProjectFacts> GetProjectFacts(const CallInfo& call, const pb::GetProjectFactsRequest& request);
  absl::StatusOr<pb::BatchGetFilesResponse> BatchGetFiles(const CallInfo& call,
                                                          const pb::BatchGetFilesRequest& request);
  absl::StatusOr<pb::PinProjectRevisionResponse> PinProjectRevision(const CallInfo& call,
                                                                    const pb::PinProjectRevisionRequest& request);
  absl::StatusOr<pb::RevokeOrderGrantsResponse> RevokeOrderGrants(const CallInfo& call,
                                                                  const pb::RevokeOrderGrantsRequest& request);

 private:
  struct Plan;
  absl::StatusOr<Plan> MakePlan(const CallInfo& call, const pb::PinProjectRevisionRequest& request);
  absl::Status WritePin(Transaction& tx, const CallInfo& call, const pb::PinProjectRevisionRequest& request,
                        const Plan& plan);
  static v1::Grant::Purpose PurposeOf(const Plan& plan, const std::string& file_name);
  absl::Status LockFiles(Transaction& tx, const std::string& order, const Plan& plan);

  FilesContext& context_;
};

// Ends what an order pinned: grants revoked, files unlocked. How many grants were pending or active.
absl::StatusOr<int64_t> EndPin(FilesContext& context, Transaction& tx, const std::string& order, PinState end);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_PINNING_SERVICE_H_
