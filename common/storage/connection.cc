#include "common/storage/connection.h"

#include <sqlite3.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/time/clock.h"

namespace millwright {
namespace {

// How often a statement looks at its deadline, in virtual machine steps (about 0.1 ms).
constexpr int kStepsPerDeadlineCheck = 10'000;

// secure_delete=FAST zeroes deleted rows where the page is written anyway: patient data does not linger, at no extra
// I/O; Options::zero_deleted asks for more. Readers keep their hands off the write-ahead log: SQLite before 3.51.3 can corrupt it when two connections
// write or checkpoint at the same moment. For the same reason there is no mmap. The writer checkpoints by hand, after
// it has acknowledged (group_writer.cc).
constexpr char kCommonPragmas[] =
    "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0;"
    "PRAGMA trusted_schema=OFF; PRAGMA cache_size=-16384;";
constexpr char kWriterPragmas[] =
    "PRAGMA journal_mode=WAL; PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=67108864;";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(Options options) {
  std::unique_ptr<Connection> connection(new Connection(std::move(options)));
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (connection->options_.role == Role::kWriter ? SQLITE_OPEN_CREATE : 0);
  int code = sqlite3_open_v2(connection->options_.path.c_str(), &connection->db_, flags, nullptr);
  if (code != SQLITE_OK) return connection->Fail(code, "");
  MW_RETURN_IF_ERROR(connection->Configure());
  return connection;
}

absl::Status Connection::Configure() {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, static_cast<int>(absl::ToInt64Milliseconds(options_.busy_timeout)));
  sqlite3_set_authorizer(db_, &Connection::Authorize, this);
  if (options_.role == Role::kWriter) {
    MW_RETURN_IF_ERROR(Run(kWriterPragmas));
    if (options_.zero_deleted) MW_RETURN_IF_ERROR(Run("PRAGMA secure_delete=ON"));
    MW_RETURN_IF_ERROR(Run(options_.synchronous == Synchronous::kFull ? "PRAGMA synchronous=FULL"
                                                                      : "PRAGMA synchronous=NORMAL"));
  }
  MW_RETURN_IF_ERROR(Run(kCommonPragmas));
  if (options_.role == Role::kReader) return Run("PRAGMA query_only=1");
  sqlite3_wal_hook(db_, &Connection::OnWal, this);  // after the pragma, which would replace it
  return absl::OkStatus();
}

Connection::~Connection() {
  for (Cached& cached : idle_) sqlite3_finalize(cached.statement);
  for (auto& [sql, statement] : control_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

absl::Status Connection::Run(const std::string& script) {
  int code = sqlite3_exec(db_, script.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return absl::OkStatus();
  return Fail(code, script);
}

absl::Status Connection::Control(absl::string_view sql) {
  sqlite3_stmt*& statement = control_[std::string(sql)];
  if (statement == nullptr) {
    MW_ASSIGN_OR_RETURN(statement, Prepare(sql, /*restricted=*/false));
  }
  int code = sqlite3_step(statement);
  absl::Status status = code == SQLITE_DONE ? absl::OkStatus() : Fail(code, statement);
  sqlite3_reset(statement);
  return status;
}

absl::StatusOr<sqlite3_stmt*> Connection::Acquire(absl::string_view sql) {
  auto found = by_sql_.find(std::string(sql));
  if (found == by_sql_.end()) return Prepare(sql, /*restricted=*/true);
  sqlite3_stmt* statement = found->second->statement;
  idle_.erase(found->second);
  by_sql_.erase(found);
  return statement;
}

void Connection::Release(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  std::string sql = sqlite3_sql(statement);
  if (by_sql_.contains(sql)) {  // the same text was in use twice, nested
    sqlite3_finalize(statement);
    return;
  }
  idle_.push_front({sql, statement});
  by_sql_[std::move(sql)] = idle_.begin();
  if (idle_.size() > kStatementCacheSize) {
    sqlite3_finalize(idle_.back().statement);
    by_sql_.erase(idle_.back().sql);
    idle_.pop_back();
  }
}

absl::StatusOr<sqlite3_stmt*> Connection::Prepare(absl::string_view sql, bool restricted) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  restricted_ = restricted;
  int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                                &tail);
  restricted_ = false;
  if (code != SQLITE_OK) return Fail(code, sql);
  absl::string_view rest = sql.substr(tail - sql.data());
  if (statement != nullptr && absl::StripAsciiWhitespace(rest).empty()) return statement;
  sqlite3_finalize(statement);
  return Misuse("not exactly one statement", sql);
}

int Connection::Authorize(void* self, int action, const char*, const char*, const char*, const char*) {
  if (!static_cast<Connection*>(self)->restricted_) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
      return SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

absl::Status Connection::Fail(int code, sqlite3_stmt* statement) { return Fail(code, sqlite3_sql(statement)); }

absl::Status Connection::Fail(int code, absl::string_view sql) {
  const char* detail = db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_);
  // open() failures carry the short code only; ask for the long one.
  if (db_ != nullptr && (sqlite3_errcode(db_) & 0xff) == (code & 0xff)) code = sqlite3_extended_errcode(db_);
  absl::Status status = StatusOfSqlite(code, detail);
  if (DoomsTransaction(code) && doom_ == SQLITE_OK) doom_ = code;
  // Unique violations are everyday answers, not faults.
  if (!IsUniqueViolation(status)) Log(absl::StrCat("SQLite ", code, ": ", detail), sql);
  return status;
}

absl::Status Connection::Misuse(absl::string_view what, absl::string_view sql) {
  Log(what, sql);
  if (doom_ == SQLITE_OK) doom_ = SQLITE_MISUSE;
  return StatusOfSqlite(SQLITE_MISUSE, what);
}

void Connection::Log(absl::string_view detail, absl::string_view sql) {
  if (options_.log) options_.log(absl::StrCat("storage ", options_.path, ": ", detail, sql.empty() ? "" : ": ", sql));
}

bool Connection::InTransaction() const { return sqlite3_get_autocommit(db_) == 0; }
int64_t Connection::TotalChanges() const { return sqlite3_total_changes64(db_); }
int64_t Connection::Changes() const { return sqlite3_changes64(db_); }

bool Connection::HasDeferredViolations() const {
  int unresolved = 0, highest = 0;
  sqlite3_db_status(db_, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0);
  return unresolved != 0;
}

void Connection::SetDeadline(absl::Time deadline) {
  deadline_ = deadline;
  const bool bounded = deadline != absl::InfiniteFuture();
  sqlite3_progress_handler(db_, bounded ? kStepsPerDeadlineCheck : 0, bounded ? &Connection::OnProgress : nullptr,
                           this);
}

int Connection::OnProgress(void* self) {
  return Clock::System().Now() >= static_cast<Connection*>(self)->deadline_ ? 1 : 0;
}

int Connection::OnWal(void* self, sqlite3*, const char*, int frames) {
  static_cast<Connection*>(self)->wal_frames_ = frames;
  return SQLITE_OK;
}

absl::Status Connection::Checkpoint(bool truncate) {
  int code = sqlite3_wal_checkpoint_v2(db_, nullptr, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
                                       nullptr, nullptr);
  wal_frames_ = 0;  // the next commit tells
  return code == SQLITE_OK ? absl::OkStatus() : Fail(code, "");
}

}  // namespace millwright
