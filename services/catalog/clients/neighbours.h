// What catalog asks of its neighbours: small interfaces, so that tests fake the neighbour and not the wire.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_CLIENTS_NEIGHBOURS_H_
#define MILLWRIGHT_SERVICES_CATALOG_CLIENTS_NEIGHBOURS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/project.pb.h"
#include "millwright/internal/accounts/v1/directory_service.pb.h"

namespace millwright::catalog {

class AccountsClient {
 public:
  virtual ~AccountsClient() = default;
  // How two companies are related; NOT_FOUND if one does not exist.
  virtual absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo& call,
                                                                                  const std::string& buyer,
                                                                                  const std::string& seller) = 0;
};

class FilesClient {
 public:
  virtual ~FilesClient() = default;
  // What a project holds, judged with the center's limits; as the caller, who must be allowed to see it.
  virtual absl::StatusOr<files::v1::ProjectFacts> GetProjectFacts(const CallInfo& call, const std::string& project,
                                                                  const std::string& center,
                                                                  const std::vector<std::string>& part_file_names) = 0;
  // The files in the order asked.
  virtual absl::StatusOr<std::vector<files::v1::File>> BatchGetFiles(const CallInfo& call,
                                                                     const std::vector<std::string>& names) = 0;
};

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_CLIENTS_NEIGHBOURS_H_
