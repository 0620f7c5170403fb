// A file that was put into the binary at build time by mw_embed (cmake/embed.cmake).
#ifndef MILLWRIGHT_COMMON_STORAGE_EMBEDDED_FILE_H_
#define MILLWRIGHT_COMMON_STORAGE_EMBEDDED_FILE_H_

#include "absl/strings/string_view.h"

namespace millwright {

struct EmbeddedFile {
  absl::string_view name;     // "0001_orders.sql"
  absl::string_view content;  // the bytes as they were; lives as long as the process
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_EMBEDDED_FILE_H_
