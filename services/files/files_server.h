// The files service as a process: stores, handlers, background work, server.
#ifndef MILLWRIGHT_SERVICES_FILES_FILES_SERVER_H_
#define MILLWRIGHT_SERVICES_FILES_FILES_SERVER_H_

#include "absl/status/status.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::files {

// Runs until SIGTERM or SIGINT. FAILED_PRECONDITION if it can't start.
absl::Status RunFiles(const internal::config::v1::FilesConfig& config);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FILES_SERVER_H_
