// What companies decided, and where their orders stand.
#include "common/errors/error.h"
#include "services/files/storage/files_store.h"
#include "services/files/storage/read_rows.h"

namespace millwright::files {
namespace {

FileSettingsRow ReadSettings(const Row& row) {
  return {row.String(0), row.Int(1), row.String(2), row.String(3), row.Time(4)};
}

}  // namespace

absl::StatusOr<bool> SenderStore::HashesProven(Reader& reader, const std::string& company) {
  return reader.Query("SELECT 1 FROM proven_senders WHERE company = $1", company).Any();
}

absl::Status SenderStore::Prove(Transaction& tx, const std::string& company, const std::string& project,
                                absl::Time now) {
  return tx.Run("INSERT INTO proven_senders (company, project, create_time) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                company, project, now);
}

namespace {

constexpr char kAcceptanceColumns[] =
    "SELECT company, version, profile, created_by, create_time FROM acceptance_profiles WHERE company = $1 ";

AcceptanceRow ReadAcceptance(const Row& row) {
  return {row.String(0), row.Int(1), row.String(2), row.String(3), row.Time(4)};
}

}  // namespace

absl::StatusOr<std::optional<AcceptanceRow>> AcceptanceStore::Current(Reader& reader, const std::string& company) {
  return reader.Query(std::string(kAcceptanceColumns) + "ORDER BY version DESC LIMIT 1", company).One(ReadAcceptance);
}

absl::StatusOr<std::optional<AcceptanceRow>> AcceptanceStore::Find(Reader& reader, const std::string& company,
                                                                   int64_t version) {
  return reader.Query(std::string(kAcceptanceColumns) + "AND version = $2", company, version).One(ReadAcceptance);
}

absl::StatusOr<std::vector<AcceptanceRow>> AcceptanceStore::List(Reader& reader, const std::string& company,
                                                                 int64_t before, int limit) {
  return reader
      .Query(std::string(kAcceptanceColumns) + "AND (version < $2 OR $2 = 0) ORDER BY version DESC LIMIT $3", company,
             before, limit)
      .All(ReadAcceptance);
}

absl::Status AcceptanceStore::Insert(Transaction& tx, const AcceptanceRow& row) {
  return tx.Run(
      "INSERT INTO acceptance_profiles (company, version, profile, created_by, create_time) "
      "VALUES ($1, $2, $3, $4, $5)",
      row.company, row.version, Blob{row.profile}, row.created_by, row.create_time);
}

absl::Status OrderStateStore::Put(Transaction& tx, const OrderStateRow& row) {
  return tx.Run(
      "INSERT INTO order_states (order_id, project, state, open, update_time) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (order_id) DO UPDATE SET project = $2, state = $3, open = $4, "
      "update_time = CASE WHEN state = $3 AND open = $4 THEN update_time ELSE $5 END",
      row.order, row.project, row.state, row.open, row.update_time);
}

absl::StatusOr<std::vector<OrderStateRow>> OrderStateStore::OfProject(Reader& reader, const std::string& project) {
  return reader
      .Query(
          "SELECT order_id, project, state, open, update_time FROM order_states WHERE project = $1 "
          "ORDER BY update_time, order_id",
          project)
      .All([](const Row& row) {
        return OrderStateRow{row.String(0), row.String(1), static_cast<int>(row.Int(2)), row.Bool(3), row.Time(4)};
      });
}

absl::StatusOr<std::optional<FileSettingsRow>> FileSettingsStore::Current(Reader& reader, const std::string& company) {
  return reader
      .Query("SELECT company, version, settings, updated_by, update_time FROM file_settings WHERE company = $1 "
             "ORDER BY version DESC LIMIT 1",
             company)
      .One(ReadSettings);
}

absl::StatusOr<std::vector<FileSettingsRow>> FileSettingsStore::All(Reader& reader) {
  return reader
      .Query("SELECT company, version, settings, updated_by, update_time FROM file_settings s WHERE version = "
             "(SELECT MAX(version) FROM file_settings WHERE company = s.company) ORDER BY company")
      .All(ReadSettings);
}

absl::Status FileSettingsStore::Insert(Transaction& tx, const FileSettingsRow& row) {
  return tx.Run(
      "INSERT INTO file_settings (company, version, settings, updated_by, update_time) VALUES ($1, $2, $3, $4, $5)",
      row.company, row.version, Blob{row.settings}, row.updated_by, row.update_time);
}

absl::StatusOr<std::vector<EndedProject>> OrderStateStore::Ended(Reader& reader, const std::string& company,
                                                                 absl::Time before, const std::string& after, int limit) {
  return reader
      .Query("SELECT p.id, (SELECT MAX(o.update_time) FROM order_states o WHERE o.project = p.id) AS ended "
             "FROM projects p WHERE p.company = $1 AND p.id > $2 AND ended <= $3 "
             "AND NOT EXISTS (SELECT 1 FROM order_states o WHERE o.project = p.id AND o.open = 1) "
             "AND NOT EXISTS (SELECT 1 FROM locks l WHERE l.project = p.id) "
             "AND NOT EXISTS (SELECT 1 FROM pins n WHERE n.project = p.id AND n.state = 0) "
             "AND EXISTS (SELECT 1 FROM files f WHERE f.project = p.id AND f.erase_time = 0) ORDER BY p.id LIMIT $4",
             company, after, before, limit)
      .All([](const Row& row) { return EndedProject{row.String(0), row.Time(1)}; });
}

absl::Status OrderVerdictStore::Insert(Transaction& tx, const OrderVerdictRow& row) {
  return tx.Run(
      "INSERT INTO order_verdicts (id, order_id, project, verdict, shared, create_time) VALUES ($1, $2, $3, $4, $5, $6)",
      row.id, row.order, row.project, Blob{row.verdict}, Blob{row.shared}, row.create_time);
}

absl::StatusOr<std::vector<OrderVerdictRow>> OrderVerdictStore::Page(Reader& reader, const std::string& order,
                                                                     const After& after, int limit) {
  const std::string select =
      "SELECT id, order_id, project, verdict, shared, create_time FROM order_verdicts WHERE order_id = $1";
  const std::string sorted = " ORDER BY create_time DESC, id DESC LIMIT $2";
  auto read = [](const Row& row) {
    return OrderVerdictRow{row.String(0), row.String(1), row.String(2), row.String(3), row.String(4), row.Time(5)};
  };
  if (after.first()) return reader.Query(select + sorted, order, limit).All(read);
  return reader
      .Query(select + " AND (create_time, id) < ($3, $4)" + sorted, order, limit, NumberOf(after.a), after.b)
      .All(read);
}

}  // namespace millwright::files
