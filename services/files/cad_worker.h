// Runs mw_cad_worker over one stored file: the program that reads STEP and IGES, a process a file.
//
// The program limits itself before it reads (cad_worker/sandbox.h): memory, CPU seconds, files, no network. This class
// adds the clock of the wall and survives whatever comes of it: a crash, a hang, a memory bomb, an answer that is none.
// What went wrong is an outcome, never an error of the caller's.
//
// Thread-safety: any thread; at most kMaxCadWorkers processes at a time, others wait.
#ifndef MILLWRIGHT_SERVICES_FILES_CAD_WORKER_H_
#define MILLWRIGHT_SERVICES_FILES_CAD_WORKER_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/files/domain/cad/cad_facts.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/random_access.h"

namespace millwright::files {

inline constexpr int kMaxCadWorkers = 2;
inline constexpr int64_t kMaxCadBytes = int64_t{256} << 20;  // larger models are not measured
inline constexpr int64_t kMaxCadMeshMib = 64;               // of the mesh that the program writes

struct CadLimits {
  int64_t memory_mib = 2048;
  int64_t cpu_seconds = 60;
  absl::Duration wall = absl::Seconds(120);
};

struct CadResult {
  enum class Outcome {
    kMeasured,  // `facts` says what was found, or why the file can't be read
    kNoProgram,
    kTooLarge,
    kOutOfTime,
    kOutOfMemory,
    kCrashed,
  };
  Outcome outcome = Outcome::kCrashed;
  CadFacts facts = {};
  // A binary PLY; null if none was asked for or could be made.
  std::unique_ptr<RandomAccess> mesh = nullptr;
  bool measured() const { return outcome == Outcome::kMeasured; }
};
// "it took more than the time allowed", for findings.
absl::string_view WhyNot(CadResult::Outcome outcome);

class CadWorker {
 public:
  // `program`: path of mw_cad_worker. A path without a program answers kNoProgram.
  explicit CadWorker(std::string program, CadLimits limits = {}) : program_(std::move(program)), limits_(limits) {}
  // The program beside the running one.
  static std::string ProgramBesideThis();

  const CadLimits& limits() const { return limits_; }

  // `input`: an open file descriptor of the model, read from its beginning. Fails only if this machine does (no pipe, no
  // process).
  absl::StatusOr<CadResult> Run(FileKind kind, int input, int64_t size, bool mesh, const CadLimits& limits);

 private:
  struct Child;
  absl::StatusOr<CadResult> RunChild(FileKind kind, int input, bool mesh, const CadLimits& limits);

  const std::string program_;
  const CadLimits limits_;
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CAD_WORKER_H_
