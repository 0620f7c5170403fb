// RPCs about projects: make, list, change, judge, waive; rules and grants.
#ifndef MILLWRIGHT_SERVICES_FILES_PROJECTS_SERVICE_H_
#define MILLWRIGHT_SERVICES_FILES_PROJECTS_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

class ProjectsHandlers {
 public:
  explicit ProjectsHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::Project> CreateProject(const CallInfo& call, const v1::CreateProjectRequest& request);
  absl::StatusOr<v1::Project> GetProject(const CallInfo& call, const v1::GetProjectRequest& request);
  absl::StatusOr<v1::ListProjectsResponse> ListProjects(const CallInfo& call, const v1::ListProjectsRequest& request);
  absl::StatusOr<v1::Project> UpdateProject(const CallInfo& call, const v1::UpdateProjectRequest& request);
  absl::StatusOr<v1::ProjectFacts> CheckProject(const CallInfo& call, const v1::CheckProjectRequest& request);
  absl::StatusOr<v1::ProjectFacts> WaiveFinding(const CallInfo& call, const v1::WaiveFindingRequest& request);
  absl::StatusOr<v1::ListRulesResponse> ListRules(const CallInfo& call, const v1::ListRulesRequest& request);
  absl::StatusOr<v1::ListGrantsResponse> ListGrants(const CallInfo& call, const v1::ListGrantsRequest& request);
  absl::StatusOr<v1::ListSharedFilesResponse> ListSharedFiles(const CallInfo& call,
                                                              const v1::ListSharedFilesRequest& request);

 private:
  absl::StatusOr<ProjectRow> OwnProject(const CallInfo& call, const std::string& name);

  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_PROJECTS_SERVICE_H_
