// RPCs by which a company keeps some of its members from a file (F6). The company may be the owner of the file or one that
// it is shared with; neither sees the other's restrictions.
//
// A restriction belongs to the name of a file in its project, so that a new revision is restricted too. Owners of the
// company always read. To who is kept out the file looks absent: its bytes, measurements, pictures and archives; what a
// check of the project says of it, its name among that, he sees.
#ifndef MILLWRIGHT_SERVICES_FILES_RESTRICTIONS_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_RESTRICTIONS_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "google/protobuf/empty.pb.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

class RestrictionHandlers {
 public:
  explicit RestrictionHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::FileRestriction> RestrictFile(const CallInfo& call, const v1::RestrictFileRequest& request);
  absl::StatusOr<google::protobuf::Empty> LiftFileRestriction(const CallInfo& call,
                                                              const v1::LiftFileRestrictionRequest& request);
  absl::StatusOr<v1::ListFileRestrictionsResponse> ListFileRestrictions(const CallInfo& call,
                                                                        const v1::ListFileRestrictionsRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_RESTRICTIONS_SERVICE_H_
