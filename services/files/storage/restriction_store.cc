// Members of a company that are kept from a file.
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/files/storage/files_store.h"
#include "services/files/storage/read_rows.h"

namespace millwright::files {
namespace {

constexpr char kColumns[] = "SELECT project, name_key, company, allowed, restricted_by, update_time FROM file_restrictions ";

RestrictionRow ReadRestriction(const Row& row) {
  return {row.String(0), row.String(1), row.String(2), absl::StrSplit(row.String(3), '\n', absl::SkipEmpty()),
          row.String(4), row.Time(5)};
}

}  // namespace

absl::Status RestrictionStore::Put(Transaction& tx, const RestrictionRow& row) {
  return tx.Run(
      "INSERT INTO file_restrictions (project, name_key, company, allowed, restricted_by, update_time) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (project, name_key, company) DO UPDATE SET "
      "allowed = $4, restricted_by = $5, update_time = $6",
      row.project, row.name_key, row.company, absl::StrJoin(row.allowed, "\n"), row.restricted_by, row.update_time);
}

absl::Status RestrictionStore::Delete(Transaction& tx, const RestrictionRow& row) {
  return tx.Run("DELETE FROM file_restrictions WHERE project = $1 AND name_key = $2 AND company = $3", row.project,
                row.name_key, row.company);
}

absl::StatusOr<std::vector<RestrictionRow>> RestrictionStore::List(Reader& reader, const std::string& project,
                                                                   const std::string& company, const After& after,
                                                                   int limit) {
  return reader
      .Query(std::string(kColumns) + "WHERE project = $1 AND company = $2 AND name_key > $3 ORDER BY name_key LIMIT $4",
             project, company, after.a, limit)
      .All(ReadRestriction);
}

absl::Status RestrictionStore::Rename(Transaction& tx, const std::string& project, const std::string& name_key,
                                      const std::string& new_key) {
  return tx.Run("UPDATE OR REPLACE file_restrictions SET name_key = $3 WHERE project = $1 AND name_key = $2", project,
                name_key, new_key);
}

}  // namespace millwright::files
