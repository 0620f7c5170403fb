// What a company may be. Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_COMPANY_RULES_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_COMPANY_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "millwright/accounts/v1/company.pb.h"

namespace millwright::accounts {

// Trims texts, cleans the VAT id, fills in the defaults (UTC, en, INVITATION). INVALID_ARGUMENT names the field, below
// `path` ("company").
absl::Status NormalizeCompany(v1::Company& company, absl::string_view path);

// Whether a sign-up may make a company of this kind: INVALID_ARGUMENT for OPERATOR, which only the bootstrap makes,
// and for a PERSON that names no shop (a person exists only where a shop takes it).
absl::Status CheckSignUpKind(v1::Company::Kind kind, bool names_shop);

// Whether `kind` can be the shop of a sign-up by a company of kind `customer`: shops and centers; for persons only
// shops.
bool TakesCustomers(v1::Company::Kind kind, v1::Company::Kind customer);

// A VAT id as it is stored: "pl 526-025-02-74" -> "PL5260250274". A number without prefix gets the one of `region_code`
// (EL for GR). Blanks, dots, hyphens and slashes go. EU numbers must have the syntax of their state (European
// Commission, VIES, "structure of the VAT number"); others two letters and 2 to 20 letters or digits. Check digits and
// registration are not looked at: catalog does, where tax depends on it.
absl::StatusOr<std::string> CleanVatId(absl::string_view text, absl::string_view region_code);

// What a contact of the company gets to see: all but where mails go for billing and how sign-ups are met.
v1::Company PublicView(const v1::Company& company);

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_COMPANY_RULES_H_
