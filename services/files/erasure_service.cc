#include "services/files/erasure_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/files/convert.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

v1::Erasure ToProto(const ErasureRow& row, const std::string& owner) {
  v1::Erasure proto;
  proto.set_file(FileName(owner, row.project, row.file));
  proto.set_sha256(row.sha256);
  proto.set_size_bytes(row.size);
  proto.set_shared_copy(row.shared_copy);
  proto.set_reason(row.reason);
  proto.set_erased_by(row.erased_by);
  SetTime(row.create_time, proto.mutable_create_time());
  return proto;
}

}  // namespace

absl::StatusOr<v1::EraseProjectResponse> ErasureHandlers::EraseRows(const CallInfo& call, Transaction& tx,
                                                                    const v1::EraseProjectRequest& request,
                                                                    std::set<std::string>& hashes) {
  MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(tx, call, request.name()));
  if (project.locked) {
    return Error::FailedPrecondition("FILE_LOCKED", "an open order needs files of the project")
        .Precondition("FILE_LOCKED", request.name(), "wait for the end of the order, or cancel it")
        .Build();
  }
  const absl::Time now = context_.clock.Now();
  MW_ASSIGN_OR_RETURN(const std::vector<ErasureRow> rows, ErasureStore::ToErase(tx, project.id));
  v1::EraseProjectResponse response;
  for (ErasureRow row : rows) {
    row.id = context_.ids.Owned(project.company);
    row.reason = request.reason();
    row.erased_by = call.principal.member;
    row.create_time = now;
    MW_RETURN_IF_ERROR(ErasureStore::Insert(tx, row));
    hashes.insert(row.sha256);
    if (row.shared_copy) continue;
    MW_ASSIGN_OR_RETURN(const std::optional<FileRow> file, FileStore::Find(tx, row.file));
    const std::string suffix = file.has_value() ? SuffixOf(file->file_name) : "";
    MW_RETURN_IF_ERROR(ErasureStore::EraseFile(
        tx, row.file, absl::StrCat("erased-", row.file, suffix.size() > 20 || suffix.empty() ? "" : "." + suffix), now));
    response.set_erased_file_count(response.erased_file_count() + 1);
    response.set_freed_bytes(response.freed_bytes() + row.size);
  }
  MW_RETURN_IF_ERROR(FileStore::AddUsage(tx, project.company, -response.freed_bytes()).status());
  MW_RETURN_IF_ERROR(ErasureStore::EraseRest(tx, project.id));
  MW_RETURN_IF_ERROR(ProjectStore::Touch(tx, project.id, now));
  MW_RETURN_IF_ERROR(EmitProjectChanged(context_, tx, call, project.id));
  return response;
}

absl::StatusOr<v1::EraseProjectResponse> ErasureHandlers::EraseProject(const CallInfo& call,
                                                                       const v1::EraseProjectRequest& request) {
  std::set<std::string> hashes;
  MW_ASSIGN_OR_RETURN(v1::EraseProjectResponse response,
                      Mutate<v1::EraseProjectResponse>(call, context_.db, context_.clock.Now(), [&](Transaction& tx) {
                        hashes.clear();
                        return EraseRows(call, tx, request, hashes);
                      }));
  if (call.validate_only) return response;
  for (const std::string& sha256 : hashes) {
    MW_RETURN_IF_ERROR(context_.blobs
                           .Remove(sha256, [&] {
                             return context_.db.Read(
                                 [&](Reader& reader) { return FileStore::NamesBlob(reader, sha256); });
                           })
                           .status());
    context_.evaluator.Forget(sha256);
  }
  return response;
}

absl::StatusOr<v1::ListErasuresResponse> ErasureHandlers::ListErasures(const CallInfo& call,
                                                                       const v1::ListErasuresRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      context_.pager.Begin(request.page_size(), request.page_token(), "erasures " + request.parent()));
  v1::ListErasuresResponse response;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    response.Clear();
    MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(reader, call, request.parent()));
    const After after = page.first() ? After{} : After{page.keys[0], page.keys[1]};
    MW_ASSIGN_OR_RETURN(std::vector<ErasureRow> rows, ErasureStore::Page(reader, project.id, after, page.size + 1));
    if (static_cast<int>(rows.size()) > page.size) {
      rows.resize(static_cast<size_t>(page.size));
      response.set_next_page_token(
          context_.pager.Token(page, {absl::StrCat(absl::ToUnixMicros(rows.back().create_time)), rows.back().id}));
    }
    for (const ErasureRow& row : rows) {
      v1::Erasure& proto = *response.add_erasures() = ToProto(row, project.company);
      MW_ASSIGN_OR_RETURN(const bool named, FileStore::NamesBlob(reader, row.sha256));
      proto.set_kept_by_another_project(named);
      proto.set_absent(!context_.blobs.Has(row.sha256));
    }
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace millwright::files
