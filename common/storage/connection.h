// One SQLite connection: pragmas, statement cache, error translation. Internal to common/storage; services use
// database.h.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_COMMON_STORAGE_CONNECTION_H_
#define MILLWRIGHT_COMMON_STORAGE_CONNECTION_H_

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/storage/storage_error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace millwright {

// Prepared statements kept per connection; the least recently used go first.
inline constexpr size_t kStatementCacheSize = 256;

class Connection {
 public:
  // Exactly one writer per database; readers can't write, nor checkpoint (see database.h).
  enum class Role { kWriter, kReader };
  enum class Synchronous { kNormal, kFull };
  struct Options {
    std::string path;
    Role role = Role::kReader;
    Synchronous synchronous = Synchronous::kFull;
    absl::Duration busy_timeout = absl::Seconds(5);
    bool zero_deleted = false;
    StorageLog log;
  };

  static absl::StatusOr<std::unique_ptr<Connection>> Open(Options options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Runs a script of our own: transaction control, pragmas, migrations.
  absl::Status Run(const std::string& script);
  // The same for one statement that comes again and again (BEGIN, COMMIT): prepared once.
  absl::Status Control(absl::string_view sql);

  // A prepared statement, ready to be bound; given back with Release. The text comes from services: it must be one
  // statement, and may neither end the transaction nor change settings.
  absl::StatusOr<sqlite3_stmt*> Acquire(absl::string_view sql);
  void Release(sqlite3_stmt* statement);

  // Logs SQLite's message with the statement's text (never with its arguments), answers what a caller may see.
  absl::Status Fail(int code, sqlite3_stmt* statement);
  absl::Status Fail(int code, absl::string_view sql);
  // The same for a mistake of ours that SQLite did not notice.
  absl::Status Misuse(absl::string_view what, absl::string_view sql);

  // The first error since ClearDoom after which the transaction must not be committed; OK if there was none. Made anew
  // at each call: copies of one absl::Status share memory, which TSan can't follow into Debian's Abseil.
  absl::Status doom() const { return StatusOfSqlite(doom_, ""); }
  void ClearDoom() { doom_ = 0; }

  // False outside of BEGIN ... COMMIT, also after SQLite rolled back by itself.
  bool InTransaction() const;
  bool HasDeferredViolations() const;
  int64_t TotalChanges() const;
  int64_t Changes() const;
  // Statements that run past this time end with DEADLINE_EXCEEDED. InfiniteFuture (the default): no limit.
  void SetDeadline(absl::Time deadline);

  // Frames in the write-ahead log after the latest commit of this connection.
  int wal_frames() const { return wal_frames_; }
  // Copies what it can of the log into the database without waiting for readers. `truncate`: waits, and empties it.
  absl::Status Checkpoint(bool truncate);

 private:
  struct Cached {
    std::string sql;
    sqlite3_stmt* statement;
  };

  explicit Connection(Options options) : options_(std::move(options)) {}
  absl::Status Configure();
  absl::StatusOr<sqlite3_stmt*> Prepare(absl::string_view sql, bool restricted);
  void Log(absl::string_view detail, absl::string_view sql);

  static int Authorize(void* self, int action, const char*, const char*, const char*, const char*);
  static int OnProgress(void* self);
  static int OnWal(void* self, sqlite3*, const char*, int frames);

  Options options_;
  sqlite3* db_ = nullptr;
  bool restricted_ = false;
  absl::Time deadline_ = absl::InfiniteFuture();
  int doom_ = 0;  // SQLite's code
  int wal_frames_ = 0;
  std::list<Cached> idle_;  // most recently used first
  std::unordered_map<std::string, std::list<Cached>::iterator> by_sql_;
  std::unordered_map<std::string, sqlite3_stmt*> control_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_CONNECTION_H_
