// Neighbours for tests: hold what they answer.
#ifndef MILLWRIGHT_SERVICES_CATALOG_FAKES_FOR_TEST_H_
#define MILLWRIGHT_SERVICES_CATALOG_FAKES_FOR_TEST_H_

#include <map>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "services/catalog/clients/neighbours.h"

namespace millwright::catalog {

class FakeAccounts : public AccountsClient {
 public:
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo&, const std::string& buyer,
                                                                          const std::string& seller) override {
    if (!down.ok()) return down;
    internal::accounts::v1::GetRelationResponse out;
    for (const std::string& name : {buyer, seller}) {
      if (parties.count(name) == 0) return Error::NotFound("millwright.example/Company", name);
    }
    out.set_contacts(contacts);
    *out.mutable_buyer() = parties[buyer];
    *out.mutable_seller() = parties[seller];
    return out;
  }
  void Add(const std::string& company, const std::string& country, const std::string& vat_id, const std::string& zone) {
    common::v1::Party& party = parties[company];
    party.set_company(company);
    party.set_display_name(company);
    party.mutable_address()->set_region_code(country);
    party.set_vat_id(vat_id);
    party.set_time_zone(zone);
  }

  absl::Status down;
  bool contacts = true;
  std::map<std::string, common::v1::Party> parties;
};

class FakeFiles : public FilesClient {
 public:
  absl::StatusOr<files::v1::ProjectFacts> GetProjectFacts(const CallInfo&, const std::string& project,
                                                          const std::string&,
                                                          const std::vector<std::string>&) override {
    if (facts.project() != project) return Error::NotFound("millwright.example/Project", project);
    return facts;
  }
  absl::StatusOr<std::vector<files::v1::File>> BatchGetFiles(const CallInfo&,
                                                             const std::vector<std::string>& names) override {
    std::vector<files::v1::File> out;
    for (const std::string& name : names) {
      if (files.count(name) == 0) return Error::NotFound("millwright.example/File", name);
      out.push_back(files[name]);
    }
    return out;
  }

  files::v1::ProjectFacts facts;
  std::map<std::string, files::v1::File> files;
};

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_FAKES_FOR_TEST_H_
