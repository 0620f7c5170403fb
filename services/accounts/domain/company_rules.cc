#include "services/accounts/domain/company_rules.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::accounts {
namespace {

using v1::Company;

// One letter of a pattern: 9 digit, A letter, X letter or digit, + letter, digit, '+' or '*'; others stand for
// themselves.
const std::map<std::string, std::vector<std::string>>& EuPatterns() {
  static const auto* patterns = new std::map<std::string, std::vector<std::string>>{
      {"AT", {"U99999999"}},
      {"BE", {"9999999999"}},
      {"BG", {"999999999", "9999999999"}},
      {"CY", {"99999999A"}},
      {"CZ", {"99999999", "999999999", "9999999999"}},
      {"DE", {"999999999"}},
      {"DK", {"99999999"}},
      {"EE", {"999999999"}},
      {"EL", {"999999999"}},
      {"ES", {"X9999999X"}},
      {"FI", {"99999999"}},
      {"FR", {"XX999999999"}},
      {"HR", {"99999999999"}},
      {"HU", {"99999999"}},
      {"IE", {"9999999A", "9999999AA", "9+99999A"}},
      {"IT", {"99999999999"}},
      {"LT", {"999999999", "999999999999"}},
      {"LU", {"99999999"}},
      {"LV", {"99999999999"}},
      {"MT", {"99999999"}},
      {"NL", {"++++++++++++"}},
      {"PL", {"9999999999"}},
      {"PT", {"999999999"}},
      {"RO", {"99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"}},
      {"SE", {"999999999999"}},
      {"SI", {"99999999"}},
      {"SK", {"9999999999"}},
      {"XI", {"999999999", "999999999999", "GD999", "HA999"}}};
  return *patterns;
}

bool FitsCharacter(char pattern, char c) {
  switch (pattern) {
    case '9':
      return absl::ascii_isdigit(c);
    case 'A':
      return absl::ascii_isupper(c);
    case 'X':
      return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
    case '+':
      return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '+' || c == '*';
    default:
      return pattern == c;
  }
}

bool Fits(absl::string_view pattern, absl::string_view text) {
  if (pattern.size() != text.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!FitsCharacter(pattern[i], text[i])) return false;
  }
  return true;
}

bool FitsElsewhere(absl::string_view number) {
  if (number.size() < 2 || number.size() > 20) return false;
  for (char c : number) {
    if (!FitsCharacter('X', c)) return false;
  }
  return true;
}

void Trim(std::string* text) { absl::StripAsciiWhitespace(text); }

}  // namespace

absl::StatusOr<std::string> CleanVatId(absl::string_view text, absl::string_view region_code) {
  std::string clean;
  for (char c : text) {
    if (c != ' ' && c != '.' && c != '-' && c != '/') clean += absl::ascii_toupper(c);
  }
  if (clean.empty()) return clean;
  if (absl::ascii_isdigit(clean[0]) && region_code.size() == 2) {
    clean = absl::StrCat(region_code == "GR" ? "EL" : region_code, clean);
  }
  if (clean.size() < 4 || !absl::ascii_isupper(clean[0]) || !absl::ascii_isupper(clean[1])) {
    return absl::InvalidArgumentError("begin with the two letters of the country, for example PL5260250274");
  }
  const std::string prefix = clean.substr(0, 2), number = clean.substr(2);
  auto state = EuPatterns().find(prefix);
  if (state == EuPatterns().end()) {
    if (FitsElsewhere(number)) return clean;
    return absl::InvalidArgumentError("after the country take 2 to 20 letters and digits");
  }
  for (const std::string& pattern : state->second) {
    if (Fits(pattern, number)) return clean;
  }
  return absl::InvalidArgumentError(absl::StrCat("a number of ", prefix, " has the form ", prefix,
                                                 state->second.front(), " (9 a digit, A a letter, X either)"));
}

absl::Status NormalizeCompany(Company& company, absl::string_view path) {
  Error error = Error::InvalidArgument("COMPANY_INVALID", "the company can't be like this");
  bool bad = false;
  auto refuse = [&](absl::string_view field, absl::string_view why) {
    error.Field(absl::StrCat(path, ".", field), why);
    bad = true;
  };
  Trim(company.mutable_display_name());
  Trim(company.mutable_bank_account());
  if (company.display_name().empty()) refuse("display_name", "give the name as it is printed on papers");
  if (company.kind() == Company::KIND_UNSPECIFIED) refuse("kind", "say what it is: CUSTOMER, LAB, CENTER, SHOP");
  auto vat_id = CleanVatId(company.vat_id(), company.address().region_code());
  if (!vat_id.ok()) refuse("vat_id", vat_id.status().message());
  if (vat_id.ok()) company.set_vat_id(*vat_id);
  if (bad) return error;
  if (company.time_zone().empty()) company.set_time_zone("UTC");
  if (company.language_code().empty()) company.set_language_code("en");
  if (company.contact_policy() == Company::CONTACT_POLICY_UNSPECIFIED) company.set_contact_policy(Company::INVITATION);
  return absl::OkStatus();
}

absl::Status CheckSignUpKind(Company::Kind kind, bool names_shop) {
  if (kind == Company::OPERATOR) {
    return Error::InvalidArgument("COMPANY_KIND_NOT_ALLOWED", "nobody signs up as the operator")
        .Field("company.kind", "use CUSTOMER, LAB, CENTER, SHOP or PERSON");
  }
  if (kind == Company::PERSON && !names_shop) {
    return Error::InvalidArgument("COMPANY_KIND_NOT_ALLOWED", "a person signs up with a shop")
        .Field("shop", "name the shop that takes private persons, or sign up as a company");
  }
  return absl::OkStatus();
}

bool TakesCustomers(Company::Kind kind, Company::Kind customer) {
  return kind == Company::SHOP || (kind == Company::CENTER && customer != Company::PERSON);
}

Company PublicView(const Company& company) {
  Company view = company;
  view.clear_billing_email();
  view.clear_contact_policy();
  view.clear_etag();
  return view;
}

}  // namespace millwright::accounts
