// What storage answers when SQLite says no. Callers get a canonical code and a general text; SQLite's own words
// (paths, tables, SQL) go to the log hook only, because a status may travel to a client.
//
//   what SQLite reports                    code                 reason
//   row with the same key                  ALREADY_EXISTS       -                     IsUniqueViolation
//   foreign key                            FAILED_PRECONDITION  -                     IsForeignKeyViolation
//   disk full                              UNAVAILABLE          STORAGE_FULL          with RetryInfo
//   I/O error, busy, out of memory         UNAVAILABLE          STORAGE_UNAVAILABLE   with RetryInfo
//   the deadline of a read passed          DEADLINE_EXCEEDED    -
//   a value too large for SQLite           INVALID_ARGUMENT     STORAGE_TOO_LARGE
//   all else (our mistake, or corruption)  INTERNAL             -
//
// The writer's own refusals are UNAVAILABLE too: STORAGE_QUEUE_FULL, STORAGE_CLOSED (database.h).
#ifndef MILLWRIGHT_COMMON_STORAGE_STORAGE_ERROR_H_
#define MILLWRIGHT_COMMON_STORAGE_STORAGE_ERROR_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace millwright {

// Gets one line per storage error. Called from any thread that uses the database, also at once: must be thread-safe
// and must not block.
using StorageLog = std::function<void(absl::string_view line)>;

// True if a row with the same primary key or UNIQUE columns exists already.
bool IsUniqueViolation(const absl::Status& status);
// Which constraint: "orders.company, orders.number", as in the schema; "" for other errors.
std::string UniqueViolationColumns(const absl::Status& status);
// True if a referenced row is missing, or a row can't go because others refer to it.
bool IsForeignKeyViolation(const absl::Status& status);

// The status for an SQLite extended result code; `detail` is SQLite's message.
absl::Status StatusOfSqlite(int code, absl::string_view detail);
// Whether the transaction in which `code` came up must not commit, whatever its closure says.
bool DoomsTransaction(int code);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_STORAGE_ERROR_H_
