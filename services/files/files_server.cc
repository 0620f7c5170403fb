#include "services/files/files_server.h"

#include <memory>
#include <string>
#include <utility>

#include "common/errors/error.h"
#include "common/rpc/background_work.h"
#include "common/rpc/client.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/service_parts.h"
#include "services/files/acceptance_service.h"
#include "services/files/blob_sweeper.h"
#include "services/files/downloads_service.h"
#include "services/files/erasure_service.h"
#include "services/files/file_settings.h"
#include "services/files/journal_service.h"
#include "services/files/order_events.h"
#include "services/files/order_verdicts.h"
#include "services/files/pinning_service.h"
#include "services/files/previews_service.h"
#include "services/files/projects_service.h"
#include "services/files/restrictions_service.h"
#include "services/files/retention_sweeper.h"
#include "services/files/uploads_service.h"

namespace millwright::files {
namespace {

constexpr char kName[] = "files";
constexpr char kPublicService[] = "millwright.files.v1.FilesService";
constexpr char kPinningService[] = "millwright.internal.files.v1.PinningService";

FilesLimits LimitsOf(const internal::config::v1::FilesConfig& config) {
  FilesLimits limits;
  if (config.max_file_bytes() > 0) limits.max_file_bytes = config.max_file_bytes();
  if (config.company_quota_bytes() > 0) limits.company_quota_bytes = config.company_quota_bytes();
  if (config.upload_ttl_hours() > 0) limits.upload_ttl = absl::Hours(config.upload_ttl_hours());
  if (config.max_info_bytes() > 0) limits.info.max_bytes = config.max_info_bytes();
  if (config.exact_check_memory_bytes() > 0) limits.exact_check_memory_bytes = config.exact_check_memory_bytes();
  return limits;
}

CadLimits CadLimitsOf(const internal::config::v1::FilesConfig& config) {
  CadLimits limits;
  if (config.cad_memory_mib() > 0) limits.memory_mib = config.cad_memory_mib();
  if (config.cad_cpu_seconds() > 0) limits.cpu_seconds = config.cad_cpu_seconds();
  if (config.cad_wall_seconds() > 0) limits.wall = absl::Seconds(config.cad_wall_seconds());
  return limits;
}

class FilesProcess {
 public:
  explicit FilesProcess(const internal::config::v1::FilesConfig& config)
      : config_(config), clock_(RuleClock(config.server())) {}

  absl::Status Run() {
    MW_RETURN_IF_ERROR(OpenStores());
    MW_RETURN_IF_ERROR(ConnectOrders());
    MW_RETURN_IF_ERROR(MakeHandlers());
    StartWork();
    return Serve();
  }

 private:
  absl::Status OpenStores() {
    const std::string& dir = config_.server().data_dir();
    MW_ASSIGN_OR_RETURN(db_, OpenServiceDatabase(config_.server(), kName, {StorageSchema(), EventsSchema(), FilesSchema()},
                                                 /*zero_deleted=*/true));
    MW_ASSIGN_OR_RETURN(outbox_, Outbox::Open(*db_));
    MW_ASSIGN_OR_RETURN(blobs_, BlobStore::Open(dir));
    return absl::OkStatus();
  }

  absl::Status ConnectOrders() {
    if (config_.server().orders_address().empty()) return absl::OkStatus();
    MW_ASSIGN_OR_RETURN(orders_, ConnectTo(config_.server(), kName, "orders"));
    return absl::OkStatus();
  }

  // Everything orders had committed by then is known here.
  absl::Time NewsTime() const {
    if (orders_ == nullptr) return absl::InfiniteFuture();
    return consumer_ == nullptr ? absl::InfinitePast() : consumer_->caught_up_time();
  }

  absl::Status MakeHandlers() {
    const FilesLimits limits = LimitsOf(config_);
    MW_ASSIGN_OR_RETURN(Pager pager, OpenPager(config_.server()));
    infos_ = std::make_unique<InfoCache>(*blobs_, limits.info);
    order_files_ = std::make_unique<OrderFileCache>(*blobs_, limits.info);
    evaluator_ = std::make_unique<ProjectEvaluator>(*db_, *blobs_, *infos_, *order_files_);
    cad_ = std::make_unique<CadWorker>(
        config_.cad_worker().empty() ? CadWorker::ProgramBesideThis() : config_.cad_worker(), CadLimitsOf(config_));
    context_ = std::make_unique<FilesContext>(
        FilesContext{*db_, *blobs_, *outbox_, due_, ids_, clock_, std::move(pager),
                     Access(clock_, [this] { return NewsTime(); }), *evaluator_, limits, cad_.get()});
    projects_ = std::make_unique<ProjectsHandlers>(*context_);
    uploads_ = std::make_unique<UploadsHandlers>(*context_);
    downloads_ = std::make_unique<DownloadsHandlers>(*context_);
    previews_ = std::make_unique<PreviewsHandlers>(*context_, *downloads_);
    pinning_ = std::make_unique<PinningHandlers>(*context_);
    journal_ = std::make_unique<JournalHandlers>(*context_);
    acceptance_ = std::make_unique<AcceptanceHandlers>(*context_);
    erasure_ = std::make_unique<ErasureHandlers>(*context_);
    restrictions_ = std::make_unique<RestrictionHandlers>(*context_);
    settings_ = std::make_unique<FileSettingsHandlers>(*context_);
    verdicts_ = std::make_unique<OrderVerdicts>(*context_);
    retention_ = std::make_unique<RetentionSweeper>(*context_);
    order_events_ = std::make_unique<OrderEvents>(*context_);
    events_ = std::make_unique<EventsHandlers>(*db_, *outbox_);
    // Bytes that a crash left behind, before anybody uploads.
    return uploads_->SweepDisk();
  }

