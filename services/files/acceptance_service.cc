#include "services/files/acceptance_service.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/files/acceptance_convert.h"
#include "services/files/convert.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/explain.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

constexpr char kCurrent[] = "current";

// Every fault as a field violation.
absl::Status CheckLimits(const AcceptanceProfile& profile) {
  const std::vector<ProfileFault> faults = FaultsOf(profile);
  if (faults.empty()) return absl::OkStatus();
  Error error = Error::InvalidArgument(
      "ACCEPTANCE_PROFILE_INVALID", absl::StrCat("acceptance_profile.", faults[0].field, " ", faults[0].rule));
  for (const ProfileFault& fault : faults) error.Field("acceptance_profile." + fault.field, fault.rule);
  error.Meta("field", "acceptance_profile." + faults[0].field);
  return error;
}

absl::StatusOr<std::vector<TypedTooth>> TypedTeeth(const v1::ExplainCaseRequest& request) {
  const Notation notation = NotationOf(request.notation());
  std::vector<TypedTooth> teeth;
  std::set<int> seen;
  for (int i = 0; i < request.teeth_size(); ++i) {
    const v1::CaseTooth& typed = request.teeth(i);
    const int number = ToothNamed(typed.tooth(), notation);
    if (number == 0 || !seen.insert(number).second) {
      return Error::InvalidArgument("FIELD_INVALID", absl::StrCat("teeth[", i, "].tooth is no tooth, or one listed twice"))
          .Field(absl::StrCat("teeth[", i, "].tooth"),
                 "must be a tooth of the notation, each once: 36 in FDI, 19 in Universal, LL6 in Palmer")
          .Build();
    }
    TypedTooth& tooth = teeth.emplace_back();
    tooth.number = number;
    if (!typed.work_type().empty()) tooth.work_type = typed.work_type();
    tooth.joined_to_mesial = typed.joined_to_mesial();
    tooth.implant_type = typed.implant_type();
    tooth.implant_line = typed.implant_line();
    tooth.screw_channel = typed.screw_channel();
    if (typed.has_wall_mm()) tooth.wall_mm = typed.wall_mm();
    if (typed.has_connector_mm2()) tooth.connector_mm2 = typed.connector_mm2();
  }
  return teeth;
}

v1::AcceptanceProfile Defaults(const std::string& company) {
  v1::AcceptanceProfile proto = ToProto(DefaultAcceptanceProfile());
  proto.set_name(AcceptanceName(company, 0));
  return proto;
}

}  // namespace

absl::StatusOr<v1::AcceptanceProfile> AcceptanceHandlers::GetAcceptanceProfile(
    const CallInfo& call, const v1::GetAcceptanceProfileRequest& request) {
  const NameIds ids = IdsOf(request.name());  // .project is the version
  const std::string& word = ids.project;
  int64_t version = 0;
  const bool current = word == kCurrent;
  if (!call.principal.ActsFor(CompanyName(ids.company)) || (!current && !absl::SimpleAtoi(word, &version))) {
    return Error::NotFound("acceptance profile", request.name());
  }
  MW_ASSIGN_OR_RETURN(const std::optional<AcceptanceRow> row, context_.db.Read([&](Reader& reader) {
    return current ? AcceptanceStore::Current(reader, ids.company)
                   : AcceptanceStore::Find(reader, ids.company, version);
  }));
  if (row.has_value()) return ToProto(*row);
  if (current || word == "0") return Defaults(ids.company);
  return Error::NotFound("acceptance profile", request.name());
}

absl::StatusOr<v1::ListAcceptanceProfilesResponse> AcceptanceHandlers::ListAcceptanceProfiles(
    const CallInfo& call, const v1::ListAcceptanceProfilesRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  MW_ASSIGN_OR_RETURN(const Page page, context_.pager.Begin(request.page_size(), request.page_token(),
                                                            "acceptance profiles " + request.parent()));
  int64_t before = 0;
  if (!page.first() && !absl::SimpleAtoi(page.keys[0], &before)) return absl::InternalError("a token without version");
  MW_ASSIGN_OR_RETURN(std::vector<AcceptanceRow> rows, context_.db.Read([&](Reader& reader) {
    return AcceptanceStore::List(reader, IdsOf(request.parent()).company, before, page.size + 1);
  }));
  v1::ListAcceptanceProfilesResponse response;
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(static_cast<size_t>(page.size));
    response.set_next_page_token(context_.pager.Token(page, {absl::StrCat(rows.back().version)}));
  }
  for (const AcceptanceRow& row : rows) {
    MW_ASSIGN_OR_RETURN(*response.add_acceptance_profiles(), ToProto(row));
  }
  return response;
}

absl::StatusOr<v1::AcceptanceProfile> AcceptanceHandlers::CreateAcceptanceProfile(
    const CallInfo& call, const v1::CreateAcceptanceProfileRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  AcceptanceProfile stated = FromProto(request.acceptance_profile());
  MW_RETURN_IF_ERROR(CheckLimits(stated));
  const absl::Time now = context_.clock.Now();
  AcceptanceRow row{IdsOf(request.parent()).company, 0, ToProto(stated).SerializeAsString(), call.principal.member, now};
  return Mutate<v1::AcceptanceProfile>(
      call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::AcceptanceProfile> {
        MW_ASSIGN_OR_RETURN(const std::optional<AcceptanceRow> last, AcceptanceStore::Current(tx, row.company));
        row.version = last.has_value() ? last->version + 1 : 1;
        MW_RETURN_IF_ERROR(AcceptanceStore::Insert(tx, row));
        return ToProto(row);
      });
}

absl::StatusOr<v1::ExplainCaseResponse> AcceptanceHandlers::ExplainCase(const CallInfo&,
                                                                        const v1::ExplainCaseRequest& request) {
  MW_ASSIGN_OR_RETURN(const std::vector<TypedTooth> typed, TypedTeeth(request));
  const InfoFacts facts = FactsOfTyped(typed, request.material());
  std::optional<AcceptanceRow> row;
  if (!request.center().empty()) {
    MW_ASSIGN_OR_RETURN(row, context_.db.Read([&](Reader& reader) {
      return AcceptanceStore::Current(reader, IdsOf(request.center()).company);
    }));
  }
  MW_ASSIGN_OR_RETURN(AcceptanceProfile profile, ProfileOf(row));
  if (profile.name.empty()) profile.name = request.center();
  // A typed case has no files; its parts are taken as present.
  std::vector<CaseFile> files;
  for (const PartFact& part : facts.parts) files.push_back({.name = part.filename, .kind = FileKind::kStl});
  const std::vector<Finding> findings =
      CheckConstruction(facts, {.info_name = "", .files = files, .profile = profile});
  const Notation notation = NotationOf(request.notation());
  Explanation told = Explain(facts, findings, LanguageOf(request.language_code()), notation);
  v1::ExplainCaseResponse response;
  for (std::string& sentence : told.sentences) response.add_sentences(std::move(sentence));
  for (std::string& sentence : told.findings) response.add_finding_sentences(std::move(sentence));
  for (const Finding& finding : findings) {
    common::v1::Finding& proto = *response.add_findings() = ToProto(finding, notation);
    if (finding.place.tooth != 0) proto.set_tooth_label(ToothName(finding.place.tooth, notation));
  }
  response.set_conclusion(told.conclusion);
  response.set_verdict(VerdictOf(VerdictOf(findings)));
  return response;
}

}  // namespace millwright::files
