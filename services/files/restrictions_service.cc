#include "services/files/restrictions_service.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "common/rpc/validator.h"
#include "services/files/convert.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

absl::Status CheckMembers(const CallInfo& call, const v1::RestrictFileRequest& request) {
  const std::string members = call.principal.company + "/members/";
  for (int i = 0; i < request.allowed_members_size(); ++i) {
    const std::string& member = request.allowed_members(i);
    if (absl::StartsWith(member, members) && MatchesNamePattern(member, "companies/*/members/*")) continue;
    return Error::InvalidArgument("MEMBER_OF_ANOTHER_COMPANY", "a restriction names members of your own company only")
        .Field(absl::StrCat("allowed_members[", i, "]"), absl::StrCat("must be ", members, "{member}"));
  }
  return absl::OkStatus();
}

v1::FileRestriction ToProto(const RestrictionRow& row, const FileAccess& access) {
  v1::FileRestriction proto;
  const FileRow& file = access.file;
  proto.set_file(FileName(file.company, file.project, file.id));
  proto.set_file_name(access.grant.has_value() ? SeenByGrantee(file, *access.grant).file_name() : file.file_name);
  proto.set_company(CompanyName(row.company));
  for (const std::string& member : row.allowed) proto.add_allowed_members(member);
  proto.set_restricted_by(row.restricted_by);
  SetTime(row.update_time, proto.mutable_update_time());
  return proto;
}

}  // namespace

absl::StatusOr<v1::FileRestriction> RestrictionHandlers::RestrictFile(const CallInfo& call,
                                                                      const v1::RestrictFileRequest& request) {
  MW_RETURN_IF_ERROR(CheckMembers(call, request));
  const absl::Time now = context_.clock.Now();
  return Mutate<v1::FileRestriction>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::FileRestriction> {
    MW_ASSIGN_OR_RETURN(const FileAccess access, context_.access.ReadableFile(tx, call, request.name()));
    const RestrictionRow row{access.file.project,
                             NameKey(access.file.file_name),
                             IdsOf(call.principal.company).company,
                             {request.allowed_members().begin(), request.allowed_members().end()},
                             call.principal.member,
                             now};
    MW_RETURN_IF_ERROR(RestrictionStore::Put(tx, row));
    return ToProto(row, access);
  });
}

absl::StatusOr<google::protobuf::Empty> RestrictionHandlers::LiftFileRestriction(
    const CallInfo& call, const v1::LiftFileRestrictionRequest& request) {
  using google::protobuf::Empty;
  return Mutate<Empty>(call, context_.db, context_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<Empty> {
    MW_ASSIGN_OR_RETURN(const FileAccess access, context_.access.ReadableFile(tx, call, request.name()));
    MW_RETURN_IF_ERROR(RestrictionStore::Delete(tx, {.project = access.file.project,
                                                     .name_key = NameKey(access.file.file_name),
                                                     .company = IdsOf(call.principal.company).company}));
    return Empty();
  });
}

absl::StatusOr<v1::ListFileRestrictionsResponse> RestrictionHandlers::ListFileRestrictions(
    const CallInfo& call, const v1::ListFileRestrictionsRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page, context_.pager.Begin(request.page_size(), request.page_token(),
                                                            absl::StrCat("restrictions ", request.parent(), " ",
                                                                         call.principal.company)));
  const After after = page.first() ? After{} : After{page.keys[0], ""};
  v1::ListFileRestrictionsResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.KnownProject(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(
        std::vector<RestrictionRow> rows,
        RestrictionStore::List(reader, project.id, IdsOf(call.principal.company).company, after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(context_.pager.Token(page, {rows.back().name_key}));
    }
    if (rows.empty()) return absl::OkStatus();
    MW_ASSIGN_OR_RETURN(const std::vector<FileRow> files, FileStore::Current(reader, project.id));
    std::map<std::string, const RestrictionRow*> by_key;
    for (const RestrictionRow& row : rows) by_key[row.name_key] = &row;
    for (const FileRow& file : files) {  // two names may fold to one
      const auto row = by_key.find(NameKey(file.file_name));
      if (row == by_key.end()) continue;
      const auto access = context_.access.ReadableFile(reader, call, FileName(file.company, file.project, file.id));
      // Not shared any more, or in another revision.
      if (access.ok()) *response.add_restrictions() = ToProto(*row->second, *access);
    }
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace millwright::files