  void StartWork() {
    work_ = std::make_unique<BackgroundWork>(kName, *db_, clock_);
    if (orders_ != nullptr) {
      consumer_ = &work_->Hear("orders", orders_, [this](Transaction& tx, const Event& event) {
        return order_events_->Apply(tx, event);
      });
    }
    Scheduler& timers = work_->AddScheduler(due_);
    timers.Handle(kUploadExpires, [this](Transaction& tx, const DueRow& row) { return uploads_->Expire(tx, row.key); });
    timers.Handle(kPinExpires, [this](Transaction& tx, const DueRow& row) {
      return order_events_->ExpirePin(tx, row.key, NewsTime());
    });
    // Minutes of work for the largest meshes: on a thread of its own.
    work_->AddScheduler(due_).HandleWork(kFileAnalysis, [this](const DueRow& row) { return uploads_->Analyse(row.key); });
    work_->AddScheduler(due_).HandleWork(kJudgeOrder, [this](const DueRow& row) { return verdicts_->Judge(row.key); });
    AddStandardTasks(work_->housekeeping(), *db_, outbox_.get(), clock_);
    work_->housekeeping().Add("uploads", absl::Hours(1), [this]() -> absl::StatusOr<bool> {
      MW_RETURN_IF_ERROR(uploads_->SweepDisk());
      MW_RETURN_IF_ERROR(SweepBlobs(*db_, *blobs_).status());
      return false;
    });
    work_->housekeeping().Add("retention", absl::Hours(1), [this]() -> absl::StatusOr<bool> {
      MW_RETURN_IF_ERROR(retention_->Sweep().status());
      return false;
    });
    work_->Start();
  }

  void BindFiles(RpcService& service) {
    service.Unary("CreateProject", projects_.get(), &ProjectsHandlers::CreateProject);
    service.Unary("GetProject", projects_.get(), &ProjectsHandlers::GetProject);
    service.Unary("ListProjects", projects_.get(), &ProjectsHandlers::ListProjects);
    service.Unary("UpdateProject", projects_.get(), &ProjectsHandlers::UpdateProject);
    service.Unary("CheckProject", projects_.get(), &ProjectsHandlers::CheckProject);
    service.Unary("WaiveFinding", projects_.get(), &ProjectsHandlers::WaiveFinding);
    service.Unary("ListRules", projects_.get(), &ProjectsHandlers::ListRules);
    service.Unary("ListGrants", projects_.get(), &ProjectsHandlers::ListGrants);
    service.Unary("ListSharedFiles", projects_.get(), &ProjectsHandlers::ListSharedFiles);
    service.Unary("ListAccesses", journal_.get(), &JournalHandlers::ListAccesses);
    service.Unary("ListWaivers", journal_.get(), &JournalHandlers::ListWaivers);
    service.Unary("PreviewSharedFile", journal_.get(), &JournalHandlers::PreviewSharedFile);
    service.Unary("GetAcceptanceProfile", acceptance_.get(), &AcceptanceHandlers::GetAcceptanceProfile);
    service.Unary("ListAcceptanceProfiles", acceptance_.get(), &AcceptanceHandlers::ListAcceptanceProfiles);
    service.Unary("CreateAcceptanceProfile", acceptance_.get(), &AcceptanceHandlers::CreateAcceptanceProfile);
    service.Unary("ExplainCase", acceptance_.get(), &AcceptanceHandlers::ExplainCase);
    service.Unary("RestrictFile", restrictions_.get(), &RestrictionHandlers::RestrictFile);
    service.Unary("LiftFileRestriction", restrictions_.get(), &RestrictionHandlers::LiftFileRestriction);
    service.Unary("ListFileRestrictions", restrictions_.get(), &RestrictionHandlers::ListFileRestrictions);
    service.Unary("EraseProject", erasure_.get(), &ErasureHandlers::EraseProject);
    service.Unary("ListOrderVerdicts", verdicts_.get(), &OrderVerdicts::ListOrderVerdicts);
    service.Unary("GetFileSettings", settings_.get(), &FileSettingsHandlers::GetFileSettings);
    service.Unary("UpdateFileSettings", settings_.get(), &FileSettingsHandlers::UpdateFileSettings);
    service.Unary("ListErasures", erasure_.get(), &ErasureHandlers::ListErasures);
    service.Unary("StartUpload", uploads_.get(), &UploadsHandlers::StartUpload);
    service.ClientStream("UploadFile", uploads_.get(), &UploadsHandlers::UploadFile);
    service.ClientStream("StreamRawUpload", uploads_.get(), &UploadsHandlers::StreamRawUpload);
    service.Unary("QueryUpload", uploads_.get(), &UploadsHandlers::QueryUpload);
    service.Unary("CancelUpload", uploads_.get(), &UploadsHandlers::CancelUpload);
    service.Unary("ImportArchive", uploads_.get(), &UploadsHandlers::ImportArchive);
    service.ServerStream("ExportProject", downloads_.get(), &DownloadsHandlers::ExportProject);
    service.Unary("GetFile", downloads_.get(), &DownloadsHandlers::GetFile);
    service.Unary("ListFiles", downloads_.get(), &DownloadsHandlers::ListFiles);
    service.ServerStream("DownloadFile", downloads_.get(), &DownloadsHandlers::DownloadFile);
    service.ServerStream("StreamRawDownload", downloads_.get(), &DownloadsHandlers::StreamRawDownload);
    service.Unary("GetPreview", previews_.get(), &PreviewsHandlers::GetPreview);
  }

