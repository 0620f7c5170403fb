// Configuration: a proto message, from a text proto file, overridden by flags.
//
//   orders --config=/etc/millwright/orders.textproto --server.port=7004 --server.metrics_port=9104
//
// A flag is the dotted path of a field of the message (protos/millwright/internal/config/v1/config.proto documents each
// with its unit and default). `--help` prints all of them.
//
// Thread-safety: call from main before any thread starts.
#ifndef MILLWRIGHT_COMMON_CONFIG_CONFIG_H_
#define MILLWRIGHT_COMMON_CONFIG_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace millwright {

// Fills `config` from the arguments after argv[0]. INVALID_ARGUMENT names an unknown flag, a value that does not fit
// its field, and line and column of a broken file. `config` may be half filled then.
absl::Status LoadConfig(int argc, const char* const* argv, google::protobuf::Message& config);

// One line per flag: path, type.
std::string ConfigHelp(const google::protobuf::Message& config);

// The content of a secret's file without trailing white space. FAILED_PRECONDITION if it can't be read.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// The whole content of a file. NOT_FOUND if it can't be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_CONFIG_CONFIG_H_
