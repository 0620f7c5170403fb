#include "services/files/storage/files_store.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "embedded/files_schema.h"
#include "services/files/storage/read_rows.h"

namespace millwright::files {
namespace {

constexpr char kProjectColumns[] =
    "SELECT id, company, display_name, case_code, state, version, create_time, update_time, "
    "EXISTS (SELECT 1 FROM locks WHERE locks.project = projects.id), patient_names FROM projects ";

ProjectRow ReadProject(const Row& row) {
  ProjectRow project;
  project.id = row.String(0);
  project.company = row.String(1);
  project.display_name = row.String(2);
  project.case_code = row.String(3);
  project.state = static_cast<int>(row.Int(4));
  project.version = row.Int(5);
  project.create_time = row.Time(6);
  project.update_time = row.Time(7);
  project.locked = row.Bool(8);
  project.patient_names = absl::StrSplit(row.String(9), '\n', absl::SkipEmpty());
  return project;
}

UploadRow ReadUpload(const Row& row) {
  UploadRow upload;
  upload.id = row.String(0);
  upload.project = row.String(1);
  upload.company = row.String(2);
  upload.file_name = row.String(3);
  upload.size = row.Int(4);
  upload.sha256 = row.String(5);
  upload.unit = static_cast<int>(row.Int(6));
  upload.uploaded_by = row.String(7);
  upload.committed = row.Int(8);
  upload.expire_time = row.Time(9);
  upload.file = row.String(10);
  return upload;
}

}  // namespace

MigrationSet FilesSchema() { return SchemaOf("files", FilesSchemaFiles()); }

absl::Status ProjectStore::Insert(Transaction& tx, const ProjectRow& row) {
  return tx.Run(
      "INSERT INTO projects (id, company, display_name, case_code, state, version, create_time, update_time, "
      "patient_names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      row.id, row.company, row.display_name, row.case_code, row.state, row.version, row.create_time, row.update_time,
      absl::StrJoin(row.patient_names, "\n"));
}

absl::StatusOr<std::optional<ProjectRow>> ProjectStore::Find(Reader& reader, const std::string& id) {
  return reader.Query(std::string(kProjectColumns) + "WHERE id = $1", id).One(ReadProject);
}

absl::StatusOr<std::vector<ProjectRow>> ProjectStore::List(Reader& reader, const std::string& company,
                                                           const After& after, int limit) {
  const std::string order = " ORDER BY create_time DESC, id DESC LIMIT $2";
  if (after.first()) {
    return reader.Query(std::string(kProjectColumns) + "WHERE company = $1" + order, company, limit).All(ReadProject);
  }
  return reader
      .Query(std::string(kProjectColumns) + "WHERE company = $1 AND (create_time, id) < ($3, $4)" + order, company,
             limit, NumberOf(after.a), after.b)
      .All(ReadProject);
}

absl::StatusOr<bool> ProjectStore::Update(Transaction& tx, const ProjectRow& row) {
  MW_ASSIGN_OR_RETURN(const int64_t touched,
                      tx.Execute("UPDATE projects SET display_name = $2, case_code = $3, state = $4, version = $5, "
                                 "update_time = $6, patient_names = $7 WHERE id = $1 AND version = $5 - 1",
                                 row.id, row.display_name, row.case_code, row.state, row.version, row.update_time,
                                 absl::StrJoin(row.patient_names, "\n")));
  return touched == 1;
}

absl::Status ProjectStore::Touch(Transaction& tx, const std::string& id, absl::Time now) {
  return tx.Run("UPDATE projects SET version = version + 1, update_time = $2 WHERE id = $1", id, now);
}

absl::Status UploadStore::Insert(Transaction& tx, const UploadRow& row) {
  return tx.Run(
      "INSERT INTO uploads (id, project, company, file_name, size, sha256, unit, uploaded_by, committed, expire_time, "
      "file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      row.id, row.project, row.company, row.file_name, row.size, row.sha256, row.unit, row.uploaded_by, row.committed,
      row.expire_time, row.file);
}

absl::StatusOr<std::optional<UploadRow>> UploadStore::Find(Reader& reader, const std::string& id) {
  return reader
      .Query(
          "SELECT id, project, company, file_name, size, sha256, unit, uploaded_by, committed, expire_time, file "
          "FROM uploads WHERE id = $1",
          id)
      .One(ReadUpload);
}

absl::Status UploadStore::SetCommitted(Transaction& tx, const std::string& id, int64_t committed) {
  return tx.Run("UPDATE uploads SET committed = $2 WHERE id = $1 AND committed < $2", id, committed);
}

absl::Status UploadStore::SetFile(Transaction& tx, const std::string& id, const std::string& file) {
  MW_ASSIGN_OR_RETURN(const int64_t found,
                      tx.Execute("UPDATE uploads SET file = $2, committed = size WHERE id = $1", id, file));
  if (found == 1) return absl::OkStatus();
  return Error::FailedPrecondition("UPLOAD_ENDED", "the upload was dropped while it was finished")
      .Precondition("UPLOAD_ENDED", id, "upload the file again");
}

absl::StatusOr<std::vector<UploadRow>> UploadStore::UnfinishedOf(Reader& reader, const std::string& project) {
  return reader
      .Query(
          "SELECT id, project, company, file_name, size, sha256, unit, uploaded_by, committed, expire_time, file "
          "FROM uploads WHERE project = $1 AND file = ''",
          project)
      .All(ReadUpload);
}

absl::Status UploadStore::Delete(Transaction& tx, const std::string& id) {
  MW_RETURN_IF_ERROR(tx.Run("DELETE FROM upload_parts WHERE upload = $1", id));
  return tx.Run("DELETE FROM uploads WHERE id = $1", id);
}

absl::StatusOr<std::vector<std::string>> UploadStore::Unfinished(Reader& reader) {
  return reader.Query("SELECT id FROM uploads WHERE file = ''").All([](const Row& row) { return row.String(0); });
}

absl::StatusOr<std::vector<PartRow>> UploadStore::Parts(Reader& reader, const std::string& id) {
  return reader.Query("SELECT upload, start, size, committed FROM upload_parts WHERE upload = $1 ORDER BY start", id)
      .All([](const Row& row) { return PartRow{row.String(0), row.Int(1), row.Int(2), row.Int(3)}; });
}

absl::Status UploadStore::InsertPart(Transaction& tx, const PartRow& row) {
  return tx.Run("INSERT INTO upload_parts (upload, start, size, committed) VALUES ($1, $2, $3, $4)", row.upload,
                row.start, row.size, row.committed);
}

absl::Status UploadStore::SetPartCommitted(Transaction& tx, const PartRow& row) {
  return tx.Run("UPDATE upload_parts SET committed = $3 WHERE upload = $1 AND start = $2 AND committed < $3",
                row.upload, row.start, row.committed);
}

absl::Status FileStore::InsertRevision(Transaction& tx, FileRow& row) {
  MW_ASSIGN_OR_RETURN(
      const int64_t last,
      tx.Query("SELECT MAX(revision) FROM files WHERE project = $1 AND file_name = $2", row.project, row.file_name)
          .Int());
  row.revision = static_cast<int>(last) + 1;
  MW_RETURN_IF_ERROR(tx.Run("UPDATE files SET superseded = 1 WHERE project = $1 AND file_name = $2 AND superseded = 0",
                            row.project, row.file_name));
  return tx.Run(
      "INSERT INTO files (id, project, company, file_name, revision, superseded, kind, content_kind, size, sha256, "
      "unit, verdict, analysis, create_time, uploaded_by) "
      "VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      row.id, row.project, row.company, row.file_name, row.revision, row.kind, row.content_kind, row.size, row.sha256,
      row.unit, row.verdict, Blob{row.analysis}, row.create_time, row.uploaded_by);
}

absl::StatusOr<std::optional<FileRow>> FileStore::Find(Reader& reader, const std::string& id) {
  return reader.Query(std::string(kFileColumns) + "WHERE f.id = $1", id).One(ReadFile);
}

absl::StatusOr<std::vector<FileRow>> FileStore::List(Reader& reader, const std::string& project, bool superseded,
                                                     const After& after, int limit) {
  return reader
      .Query(std::string(kFileColumns) +
                 "WHERE f.project = $1 AND f.superseded <= $2 AND (f.file_name, f.revision) > ($3, $4) "
                 "ORDER BY f.file_name, f.revision LIMIT $5",
             project, superseded, after.a, NumberOf(after.b), limit)
      .All(ReadFile);
}

absl::StatusOr<std::vector<FileRow>> FileStore::Current(Reader& reader, const std::string& project) {
  return reader
      .Query(std::string(kFileColumns) + "WHERE f.project = $1 AND f.superseded = 0 ORDER BY f.file_name", project)
      .All(ReadFile);
}

absl::Status FileStore::SetAnalysis(Transaction& tx, const FileRow& row) {
  return tx.Run("UPDATE files SET kind = $2, content_kind = $3, verdict = $4, analysis = $5 WHERE id = $1", row.id,
                row.kind, row.content_kind, row.verdict, Blob{row.analysis});
}

absl::StatusOr<int64_t> FileStore::AddUsage(Transaction& tx, const std::string& company, int64_t bytes) {
  return tx
      .Query(
          "INSERT INTO usage (company, bytes) VALUES ($1, MAX($2, 0)) "
          "ON CONFLICT (company) DO UPDATE SET bytes = MAX(bytes + $2, 0) RETURNING bytes",
          company, bytes)
      .Int();
}

absl::StatusOr<int64_t> FileStore::Usage(Reader& reader, const std::string& company) {
  return reader.Query("SELECT bytes FROM usage WHERE company = $1", company).Int();
}

absl::Status WaiverStore::Insert(Transaction& tx, const WaiverRow& row) {
  return tx.Run(
      "INSERT INTO waivers (id, project, rule, file_name, tooth, content, reason, waived_by, create_time) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      row.id, row.project, row.rule, row.file_name, row.tooth, row.content, row.reason, row.waived_by, row.create_time);
}

namespace {

constexpr char kWaiverColumns[] =
    "SELECT id, project, rule, file_name, tooth, content, reason, waived_by, create_time FROM waivers ";

WaiverRow ReadWaiver(const Row& row) {
  return {row.String(0), row.String(1), row.String(2), row.String(3), static_cast<int>(row.Int(4)),
          row.String(5), row.String(6), row.String(7), row.Time(8)};
}

}  // namespace

absl::StatusOr<std::vector<WaiverRow>> WaiverStore::List(Reader& reader, const std::string& project) {
  return reader.Query(std::string(kWaiverColumns) + "WHERE project = $1 ORDER BY id", project).All(ReadWaiver);
}

absl::StatusOr<std::vector<WaiverRow>> WaiverStore::Page(Reader& reader, const std::string& project,
                                                         const After& after, int limit) {
  const std::string order = " ORDER BY create_time DESC, id DESC LIMIT $2";
  if (after.first()) {
    return reader.Query(std::string(kWaiverColumns) + "WHERE project = $1" + order, project, limit).All(ReadWaiver);
  }
  return reader
      .Query(std::string(kWaiverColumns) + "WHERE project = $1 AND (create_time, id) < ($3, $4)" + order, project,
             limit, NumberOf(after.a), after.b)
      .All(ReadWaiver);
}

absl::Status PinStore::Put(Transaction& tx, const PinRow& row) {
  return tx.Run(
      "INSERT OR REPLACE INTO pins (order_id, project, seller, request_id, request_hash, response, state, create_time) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      row.order, row.project, row.seller, row.request_id, row.request_hash, Blob{row.response}, row.state,
      row.create_time);
}

namespace {

PinRow ReadPin(const Row& row) {
  return {row.String(0), row.String(1), row.String(2), row.String(3), row.String(4), row.String(5),
          static_cast<PinState>(row.Int(6)), row.Time(7)};
}
constexpr char kPinColumns[] =
    "SELECT order_id, project, seller, request_id, request_hash, response, state, create_time FROM pins ";

}  // namespace

absl::StatusOr<std::optional<PinRow>> PinStore::Find(Reader& reader, const std::string& order) {
  return reader.Query(std::string(kPinColumns) + "WHERE order_id = $1", order).One(ReadPin);
}

absl::StatusOr<std::vector<PinRow>> PinStore::OfProject(Reader& reader, const std::string& project) {
  return reader.Query(std::string(kPinColumns) + "WHERE project = $1 ORDER BY order_id", project).All(ReadPin);
}

absl::Status PinStore::SetState(Transaction& tx, const std::string& order, PinState state) {
  return tx.Run("UPDATE pins SET state = $2 WHERE order_id = $1", order, state);
}

absl::StatusOr<std::string> PinStore::LockHolder(Reader& reader, const std::string& project, const std::string& name,
                                                 const std::string& except, bool parts_only) {
  MW_ASSIGN_OR_RETURN(std::optional<std::string> holder,
                      reader
                          .Query("SELECT order_id FROM locks WHERE project = $1 AND file_name = $2 AND order_id <> $3 "
                                 "AND part >= $4 LIMIT 1",
                                 project, name, except, parts_only)
                          .One([](const Row& row) { return row.String(0); }));
  return holder.value_or("");
}

absl::Status PinStore::Lock(Transaction& tx, const std::string& project, const std::string& name,
                            const std::string& order, bool part) {
  return tx.Run("INSERT INTO locks (project, file_name, order_id, part) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                project, name, order, part);
}

absl::Status PinStore::Unlock(Transaction& tx, const std::string& order) {
  return tx.Run("DELETE FROM locks WHERE order_id = $1", order);
}

absl::StatusOr<bool> FileStore::NamesBlob(Reader& reader, const std::string& sha256) {
  return reader
      .Query("SELECT 1 FROM files WHERE sha256 = $1 AND erase_time = 0 UNION ALL SELECT 1 FROM grants WHERE copy_sha256 = $1 AND "
             "copy_sha256 <> '' LIMIT 1",
             sha256)
      .Any();
}

}  // namespace millwright::files
