#include "services/files/file_settings.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/rpc/mutation.h"
#include "services/files/convert.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

RetentionKind KindOf(v1::RetentionRule::Kind kind) {
  switch (kind) {
    case v1::RetentionRule::CASE_FILE:
      return RetentionKind::kCaseFile;
    case v1::RetentionRule::MESH:
      return RetentionKind::kMesh;
    case v1::RetentionRule::CAD_MODEL:
      return RetentionKind::kCadModel;
    case v1::RetentionRule::DRAWING:
      return RetentionKind::kDrawing;
    default:
      return RetentionKind::kOther;
  }
}

std::vector<RetentionFault> FaultsIn(const v1::FileSettings& settings) {
  std::vector<RetentionFault> faults = FaultsOf(RetentionOf(settings));
  for (int i = 0; i < settings.retention_size(); ++i) {
    const v1::RetentionRule::Kind kind = settings.retention(i).kind();
    if (kind == v1::RetentionRule::KIND_UNSPECIFIED || !v1::RetentionRule::Kind_IsValid(kind)) {
      faults.push_back({absl::StrCat("retention[", i, "].kind"), "must be one of the kinds of files"});
    }
  }
  return faults;
}

absl::Status Check(const v1::FileSettings& settings) {
  const std::vector<RetentionFault> faults = FaultsIn(settings);
  if (faults.empty()) return absl::OkStatus();
  Error error = Error::InvalidArgument("FILE_SETTINGS_INVALID",
                                       absl::StrCat("file_settings.", faults[0].first, " ", faults[0].second));
  for (const auto& [field, text] : faults) error.Field("file_settings." + field, text);
  error.Meta("field", "file_settings." + faults[0].first);
  return error;
}

void TakeWords(const google::protobuf::RepeatedPtrField<std::string>& words, std::vector<std::string>& out) {
  if (words.empty()) return;
  out.clear();
  for (const std::string& word : words) out.push_back(absl::AsciiStrToLower(word));
}

LayerNames LayersIn(const v1::FileSettings& settings) {
  LayerNames layers;
  TakeWords(settings.drawing_layers().bend(), layers.bend);
  TakeWords(settings.drawing_layers().not_cut(), layers.construction);
  TakeWords(settings.drawing_layers().engrave(), layers.engrave);
  return layers;
}

// With the words that apply, so that a reader sees them.
void ShowLayers(v1::FileSettings& settings) {
  const LayerNames layers = LayersIn(settings);
  v1::DrawingLayers& shown = *settings.mutable_drawing_layers();
  shown.Clear();
  for (const std::string& word : layers.construction) shown.add_not_cut(word);
  for (const std::string& word : layers.bend) shown.add_bend(word);
  for (const std::string& word : layers.engrave) shown.add_engrave(word);
}

}  // namespace

std::string FileSettingsName(const std::string& company) { return CompanyName(company) + "/fileSettings"; }

absl::StatusOr<v1::FileSettings> SettingsOf(const FileSettingsRow& row) {
  v1::FileSettings settings;
  if (!settings.ParseFromString(row.settings)) return absl::DataLossError("stored file settings can't be read");
  settings.set_name(FileSettingsName(row.company));
  settings.set_etag(EtagOf(row.version));
  if (row.version == 0) return settings;
  settings.set_updated_by(row.updated_by);
  SetTime(row.update_time, settings.mutable_update_time());
  return settings;
}

std::vector<RetentionRule> RetentionOf(const v1::FileSettings& settings) {
  std::vector<RetentionRule> rules;
  for (const v1::RetentionRule& rule : settings.retention()) {
    if (rule.kind() == v1::RetentionRule::KIND_UNSPECIFIED) continue;
    rules.push_back({KindOf(rule.kind()), rule.days(), rule.implant_days(), rule.keep_for_ever()});
  }
  return rules;
}

absl::StatusOr<LayerNames> LayersOf(Database& db, const std::string& company) {
  MW_ASSIGN_OR_RETURN(const std::optional<FileSettingsRow> row,
                      db.Read([&](Reader& reader) { return FileSettingsStore::Current(reader, company); }));
  if (!row.has_value()) return LayerNames();
  MW_ASSIGN_OR_RETURN(const v1::FileSettings settings, SettingsOf(*row));
  return LayersIn(settings);
}

absl::StatusOr<v1::FileSettings> FileSettingsHandlers::GetFileSettings(const CallInfo& call,
                                                                       const v1::GetFileSettingsRequest& request) {
  const std::string company = IdsOf(request.name()).company;
  if (!call.principal.ActsFor(CompanyName(company))) return Error::NotFound("file settings", request.name());
  MW_ASSIGN_OR_RETURN(const std::optional<FileSettingsRow> row,
                      context_.db.Read([&](Reader& reader) { return FileSettingsStore::Current(reader, company); }));
  MW_ASSIGN_OR_RETURN(v1::FileSettings settings, SettingsOf(row.value_or(FileSettingsRow{.company = company})));
  ShowLayers(settings);
  return settings;
}

absl::StatusOr<v1::FileSettings> FileSettingsHandlers::UpdateFileSettings(
    const CallInfo& call, const v1::UpdateFileSettingsRequest& request) {
  const std::string company = IdsOf(request.file_settings().name()).company;
  if (!call.principal.ActsFor(CompanyName(company))) return Error::NotFound("file settings", request.file_settings().name());
  MW_RETURN_IF_ERROR(Check(request.file_settings()));
  v1::FileSettings stated;
  *stated.mutable_retention() = request.file_settings().retention();
  if (request.file_settings().has_drawing_layers()) {
    *stated.mutable_drawing_layers() = request.file_settings().drawing_layers();
  }
  const absl::Time now = context_.clock.Now();
  FileSettingsRow row{company, 0, stated.SerializeAsString(), call.principal.member, now};
  return Mutate<v1::FileSettings>(call, context_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::FileSettings> {
    MW_ASSIGN_OR_RETURN(const std::optional<FileSettingsRow> last, FileSettingsStore::Current(tx, company));
    const int64_t version = last.has_value() ? last->version : 0;
    MW_RETURN_IF_ERROR(CheckEtag(request.file_settings().etag(), version, request.file_settings().name()));
    row.version = version + 1;
    MW_RETURN_IF_ERROR(FileSettingsStore::Insert(tx, row));
    MW_ASSIGN_OR_RETURN(v1::FileSettings settings, SettingsOf(row));
    ShowLayers(settings);
    return settings;
  });
}

}  // namespace millwright::files
