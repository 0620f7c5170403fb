// The allowlist of the shared copy. Not for use outside sharing/.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_LIST_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_LIST_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace millwright::files {

// Where in the file an element stands, as far as that decides what it means.
enum class In {
  kConstruction,  // child of the root of a construction info
  kTeeth,
  kTooth,
  kParameters,
  kParameter,
  kPolyline,
  kVector,
  kMatrix,
  kScans,
  kScan,
  kNumbers,
  kParts,
  kPart,
  kModel,  // anywhere in a model info
  kOrder,  // child of the root of a .dentalProject
  kOrderTeeth,
  kOrderTooth,
};

// What an element's text must be to be kept.
enum class As {
  kContainer,  // has none of its own
  kNumber,
  kInteger,
  kBoolean,
  kHash,  // hexadecimal
  kTime,  // digits
  kWord,  // letters, digits and . _ + - : & without blanks
  kText,  // anything printable; patient's names are replaced
  kFileName,
  kBaseName,  // of a path
  kCaseCode,  // whatever it was
};

struct Kept {
  As as;
  In opens = In::kConstruction;  // what children stand in; containers only
};

// How an element that stands in `in` is kept; nullopt: it is left out.
std::optional<Kept> KeptAs(In in, absl::string_view name);

// True for elements that are documented and left out on purpose: their names may be told.
bool IsKnownLeftOut(absl::string_view name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_LIST_H_
