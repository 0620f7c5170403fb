// Schema migrations: numbered SQL files, applied in order when a database is opened.
//
// A service's schema is the union of sets, each with numbers of its own from 0001: `storage` (idempotency records),
// `events` (outbox, cursors, due rows) and the service's own files. So a set can grow without renumbering another.
//
//   Database::Options options{.path = path};
//   options.migrations = {StorageSchema(), EventsSchema(), SchemaOf("orders", orders::OrdersSchemaFiles())};
//
// Each file is one transaction; it may hold several statements but no BEGIN, COMMIT or PRAGMA. Tables are STRICT.
// A file that was ever released is never edited: its hash is stored, and a changed history is refused. So is a database
// that knows more than the binary.
#ifndef MILLWRIGHT_COMMON_STORAGE_MIGRATIONS_H_
#define MILLWRIGHT_COMMON_STORAGE_MIGRATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/storage/connection.h"
#include "common/storage/embedded_file.h"
#include "common/time/clock.h"

namespace millwright {

struct MigrationSet {
  std::string name;                 // lower case, stable for ever: "orders"
  std::vector<EmbeddedFile> files;  // "NNNN_title.sql", numbers 0001, 0002, ... without a gap
};

MigrationSet SchemaOf(absl::string_view name, absl::Span<const EmbeddedFile> files);
// The idempotency table (idempotency.h).
MigrationSet StorageSchema();

// Brings the database up to date. FAILED_PRECONDITION with reason
//   DATABASE_NEWER     the database has a migration that no set of this binary has: run the newer binary
//   MIGRATION_CHANGED  a file differs from what was applied: restore the file, add a new one instead
//   MIGRATION_INVALID  a file name, its number or its SQL is wrong
// In every case the database is as it was before the first failing file.
absl::Status Migrate(Connection& writer, absl::Span<const MigrationSet> sets, const Clock& clock = Clock::System());

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_MIGRATIONS_H_
