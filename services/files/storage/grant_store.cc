// Grants: who may read a file of another company, and who did.
#include "common/errors/error.h"
#include "services/files/storage/files_store.h"
#include "services/files/storage/read_rows.h"

namespace millwright::files {
namespace {

GrantRow ReadGrant(const Row& row) {
  return {row.String(0), row.String(1), row.String(2),
          row.String(3), row.String(4), static_cast<GrantState>(row.Int(5)),
          row.Time(6),   row.String(7), row.String(8), static_cast<int>(row.Int(9))};
}
constexpr char kGrantColumns[] =
    "SELECT id, order_id, project, file, grantee, state, create_time, shared, copy_sha256, purpose FROM grants ";

}  // namespace

absl::Status GrantStore::Insert(Transaction& tx, const GrantRow& row) {
  return tx.Run(
      "INSERT INTO grants (id, order_id, project, file, grantee, state, create_time, update_time, shared, copy_sha256, "
      "purpose) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)",
      row.id, row.order, row.project, row.file, row.grantee, row.state, row.create_time, Blob{row.shared},
      row.copy_sha256, row.purpose);
}

absl::StatusOr<int64_t> GrantStore::Move(Transaction& tx, const std::string& order, GrantState from, GrantState to,
                                         absl::Time now) {
  return tx.Execute("UPDATE grants SET state = $3, update_time = $4 WHERE order_id = $1 AND state = $2", order, from,
                    to, now);
}

absl::StatusOr<std::optional<GrantRow>> GrantStore::Best(Reader& reader, const std::string& file,
                                                         const std::string& grantee) {
  return reader
      .Query(
          std::string(kGrantColumns) + "WHERE file = $1 AND grantee = $2 AND state < 2 ORDER BY state DESC, id LIMIT 1",
          file, grantee)
      .One(ReadGrant);
}

absl::StatusOr<std::vector<GrantRow>> GrantStore::OfProject(Reader& reader, const std::string& project,
                                                            const After& after, int limit) {
  return reader
      .Query(std::string(kGrantColumns) + "WHERE project = $1 AND id > $2 ORDER BY id LIMIT $3", project, after.a,
             limit)
      .All(ReadGrant);
}

absl::StatusOr<std::vector<std::pair<FileRow, GrantRow>>> GrantStore::SharedFiles(Reader& reader,
                                                                                  const std::string& order,
                                                                                  const std::string& grantee,
                                                                                  const After& after, int limit) {
  MW_ASSIGN_OR_RETURN(std::vector<FileRow> files,
                      reader
                          .Query(std::string(kFileColumns) +
                                     "WHERE f.id > $3 AND f.id IN (SELECT file FROM grants WHERE order_id = $1 AND "
                                     "grantee = $2 AND state = 1) ORDER BY f.id LIMIT $4",
                                 order, grantee, after.a, limit)
                          .All(ReadFile));
  std::vector<std::pair<FileRow, GrantRow>> shared;
  for (FileRow& file : files) {
    MW_ASSIGN_OR_RETURN(
        std::optional<GrantRow> grant,
        reader
            .Query(std::string(kGrantColumns) + "WHERE order_id = $1 AND grantee = $2 AND file = $3 AND state = 1 LIMIT 1",
                   order, grantee, file.id)
            .One(ReadGrant));
    if (grant.has_value()) shared.emplace_back(std::move(file), *std::move(grant));
  }
  return shared;
}

absl::StatusOr<bool> GrantStore::Shares(Reader& reader, const std::string& project, const std::string& grantee) {
  return reader
      .Query("SELECT 1 FROM grants WHERE project = $1 AND grantee = $2 AND state < 2 LIMIT 1", project, grantee)
      .Any();
}

absl::Status GrantStore::LogAccess(Transaction& tx, const std::string& id, const GrantRow& grant,
                                   const std::string& member, absl::Time now) {
  return tx.Run(
      "INSERT INTO accesses (id, project, file, order_id, grantee, member, create_time) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      id, grant.project, grant.file, grant.order, grant.grantee, member, now);
}

absl::StatusOr<std::vector<AccessRow>> GrantStore::Accesses(Reader& reader, const std::string& project,
                                                            const After& after, int limit) {
  const std::string select =
      "SELECT a.id, a.project, a.file, a.order_id, a.grantee, a.member, a.create_time, f.file_name FROM accesses a "
      "JOIN files f ON f.id = a.file WHERE a.project = $1";
  const std::string order = " ORDER BY a.create_time DESC, a.id DESC LIMIT $2";
  auto read = [](const Row& row) {
    return AccessRow{row.String(0), row.String(1), row.String(2), row.String(3),
                     row.String(4), row.String(5), row.Time(6),   row.String(7)};
  };
  if (after.first()) return reader.Query(select + order, project, limit).All(read);
  return reader
      .Query(select + " AND (a.create_time, a.id) < ($3, $4)" + order, project, limit, NumberOf(after.a), after.b)
      .All(read);
}

}  // namespace millwright::files
