// Inside of the store: what several of its files read alike.
#ifndef MILLWRIGHT_SERVICES_FILES_STORAGE_READ_ROWS_H_
#define MILLWRIGHT_SERVICES_FILES_STORAGE_READ_ROWS_H_

#include <string>

#include "absl/strings/numbers.h"
#include "common/storage/session.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

inline constexpr char kFileColumns[] =
    "SELECT f.id, f.project, f.company, f.file_name, f.revision, f.superseded, f.kind, f.content_kind, f.size, "
    "f.sha256, f.unit, f.verdict, f.analysis, f.create_time, f.uploaded_by, f.erase_time FROM files f ";

inline FileRow ReadFile(const Row& row) {
  FileRow file;
  file.id = row.String(0);
  file.project = row.String(1);
  file.company = row.String(2);
  file.file_name = row.String(3);
  file.revision = static_cast<int>(row.Int(4));
  file.superseded = row.Bool(5);
  file.kind = static_cast<int>(row.Int(6));
  file.content_kind = static_cast<int>(row.Int(7));
  file.size = row.Int(8);
  file.sha256 = row.String(9);
  file.unit = static_cast<int>(row.Int(10));
  file.verdict = static_cast<int>(row.Int(11));
  file.analysis = row.String(12);
  file.create_time = row.Time(13);
  file.uploaded_by = row.String(14);
  file.erased = row.Int(15) != 0;
  return file;
}

inline int64_t NumberOf(const std::string& text) {
  int64_t number = 0;
  // Tokens are signed: what is in them was put there by this service.
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_STORAGE_READ_ROWS_H_
