// Judges a stored project: its current files, the checks between them, and what a person has waived.
#ifndef MILLWRIGHT_SERVICES_FILES_PROJECT_EVALUATION_H_
#define MILLWRIGHT_SERVICES_FILES_PROJECT_EVALUATION_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/database.h"
#include "millwright/files/v1/project.pb.h"
#include "services/files/domain/project_check.h"
#include "services/files/file_analysis.h"
#include "services/files/order_file_cache.h"
#include "services/files/sharing.h"
#include "services/files/storage/files_store.h"

namespace millwright::files {

struct Evaluation {
  v1::ProjectFacts facts;  // waived findings say who waived them; the verdict leaves them out
  // Per finding of `facts`, what a waiver of it is bound to: the content of its file, else the whole revision.
  std::vector<std::string> finding_contents;
  std::vector<FileRow> files;       // all current ones, by name
  std::vector<std::string> needed;  // names of the files without which the parts can't be made
  // The needed file and the part that needs it, for messages.
  std::vector<std::string> part_of_needed;
  // How all this may leave the owner's company (sharing.h).
  Disguise disguise;
};

// The worst of the findings that nobody waived.
v1::Verdict VerdictOfFindings(const v1::ProjectFacts& facts);

// Hash over names, contents and units of the current files: what was judged.
std::string RevisionHash(const std::vector<FileRow>& files);

class ProjectEvaluator {
 public:
  ProjectEvaluator(Database& db, const BlobStore& blobs, InfoCache& infos, OrderFileCache& orders)
      : db_(db), blobs_(blobs), infos_(infos), orders_(orders) {}

  // `center`: resource name of the company whose limits apply, "" for the defaults. `parts`: file names, as in the
  // project or as they travel; empty for all. `notation`: of teeth in sentences and labels. Reads the database once and info files that are not remembered.
  // Thread-safe.
  absl::StatusOr<Evaluation> Evaluate(const ProjectRow& project, const std::string& center,
                                      const std::vector<std::string>& parts,
                                      Notation notation = Notation::kFdi);
  // The names that must not travel, and what the files are called without them. Thread-safe.
  absl::StatusOr<Disguise> DisguiseOf(const ProjectRow& project);
  // Remembers of the owning company that its info files state true hashes, once some part of the project has the one
  // stated and none has another (file-rules, section 2). Nearly free once that is known. Thread-safe.
  absl::Status ProveSender(const std::string& project, absl::Time now);
  // Forgets the patient of an order file that was erased.
  void Forget(const std::string& sha256);

 private:
  static constexpr size_t kMaxRememberedTravels = 10'000;

  // HowItTravels, which reads the file, once for the same bytes and names.
  std::optional<Finding> HowItTravelsRemembered(const FileRow& row, const Disguise& disguise);
  absl::StatusOr<std::vector<ProjectFile>> Load(const std::vector<FileRow>& rows);

  Database& db_;
  const BlobStore& blobs_;
  InfoCache& infos_;
  OrderFileCache& orders_;
  std::mutex travels_mutex_;
  std::map<std::string, std::optional<Finding>> travels_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_PROJECT_EVALUATION_H_
