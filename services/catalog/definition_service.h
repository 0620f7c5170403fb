// Handlers of what a seller keeps: materials, machines, price lists. Every update makes a new version.
//
// A company edits and sees its own; its contacts see its materials without what they cost. To everybody else they look
// absent. Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DEFINITION_SERVICE_H_
#define MILLWRIGHT_SERVICES_CATALOG_DEFINITION_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/ids/ids.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "services/catalog/clients/neighbours.h"

namespace millwright::catalog {

class DefinitionService {
 public:
  DefinitionService(Database& db, const Clock& clock, IdGenerator& ids, const Pager& pager, AccountsClient& accounts)
      : db_(db), clock_(clock), ids_(ids), pager_(pager), accounts_(accounts) {}

  absl::StatusOr<v1::Material> CreateMaterial(const CallInfo& call, const v1::CreateMaterialRequest& request);
  absl::StatusOr<v1::Material> GetMaterial(const CallInfo& call, const v1::GetMaterialRequest& request);
  absl::StatusOr<v1::ListMaterialsResponse> ListMaterials(const CallInfo& call,
                                                          const v1::ListMaterialsRequest& request);
  absl::StatusOr<v1::Material> UpdateMaterial(const CallInfo& call, const v1::UpdateMaterialRequest& request);
  absl::StatusOr<v1::Machine> CreateMachine(const CallInfo& call, const v1::CreateMachineRequest& request);
  absl::StatusOr<v1::Machine> GetMachine(const CallInfo& call, const v1::GetMachineRequest& request);
  absl::StatusOr<v1::ListMachinesResponse> ListMachines(const CallInfo& call, const v1::ListMachinesRequest& request);
  absl::StatusOr<v1::PriceList> CreatePriceList(const CallInfo& call, const v1::CreatePriceListRequest& request);
  absl::StatusOr<v1::PriceList> GetPriceList(const CallInfo& call, const v1::GetPriceListRequest& request);
  absl::StatusOr<v1::ListPriceListsResponse> ListPriceLists(const CallInfo& call,
                                                            const v1::ListPriceListsRequest& request);
  absl::StatusOr<v1::PriceList> UpdatePriceList(const CallInfo& call, const v1::UpdatePriceListRequest& request);

 private:
  template <typename Proto>
  absl::StatusOr<Proto> Create(const CallInfo& call, const std::string& parent, const std::string& id,
                               const Proto& from);
  template <typename Proto>
  absl::StatusOr<Proto> Get(const CallInfo& call, const std::string& name);
  template <typename Proto>
  absl::StatusOr<Proto> Update(const CallInfo& call, const Proto& from, const google::protobuf::FieldMask& mask);
  // The page's resources and the next token ("" at the end).
  template <typename Proto>
  absl::StatusOr<std::pair<std::vector<Proto>, std::string>> List(const std::string& parent, int page_size,
                                                                  const std::string& page_token);
  // OK if the caller's company is `company` or a contact of it; else NOT_FOUND for `name`.
  absl::Status MayBuyFrom(const CallInfo& call, const std::string& company, absl::string_view type,
                          const std::string& name);

  Database& db_;
  const Clock& clock_;
  IdGenerator& ids_;
  const Pager& pager_;
  AccountsClient& accounts_;
};

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DEFINITION_SERVICE_H_
