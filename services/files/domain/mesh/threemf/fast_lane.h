// The elements that nearly all bytes of a 3MF model are made of, <vertex x y z/> and <triangle v1 v2 v3/>, read without
// an XML parser while they look exactly as everybody writes them.
//
// What looks otherwise in any way (other attributes, entities, an end tag of its own, comments, white space where there
// is usually none) is not understood here: the caller gives it, and the rest of the list, to the XML parser.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_FAST_LANE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_FAST_LANE_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

enum class FastRead {
  kDone,        // one element was taken off `text`
  kOther,       // something else comes next
  kIncomplete,  // `text` ends before one can tell
};

// White space before the element is taken off as well; `lines` counts its line feeds.
FastRead TakeVertex(absl::string_view& text, Vec3* vertex, int64_t* lines);
// Indices above 2^32 - 1 become that.
FastRead TakeTriangle(absl::string_view& text, std::array<uint32_t, 3>* triangle, int64_t* lines);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_FAST_LANE_H_
