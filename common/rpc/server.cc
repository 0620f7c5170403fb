#include "common/rpc/server.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <signal.h>

#include <cstdio>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/config/config.h"
#include "common/errors/error.h"
#include "common/log/log.h"
#include "common/tls/credentials.h"

namespace millwright {
namespace {

// Keepalive pings of our clients come every 30 s (client.cc); the server must allow them.
constexpr int kMinPingIntervalMs = 20 * 1000;
constexpr int kMaxConcurrentStreams = 4096;
constexpr int kStreamWindowBytes = 1 << 20;
// Threads of the sync part (streams, and unary calls under the sync API); a safety net, not an admission limit.
constexpr int kMaxSyncThreads = 1024;

void SetChannelArguments(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(-1);
  // A sender gets no further ahead of the handler than this; by itself the window grows as far as the sender is faster.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second instance on the port must fail, not share it
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 4);
  grpc::ResourceQuota quota("server");
  quota.SetMaxThreads(kMaxSyncThreads);
  builder.SetResourceQuota(quota);
}

}  // namespace

Server::Server(Options options) : options_(std::move(options)) {}
Server::~Server() { Stop(); }

absl::StatusOr<std::unique_ptr<Server>> Server::BuildAndStart(Options options,
                                                              const std::vector<RpcService*>& services) {
  std::unique_ptr<Server> server(new Server(std::move(options)));
  MW_RETURN_IF_ERROR(server->Start(services));
  return server;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Server::Credentials() const {
  if (options_.config.insecure()) return grpc::InsecureServerCredentials();
  return MutualTlsServer(options_.config.certs_dir(), options_.service);
}

absl::Status Server::MakeReflection(const std::vector<RpcService*>& services) {
  if (options_.config.disable_reflection()) return absl::OkStatus();
  if (!options_.config.reflection_descriptor_set().empty()) {
    MW_ASSIGN_OR_RETURN(reflection_, Reflection::FromDescriptorSet(options_.config.reflection_descriptor_set()));
    return absl::OkStatus();
  }
  std::vector<std::string> names = {"grpc.health.v1.Health"};
  for (const RpcService* service : services) names.push_back(service->full_name());
  reflection_ = std::make_unique<Reflection>(std::move(names));
  return absl::OkStatus();
}

absl::Status Server::Start(const std::vector<RpcService*>& services) {
  const auto& config = options_.config;
  if (config.insecure() && !config.listen_address().empty() && config.listen_address() != "127.0.0.1") {
    return Error::FailedPrecondition("CONFIG_INVALID", "an insecure listener may only listen on 127.0.0.1");
  }
  runtime_ = std::make_shared<ServerRuntime>();
  runtime_->options = {options_.service, options_.verifier, config.insecure()};
  runtime_->api = config.server_api() == "sync" ? ServerApi::kSync : ServerApi::kCallback;
  pool_ = std::make_unique<WorkerPool>(config.worker_threads(), config.max_queued_calls());
  timer_ = std::make_unique<WatchTimer>();
  runtime_->pool = pool_.get();
  runtime_->timer = timer_.get();

  grpc::EnableDefaultHealthCheckService(true);
  MW_ASSIGN_OR_RETURN(auto credentials, Credentials());
  grpc::ServerBuilder builder;
  SetChannelArguments(builder);
  const std::string host = config.listen_address().empty() ? "127.0.0.1" : config.listen_address();
  builder.AddListeningPort(absl::StrCat(host, ":", config.port()), credentials, &port_);
  for (RpcService* service : services) {
    builder.RegisterService(service->Build(runtime_));
    names_.push_back(service->full_name());
  }
  MW_RETURN_IF_ERROR(MakeReflection(services));
  if (reflection_ != nullptr) {
    builder.RegisterService(reflection_->v1());
    builder.RegisterService(reflection_->v1alpha());
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return Error::FailedPrecondition("PORT_TAKEN", absl::StrCat("can't listen on ", host, ":", config.port()));
  }
  metrics_ = MetricsServer::Start(config.metrics_port());
  if (config.metrics_port() != 0 && metrics_ == nullptr) {
    LogWarning("metrics port is taken", {{"port", config.metrics_port()}});
  }
  for (const std::string& name : names_) server_->GetHealthCheckService()->SetServingStatus(name, true);
  server_->GetHealthCheckService()->SetServingStatus(true);
  return absl::OkStatus();
}

void Server::WaitForTermination() {
  LogInfo("ready", {{"port", port_}});
  std::cout << "READY {\"service\":\"" << options_.service << "\",\"port\":" << port_ << "}" << std::endl;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  LogInfo("stopping", {{"signal", signal}});
  Stop();
}

void Server::Stop() {
  if (stopped_) return;
  stopped_ = true;
  if (server_ != nullptr) {
    server_->GetHealthCheckService()->SetServingStatus(false);
    for (const std::string& name : names_) server_->GetHealthCheckService()->SetServingStatus(name, false);
    if (options_.config.drain_seconds() > 0) absl::SleepFor(absl::Seconds(options_.config.drain_seconds()));
  }
  for (auto it = on_drain_.rbegin(); it != on_drain_.rend(); ++it) (*it)();
  if (server_ != nullptr) {
    int grace = options_.config.grace_seconds() > 0 ? options_.config.grace_seconds() : 5;
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(grace));
    server_->Wait();
  }
  pool_.reset();  // after Shutdown: handlers that run finish first
  timer_.reset();
  metrics_.reset();
}

void BlockTerminationSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // Debian's Abseil checks lock orders also in release builds, at 40 ns a lock, and aborts on a false alarm.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

int ServiceMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
                internal::config::v1::ServerConfig* server_config, const std::function<absl::Status()>& run) {
  BlockTerminationSignals();
  if (argc == 2 && std::string(argv[1]) == "--help") {
    std::cout << service << ": a service of Millwright. Flags:\n" << ConfigHelp(config);
    return 0;
  }
  absl::Status status = LoadConfig(argc, argv, config);
  if (status.ok()) {
    StartLog({service, server_config->log_file(), ParseLogLevel(server_config->log_level())});
    status = run();
    StopLog();
  }
  if (status.ok()) return 0;
  std::cerr << service << ": " << status.ToString(absl::StatusToStringMode::kDefault) << "\n";
  return 1;
}

}  // namespace millwright
