// GetFileSettings and UpdateFileSettings: what a company decides about its files, and how the rest of the service asks
// for it.
#ifndef MILLWRIGHT_SERVICES_FILES_FILE_SETTINGS_H_
#define MILLWRIGHT_SERVICES_FILES_FILE_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/retention.h"
#include "services/files/files_context.h"

namespace millwright::files {

std::string FileSettingsName(const std::string& company);
// The stored settings, with name, etag, when and who.
absl::StatusOr<v1::FileSettings> SettingsOf(const FileSettingsRow& row);
// Rules of a kind that is not stated are left out.
std::vector<RetentionRule> RetentionOf(const v1::FileSettings& settings);
// The words by which layers of a company's drawings are told apart. Thread-safe.
absl::StatusOr<LayerNames> LayersOf(Database& db, const std::string& company);

class FileSettingsHandlers {
 public:
  explicit FileSettingsHandlers(FilesContext& context) : context_(context) {}

  absl::StatusOr<v1::FileSettings> GetFileSettings(const CallInfo& call, const v1::GetFileSettingsRequest& request);
  absl::StatusOr<v1::FileSettings> UpdateFileSettings(const CallInfo& call,
                                                      const v1::UpdateFileSettingsRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FILE_SETTINGS_H_
