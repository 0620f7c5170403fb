// Update masks (AIP-134, AIP-161) and etags (AIP-154).
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_RPC_FIELD_MASK_H_
#define MILLWRIGHT_COMMON_RPC_FIELD_MASK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace millwright {

// Copies the masked fields of `from` into `into`. An empty mask means all fields that `from` has set; "*" means all.
// Fields that are OUTPUT_ONLY or IDENTIFIER, and `etag`, are left alone. INVALID_ARGUMENT names an unknown path, and a
// path of an IMMUTABLE field whose value would change.
absl::Status ApplyUpdateMask(const google::protobuf::Message& from, const google::protobuf::FieldMask& mask,
                             google::protobuf::Message& into);

// The etag of a row version: a quoted opaque string.
std::string EtagOf(int64_t version);

// OK if `etag` is empty or the one of `version`; else ABORTED with reason ETAG_MISMATCH and the current etag.
absl::Status CheckEtag(absl::string_view etag, int64_t version, absl::string_view resource_name);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_FIELD_MASK_H_
