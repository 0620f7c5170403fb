// absl::Status <-> grpc::Status, with the google.rpc details that common/errors attaches.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_RPC_STATUS_H_
#define MILLWRIGHT_COMMON_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace millwright {

// Details go into grpc-status-details-bin as a google.rpc.Status. INTERNAL and UNKNOWN lose their message: it is for
// the log, not for the caller.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The other direction, for clients: payloads are the details.
absl::Status FromGrpcStatus(const grpc::Status& status);

// "NOT_FOUND" and so on.
const char* CodeName(absl::StatusCode code);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_STATUS_H_
