#include "services/files/erasure_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/files/convert.h"
#include "services/files/erasure.h"
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

absl::StatusOr<v1::EraseProjectResponse> ErasureHandlers::EraseProject(const CallInfo& call,
                                                                       const v1::EraseProjectRequest& request) {
  Erased erased;
  MW_ASSIGN_OR_RETURN(
      v1::EraseProjectResponse response,
      Mutate<v1::EraseProjectResponse>(
          call, context_.db, context_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::EraseProjectResponse> {
            MW_ASSIGN_OR_RETURN(const ProjectRow project, context_.access.OwnProject(tx, call, request.name()));
            if (project.locked) {
              return Error::FailedPrecondition("FILE_LOCKED", "an open order needs files of the project")
                  .Precondition("FILE_LOCKED", request.name(), "wait for the end of the order, or cancel it")
                  .Build();
            }
            MW_ASSIGN_OR_RETURN(erased, EraseFiles(context_, tx, call, project,
                                                   {.reason = request.reason(), .erased_by = call.principal.member}));
            v1::EraseProjectResponse answer;
            answer.set_erased_file_count(erased.files);
            answer.set_freed_bytes(erased.freed_bytes);
            return answer;
          }));
  if (!call.validate_only) MW_RETURN_IF_ERROR(RemoveErased(context_, erased));
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
