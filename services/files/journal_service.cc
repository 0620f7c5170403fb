#include "services/files/journal_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/files/convert.h"
#include "services/files/names.h"
#include "services/files/sharing.h"

namespace millwright::files {
namespace {

After AfterOf(const Page& page) { return page.first() ? After{} : After{page.keys[0], page.keys[1]}; }

// Cuts `rows` to the page; the token of the next one, "" at the end.
template <typename R>
std::string CutPage(const Pager& pager, const Page& page, std::vector<R>& rows) {
  if (static_cast<int>(rows.size()) <= page.size) return "";
  rows.resize(static_cast<size_t>(page.size));
  return pager.Token(page, {absl::StrCat(absl::ToUnixMicros(rows.back().create_time)), rows.back().id});
}

v1::Access ToProto(const AccessRow& row, const std::string& owner) {
  v1::Access proto;
  proto.set_file(FileName(owner, row.project, row.file));
  proto.set_file_name(row.file_name);
  proto.set_order(absl::StrCat("orders/", row.order));
  proto.set_grantee(CompanyName(row.grantee));
  proto.set_member(row.member);
  SetTime(row.create_time, proto.mutable_create_time());
  return proto;
}

v1::Waiver ToProto(const WaiverRow& row) {
  v1::Waiver proto;
  proto.set_rule(row.rule);
  proto.set_file_name(row.file_name);
  proto.set_tooth(row.tooth);
  proto.set_content(row.content);
  proto.set_reason(row.reason);
  proto.set_waived_by(row.waived_by);
  SetTime(row.create_time, proto.mutable_create_time());
  return proto;
}

}  // namespace

absl::StatusOr<v1::ListAccessesResponse> JournalHandlers::ListAccesses(const CallInfo& call,
                                                                       const v1::ListAccessesRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "accesses " + request.parent()));
  v1::ListAccessesResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(std::vector<AccessRow> rows,
                        GrantStore::Accesses(reader, project.id, AfterOf(page), page.size + 1));
    response.set_next_page_token(CutPage(context_.pager, page, rows));
    for (const AccessRow& row : rows) *response.add_accesses() = ToProto(row, project.company);
    return absl::OkStatus();
  }));
  return response;
}

absl::StatusOr<v1::ListWaiversResponse> JournalHandlers::ListWaivers(const CallInfo& call,
                                                                     const v1::ListWaiversRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "waivers " + request.parent()));
  v1::ListWaiversResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.parent()));
    MW_ASSIGN_OR_RETURN(const std::vector<FileRow> files, FileStore::Current(reader, project.id));
    MW_ASSIGN_OR_RETURN(std::vector<WaiverRow> rows,
                        WaiverStore::Page(reader, project.id, AfterOf(page), page.size + 1));
    response.set_next_page_token(CutPage(context_.pager, page, rows));
    const std::string revision = RevisionHash(files);
    for (const WaiverRow& row : rows) {
      v1::Waiver& waiver = *response.add_waivers() = ToProto(row);
      bool in_force = row.content == revision;
      for (const FileRow& file : files) {
        in_force = in_force || (file.file_name == row.file_name && file.sha256 == row.content);
      }
      waiver.set_in_force(in_force);
    }
    return absl::OkStatus();
  }));
  return response;
}

absl::StatusOr<v1::File> JournalHandlers::PreviewSharedFile(const CallInfo& call,
                                                            const v1::PreviewSharedFileRequest& request) {
  FileRow file;
  ProjectRow project;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    const NameIds ids = IdsOf(request.name());
    auto own = context_.access.OwnProject(reader, call, ProjectName(ids.company, ids.project));
    if (!own.ok()) return Error::NotFound("file", request.name());
    project = *std::move(own);
    MW_ASSIGN_OR_RETURN(FileAccess access, context_.access.ReadableFile(reader, call, request.name()));
    file = std::move(access.file);
    if (file.erased) return FileErased(request.name());
    return absl::OkStatus();
  }));
  MW_ASSIGN_OR_RETURN(const Disguise disguise, context_.evaluator.DisguiseOf(project));
  MW_ASSIGN_OR_RETURN(SharedFile shared,
                      MakeSharedFile(file, disguise, context_.limits.info, context_.blobs, /*store=*/nullptr));
  if (IsUnreadable(file)) {
    *shared.file.add_findings() = ToProto(MakeFinding(
        Rule::kSharingUnread, {.file = shared.file.file_name()},
        absl::StrCat("What is in ", shared.file.file_name(), " can't all be searched for the patient's name.")));
  }
  return std::move(shared.file);
}

}  // namespace millwright::files
