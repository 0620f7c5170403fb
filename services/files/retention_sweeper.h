// Erases files whose time is over, by the rules of the companies that own them (domain/retention.h).
//
// A project is looked at once every order of it has ended: delivered, cancelled, taken back. Nothing of a project with an
// open order, a lock or a pin that waits for its order is touched, nor of one that was never ordered.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_RETENTION_SWEEPER_H_
#define MILLWRIGHT_SERVICES_FILES_RETENTION_SWEEPER_H_

#include "absl/status/statusor.h"
#include "services/files/domain/retention.h"
#include "services/files/files_context.h"

namespace millwright::files {

class RetentionSweeper {
 public:
  static constexpr int kProjectsAtOnce = 100;

  explicit RetentionSweeper(FilesContext& context) : context_(context) {}
  // Everything that is due by the clock; how many files were erased.
  absl::StatusOr<int64_t> Sweep();

 private:
  absl::StatusOr<int64_t> SweepCompany(const FileSettingsRow& settings);
  absl::StatusOr<int64_t> SweepProject(const EndedProject& ended, const FileSettingsRow& settings,
                                       const RetentionPolicy& policy);

  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_RETENTION_SWEEPER_H_
