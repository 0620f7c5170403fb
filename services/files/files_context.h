// What all handlers of the files service share. Made once by files_server.cc, or by a test.
#ifndef MILLWRIGHT_SERVICES_FILES_FILES_CONTEXT_H_
#define MILLWRIGHT_SERVICES_FILES_FILES_CONTEXT_H_

#include <cstdint>

#include "common/events/due_rows.h"
#include "common/events/outbox.h"
#include "common/ids/ids.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "services/files/access.h"
#include "services/files/cad_worker.h"
#include "services/files/domain/mesh/analysis.h"
#include "services/files/project_evaluation.h"
#include "services/files/storage/blob_store.h"

namespace millwright::files {

// Published limits; configuration may lower them.
struct FilesLimits {
  int64_t max_file_bytes = int64_t{4} << 30;
  int64_t company_quota_bytes = int64_t{64} << 30;
  absl::Duration upload_ttl = absl::Hours(24);
  XmlLimits info = {};
  // Meshes up to this size get their exact check before the upload is answered, larger ones in the background.
  int64_t inline_check_bytes = int64_t{32} << 20;
  // Memory of one exact check; beyond it works on disk.
  int64_t exact_check_memory_bytes = kExactMemoryBytes;
};

struct FilesContext {
  Database& db;
  BlobStore& blobs;
  Outbox& outbox;
  DueRows& due;
  IdGenerator& ids;
  const Clock& clock;
  Pager pager;
  Access access;
  ProjectEvaluator& evaluator;
  FilesLimits limits;
  CadWorker* cad = nullptr;  // null: CAD models are stored but not measured
};

// Writes "project.changed" (payload: millwright.files.v1.Project as it is now) in the transaction of the change.
absl::Status EmitProjectChanged(FilesContext& context, Transaction& tx, const CallInfo& call,
                                const std::string& project_id);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_FILES_CONTEXT_H_
