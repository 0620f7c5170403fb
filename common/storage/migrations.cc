#include "common/storage/migrations.h"

#include <openssl/sha.h>

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/session.h"
#include "embedded/storage_schema.h"

namespace millwright {
namespace {

constexpr char kHistoryTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " set_name TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " applied_micros INTEGER NOT NULL, PRIMARY KEY (set_name, number)) STRICT";

struct Applied {
  std::string file, sha256;
};
using History = std::map<std::pair<std::string, int64_t>, Applied>;

std::string Sha256Hex(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

absl::Status Invalid(absl::string_view what) { return Error::FailedPrecondition("MIGRATION_INVALID", what); }

absl::Status CheckNames(const MigrationSet& set) {
  for (size_t i = 0; i < set.files.size(); ++i) {
    absl::string_view name = set.files[i].name;
    int number = 0;
    const bool well_formed = name.size() > 9 && name[4] == '_' && absl::EndsWith(name, ".sql") &&
                             absl::SimpleAtoi(name.substr(0, 4), &number);
    if (!well_formed || number != static_cast<int>(i) + 1) {
      return Invalid(absl::StrCat("migration ", set.name, "/", name, ": expected a file NNNN_title.sql with number ",
                                  i + 1, "; numbers start at 0001 and have no gap"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<History> ReadHistory(Connection& writer) {
  History history;
  MW_RETURN_IF_ERROR(Reader(writer)
                         .Query("SELECT set_name, number, file, sha256 FROM schema_migrations")
                         .ForEach([&](const Row& row) {
                           history[{row.String(0), row.Int(1)}] = {row.String(2), row.String(3)};
                         }));
  return history;
}

absl::Status CheckNothingNewer(const History& history, absl::Span<const MigrationSet> sets) {
  std::map<std::string, int64_t> known;
  for (const MigrationSet& set : sets) known[set.name] = static_cast<int64_t>(set.files.size());
  for (const auto& [key, applied] : history) {
    const auto& [set, number] = key;
    auto found = known.find(set);
    if (found != known.end() && number <= found->second) continue;
    return Error::FailedPrecondition(
               "DATABASE_NEWER",
               absl::StrCat("the database has migration ", set, "/", applied.file, ", this binary only knows ", set,
                            " up to ", found == known.end() ? 0 : found->second,
                            "; run the newer binary, or restore a back-up from before the upgrade"))
        .Meta("migration", absl::StrCat(set, "/", applied.file));
  }
  return absl::OkStatus();
}

absl::Status ApplyScript(Connection& writer, const MigrationSet& set, int64_t number, const EmbeddedFile& file,
                         const Clock& clock) {
  const std::string label = absl::StrCat("migration ", set.name, "/", file.name);
  if (!writer.Run(std::string(file.content)).ok()) return Invalid(absl::StrCat(label, ": the log has SQLite's reason"));
  if (!writer.InTransaction()) return Invalid(absl::StrCat(label, " ends its transaction: remove COMMIT or ROLLBACK"));
  return Transaction(writer).Run(
      "INSERT INTO schema_migrations (set_name, number, file, sha256, applied_micros) VALUES ($1, $2, $3, $4, $5)",
      set.name, number, file.name, Sha256Hex(file.content), clock.Now());
}

absl::Status Apply(Connection& writer, const MigrationSet& set, int64_t number, const EmbeddedFile& file,
                   const Clock& clock) {
  MW_RETURN_IF_ERROR(writer.Run("BEGIN IMMEDIATE"));
  absl::Status status = ApplyScript(writer, set, number, file, clock);
  if (status.ok()) status = writer.Run("COMMIT");
  if (!status.ok() && writer.InTransaction()) (void)writer.Run("ROLLBACK");
  return status;
}

}  // namespace

MigrationSet SchemaOf(absl::string_view name, absl::Span<const EmbeddedFile> files) {
  return {std::string(name), {files.begin(), files.end()}};
}

MigrationSet StorageSchema() { return SchemaOf("storage", StorageSchemaFiles()); }

absl::Status Migrate(Connection& writer, absl::Span<const MigrationSet> sets, const Clock& clock) {
  for (const MigrationSet& set : sets) MW_RETURN_IF_ERROR(CheckNames(set));
  MW_RETURN_IF_ERROR(writer.Run(kHistoryTable));
  MW_ASSIGN_OR_RETURN(History history, ReadHistory(writer));
  MW_RETURN_IF_ERROR(CheckNothingNewer(history, sets));
  for (const MigrationSet& set : sets) {
    for (size_t i = 0; i < set.files.size(); ++i) {
      const EmbeddedFile& file = set.files[i];
      const int64_t number = static_cast<int64_t>(i) + 1;
      auto applied = history.find({set.name, number});
      if (applied == history.end()) {
        MW_RETURN_IF_ERROR(Apply(writer, set, number, file, clock));
      } else if (applied->second.sha256 != Sha256Hex(file.content)) {
        return Error::FailedPrecondition(
            "MIGRATION_CHANGED",
            absl::StrCat("migration ", set.name, "/", file.name, " is not what was applied to this database (",
                         applied->second.file, "); restore the file and put the change into a new one"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace millwright
