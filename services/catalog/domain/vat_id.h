// VAT identification numbers of the EU: syntax of every member state (and XI, Northern Ireland), and the check digits
// of those whose algorithm is published. Whether a number is registered only the official service (VIES) knows.
//
// Source of the syntax: European Commission, VIES FAQ, "structure of the VAT number".
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_VAT_ID_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_VAT_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright::catalog {

struct VatId {
  std::string member_state;  // ISO 3166 code: "PL"; Greece is GR although its ids begin with EL
  std::string number;        // with prefix, without blanks, dots and hyphens: "PL5260250995"
  bool checksum_verified = false;  // false: this state's algorithm is not implemented, only the syntax holds
};

// Blanks, dots and hyphens are dropped and letters made capitals. INVALID_ARGUMENT, INVALID_VAT_ID says what is wrong.
// Check digits: AT, BE, DE, DK, EE, EL, FI, FR (numeric keys), HR, HU, IE, IT, LU, NL, PL, PT, SE, SI, SK.
absl::StatusOr<VatId> ParseVatId(absl::string_view text);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_VAT_ID_H_
