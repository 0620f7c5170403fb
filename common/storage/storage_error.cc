#include "common/storage/storage_error.h"

#include <sqlite3.h>

#include "absl/strings/cord.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

// Payloads that never leave the process: common/rpc forwards only google.rpc types.
constexpr char kUniqueUrl[] = "millwright.storage/unique";
constexpr char kForeignKeyUrl[] = "millwright.storage/foreign_key";

absl::Status UniqueViolation(absl::string_view detail) {
  absl::Status status = absl::AlreadyExistsError("a row with this key exists already");
  absl::ConsumePrefix(&detail, "UNIQUE constraint failed: ");
  status.SetPayload(kUniqueUrl, absl::Cord(detail));
  return status;
}

absl::Status ForeignKeyViolation() {
  absl::Status status =
      absl::FailedPreconditionError("a row that this one refers to is missing, or others refer to this one");
  status.SetPayload(kForeignKeyUrl, absl::Cord());
  return status;
}

}  // namespace

bool IsUniqueViolation(const absl::Status& status) { return status.GetPayload(kUniqueUrl).has_value(); }

std::string UniqueViolationColumns(const absl::Status& status) {
  auto payload = status.GetPayload(kUniqueUrl);
  return payload ? std::string(*payload) : "";
}

bool IsForeignKeyViolation(const absl::Status& status) { return status.GetPayload(kForeignKeyUrl).has_value(); }

absl::Status StatusOfSqlite(int code, absl::string_view detail) {
  switch (code) {
    case SQLITE_OK:
      return absl::OkStatus();
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return UniqueViolation(detail);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return ForeignKeyViolation();
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Error::Unavailable("STORAGE_FULL", "the storage is full; nothing was changed, try again later",
                                absl::Seconds(5));
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
      return Error::Unavailable("STORAGE_UNAVAILABLE", "the storage is not available now; try again later");
    case SQLITE_INTERRUPT:
      return absl::DeadlineExceededError("the deadline passed while the storage was searching");
    case SQLITE_TOOBIG:
      return Error::InvalidArgument("STORAGE_TOO_LARGE", "a value is larger than the storage takes; send less");
    default:
      return absl::InternalError("the storage could not do this; the service's log says why");
  }
}

bool DoomsTransaction(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
      return false;  // only the statement is undone; its caller decides
    default:
      return true;
  }
}

}  // namespace millwright
