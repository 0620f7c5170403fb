// Numbers in the text of meshes, in any notation that programs write: leading plus, exponents, and the ways C
// libraries print NaN and infinity. Independent of the locale.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TEXT_NUMBER_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TEXT_NUMBER_H_

#include "absl/strings/string_view.h"

namespace millwright::files {

// False if `text` is no number. Values too large for a double become infinite, too small ones zero. "1.#IND",
// "-nan(ind)" and their like give NaN.
bool ParseTextNumber(absl::string_view text, double* value);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_TEXT_NUMBER_H_
