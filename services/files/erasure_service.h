// RPCs that erase a patient's files, and prove it.
//
// Rows first: in one transaction the files stop naming their bytes, lose the patient's name and are written down as
// erased. Then the bytes; what a crash leaves is removed by the sweep (blob_sweeper.h). Orders keep their hashes and
// pinned facts, which never held a name.
#ifndef MILLWRIGHT_SERVICES_FILES_ERASURE_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_ERASURE_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

class ErasureHandlers {
 public:
  explicit ErasureHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::EraseProjectResponse> EraseProject(const CallInfo& call, const v1::EraseProjectRequest& request);
  absl::StatusOr<v1::ListErasuresResponse> ListErasures(const CallInfo& call, const v1::ListErasuresRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ERASURE_SERVICE_H_
