#include "services/files/access.h"

#include <algorithm>
#include <utility>

#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "services/files/domain/file_name.h"
#include "services/files/names.h"

namespace millwright::files {

std::string NameKey(absl::string_view file_name) { return Sha256Hex(FoldName(file_name)); }

absl::Status FileErased(const std::string& name) {
  return Error::FailedPrecondition("FILE_ERASED", "the bytes of the file were erased; its hash and size remain")
      .Precondition("FILE_ERASED", name, "ask its owner for the file")
      .Meta("file", name);
}
namespace {

std::string CompanyOf(const CallInfo& call) {
  // "companies/abc" -> "abc"
  return IdsOf(call.principal.company).company;
}

}  // namespace

absl::StatusOr<ProjectRow> Access::OwnProject(Reader& reader, const CallInfo& call, const std::string& name) const {
  const NameIds ids = IdsOf(name);
  MW_ASSIGN_OR_RETURN(std::optional<ProjectRow> project, ProjectStore::Find(reader, ids.project));
  if (!project.has_value() || project->company != ids.company || !call.principal.ActsFor(CompanyName(ids.company))) {
    return Error::NotFound("project", name);
  }
  return *std::move(project);
}

absl::StatusOr<ProjectRow> Access::KnownProject(Reader& reader, const CallInfo& call, const std::string& name) const {
  const NameIds ids = IdsOf(name);
  MW_ASSIGN_OR_RETURN(std::optional<ProjectRow> project, ProjectStore::Find(reader, ids.project));
  if (!project.has_value() || project->company != ids.company) return Error::NotFound("project", name);
  if (call.principal.is_service() || call.principal.ActsFor(CompanyName(ids.company))) return *std::move(project);
  MW_ASSIGN_OR_RETURN(const bool shared, GrantStore::Shares(reader, ids.project, CompanyOf(call)));
  if (!shared) return Error::NotFound("project", name);
  return *std::move(project);
}

absl::StatusOr<FileAccess> Access::ReadableFile(Reader& reader, const CallInfo& call, const std::string& name) const {
  const NameIds ids = IdsOf(name);
  MW_ASSIGN_OR_RETURN(std::optional<FileRow> file, FileStore::Find(reader, ids.leaf));
  if (!file.has_value() || file->company != ids.company || file->project != ids.project) {
    return Error::NotFound("file", name);
  }
  MW_ASSIGN_OR_RETURN(const KeptFiles kept, KeptFrom(reader, call, ids.project));
  if (kept.Has(*file)) return Error::NotFound("file", name);
  FileAccess access{*std::move(file), std::nullopt};
  if (call.principal.is_service() || call.principal.ActsFor(CompanyName(ids.company))) return access;
  MW_ASSIGN_OR_RETURN(access.grant, GrantStore::Best(reader, ids.leaf, CompanyOf(call)));
  if (!access.grant.has_value() || access.grant->state != GrantState::kActive) return Error::NotFound("file", name);
  return access;
}

absl::StatusOr<KeptFiles> Access::KeptFrom(Reader& reader, const CallInfo& call, const std::string& project) const {
  std::set<std::string> keys;
  if (!call.principal.is_user() || call.principal.HasRole("owner")) return KeptFiles(std::move(keys));
  MW_ASSIGN_OR_RETURN(const std::vector<RestrictionRow> rows, RestrictionStore::All(reader, project, CompanyOf(call)));
  for (const RestrictionRow& row : rows) {
    const bool allowed = std::find(row.allowed.begin(), row.allowed.end(), call.principal.member) != row.allowed.end();
    if (!allowed) keys.insert(row.name_key);
  }
  return KeptFiles(std::move(keys));
}

absl::Status Access::CheckNews(const FileAccess& access) const {
  if (!access.grant.has_value() || clock_.Now() - news_time_() <= kMaxNewsAge) return absl::OkStatus();
  return Error::Unavailable("ORDERS_NEWS_TOO_OLD",
                            "whether this file is still shared can't be told right now; try again in some seconds",
                            absl::Seconds(5));
}

}  // namespace millwright::files
