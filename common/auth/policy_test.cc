#include "common/auth/policy.h"

#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using common::v1::AccessPolicy;

Principal Member(std::vector<std::string> roles) {
  Principal p;
  p.member = "companies/c/members/m";
  p.company = "companies/c";
  p.roles = std::move(roles);
  p.service = "gateway";
  return p;
}
Principal Service(const char* name) {
  Principal p;
  p.service = name;
  return p;
}

TEST(PolicyTest, EveryAudienceAgainstEveryCaller) {
  AccessPolicy open, member, owner, service, either;
  open.set_audience(AccessPolicy::PUBLIC);
  member.set_audience(AccessPolicy::MEMBER);
  owner.set_audience(AccessPolicy::MEMBER);
  owner.add_roles("owner");
  service.set_audience(AccessPolicy::SERVICE);
  service.add_services("orders");
  either.set_audience(AccessPolicy::MEMBER_OR_SERVICE);
  either.add_services("orders");
  struct Row {
    const AccessPolicy& policy;
    Principal caller;
    absl::StatusCode code;
  };
  using C = absl::StatusCode;
  const Principal nobody = Service("gateway");
  const Row rows[] = {
      {open, nobody, C::kOk},
      {member, nobody, C::kUnauthenticated},
      {member, Member({}), C::kOk},
      {member, Service("orders"), C::kUnauthenticated},
      {owner, Member({"watcher"}), C::kPermissionDenied},
      {owner, Member({"watcher", "owner"}), C::kOk},
      {service, nobody, C::kPermissionDenied},
      {service, Member({"owner"}), C::kPermissionDenied},
      {service, Service("orders"), C::kOk},
      {service, Service("files"), C::kPermissionDenied},
      {either, Service("orders"), C::kOk},
      {either, Service("files"), C::kUnauthenticated},
      {either, Member({}), C::kOk},
      {AccessPolicy(), Member({"owner"}), C::kPermissionDenied},
  };
  int index = 0;
  for (const Row& row : rows) EXPECT_EQ(Authorize(row.policy, row.caller, "M").code(), row.code) << "row " << index++;
}

}  // namespace
}  // namespace millwright
