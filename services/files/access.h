// Who may see what. Default deny: a member of the owning company sees its projects; a member of another company sees a
// file only while an order shares it; everything else is NOT_FOUND, equal to what does not exist. So is a file that the
// caller's company keeps him from.
#ifndef MILLWRIGHT_SERVICES_FILES_ACCESS_H_
#define MILLWRIGHT_SERVICES_FILES_ACCESS_H_

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/storage/database.h"
#include "services/files/storage/files_store.h"

namespace millwright::files {

// News of orders may be this old before downloads by grantees are refused: a withdrawal must take effect.
inline constexpr absl::Duration kMaxNewsAge = absl::Seconds(30);

struct FileAccess {
  FileRow file;
  std::optional<GrantRow> grant;  // set for a grantee
};

// By which restrictions know a file: the same for all revisions of a name, and no name.
std::string NameKey(absl::string_view file_name);

// FAILED_PRECONDITION (FILE_ERASED): for whoever wants bytes of an erased file.
absl::Status FileErased(const std::string& name);

// The files of one project that a caller's company keeps him from.
class KeptFiles {
 public:
  explicit KeptFiles(std::set<std::string> keys) : keys_(std::move(keys)) {}
  bool Has(const FileRow& file) const { return !keys_.empty() && keys_.contains(NameKey(file.file_name)); }

 private:
  std::set<std::string> keys_;  // NameKey
};

class Access {
 public:
  // `news_time`: everything that orders had committed by then is known here. InfiniteFuture where there is no orders
  // service to hear from.
  Access(const Clock& clock, std::function<absl::Time()> news_time) : clock_(clock), news_time_(std::move(news_time)) {}

  // The project, if the caller's company owns it.
  absl::StatusOr<ProjectRow> OwnProject(Reader& reader, const CallInfo& call, const std::string& name) const;
  // The project, if the caller's company owns it or has files of it shared, or a service calls.
  absl::StatusOr<ProjectRow> KnownProject(Reader& reader, const CallInfo& call, const std::string& name) const;
  // The file, if the caller's company owns it or has an active grant, or a service calls.
  absl::StatusOr<FileAccess> ReadableFile(Reader& reader, const CallInfo& call, const std::string& name) const;
  // What of a project (its id) the caller's company keeps him from; nothing of its owners, nothing of a service.
  absl::StatusOr<KeptFiles> KeptFrom(Reader& reader, const CallInfo& call, const std::string& project) const;
  // UNAVAILABLE for a grantee while news of orders are too old. Before bytes go out.
  absl::Status CheckNews(const FileAccess& access) const;

 private:
  const Clock& clock_;
  const std::function<absl::Time()> news_time_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ACCESS_H_
