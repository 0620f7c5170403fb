// The tables of the files service. Every method works within the reader or transaction it is given; none opens its own.
//
// Errors are those of common/storage. A row that is not there is an empty optional, never an error: who may know of it
// is decided by the handlers.
//
// Thread-safety: stateless.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_FILES_STORE_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_FILES_STORE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/database.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

// For Database::Options::migrations, beside StorageSchema() and EventsSchema().
MigrationSet FilesSchema();

// Where a page of a list begins: behind this key. Empty: at the start.
struct After {
  std::string a, b;
  bool first() const { return a.empty() && b.empty(); }
};

struct ProjectStore {
  static absl::Status Insert(Transaction& tx, const ProjectRow& row);
  static absl::StatusOr<std::optional<ProjectRow>> Find(Reader& reader, const std::string& id);
  // Newest first; after.a is the create_time in microseconds, after.b the id.
  static absl::StatusOr<std::vector<ProjectRow>> List(Reader& reader, const std::string& company, const After& after,
                                                      int limit);
  // Writes everything but id and company; `row.version` is the new version. False if the stored one is not one less.
  static absl::StatusOr<bool> Update(Transaction& tx, const ProjectRow& row);
  // Sets update_time and counts the version up.
  static absl::Status Touch(Transaction& tx, const std::string& id, absl::Time now);
};

struct UploadStore {
  static absl::Status Insert(Transaction& tx, const UploadRow& row);
  static absl::StatusOr<std::optional<UploadRow>> Find(Reader& reader, const std::string& id);
  // Never goes back.
  static absl::Status SetCommitted(Transaction& tx, const std::string& id, int64_t committed);
  // FAILED_PRECONDITION (UPLOAD_ENDED) if the upload is gone.
  static absl::Status SetFile(Transaction& tx, const std::string& id, const std::string& file);
  static absl::StatusOr<std::vector<UploadRow>> UnfinishedOf(Reader& reader, const std::string& project);
  static absl::Status Delete(Transaction& tx, const std::string& id);
  static absl::StatusOr<std::vector<std::string>> Unfinished(Reader& reader);
  // By offset.
  static absl::StatusOr<std::vector<PartRow>> Parts(Reader& reader, const std::string& id);
  static absl::Status InsertPart(Transaction& tx, const PartRow& row);
  // Never goes back.
  static absl::Status SetPartCommitted(Transaction& tx, const PartRow& row);
};

struct FileStore {
  // Inserts the next revision of the name and marks the one before superseded; sets row.revision.
  static absl::Status InsertRevision(Transaction& tx, FileRow& row);
  static absl::StatusOr<std::optional<FileRow>> Find(Reader& reader, const std::string& id);
  // By name, then revision; after.a is the name, after.b the revision.
  static absl::StatusOr<std::vector<FileRow>> List(Reader& reader, const std::string& project, bool superseded,
                                                   const After& after, int limit);
  // All current files of a project, by name.
  static absl::StatusOr<std::vector<FileRow>> Current(Reader& reader, const std::string& project);
  static absl::Status SetAnalysis(Transaction& tx, const FileRow& row);
  // Adds to what counts against the quota; the new sum.
  static absl::StatusOr<int64_t> AddUsage(Transaction& tx, const std::string& company, int64_t bytes);
  static absl::StatusOr<int64_t> Usage(Reader& reader, const std::string& company);
  // True if some file or shared copy has this content.
  static absl::StatusOr<bool> NamesBlob(Reader& reader, const std::string& sha256);
};

struct WaiverStore {
  static absl::Status Insert(Transaction& tx, const WaiverRow& row);
  static absl::StatusOr<std::vector<WaiverRow>> List(Reader& reader, const std::string& project);
  // Newest first; after.a is the create_time in microseconds, after.b the id.
  static absl::StatusOr<std::vector<WaiverRow>> Page(Reader& reader, const std::string& project, const After& after,
                                                     int limit);
};

struct PinStore {
  // Replaces an ended pin of the same order.
  static absl::Status Put(Transaction& tx, const PinRow& row);
  static absl::StatusOr<std::optional<PinRow>> Find(Reader& reader, const std::string& order);
  static absl::StatusOr<std::vector<PinRow>> OfProject(Reader& reader, const std::string& project);
  static absl::Status SetState(Transaction& tx, const std::string& order, PinState state);
  // An order other than `except` that locks the name, "" if none does. `parts_only`: only if it orders it as a part.
  static absl::StatusOr<std::string> LockHolder(Reader& reader, const std::string& project, const std::string& name,
                                                const std::string& except, bool parts_only);
  static absl::Status Lock(Transaction& tx, const std::string& project, const std::string& name,
                           const std::string& order, bool part);
  static absl::Status Unlock(Transaction& tx, const std::string& order);
};

