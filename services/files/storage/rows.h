// The rows of the files database as structs. Ids are bare ("acme012345-01h..."), companies too.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_ROWS_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace millwright::files {

struct ProjectRow {
  std::string id, company, display_name, case_code;
  int state = 1;  // millwright.files.v1.Project.State
  int64_t version = 1;
  absl::Time create_time, update_time;
  bool locked = false;  // derived: some order holds a lock
  std::vector<std::string> patient_names = {};
};

struct UploadRow {
  std::string id, project, company, file_name;
  int64_t size = 0;
  std::string sha256;
  int unit = 0;
  std::string uploaded_by;
  int64_t committed = 0;
  absl::Time expire_time;
  std::string file;  // id, "" until it is finished
};

struct PartRow {
  std::string upload;
  int64_t start = 0, size = 0, committed = 0;
};

struct FileRow {
  std::string id, project, company, file_name;
  int revision = 1;
  bool superseded = false;
  int kind = 0;          // millwright.files.v1.File.Kind
  int content_kind = 0;  // FileKind
  int64_t size = 0;
  std::string sha256;
  int unit = 0;
  int verdict = 0;
  std::string analysis;  // serialized millwright.files.v1.File
  absl::Time create_time;
  std::string uploaded_by;
  bool erased = false;  // the bytes are gone
  bool exact_follows = false;  // not stored: whether an exact check has to be scheduled with the row
};

struct ErasureRow {
  std::string id, project, file, sha256;
  int64_t size = 0;
  bool shared_copy = false;
  std::string reason, erased_by;
  absl::Time create_time;
};

struct WaiverRow {
  std::string id, project, rule, file_name;
  int tooth = 0;
  std::string content, reason, waived_by;
  absl::Time create_time;
};

enum class PinState { kWaiting = 0, kConfirmed = 1, kEnded = 2, kExpired = 3 };
struct PinRow {
  std::string order, project, seller, request_id, request_hash, response;
  PinState state = PinState::kWaiting;
  absl::Time create_time;
};

enum class GrantState { kPending = 0, kActive = 1, kRevoked = 2 };
struct GrantRow {
  std::string id, order, project, file, grantee;
  GrantState state = GrantState::kPending;
  absl::Time create_time;
  std::string shared = {};       // serialized millwright.files.v1.File as the grantee sees it; "" in old grants
  std::string copy_sha256 = {};  // the bytes it gets instead of the file's; "": the file's own
  int purpose = 0;               // millwright.files.v1.Grant.Purpose
};

struct AccessRow {
  std::string id, project, file, order, grantee, member;
  absl::Time create_time;
  std::string file_name = {};  // derived
};

struct AcceptanceRow {
  std::string company;
  int64_t version = 0;
  std::string profile;  // serialized millwright.files.v1.AcceptanceProfile
  std::string created_by;
  absl::Time create_time;
};

struct FileSettingsRow {
  std::string company;
  int64_t version = 0;
  std::string settings;  // serialized millwright.files.v1.FileSettings
  std::string updated_by;
  absl::Time update_time;
};

struct OrderVerdictRow {
  std::string id, order, project;
  std::string verdict, shared;  // serialized millwright.files.v1.OrderVerdict, for the owner and for the seller
  absl::Time create_time;
};

// Members of a company that are kept from a file.
struct RestrictionRow {
  std::string project, name_key, company;
  std::vector<std::string> allowed;  // resource names of members
  std::string restricted_by;
  absl::Time update_time;
};

// A project of which every order has ended.
struct EndedProject {
  std::string project;
  absl::Time end_time;  // of the last one
};

struct OrderStateRow {
  std::string order, project;
  int state = 0;  // millwright.files.v1.Project.State
  bool open = false;
  absl::Time update_time;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_ROWS_H_
