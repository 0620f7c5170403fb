// CRC-32C (Castagnoli, RFC 3720 appendix B.4), as chunks of uploads carry it.
#ifndef MILLWRIGHT_SERVICES_FILES_CRC32C_H_
#define MILLWRIGHT_SERVICES_FILES_CRC32C_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace millwright::files {

uint32_t Crc32c(absl::string_view data);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CRC32C_H_
