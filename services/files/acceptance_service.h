// RPCs about what a center accepts, and what that means for a case that a person types. Versions of limits are never
// changed; the newest one applies.
#ifndef MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

class AcceptanceHandlers {
 public:
  explicit AcceptanceHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::AcceptanceProfile> GetAcceptanceProfile(const CallInfo& call,
                                                             const v1::GetAcceptanceProfileRequest& request);
  absl::StatusOr<v1::ListAcceptanceProfilesResponse> ListAcceptanceProfiles(
      const CallInfo& call, const v1::ListAcceptanceProfilesRequest& request);
  absl::StatusOr<v1::AcceptanceProfile> CreateAcceptanceProfile(const CallInfo& call,
                                                                const v1::CreateAcceptanceProfileRequest& request);
  absl::StatusOr<v1::ExplainCaseResponse> ExplainCase(const CallInfo& call, const v1::ExplainCaseRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_SERVICE_H_
