#include "services/catalog/definition_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "google/protobuf/util/time_util.h"
#include "services/catalog/book_source.h"
#include "services/catalog/domain/book_assembly.h"
#include "services/catalog/storage/catalog_store.h"
#include "services/catalog/translate.h"

namespace millwright::catalog {
namespace {

constexpr char kCompanyType[] = "millwright.example/Company";
constexpr size_t kMaxGivenIdBytes = 40;

template <typename Proto>
struct Kind;
template <>
struct Kind<v1::Material> {
  static constexpr const char* kind = kMaterialKind;
  static constexpr const char* collection = "materials";
  static constexpr const char* type = "millwright.example/Material";
};
template <>
struct Kind<v1::Machine> {
  static constexpr const char* kind = kMachineKind;
  static constexpr const char* collection = "machines";
  static constexpr const char* type = "millwright.example/Machine";
};
template <>
struct Kind<v1::PriceList> {
  static constexpr const char* kind = kPriceListKind;
  static constexpr const char* collection = "priceLists";
  static constexpr const char* type = "millwright.example/PriceList";
};

// "companies/c" of "companies/c/materials/m".
std::string OwnerIdOf(const std::string& name) { return std::string(LastSegment(CompanyOf(name))); }

absl::Status Check(Reader&, const v1::Material& material) { return MaterialFrom(material).status(); }
absl::Status Check(Reader&, const v1::Machine& machine) { return MachineFrom(machine).status(); }
absl::Status Check(Reader& reader, const v1::PriceList& list) {
  auto book = ParseDefinition(list.definition(), LastSegment(list.name()), list.version(), list.currency_code());
  absl::Status status = book.ok() ? CheckPriceList(reader, OwnerIdOf(list.name()), *std::move(book)) : book.status();
  if (status.ok()) return status;
  Error error =
      Error::InvalidArgument(ReasonOf(status).empty() ? "INVALID_PRICE_RULE" : ReasonOf(status), status.message());
  error.Field("price_list.definition", status.message());
  return error.Build();
}

int64_t EffectiveUs(const v1::PriceList& list, int64_t now_us) {
  return list.has_effective_time() ? google::protobuf::util::TimeUtil::TimestampToMicroseconds(list.effective_time())
                                   : now_us;
}
template <typename Proto>
int64_t EffectiveUs(const Proto&, int64_t now_us) {
  return now_us;
}
void StateEffective(v1::PriceList& list, int64_t us) {
  *list.mutable_effective_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(us);
}
template <typename Proto>
void StateEffective(Proto&, int64_t) {}

// Writes `proto` as version `version`.
template <typename Proto>
absl::StatusOr<Proto> InsertVersion(Transaction& tx, Proto proto, int64_t version, int64_t now_us) {
  proto.set_version(static_cast<int32_t>(version));
  proto.set_etag(EtagOf(version));
  MW_RETURN_IF_ERROR(Check(tx, proto));
  DefinitionRow row;
  row.id = std::string(LastSegment(proto.name()));
  row.version = version;
  row.create_us = now_us;
  row.effective_us = EffectiveUs(proto, now_us);
  StateEffective(proto, row.effective_us);
  row.body = proto.SerializeAsString();
  MW_RETURN_IF_ERROR(InsertDefinition(tx, OwnerIdOf(proto.name()), Kind<Proto>::kind, row));
  return proto;
}

template <typename Proto>
absl::StatusOr<Proto> Load(Reader& reader, const std::string& name) {
  MW_ASSIGN_OR_RETURN(auto row, FindDefinition(reader, OwnerIdOf(name), Kind<Proto>::kind, LastSegment(name)));
  if (!row.has_value()) return Error::NotFound(Kind<Proto>::type, name);
  Proto out;
  if (!out.ParseFromString(row->body)) return absl::DataLossError("a stored definition can't be read");
  return out;
}

// What a buyer may know of a seller's material.
void HideCosts(v1::Material& material) {
  material.clear_price_per_kg();
  material.clear_parameters();
}

}  // namespace

absl::Status DefinitionService::MayBuyFrom(const CallInfo& call, const std::string& company, absl::string_view type,
                                           const std::string& name) {
  if (call.principal.ActsFor(company)) return absl::OkStatus();
  auto relation = accounts_.GetRelation(call, call.principal.company, company);
  if (!relation.ok() && !absl::IsNotFound(relation.status())) return relation.status();
  if (!relation.ok() || !relation->contacts()) return Error::NotFound(type, name);
  return absl::OkStatus();
}

template <typename Proto>
absl::StatusOr<Proto> DefinitionService::Create(const CallInfo& call, const std::string& parent, const std::string& id,
                                                const Proto& from) {
  if (!call.principal.ActsFor(parent)) return Error::NotFound(kCompanyType, parent);
  if (!id.empty() && (!IsValidId(id) || id.size() > kMaxGivenIdBytes)) {
    return Error::InvalidArgument("INVALID_ID", absl::StrCat("`", id, "` can't be the last segment of a name"))
        .Field("id", "1 to 40 characters of a-z, 0-9 and `-`");
  }
  std::string name = absl::StrCat(parent, "/", Kind<Proto>::collection, "/", id.empty() ? ids_.Ulid() : id);
  absl::Time now = clock_.Now();
  return Mutate<Proto>(call, db_, now, [&](Transaction& tx) -> absl::StatusOr<Proto> {
    MW_ASSIGN_OR_RETURN(auto existing, FindDefinition(tx, LastSegment(parent), Kind<Proto>::kind, LastSegment(name)));
    if (existing.has_value()) {
      return Error::AlreadyExists(Kind<Proto>::type, name,
                                  absl::StrCat("`", name, "` exists; update it or choose another id"));
    }
    Proto proto = from;
    proto.set_name(name);
    return InsertVersion(tx, std::move(proto), 1, MicrosOf(now));
  });
}

template <typename Proto>
absl::StatusOr<Proto> DefinitionService::Get(const CallInfo& call, const std::string& name) {
  if (!call.principal.ActsFor(CompanyOf(name))) return Error::NotFound(Kind<Proto>::type, name);
  return db_.Read([&](Reader& reader) { return Load<Proto>(reader, name); });
}

template <typename Proto>
absl::StatusOr<Proto> DefinitionService::Update(const CallInfo& call, const Proto& from,
                                                const google::protobuf::FieldMask& mask) {
  if (!call.principal.ActsFor(CompanyOf(from.name()))) return Error::NotFound(Kind<Proto>::type, from.name());
  absl::Time now = clock_.Now();
  return Mutate<Proto>(call, db_, now, [&](Transaction& tx) -> absl::StatusOr<Proto> {
    MW_ASSIGN_OR_RETURN(Proto proto, Load<Proto>(tx, from.name()));
    MW_RETURN_IF_ERROR(CheckEtag(from.etag(), proto.version(), proto.name()));
    if constexpr (std::is_same_v<Proto, v1::PriceList>) proto.clear_effective_time();  // unless stated: now
    MW_RETURN_IF_ERROR(ApplyUpdateMask(from, mask, proto));
    int64_t next = proto.version() + 1;
    return InsertVersion(tx, std::move(proto), next, MicrosOf(now));
  });
}

template <typename Proto>
absl::StatusOr<std::pair<std::vector<Proto>, std::string>> DefinitionService::List(const std::string& parent,
                                                                                   int page_size,
                                                                                   const std::string& page_token) {
  MW_ASSIGN_OR_RETURN(Page page, pager_.Begin(page_size, page_token, absl::StrCat(Kind<Proto>::kind, ":", parent)));
  std::string after = page.first() ? "" : page.keys[0];
  MW_ASSIGN_OR_RETURN(auto rows, db_.Read([&](Reader& reader) {
    return ListDefinitions(reader, LastSegment(parent), Kind<Proto>::kind, after, page.size + 1);
  }));
  std::pair<std::vector<Proto>, std::string> out;
  for (const DefinitionRow& row : rows) {
    if (out.first.size() == static_cast<size_t>(page.size)) {
      out.second = pager_.Token(page, {std::string(LastSegment(out.first.back().name()))});
      break;
    }
    if (!out.first.emplace_back().ParseFromString(row.body))
      return absl::DataLossError("a stored definition can't be read");
  }
  return out;
}

absl::StatusOr<v1::Material> DefinitionService::CreateMaterial(const CallInfo& call,
                                                               const v1::CreateMaterialRequest& request) {
  return Create(call, request.parent(), request.material_id(), request.material());
}
absl::StatusOr<v1::Material> DefinitionService::GetMaterial(const CallInfo& call,
                                                            const v1::GetMaterialRequest& request) {
  std::string company(CompanyOf(request.name()));
  MW_RETURN_IF_ERROR(MayBuyFrom(call, company, Kind<v1::Material>::type, request.name()));
  MW_ASSIGN_OR_RETURN(v1::Material material,
                      db_.Read([&](Reader& reader) { return Load<v1::Material>(reader, request.name()); }));
  if (!call.principal.ActsFor(company)) HideCosts(material);
  return material;
}
absl::StatusOr<v1::ListMaterialsResponse> DefinitionService::ListMaterials(const CallInfo& call,
                                                                           const v1::ListMaterialsRequest& request) {
  MW_RETURN_IF_ERROR(MayBuyFrom(call, request.parent(), kCompanyType, request.parent()));
  MW_ASSIGN_OR_RETURN(auto page, List<v1::Material>(request.parent(), request.page_size(), request.page_token()));
  v1::ListMaterialsResponse out;
  bool own = call.principal.ActsFor(request.parent());
  for (v1::Material& material : page.first) {
    if (!own && !material.available()) continue;
    if (!own) HideCosts(material);
    *out.add_materials() = std::move(material);
  }
  out.set_next_page_token(page.second);
  return out;
}
absl::StatusOr<v1::Material> DefinitionService::UpdateMaterial(const CallInfo& call,
                                                               const v1::UpdateMaterialRequest& request) {
  return Update(call, request.material(), request.update_mask());
}

absl::StatusOr<v1::Machine> DefinitionService::CreateMachine(const CallInfo& call,
                                                             const v1::CreateMachineRequest& request) {
  return Create(call, request.parent(), request.machine_id(), request.machine());
}
absl::StatusOr<v1::Machine> DefinitionService::GetMachine(const CallInfo& call, const v1::GetMachineRequest& request) {
  return Get<v1::Machine>(call, request.name());
}
absl::StatusOr<v1::ListMachinesResponse> DefinitionService::ListMachines(const CallInfo& call,
                                                                         const v1::ListMachinesRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound(kCompanyType, request.parent());
  MW_ASSIGN_OR_RETURN(auto page, List<v1::Machine>(request.parent(), request.page_size(), request.page_token()));
  v1::ListMachinesResponse out;
  for (v1::Machine& machine : page.first) *out.add_machines() = std::move(machine);
  out.set_next_page_token(page.second);
  return out;
}

absl::StatusOr<v1::PriceList> DefinitionService::CreatePriceList(const CallInfo& call,
                                                                 const v1::CreatePriceListRequest& request) {
  return Create(call, request.parent(), request.price_list_id(), request.price_list());
}
absl::StatusOr<v1::PriceList> DefinitionService::GetPriceList(const CallInfo& call,
                                                              const v1::GetPriceListRequest& request) {
  return Get<v1::PriceList>(call, request.name());
}
absl::StatusOr<v1::ListPriceListsResponse> DefinitionService::ListPriceLists(const CallInfo& call,
                                                                             const v1::ListPriceListsRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound(kCompanyType, request.parent());
  MW_ASSIGN_OR_RETURN(auto page, List<v1::PriceList>(request.parent(), request.page_size(), request.page_token()));
  v1::ListPriceListsResponse out;
  for (v1::PriceList& list : page.first) *out.add_price_lists() = std::move(list);
  out.set_next_page_token(page.second);
  return out;
}
absl::StatusOr<v1::PriceList> DefinitionService::UpdatePriceList(const CallInfo& call,
                                                                 const v1::UpdatePriceListRequest& request) {
  return Update(call, request.price_list(), request.update_mask());
}

}  // namespace millwright::catalog