struct GrantStore {
  static absl::Status Insert(Transaction& tx, const GrantRow& row);
  // Moves the grants of an order from one of two states to another; how many.
  static absl::StatusOr<int64_t> Move(Transaction& tx, const std::string& order, GrantState from, GrantState to,
                                      absl::Time now);
  // The best grant of a company on a file: active before pending; empty if there is none but revoked ones.
  static absl::StatusOr<std::optional<GrantRow>> Best(Reader& reader, const std::string& file,
                                                      const std::string& grantee);
  static absl::StatusOr<std::vector<GrantRow>> OfProject(Reader& reader, const std::string& project, const After& after,
                                                         int limit);
  // The files an order shares actively with a company, each with its grant, by file id; after.a is the file id.
  static absl::StatusOr<std::vector<std::pair<FileRow, GrantRow>>> SharedFiles(Reader& reader, const std::string& order,
                                                          const std::string& grantee, const After& after, int limit);
  // True if some order shares a file of the project with the company, pending or active.
  static absl::StatusOr<bool> Shares(Reader& reader, const std::string& project, const std::string& grantee);
  static absl::Status LogAccess(Transaction& tx, const std::string& id, const GrantRow& grant,
                                const std::string& member, absl::Time now);
  // Who read what of a project, newest first; after.a is the create_time in microseconds, after.b the id.
  static absl::StatusOr<std::vector<AccessRow>> Accesses(Reader& reader, const std::string& project,
                                                         const After& after, int limit);
};

struct SenderStore {
  static absl::StatusOr<bool> HashesProven(Reader& reader, const std::string& company);
  static absl::Status Prove(Transaction& tx, const std::string& company, const std::string& project, absl::Time now);
};

struct AcceptanceStore {
  // The version that applies; empty if the company never set any.
  static absl::StatusOr<std::optional<AcceptanceRow>> Current(Reader& reader, const std::string& company);
  static absl::StatusOr<std::optional<AcceptanceRow>> Find(Reader& reader, const std::string& company, int64_t version);
  // Newest first; versions below `before` (0: all).
  static absl::StatusOr<std::vector<AcceptanceRow>> List(Reader& reader, const std::string& company, int64_t before,
                                                         int limit);
  static absl::Status Insert(Transaction& tx, const AcceptanceRow& row);
};

struct ErasureStore {
  // What can be erased of a project: every file with bytes, every shared copy (size 0: it never counted).
  static absl::StatusOr<std::vector<ErasureRow>> ToErase(Reader& reader, const std::string& project);
  static absl::Status Insert(Transaction& tx, const ErasureRow& row);
  // The row stays under another name, superseded, without findings.
  static absl::Status EraseFile(Transaction& tx, const std::string& file, const std::string& name, absl::Time now);
  // The shared copies of a file, the name of the upload it came by, and waivers of findings in it.
  static absl::Status EraseTraces(Transaction& tx, const std::string& file, const std::string& old_name);
  // A file that stays, under a name without the patient's.
  static absl::Status Rename(Transaction& tx, const std::string& file, const std::string& name);
  // Names and reasons of the project that people wrote, and verdicts of its orders as the owner saw them.
  static absl::Status EraseNames(Transaction& tx, const std::string& project);
  // Newest first; after.a is the create_time in microseconds, after.b the id.
  static absl::StatusOr<std::vector<ErasureRow>> Page(Reader& reader, const std::string& project, const After& after,
                                                      int limit);
};

struct FileSettingsStore {
  // The version that applies; empty if the company never set any.
  static absl::StatusOr<std::optional<FileSettingsRow>> Current(Reader& reader, const std::string& company);
  // The version that applies of every company that set any.
  static absl::StatusOr<std::vector<FileSettingsRow>> All(Reader& reader);
  static absl::Status Insert(Transaction& tx, const FileSettingsRow& row);
};

struct OrderVerdictStore {
  static absl::Status Insert(Transaction& tx, const OrderVerdictRow& row);
  // Newest first; after.a is the create_time in microseconds, after.b the id.
  static absl::StatusOr<std::vector<OrderVerdictRow>> Page(Reader& reader, const std::string& order, const After& after,
                                                           int limit);
};

struct RestrictionStore {
  static absl::Status Put(Transaction& tx, const RestrictionRow& row);
  static absl::Status Delete(Transaction& tx, const RestrictionRow& row);
  // What a company has in a project, by key; after.a is a key.
  static absl::StatusOr<std::vector<RestrictionRow>> List(Reader& reader, const std::string& project,
                                                          const std::string& company, const After& after, int limit);
  static absl::StatusOr<std::vector<RestrictionRow>> All(Reader& reader, const std::string& project,
                                                         const std::string& company) {
    return List(reader, project, company, {}, /*limit=*/-1);
  }
  // Follows a file to its new name.
  static absl::Status Rename(Transaction& tx, const std::string& project, const std::string& name_key,
                             const std::string& new_key);
};

struct OrderStateStore {
  // News that leave the state as it is leave update_time as it is.
  static absl::Status Put(Transaction& tx, const OrderStateRow& row);
  // Projects of a company with bytes and with orders, all of which ended at `before` or earlier; by id, behind `after`.
  static absl::StatusOr<std::vector<EndedProject>> Ended(Reader& reader, const std::string& company, absl::Time before,
                                                         const std::string& after, int limit);
  static absl::StatusOr<std::vector<OrderStateRow>> OfProject(Reader& reader, const std::string& project);
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_FILES_STORE_H_
