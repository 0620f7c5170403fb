// Inside of UploadsHandlers: the mark of a stream that sends, and errors that several files answer.
#ifndef MILLWRIGHT_SERVICES_FILES_UPLOAD_SESSION_H_
#define MILLWRIGHT_SERVICES_FILES_UPLOAD_SESSION_H_

#include <mutex>
#include <string>
#include <utility>

#include "services/files/uploads_service.h"

namespace millwright::files {

// While it lives, its upload, or the part of it, is being sent to.
class UploadsHandlers::Session {
 public:
  Session(UploadsHandlers& owner, std::string id) : owner_(owner), id_(std::move(id)) {}
  ~Session() {
    std::lock_guard<std::mutex> lock(owner_.mutex_);
    owner_.active_.erase(id_);
  }

 private:
  UploadsHandlers& owner_;
  const std::string id_;
};

absl::Status UploadEnded(const UploadRow& row);
absl::Status UploadSizeWrong(int64_t announced, int64_t received);
absl::Status UploadTooLarge(int64_t limit);
// A body whose size nobody announced ends like one that was cut off: only the end of the call tells them apart.
absl::Status UploadCutOff(const CallInfo& call);
absl::Status UploadModeWrong(absl::string_view why);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_UPLOAD_SESSION_H_
