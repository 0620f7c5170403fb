// A service's database: one SQLite file, write-ahead log, synchronous=FULL. An acknowledged write is on disk.
//
//   MW_ASSIGN_OR_RETURN(auto db, Database::Open({.path = path, .migrations = {StorageSchema(), ...}}));
//   MW_ASSIGN_OR_RETURN(Order order, db->Read([&](Reader& reader) { return LoadOrder(reader, name); }));
//   MW_RETURN_IF_ERROR(db->Write([&](Transaction& tx) { return tx.Run("UPDATE ...", ...); }));
//
// Writing. One thread at a time runs writes, so a closure never races with another: what it reads is what it changes. Many
// requests share one fsync (group_writer.h says how); a closure that answers an error is undone alone. A closure
//   - must be quick and must not block: no files, no network, no waiting, no Write inside a write;
//   - may run more than once (when a neighbour brought the disk to its limit; on other engines after a serialization
//     failure), so it assigns what it captured and does not append to it.
//
// Reading. `reader_count` connections, each reading a consistent snapshot that begins with its first statement.
// A read waits for a free connection; don't call Read inside Read.
//
// Errors are those of storage_error.h. A write is UNAVAILABLE with RetryInfo when the queue is full, the database is
// closed, or COMMIT failed (disk full, I/O error): nothing was acknowledged, reads go on, and later writes succeed as
// soon as the cause is gone, without a restart. After a failed COMMIT the change is not visible; only if the process
// dies at that moment may it be found after the restart, as with every lost acknowledgement: request ids settle it.
//
// Only one process may open a database: a second is refused (FAILED_PRECONDITION, DATABASE_IN_USE). The lock dies
// with its process, so a restart after kill -9 needs no repair.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_COMMON_STORAGE_DATABASE_H_
#define MILLWRIGHT_COMMON_STORAGE_DATABASE_H_

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/storage/group_writer.h"
#include "common/storage/migrations.h"
#include "common/storage/session.h"
#include "common/storage/storage_error.h"

namespace millwright {

// Writes that may wait at the same time, unless Options say less.
inline constexpr size_t kMaxQueuedWrites = 4096;
// Writes that share one commit, unless Options say less.
inline constexpr size_t kMaxGroup = 512;
inline constexpr int kDefaultReaders = 4;

class ReaderPool;
class FileLock;

class Database {
 public:
  using Synchronous = Connection::Synchronous;
  using WriteFn = GroupWriter::WriteFn;
  using DoneFn = GroupWriter::DoneFn;
  using Stats = GroupWriter::Stats;

  struct Options {
    std::string path = {};  // the file; its folder must exist. "<path>-wal", "-shm" and "-lock" lie beside it
    std::vector<MigrationSet> migrations = {};
    int reader_count = kDefaultReaders;
    // False: one transaction per write. Only the control of a benchmark wants that.
    bool group_commit = true;
    size_t max_group = kMaxGroup;
    size_t max_queued_writes = kMaxQueuedWrites;
    // kNormal loses acknowledged writes at a power cut. Only the control of the power-loss test wants that.
    Synchronous synchronous = Synchronous::kFull;
    // How long a statement waits for a lock that another program (a back-up) holds, and Open for the process that had
    // the database before.
    absl::Duration busy_timeout = absl::Seconds(5);
    // True: pages that get free are filled with zeros, at the price of writing them. For personal data. Otherwise only
    // what is deleted in a page that is written anyway.
    bool zero_deleted = false;
    StorageLog log = {};  // default: standard error
  };

  static absl::StatusOr<std::unique_ptr<Database>> Open(Options options);
  ~Database();  // Close()
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `fn(Transaction&)` in the writer thread, or in the caller's if nobody writes, and blocks until its changes
  // are durable. `fn` returns absl::Status or StatusOr<T>; Write returns the same type.
  template <typename Fn>
  auto Write(Fn&& fn) -> std::invoke_result_t<Fn&, Transaction&>;

  // Like Write, but returns at once. `done` is called exactly once: on the thread that wrote, after the commit, or on the
  // caller's if the write is refused. It must not block.
  void WriteAsync(WriteFn fn, DoneFn done);

  // Runs `fn(Reader&)` on a snapshot, in the caller's thread. `fn` returns absl::Status or StatusOr<T>; Read returns
  // the same type. DEADLINE_EXCEEDED if no reader gets free, or a statement still runs, at `deadline`.
  template <typename Fn>
  auto Read(Fn&& fn, absl::Time deadline = absl::InfiniteFuture()) -> std::invoke_result_t<Fn&, Reader&>;

  // Copies the write-ahead log into the file and empties it, so that what was overwritten and deleted before is in
  // neither (with Options::zero_deleted, or where pages were written anyway). Blocks; UNAVAILABLE if a read or a back-up
  // holds the log for longer than busy_timeout: then it is emptied with the next copy.
  absl::Status EmptyLog() { return writer_->EmptyLog(); }

  // Refuses new writes, finishes the queued ones and closes the file once reads have ended. Later calls answer
  // UNAVAILABLE. May be called again.
  void Close();

  Stats stats() const { return writer_->stats(); }
  const std::string& path() const { return path_; }

 private:
  Database();
  absl::Status WriteBlocking(WriteFn fn);
  absl::Status ReadBlocking(const std::function<absl::Status(Reader&)>& fn, absl::Time deadline);

  std::string path_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<GroupWriter> writer_;
  std::unique_ptr<ReaderPool> readers_;
};

namespace storage_internal {

// Runs `run(closure)` where the closure stores the value of `fn` aside, for `fn`s that return StatusOr<T>.
template <typename Session, typename Fn, typename Run>
auto Returning(Fn& fn, Run run) -> std::invoke_result_t<Fn&, Session&> {
  using Result = std::invoke_result_t<Fn&, Session&>;
  if constexpr (std::is_same_v<Result, absl::Status>) {
    return run([&fn](Session& session) { return fn(session); });
  } else {
    Result result = absl::UnknownError("not run");
    absl::Status status = run([&fn, &result](Session& session) {
      result = fn(session);
      return result.status();
    });
    return status.ok() ? std::move(result) : Result(std::move(status));
  }
}

}  // namespace storage_internal

template <typename Fn>
auto Database::Write(Fn&& fn) -> std::invoke_result_t<Fn&, Transaction&> {
  return storage_internal::Returning<Transaction>(
      fn, [this](WriteFn write) { return WriteBlocking(std::move(write)); });
}

template <typename Fn>
auto Database::Read(Fn&& fn, absl::Time deadline) -> std::invoke_result_t<Fn&, Reader&> {
  return storage_internal::Returning<Reader>(
      fn, [&](const std::function<absl::Status(Reader&)>& read) { return ReadBlocking(read, deadline); });
}

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_DATABASE_H_
