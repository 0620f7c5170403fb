// Resource names of accounts. Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_NAMES_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_NAMES_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace millwright::accounts {

// "companies/ID".
inline std::string CompanyName(absl::string_view id) { return absl::StrCat("companies/", id); }

// The id of the company in "companies/c" and "companies/c/members/m"; "" for other names.
inline std::string CompanyIdOf(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "companies/")) return "";
  return std::string(name.substr(0, name.find('/')));
}

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_NAMES_H_
