// RPCs that tell the owner what happened to its files: who read what, who confirmed what, and what others get to see.
#ifndef MILLWRIGHT_SERVICES_FILES_JOURNAL_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_JOURNAL_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

class JournalHandlers {
 public:
  explicit JournalHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::ListAccessesResponse> ListAccesses(const CallInfo& call, const v1::ListAccessesRequest& request);
  absl::StatusOr<v1::ListWaiversResponse> ListWaivers(const CallInfo& call, const v1::ListWaiversRequest& request);
  absl::StatusOr<v1::File> PreviewSharedFile(const CallInfo& call, const v1::PreviewSharedFileRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_JOURNAL_SERVICE_H_
