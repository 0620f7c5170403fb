// Erasing files of a project: by a person who asks for it (erasure_service.h), or by time (retention_sweeper.h).
//
// What goes: the bytes, the shared copies of them, findings and measurements, and what names the patient. What stays:
// rows with hash and size, the proof (ErasureRow), orders, and the facts that were pinned for them.
#ifndef MILLWRIGHT_SERVICES_FILES_ERASURE_H_
#define MILLWRIGHT_SERVICES_FILES_ERASURE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/files/files_context.h"

namespace millwright::files {

struct ErasureOrder {
  std::string reason, erased_by;
  // Ids of the files; not set: all of the project.
  std::optional<std::set<std::string>> files = std::nullopt;
  // Also the names of the patient, what people wrote about the project, unfinished uploads, and stored answers.
  bool names = true;
  // With `names`: what files that stay are called afterwards, by their name before.
  std::map<std::string, std::string> new_names = {};
};

struct Erased {
  int32_t files = 0;
  int64_t freed_bytes = 0;
  std::set<std::string> hashes;        // of which the bytes may go
  std::vector<std::string> uploads;    // unfinished ones that were dropped
};

// In the transaction of the erasure. A file without bytes is skipped.
absl::StatusOr<Erased> EraseFiles(FilesContext& context, Transaction& tx, const CallInfo& call,
                                  const ProjectRow& project, const ErasureOrder& order);
// After it: removes bytes that nothing names any more.
absl::Status RemoveErased(FilesContext& context, const Erased& erased);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ERASURE_H_
