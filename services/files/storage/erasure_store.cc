// Erasing: rows lose what names the patient, and stop naming their bytes.
#include "absl/strings/numbers.h"
#include "common/errors/error.h"
#include "services/files/storage/files_store.h"

namespace millwright::files {

absl::StatusOr<std::vector<ErasureRow>> ErasureStore::ToErase(Reader& reader, const std::string& project) {
  return reader
      .Query("SELECT id, sha256, size, 0 FROM files WHERE project = $1 AND erase_time = 0 "
             "UNION ALL SELECT file, copy_sha256, 0, 1 FROM grants WHERE project = $1 AND copy_sha256 <> '' ORDER BY 1, 4",
             project)
      .All([&](const Row& row) {
        return ErasureRow{.project = project,
                          .file = row.String(0),
                          .sha256 = row.String(1),
                          .size = row.Int(2),
                          .shared_copy = row.Bool(3)};
      });
}

absl::Status ErasureStore::Insert(Transaction& tx, const ErasureRow& row) {
  return tx.Run(
      "INSERT INTO erasures (id, project, file, sha256, size, shared_copy, reason, erased_by, create_time) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      row.id, row.project, row.file, row.sha256, row.size, row.shared_copy, row.reason, row.erased_by, row.create_time);
}

absl::Status ErasureStore::EraseFile(Transaction& tx, const std::string& file, const std::string& name,
                                     absl::Time now) {
  // The name may have been the patient's; two revisions of one name stay two.
  return tx.Run(
      "UPDATE files SET file_name = $2, superseded = 1, analysis = x'', erase_time = $3 "
      "WHERE id = $1",
      file, name, now);
}

absl::Status ErasureStore::EraseTraces(Transaction& tx, const std::string& file, const std::string& old_name) {
  MW_RETURN_IF_ERROR(tx.Run("UPDATE grants SET copy_sha256 = '' WHERE file = $1", file));
  MW_RETURN_IF_ERROR(tx.Run("UPDATE uploads SET file_name = '' WHERE file = $1", file));
  return tx.Run(
      "UPDATE waivers SET reason = '(erased)', file_name = '' WHERE file_name = $2 AND "
      "project = (SELECT project FROM files WHERE id = $1)",
      file, old_name);
}

absl::Status ErasureStore::Rename(Transaction& tx, const std::string& file, const std::string& name) {
  MW_RETURN_IF_ERROR(tx.Run("UPDATE uploads SET file_name = $2 WHERE file = $1", file, name));
  return tx.Run("UPDATE files SET file_name = $2 WHERE id = $1", file, name);
}

absl::Status ErasureStore::EraseNames(Transaction& tx, const std::string& project) {
  MW_RETURN_IF_ERROR(
      tx.Run("UPDATE waivers SET reason = '(erased)', file_name = CASE WHEN EXISTS (SELECT 1 FROM files f WHERE "
             "f.project = $1 AND f.file_name = waivers.file_name AND f.erase_time = 0) THEN file_name ELSE '' END "
             "WHERE project = $1",
             project));
  MW_RETURN_IF_ERROR(tx.Run("UPDATE order_verdicts SET verdict = shared WHERE project = $1", project));
  return tx.Run("UPDATE projects SET display_name = '(erased)', patient_names = '' WHERE id = $1", project);
}

absl::StatusOr<std::vector<ErasureRow>> ErasureStore::Page(Reader& reader, const std::string& project,
                                                           const After& after, int limit) {
  const std::string select =
      "SELECT id, project, file, sha256, size, shared_copy, reason, erased_by, create_time FROM erasures "
      "WHERE project = $1";
  const std::string order = " ORDER BY create_time DESC, id DESC LIMIT $2";
  auto read = [](const Row& row) {
    return ErasureRow{row.String(0), row.String(1), row.String(2), row.String(3), row.Int(4),
                      row.Bool(5),   row.String(6), row.String(7), row.Time(8)};
  };
  if (after.first()) return reader.Query(select + order, project, limit).All(read);
  int64_t time = 0;
  if (!absl::SimpleAtoi(after.a, &time)) return absl::InternalError("a token without a time");
  return reader
      .Query(select + " AND (create_time, id) < ($3, $4)" + order, project, limit, time, after.b)
      .All(read);
}

}  // namespace millwright::files
