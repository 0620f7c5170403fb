// The generic check of a request against its annotations: google.api.field_behavior and millwright.common.v1.rules.
//
// Before a handler runs, every REQUIRED field is there, every text, number and list is within its limits and format,
// every enum value is a known one, and OUTPUT_ONLY fields of resources are cleared (AIP-203). Texts without a rule may
// have kDefaultMaxBytes, lists kDefaultMaxItems, bytes what the message limit leaves; control characters other than tab, CR and LF are refused everywhere.
// In requests with an `update_mask` the resource's REQUIRED fields need not be set: the mask decides.
//
// A message type is compiled into a list of checks once; Check walks only fields that are set.
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_COMMON_RPC_VALIDATOR_H_
#define MILLWRIGHT_COMMON_RPC_VALIDATOR_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace millwright {

inline constexpr int kDefaultMaxBytes = 1024;
inline constexpr int kDefaultMaxItems = 1000;

// Clears output-only fields and answers INVALID_ARGUMENT (FIELD_INVALID) with one violation per broken rule, each with
// the path of the field, the rule and the remedy.
absl::Status ValidateRequest(google::protobuf::Message& request);

// True if `name` fits `pattern`: "companies/*/projects/*", where * stands for one id (see IsValidId).
bool MatchesNamePattern(absl::string_view name, absl::string_view pattern);

// True if `text` has the form local@domain with at most 254 printable ASCII or UTF-8 characters and no spaces.
bool IsEmailAddress(absl::string_view text);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_VALIDATOR_H_
