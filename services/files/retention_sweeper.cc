#include "services/files/retention_sweeper.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/internal/files/v1/pinning_service.pb.h"
#include "services/files/erasure.h"
#include "services/files/file_settings.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

RetentionKind KindOfFile(const FileRow& file) {
  return RetentionKindOf(EffectiveKind(static_cast<FileKind>(file.content_kind), file.file_name));
}

absl::StatusOr<bool> HasImplants(Reader& reader, const std::string& project) {
  MW_ASSIGN_OR_RETURN(const std::vector<PinRow> pins, PinStore::OfProject(reader, project));
  for (const PinRow& pin : pins) {
    internal::files::v1::PinProjectRevisionResponse pinned;
    if (!pinned.ParseFromString(pin.response)) return absl::DataLossError("a stored pin can't be read");
    for (const v1::PartFact& part : pinned.facts().parts()) {
      if (part.implant_count() > 0) return true;
    }
  }
  return false;
}

// The kinds whose time is over, and what is said of them.
struct Due {
  std::set<RetentionKind> kinds;
  std::string reason;
};

Due DueKinds(const RetentionPolicy& policy, const EndedProject& ended, bool implants, absl::Time now, int64_t version) {
  Due due;
  for (const RetentionKind kind : {RetentionKind::kCaseFile, RetentionKind::kMesh, RetentionKind::kCadModel,
                                   RetentionKind::kDrawing, RetentionKind::kOther}) {
    const std::optional<int> days = policy.DaysOf(kind, implants);
    if (!days.has_value() || now < ended.end_time + absl::Hours(24) * *days) continue;
    due.kinds.insert(kind);
    absl::StrAppend(&due.reason, due.reason.empty() ? "by time: " : ", ", NameOf(kind), " ", *days, " days");
  }
  if (!due.kinds.empty()) absl::StrAppend(&due.reason, " after the last order ended (settings version ", version, ")");
  return due;
}

}  // namespace

absl::StatusOr<int64_t> RetentionSweeper::Sweep() {
  MW_ASSIGN_OR_RETURN(const std::vector<FileSettingsRow> all,
                      context_.db.Read([](Reader& reader) { return FileSettingsStore::All(reader); }));
  int64_t erased = 0;
  for (const FileSettingsRow& settings : all) {
    MW_ASSIGN_OR_RETURN(const int64_t of_company, SweepCompany(settings));
    erased += of_company;
  }
  return erased;
}

absl::StatusOr<int64_t> RetentionSweeper::SweepCompany(const FileSettingsRow& settings) {
  MW_ASSIGN_OR_RETURN(const v1::FileSettings proto, SettingsOf(settings));
  const RetentionPolicy policy(RetentionOf(proto));
  const std::optional<int> least = policy.LeastDays();
  if (!least.has_value()) return 0;
  const absl::Time before = context_.clock.Now() - absl::Hours(24) * *least;
  int64_t erased = 0;
  std::string after;
  for (;;) {
    MW_ASSIGN_OR_RETURN(const std::vector<EndedProject> ended, context_.db.Read([&](Reader& reader) {
      return OrderStateStore::Ended(reader, settings.company, before, after, kProjectsAtOnce);
    }));
    for (const EndedProject& project : ended) {
      MW_ASSIGN_OR_RETURN(const int64_t of_project, SweepProject(project, settings, policy));
      erased += of_project;
      after = project.project;
    }
    if (ended.size() < kProjectsAtOnce) return erased;
  }
}

absl::StatusOr<int64_t> RetentionSweeper::SweepProject(const EndedProject& ended, const FileSettingsRow& settings,
                                                       const RetentionPolicy& policy) {
  const absl::Time now = context_.clock.Now();
  Due due;
  std::optional<ProjectRow> project;
  MW_RETURN_IF_ERROR(context_.db.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(project, ProjectStore::Find(reader, ended.project));
    MW_ASSIGN_OR_RETURN(const bool implants, HasImplants(reader, ended.project));
    due = DueKinds(policy, ended, implants, now, settings.version);
    return absl::OkStatus();
  }));
  if (!project.has_value() || due.kinds.empty()) return 0;
  MW_ASSIGN_OR_RETURN(const Disguise disguise, context_.evaluator.DisguiseOf(*project));
  Erased erased;
  MW_RETURN_IF_ERROR(context_.db.Write([&](Transaction& tx) -> absl::Status {
    erased = {};
    // An order may have come since.
    MW_ASSIGN_OR_RETURN(const std::vector<OrderStateRow> orders, OrderStateStore::OfProject(tx, ended.project));
    MW_ASSIGN_OR_RETURN(project, ProjectStore::Find(tx, ended.project));
    MW_ASSIGN_OR_RETURN(const std::vector<PinRow> pins, PinStore::OfProject(tx, ended.project));
    bool live = !project.has_value() || project->locked;
    for (const OrderStateRow& order : orders) live = live || order.open;
    for (const PinRow& pin : pins) live = live || pin.state == PinState::kWaiting;
    if (live) return absl::OkStatus();
    MW_ASSIGN_OR_RETURN(const std::vector<ErasureRow> rows, ErasureStore::ToErase(tx, ended.project));
    ErasureOrder order{.reason = due.reason, .erased_by = FileSettingsName(settings.company)};
    order.files.emplace();
    bool something_stays = false;
    for (const ErasureRow& row : rows) {
      MW_ASSIGN_OR_RETURN(const std::optional<FileRow> file, FileStore::Find(tx, row.file));
      if (!file.has_value()) continue;
      if (due.kinds.contains(KindOfFile(*file))) {
        order.files->insert(row.file);
      } else {
        something_stays = true;
      }
    }
    if (order.files->empty()) return absl::OkStatus();
    // The patient goes with the files that describe one, or with the last file.
    order.names = due.kinds.contains(RetentionKind::kCaseFile) || !something_stays;
    order.new_names = disguise.shared_names;
    CallInfo background;
    background.principal.service = "files";
    MW_ASSIGN_OR_RETURN(erased, EraseFiles(context_, tx, background, *project, order));
    return absl::OkStatus();
  }));
  MW_RETURN_IF_ERROR(RemoveErased(context_, erased));
  return erased.files;
}

}  // namespace millwright::files
