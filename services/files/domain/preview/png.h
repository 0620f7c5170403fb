// Writes PNG (ISO/IEC 15948): 8 bits RGBA, not premultiplied.
//
// Thread-safety: pure function.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_PNG_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_PNG_H_

#include <cstdint>
#include <string>
#include <vector>

namespace millwright::files {

struct Image {
  int width = 0, height = 0;
  std::vector<uint8_t> rgba;  // 4 x width x height, rows from the top
};

// "" if the library fails, which it does only without memory.
std::string EncodePng(const Image& image);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_PREVIEW_PNG_H_
