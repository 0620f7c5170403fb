// Who calls: proven by the peer's certificate and, for calls on behalf of a user, by a JWT.
#ifndef MILLWRIGHT_COMMON_AUTH_PRINCIPAL_H_
#define MILLWRIGHT_COMMON_AUTH_PRINCIPAL_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright {

struct Principal {
  // Resource name of the member, "companies/c/members/m"; empty if no user is behind the call.
  std::string member;
  // Resource name of the member's company; empty without a user.
  std::string company;
  std::vector<std::string> roles;
  // Name of the calling service from its certificate ("gateway", "orders"); empty on a plaintext bench listener.
  std::string service;
  // When the user's token ends.
  absl::Time expire_time = absl::InfinitePast();

  bool is_user() const { return !member.empty(); }
  // True for a service that calls on its own account.
  bool is_service() const { return member.empty() && !service.empty() && service != "gateway"; }
  bool HasRole(absl::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
  // True if `company_name` is the caller's company.
  bool ActsFor(absl::string_view company_name) const { return is_user() && company == company_name; }
  // What histories and events call the caller: the member's name or "service:NAME".
  std::string Actor() const { return is_user() ? member : absl::StrCat("service:", service); }
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_AUTH_PRINCIPAL_H_
