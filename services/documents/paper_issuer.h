// Issues papers: renders, archives, numbers. The only place where a number is given out.
//
// A paper goes RENDERING -> ISSUED, or INCOMPLETE until its facts are there. Rendering and archiving happen outside of
// any transaction, with the number that comes next; then one write takes that number, chains the paper and makes it
// ISSUED, or finds that somebody else took the number and everything but the facts is done again. So
//   - numbers are gapless: one is taken in the write that makes its paper readable, and only after it could be printed;
//   - a crash at any moment leaves the paper unissued and the number free, at worst an archived file nobody refers to;
//   - issuing again is harmless: an issued paper stays as it is.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_PAPER_ISSUER_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_PAPER_ISSUER_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/events/outbox.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "services/documents/storage/archive.h"
#include "services/documents/storage/document_store.h"

namespace millwright::documents {

// Tries to take a number before it answers ABORTED; each loss means that another paper of the series was issued.
inline constexpr int kMaxNumberAttempts = 16;

class PaperIssuer {
 public:
  // All must outlive the issuer.
  PaperIssuer(Database& db, Outbox& outbox, const Archive& archive, const Clock& clock)
      : db_(db), outbox_(outbox), archive_(archive), clock_(clock) {}

  // Issues the paper `id` from the facts it holds, or marks it INCOMPLETE, and answers what it is then. Emits
  // "document.issued", or "document.incomplete" when what is missing changed. Errors are those of disk and database:
  // try again.
  absl::StatusOr<DocumentRecord> Issue(const std::string& id);

  // What a paper of these facts lacks, each as "parts[0].lots: record the ..."; empty if it can be issued.
  absl::StatusOr<std::vector<std::string>> MissingFacts(Kind kind,
                                                        const internal::orders::v1::OrderEvent& event) const;

 private:
  absl::StatusOr<DocumentRecord> Load(const std::string& id);
  // The paper printed with the next number of its series, archived; nothing is taken yet.
  absl::StatusOr<DocumentRecord> Prepare(const DocumentRecord& record);
  // Takes the number; ABORTED if it is no longer the next one.
  absl::Status Commit(DocumentRecord& record);
  absl::Status Emit(Transaction& tx, const DocumentRecord& record, absl::string_view type);

  Database& db_;
  Outbox& outbox_;
  const Archive& archive_;
  const Clock& clock_;
  std::mutex mutex_;  // one paper at a time in this process: fewer lost numbers, and the machine stays answerable
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_PAPER_ISSUER_H_
