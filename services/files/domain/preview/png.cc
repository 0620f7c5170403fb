#include "services/files/domain/preview/png.h"

#include <png.h>

namespace millwright::files {

std::string EncodePng(const Image& image) {
  png_image header = {};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  if (!png_image_write_get_memory_size(header, size, 0, image.rgba.data(), 0, nullptr)) return "";
  std::string png(size, '\0');
  if (!png_image_write_to_memory(&header, png.data(), &size, 0, image.rgba.data(), 0, nullptr)) return "";
  png.resize(size);
  return png;
}

}  // namespace millwright::files