  void BindPinning(RpcService& service) {
    service.Unary("GetProjectFacts", pinning_.get(), &PinningHandlers::GetProjectFacts);
    service.Unary("BatchGetFiles", pinning_.get(), &PinningHandlers::BatchGetFiles);
    service.Unary("PinProjectRevision", pinning_.get(), &PinningHandlers::PinProjectRevision);
    service.Unary("RevokeOrderGrants", pinning_.get(), &PinningHandlers::RevokeOrderGrants);
    service.Unary("JudgeOrder", verdicts_.get(), &OrderVerdicts::JudgeOrder);
  }

  absl::Status Serve() {
    RpcService files(kPublicService), pinning(kPinningService), events(kEventsService);
    BindFiles(files);
    BindPinning(pinning);
    events_->Bind(events);
    Server::Options options{.service = kName, .config = config_.server(), .verifier = nullptr};
    if (!config_.server().accounts_address().empty()) {
      MW_ASSIGN_OR_RETURN(auto accounts, ConnectTo(config_.server(), kName, "accounts"));
      options.verifier = VerifierOf(accounts, kName);
    }
    MW_ASSIGN_OR_RETURN(std::unique_ptr<Server> server,
                        Server::BuildAndStart(std::move(options), {&files, &pinning, &events}));
    server->OnDrain([this] { work_->Stop(); });
    server->WaitForTermination();
    return absl::OkStatus();
  }

  const internal::config::v1::FilesConfig config_;
  const OffsetClock clock_;
  RandomIdGenerator ids_;
  DueRows due_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<BlobStore> blobs_;
  std::shared_ptr<Channel> orders_;
  std::unique_ptr<InfoCache> infos_;
  std::unique_ptr<OrderFileCache> order_files_;
  std::unique_ptr<ProjectEvaluator> evaluator_;
  std::unique_ptr<CadWorker> cad_;
  std::unique_ptr<FilesContext> context_;
  std::unique_ptr<ProjectsHandlers> projects_;
  std::unique_ptr<UploadsHandlers> uploads_;
  std::unique_ptr<DownloadsHandlers> downloads_;
  std::unique_ptr<PreviewsHandlers> previews_;
  std::unique_ptr<PinningHandlers> pinning_;
  std::unique_ptr<RestrictionHandlers> restrictions_;
  std::unique_ptr<JournalHandlers> journal_;
  std::unique_ptr<AcceptanceHandlers> acceptance_;
  std::unique_ptr<ErasureHandlers> erasure_;
  std::unique_ptr<FileSettingsHandlers> settings_;
  std::unique_ptr<OrderVerdicts> verdicts_;
  std::unique_ptr<RetentionSweeper> retention_;
  std::unique_ptr<OrderEvents> order_events_;
  std::unique_ptr<EventsHandlers> events_;
  const Consumer* consumer_ = nullptr;  // of work_: what orders tells
  std::unique_ptr<BackgroundWork> work_;
};

}  // namespace

absl::Status RunFiles(const internal::config::v1::FilesConfig& config) { return FilesProcess(config).Run(); }

}  // namespace millwright::files
