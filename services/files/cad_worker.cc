#include "services/files/cad_worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "millwright/internal/files/v1/cad_report.pb.h"

namespace millwright::files {
namespace {

using internal::files::v1::CadReport;

constexpr size_t kMaxReportBytes = 1 << 20;
constexpr int kNoMemory = 3;  // exit code of the program

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { Close(); }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// The mesh that the program wrote: in memory, without a name.
class MeshFile : public RandomAccess {
 public:
  explicit MeshFile(Fd fd) : fd_(std::move(fd)) {
    struct stat info;
    if (fstat(fd_.get(), &info) == 0) size_ = info.st_size;
  }
  int64_t size() const override { return size_; }
  int64_t Read(int64_t offset, size_t size, char* buffer) const override {
    return pread(fd_.get(), buffer, size, offset);
  }

 private:
  const Fd fd_;
  int64_t size_ = 0;
};

CadFacts FactsOf(const CadReport& report) {
  CadFacts facts;
  facts.fault = report.fault();
  facts.unit_mm = report.unit_mm();
  facts.solids = report.solid_count();
  facts.shells = report.shell_count();
  facts.faces = report.face_count();
  facts.open_edges = report.open_edge_count();
  facts.loose_faces = report.loose_face_count();
  facts.invalid = report.invalid_count();
  facts.unread = report.unread_count();
  facts.closed = report.closed();
  facts.sewn = report.sewn();
  facts.area = report.area();
  facts.volume = report.closed() ? report.volume() : 0;
  facts.deflection = report.triangle_count() > 0 ? report.deflection() : 0;
  if (report.box_min_size() == 3 && report.box_max_size() == 3) {
    facts.box.Add({report.box_min(0), report.box_min(1), report.box_min(2)});
    facts.box.Add({report.box_max(0), report.box_max(1), report.box_max(2)});
  }
  if (report.center_size() == 3) facts.centre_of_mass = {report.center(0), report.center(1), report.center(2)};
  for (const std::string& what : report.left_out()) facts.left_out.push_back(what);
  return facts;
}

CadResult::Outcome OutcomeOf(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return CadResult::Outcome::kMeasured;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoMemory) return CadResult::Outcome::kOutOfMemory;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return CadResult::Outcome::kOutOfTime;
  return CadResult::Outcome::kCrashed;
}

absl::Status Broken(absl::string_view what) { return absl::ErrnoToStatus(errno, absl::StrCat("CAD worker: ", what)); }

}  // namespace

// A process that was started. It is ended and waited for when this goes.
struct CadWorker::Child {
  pid_t pid = -1;
  Fd output, mesh, ended;  // `ended` can be read once the process is over

  ~Child() {
    if (pid < 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }

  absl::Status Start(const std::string& program, const std::vector<std::string>& arguments, int input, bool with_mesh) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return Broken("no pipe");
    output = Fd(ends[0]);
    const Fd writing(ends[1]);
    if (with_mesh) mesh = Fd(memfd_create("cad mesh", MFD_CLOEXEC));
    if (with_mesh && mesh.get() < 0) return Broken("no memory file");
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    char* no_environment[] = {nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (with_mesh) posix_spawn_file_actions_adddup2(&actions, mesh.get(), STDERR_FILENO + 1);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + (with_mesh ? 2 : 1));
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int failed = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), no_environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
      pid = -1;
      errno = failed;
      return Broken("can't be started");
    }
    ended = Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));  // glibc 2.36 declares pidfd_open for C only
    return ended.get() < 0 ? Broken("no process handle") : absl::OkStatus();
  }

  // Reads the report until the process ends. False if it did not in time, or wrote more than a report has.
  bool Listen(absl::Duration wall, std::string& report) {
    const auto end = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(wall);
    bool open = true;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      pollfd waits[2] = {{ended.get(), POLLIN, 0}, {open ? output.get() : -1, POLLIN, 0}};
      if (poll(waits, 2, static_cast<int>(std::min<int64_t>(left.count(), 60'000))) < 0 && errno != EINTR) return false;
      char bytes[1 << 16];
      ssize_t n = 0;
      while (open && (waits[1].revents != 0) && (n = read(output.get(), bytes, sizeof(bytes))) > 0) {
        report.append(bytes, static_cast<size_t>(n));
        if (report.size() > kMaxReportBytes) return false;
        pollfd more = {output.get(), POLLIN, 0};
        if (poll(&more, 1, 0) <= 0) break;
      }
      if (open && waits[1].revents != 0 && n == 0) open = false;
      if (waits[0].revents != 0 && (!open || waits[1].revents == 0)) return true;
    }
  }

  int Wait() {
    int status = 0;
    waitpid(std::exchange(pid, -1), &status, 0);
    return status;
  }
};

absl::string_view WhyNot(CadResult::Outcome outcome) {
  switch (outcome) {
    case CadResult::Outcome::kMeasured:
      return "";
    case CadResult::Outcome::kNoProgram:
      return "the program that reads CAD files is not installed";
    case CadResult::Outcome::kTooLarge:
      return "it has more than 256 MiB";
    case CadResult::Outcome::kOutOfTime:
      return "reading it takes more time than allowed";
    case CadResult::Outcome::kOutOfMemory:
      return "reading it takes more memory than allowed";
    case CadResult::Outcome::kCrashed:
      return "the geometry kernel broke down over it";
  }
  return "";
}

std::string CadWorker::ProgramBesideThis() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string("mw_cad_worker") : (self.parent_path() / "mw_cad_worker").string();
}

absl::StatusOr<CadResult> CadWorker::Run(FileKind kind, int input, int64_t size, bool mesh, const CadLimits& limits) {
  if (size > kMaxCadBytes) return CadResult{CadResult::Outcome::kTooLarge};
  if (access(program_.c_str(), X_OK) != 0) return CadResult{CadResult::Outcome::kNoProgram};
  {
    std::unique_lock<std::mutex> lock(mutex_);
    free_.wait(lock, [this] { return running_ < kMaxCadWorkers; });
    ++running_;
  }
  absl::StatusOr<CadResult> result = RunChild(kind, input, mesh, limits);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    --running_;
  }
  free_.notify_one();
  return result;
}

absl::StatusOr<CadResult> CadWorker::RunChild(FileKind kind, int input, bool mesh, const CadLimits& limits) {
  if (lseek(input, 0, SEEK_SET) != 0) return Broken("can't rewind");
  std::vector<std::string> arguments = {program_,
                                        kind == FileKind::kStep ? "step" : "iges",
                                        absl::StrCat(limits.memory_mib),
                                        absl::StrCat(limits.cpu_seconds),
                                        absl::StrCat(kMaxCadMeshMib)};
  if (mesh) arguments.push_back("mesh");
  Child child;
  MW_RETURN_IF_ERROR(child.Start(program_, arguments, input, mesh));
  std::string bytes;
  if (!child.Listen(limits.wall, bytes)) return CadResult{CadResult::Outcome::kOutOfTime};
  CadResult result{.outcome = OutcomeOf(child.Wait())};
  if (!result.measured()) return result;
  CadReport report;
  if (!report.ParseFromString(bytes)) return CadResult{CadResult::Outcome::kCrashed};
  result.facts = FactsOf(report);
  if (mesh && report.triangle_count() > 0) result.mesh = std::make_unique<MeshFile>(std::move(child.mesh));
  return result;
}

}  // namespace millwright::files
